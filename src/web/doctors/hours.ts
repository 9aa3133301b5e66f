// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Doctor } from '../app/contract.ts'
import type { Language } from '../app/addresses.ts'

type Hours = Doctor['surgeries'][number]['hours']
const tags = { it: 'it-IT', en: 'en-GB' } as const

/** The name of an ISO weekday: 1 is Monday. */
export function weekdayName(language: Language, weekday: number): string {
  const day = new Date(Date.UTC(2024, 0, weekday)) // the first of January 2024 was a Monday
  return new Intl.DateTimeFormat(tags[language], { weekday: 'long', timeZone: 'UTC' }).format(day)
}

/** The name of a language, as its ISO code says it. */
export function languageName(language: Language, code: string): string {
  return new Intl.DisplayNames(tags[language], { type: 'language' }).of(code) ?? code
}

/** "a, b e c" */
export function listed(language: Language, words: readonly string[]): string {
  return new Intl.ListFormat(tags[language], { type: 'conjunction' }).format(words)
}

/** The hours of a surgery as people say them: days with the same hours together, in the order of the week. */
export function hoursInWords(language: Language, hours: Hours): { days: string; times: string }[] {
  const ofDay = Map.groupBy(hours, ({ weekday }) => weekday)
  const times = [...ofDay].map(([weekday, open]) => ({
    weekday,
    times: listed(
      language,
      open.map(({ opens, closes }) => `${plainClock(opens)}–${plainClock(closes)}`),
    ),
  }))
  return [...Map.groupBy(times, (one) => one.times)].map(([text, days]) => ({
    days: listed(
      language,
      days.map(({ weekday }) => weekdayName(language, weekday)),
    ),
    times: text,
  }))
}

/** "9:00" from "09:00" */
const plainClock = (time: string) => time.replace(/^0/, '')
