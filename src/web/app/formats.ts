// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Language } from './addresses.ts'

const zone = 'Europe/Rome'
const locale = { it: 'it-IT', en: 'en-GB' } as const

function format(language: Language, options: Intl.DateTimeFormatOptions, instant: string | Date): string {
  return new Intl.DateTimeFormat(locale[language], { timeZone: zone, ...options }).format(new Date(instant))
}

/** "martedì 3 marzo 2026". Takes an instant or a calendar day (YYYY-MM-DD). */
export function longDay(language: Language, day: string): string {
  return format(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, day)
}

/** "3 mar 2026", for narrow places. */
export function shortDay(language: Language, day: string): string {
  return format(language, { day: 'numeric', month: 'short', year: 'numeric' }, day)
}

/** "mer 4 mar, 9:30", for lists of many. */
export function briefMoment(language: Language, instant: string): string {
  return `${format(language, { weekday: 'short', day: 'numeric', month: 'short' }, instant)}, ${clock(language, instant)}`
}

/** "9:30", always in Italian time. */
export function clock(language: Language, instant: string | Date): string {
  return format(language, { hour: 'numeric', minute: '2-digit', hour12: false }, instant)
}

/** "martedì 3 marzo 2026, ore 9:30" */
export function dayAndTime(language: Language, instant: string): string {
  return `${longDay(language, instant)}, ${language === 'it' ? 'ore' : 'at'} ${clock(language, instant)}`
}

/** "€ 36,15" from integer cents. */
export function euros(language: Language, cents: number): string {
  return new Intl.NumberFormat(locale[language], { style: 'currency', currency: 'EUR' }).format(cents / 100)
}

/** "3,4 km" */
export function distance(language: Language, km: number): string {
  return `${new Intl.NumberFormat(locale[language], { maximumFractionDigits: km < 10 ? 1 : 0 }).format(km)} km`
}

/** "9 minuti e 5 secondi" as "9:05" */
export function minutesAndSeconds(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
}

/** Whole years between a birth date and today. */
export function ageInYears(birthDate: string, today: Date = new Date()): number {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number)
  const before = today.getMonth() + 1 < month || (today.getMonth() + 1 === month && today.getDate() < day)
  return today.getFullYear() - year - (before ? 1 : 0)
}

/** Today's calendar day in Italy, YYYY-MM-DD. */
export function today(): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date())
}

/** The calendar day in Italy of an instant, YYYY-MM-DD. */
export function dayOf(instant: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(instant))
}
