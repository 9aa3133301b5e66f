// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** How dates, times and amounts are said to people, the same in letters, messages and pages. */

export type Tongue = 'it' | 'en'

const locale = { it: 'it-IT', en: 'en-GB' } as const
const timeZone = 'Europe/Rome'

function formats(language: Tongue) {
  const of = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale[language], { timeZone, ...options })
  return {
    day: of({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    shortDay: of({ day: '2-digit', month: '2-digit', year: 'numeric' }),
    time: of({ hour: 'numeric', minute: '2-digit', hourCycle: 'h23' }),
    euros: new Intl.NumberFormat(locale[language], { style: 'currency', currency: 'EUR', useGrouping: 'always' }),
  }
}

const format = { it: formats('it'), en: formats('en') } as const

/** A civil day (`YYYY-MM-DD`) as the instant of its noon in Rome, which falls on that day. */
const noon = (day: string): Date => new Date(`${day}T11:00:00Z`)

/** The day in Rome of an instant or of a civil day: `martedì 3 marzo 2026`, `Tuesday 3 March 2026`. */
export function dayInWords(when: Date | string, language: Tongue): string {
  return format[language].day.format(typeof when === 'string' ? noon(when) : when).replaceAll(',', '')
}

/** The day in digits, `03/03/2026`. */
export function dayInDigits(when: Date | string, language: Tongue): string {
  return format[language].shortDay.format(typeof when === 'string' ? noon(when) : when)
}

/** The time in Rome without a leading zero, `9:30`. */
export function timeOfDay(when: Date, language: Tongue): string {
  return format[language].time.format(when).replace(/^0(?=\d:)/, '')
}

/** Day and time: `martedì 3 marzo 2026, ore 9:30`, `Tuesday 3 March 2026 at 9:30`. */
export function momentInWords(when: Date, language: Tongue): string {
  const at = language === 'it' ? ', ore ' : ' at '
  return `${dayInWords(when, language)}${at}${timeOfDay(when, language)}`
}

/** An amount of euro cents: `36,15 €`, `€36.15`. */
export function euros(cents: number, language: Tongue): string {
  return format[language].euros.format(cents / 100)
}

/** A long number in groups, as people read it aloud: `3010 0000 0000 0001 44`. */
export function grouped(digits: string, size = 4): string {
  return digits.match(new RegExp(`.{1,${size}}`, 'g'))?.join(' ') ?? ''
}
