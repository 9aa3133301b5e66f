// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import { addDays, romeDay, romeInstant, workingDaysBefore, type Day } from '../../platform/time.ts'

/** Priority class of a prescription (classe di priorità, PNGLA 2019-2021). */
export type Priority = 'U' | 'B' | 'D' | 'P'

/** Rank of a class for the scheduling engine: a lower rank may take everything a higher one may. */
export const rankOf: Record<Priority, number> = { U: 0, B: 1, D: 2, P: 3 }

/** A prescription without a class is served like a scheduled one. */
export const rank = (priority: Priority | null): number => rankOf[priority ?? 'P']

export interface Maximum {
  /** Hours for class U, days for the others. */
  amount: number
  unit: 'hours' | 'days'
}

/**
 * The last instant that still respects the maximum wait. It runs from the citizen's first contact with the booking
 * system, not from the prescription's date; class U is counted in hours.
 */
export function lastInstant(contact: Date, { amount, unit }: Maximum): Date {
  if (unit === 'hours') return new Date(contact.getTime() + amount * 3_600_000)
  return new Date(romeInstant(addDays(romeDay(contact), amount + 1)).getTime() - 1)
}

export interface CancellationRule {
  workingDays: number
  /** `by-day`: by the end of the n-th working day before; `full-days`: n full working days must lie between. */
  mode: 'by-day' | 'full-days'
}

/**
 * Until when an appointment can be cancelled at no charge (D.L. 73/2024 art. 3 c. 5): the end of a working day, counted
 * Monday to Friday outside national holidays and the patron's day of the place.
 */
export function freeCancellationUntil(startsAt: Date, rule: CancellationRule, patronDays: readonly string[]): Date {
  const count = rule.mode === 'full-days' ? rule.workingDays + 1 : rule.workingDays
  const last = workingDaysBefore(romeDay(startsAt), count, patronDays)
  return new Date(romeInstant(addDays(last, 1)).getTime() - 1)
}

export type BookingState =
  | 'held'
  | 'confirming'
  | 'confirmed'
  | 'expired'
  | 'released'
  | 'cancelled'
  | 'delivered'
  | 'no-show'

interface Transition {
  from: BookingState
  to: BookingState
  who: 'citizen' | 'system' | 'operator'
  effect: string
}

/** Life of a booking (prenotazione): the only moves there are. The table in docs/booking.md is checked against it. */
export const transitions: readonly Transition[] = [
  { from: 'held', to: 'confirming', who: 'citizen', effect: 'the NRE is being locked on the SAC' },
  { from: 'confirming', to: 'confirmed', who: 'system', effect: 'seats booked, debt opened, notices sent' },
  {
    from: 'confirming',
    to: 'released',
    who: 'system',
    effect: 'the SAC refused, or the citizen gave up waiting: seats freed, NRE released, reason told',
  },
  {
    from: 'confirming',
    to: 'expired',
    who: 'system',
    effect: 'the SAC was silent until the deadline: seats freed, NRE released, citizen told',
  },
  { from: 'held', to: 'expired', who: 'system', effect: 'seats freed' },
  { from: 'held', to: 'released', who: 'citizen', effect: 'seats freed' },
  {
    from: 'confirmed',
    to: 'cancelled',
    who: 'citizen',
    effect: 'seats freed, NRE released, debt cancelled or refund opened',
  },
  {
    from: 'confirmed',
    to: 'cancelled',
    who: 'operator',
    effect:
      'the agenda was closed and no place keeps the class: as above, never late; the waiting-list office takes over',
  },
  { from: 'confirmed', to: 'delivered', who: 'operator', effect: 'the NRE is closed on the SAC' },
  { from: 'confirmed', to: 'no-show', who: 'system', effect: 'the NRE is released, the charge process starts' },
]

/** Checks a move of a booking; refuses with `booking/wrong-state`. */
export function move(from: BookingState, to: BookingState): BookingState {
  if (transitions.some((transition) => transition.from === from && transition.to === to)) return to
  throw new Refusal(
    'booking/wrong-state',
    409,
    { it: 'La prenotazione nel frattempo è cambiata.', en: 'The booking has changed in the meantime.' },
    {
      next: {
        it: 'Ricarica la pagina per vedere la situazione aggiornata.',
        en: 'Reload the page to see how it stands now.',
      },
      extra: { state: from },
    },
  )
}

export interface ReminderRule {
  daysBefore: readonly number[]
  firstOnlyIfBookedDaysAhead: number
  hour: string
}

/** When a booked person is reminded: the first, far reminder only if the booking was made long before. */
export function reminderInstants(
  startsAt: Date,
  bookedAt: Date,
  rule: ReminderRule,
): { daysBefore: number; at: Date }[] {
  const day: Day = romeDay(startsAt)
  const farthest = Math.max(...rule.daysBefore)
  const ahead = (startsAt.getTime() - bookedAt.getTime()) / 86_400_000
  return rule.daysBefore
    .filter((days) => days !== farthest || ahead > rule.firstOnlyIfBookedDaysAhead)
    .map((daysBefore) => ({ daysBefore, at: romeInstant(addDays(day, -daysBefore), rule.hour) }))
    .filter(({ at }) => at > bookedAt)
}
