// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { timeOfDay } from '../../../../shared/words.ts'
import type { Language } from '../../../platform/text.ts'
import { romeDay } from '../../../platform/time.ts'

const timeZone = 'Europe/Rome'
const weekday = new Intl.DateTimeFormat('it-IT', { timeZone, weekday: 'short' })
const english = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' })

/** Whether two visits are on one day in Italy. */
export const sameDay = (a: { startsAt: string }, b: { startsAt: string }): boolean =>
  romeDay(new Date(a.startsAt)) === romeDay(new Date(b.startsAt))

/** A moment in the few characters of a text message: `mar 3/3 ore 9:30`, `Tue 3 Mar at 9:30`. */
export function shortMoment(instant: string, language: Language): string {
  const when = new Date(instant)
  if (language === 'en') return `${english.format(when).replaceAll(',', '')} at ${timeOfDay(when, 'en')}`
  const [, month, day] = romeDay(when).split('-')
  return `${weekday.format(when)} ${Number(day)}/${Number(month)} ore ${timeOfDay(when, 'it')}`
}
