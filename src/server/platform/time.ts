// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** A calendar day, `YYYY-MM-DD`, in Europe/Rome where law speaks of days. */
export type Day = string

const romeFormat = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Rome',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function romeParts(instant: Date): Record<string, string> {
  return Object.fromEntries(romeFormat.formatToParts(instant).map((part) => [part.type, part.value]))
}

const hourMs = 3_600_000

/** Before it the clocks of Italy did not differ from UTC by whole hours. */
const wholeHoursSince = Date.UTC(1900, 0)

/** Milliseconds by which Rome is ahead of UTC, by UTC hour: within one it never changes. */
const offsets = new Map<number, number>()
const mostOffsets = 50_000

function offsetAt(instant: number): number {
  const at = Math.floor(instant / hourMs)
  const known = offsets.get(at)
  if (known !== undefined) return known
  const { year, month, day, hour } = romeParts(new Date(at * hourMs))
  const offset = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour)) - at * hourMs
  if (offsets.size >= mostOffsets) offsets.clear()
  offsets.set(at, offset)
  return offset
}

/** The civil day in Rome of an instant; asked so often that the calendar of the system is too slow for it. */
export function romeDay(instant: Date): Day {
  const at = instant.getTime()
  if (at > wholeHoursSince) return new Date(at + offsetAt(at)).toISOString().slice(0, 10)
  const { year, month, day } = romeParts(instant)
  return `${year}-${month}-${day}`
}

/** The civil time in Rome of an instant, `HH:MM`. */
export function romeTime(instant: Date): string {
  const at = instant.getTime()
  if (at > wholeHoursSince) return new Date(at + offsetAt(at)).toISOString().slice(11, 16)
  const { hour, minute } = romeParts(instant)
  return `${hour}:${minute}`
}

/**
 * The instant of a civil time in Rome. Of a time that occurs twice (end of daylight saving) the first is taken;
 * a time that does not exist (start of daylight saving) moves one hour later.
 */
export function romeInstant(day: Day, time = '00:00'): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`)
  for (const offset of [2, 1]) {
    const guess = new Date(wanted - offset * 3_600_000)
    if (romeDay(guess) === day && romeTime(guess) === time) return guess
  }
  return new Date(wanted - 3_600_000)
}

/** The day `days` after (before, when negative) a day. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Days from one day to another; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** ISO weekday: Monday is 1, Sunday is 7. */
export function weekday(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

/** Whole years from birth to a day: the birthday itself counts. */
export function ageOn(birth: Day, day: Day): number {
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4))
  return day.slice(5) < birth.slice(5) ? years - 1 : years
}

/** Easter Sunday of a Gregorian year (anonymous algorithm of 1876). */
export function easter(year: number): Day {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114
  return `${year}-${String(Math.floor(f / 31)).padStart(2, '0')}-${String((f % 31) + 1).padStart(2, '0')}`
}

const fixedHolidays = ['01-01', '01-06', '04-25', '05-01', '06-02', '08-15', '11-01', '12-08', '12-25', '12-26']

/** National public holidays (L. 260/1949 and later acts); 4 October again from 2026 (L. 151/2025). */
export function isNationalHoliday(day: Day): boolean {
  const year = Number(day.slice(0, 4))
  const monthDay = day.slice(5)
  if (fixedHolidays.includes(monthDay)) return true
  if (monthDay === '10-04' && year >= 2026) return true
  return day === easter(year) || day === addDays(easter(year), 1)
}

/** True on Monday to Friday outside national holidays and the patron's day (`MM-DD`) of the place. */
export function isWorkingDay(day: Day, patronDays: readonly string[] = []): boolean {
  return weekday(day) <= 5 && !isNationalHoliday(day) && !patronDays.includes(day.slice(5))
}

/** The working day that comes `count` working days before a day. */
export function workingDaysBefore(day: Day, count: number, patronDays: readonly string[] = []): Day {
  let found = day
  for (let left = count; left > 0;) {
    found = addDays(found, -1)
    if (isWorkingDay(found, patronDays)) left -= 1
  }
  return found
}
