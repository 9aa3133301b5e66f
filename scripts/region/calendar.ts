// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Days from 1 January 1890 to 2099, named once: a region asks for millions of them. */
const [first, last] = [Date.UTC(1890, 0, 1), Date.UTC(2100, 0, 1)]
const [day, epoch] = [86_400_000, Date.UTC(2000, 0, 1)]
const offset = (epoch - first) / day
const names = Array.from({ length: (last - first) / day }, (_, n) =>
  new Date(first + n * day).toISOString().slice(0, 10),
)
/** Days before each month of a year, from March. */
const beforeMonth = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337]

/** Days from 1 January 2000 to the day (YYYY-MM-DD) that begins at a place of a text; negative before, NaN when there is none. */
export function dayNumber(text: string, at = 0): number {
  const two = (place: number): number => text.charCodeAt(at + place) * 10 + text.charCodeAt(at + place + 1) - 528 // '00' is 528
  const month = (two(5) + 9) % 12
  const year = two(0) * 100 + two(2) - (month > 9 ? 1 : 0)
  const leaps = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400)
  return year * 365 + leaps + beforeMonth[month]! + two(8) - 730_426 // of 1 January 2000
}

/** The day so many days after (before, when negative) another. */
export function dayAfter(name: string, days: number): string {
  const found = names[dayNumber(name) + offset + days]
  if (found === undefined) throw new RangeError(`${days} days from ${name} is not between 1890 and 2099.`)
  return found
}
