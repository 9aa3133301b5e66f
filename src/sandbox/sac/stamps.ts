// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

const rome = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Rome', dateStyle: 'short', timeStyle: 'medium' })

/** Civil date and time in Rome as the SAC writes them: `YYYY-MM-DD HH:MM:SS`. */
export function romeStamp(instant: Date): string {
  return rome.format(instant)
}

/** The day `days` after (before, when negative) a day, `YYYY-MM-DD`. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
