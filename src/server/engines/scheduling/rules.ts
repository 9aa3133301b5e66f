// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import { romeDay } from '../../platform/time.ts'

/** States of an appointment (FHIR R4 Appointment.status in brackets). */
export const appointmentStates = [
  'held', // pending
  'booked', // booked
  'arrived', // arrived, checked-in
  'fulfilled', // fulfilled
  'expired', // cancelled
  'released', // cancelled
  'cancelled-by-patient', // cancelled
  'cancelled-by-provider', // cancelled
  'moved', // cancelled, with a successor
  'noshow', // noshow
  'not-performed', // cancelled, arrived but not done
  'entered-in-error', // entered-in-error
] as const
export type AppointmentState = (typeof appointmentStates)[number]

/** States an appointment can begin in: a move and an overbooking book at once. */
export const firstStates: readonly AppointmentState[] = ['held', 'booked']

export type Party = 'patient' | 'provider' | 'system'

/** What a guard looks at. */
export interface Timing {
  now: Date
  startsAt: Date
  endsAt: Date
  heldUntil: Date | null
}

/**
 * Seats stay held a little longer than promised, so that a confirmation under way (which asks the national system
 * outside any transaction) is never robbed of its place.
 */
export const graceMs = 120_000

const alive = ({ now, heldUntil }: Timing) => heldUntil !== null && now.getTime() <= heldUntil.getTime() + graceMs
const notAlive = (timing: Timing) => !alive(timing)
const notBegun = ({ now, startsAt }: Timing) => now < startsAt
const onTheDay = ({ now, startsAt }: Timing) => romeDay(now) === romeDay(startsAt)
const over = ({ now, endsAt }: Timing) => now >= endsAt
const always = () => true

export interface Transition {
  from: AppointmentState
  to: AppointmentState
  who: readonly Party[]
  guard: (timing: Timing) => boolean
  /** Whether the seat becomes free again. */
  freesSeat: boolean
}

/** The only moves there are; the database refuses every other (scheduling.appointment_transition). */
export const transitions: readonly Transition[] = [
  { from: 'held', to: 'booked', who: ['patient', 'provider', 'system'], guard: alive, freesSeat: false },
  { from: 'held', to: 'released', who: ['patient', 'provider', 'system'], guard: always, freesSeat: true },
  { from: 'held', to: 'expired', who: ['system'], guard: notAlive, freesSeat: true },
  { from: 'booked', to: 'moved', who: ['patient', 'provider'], guard: notBegun, freesSeat: true },
  { from: 'booked', to: 'cancelled-by-patient', who: ['patient'], guard: notBegun, freesSeat: true },
  { from: 'booked', to: 'cancelled-by-provider', who: ['provider'], guard: always, freesSeat: true },
  { from: 'booked', to: 'arrived', who: ['provider'], guard: onTheDay, freesSeat: false },
  { from: 'booked', to: 'noshow', who: ['provider', 'system'], guard: over, freesSeat: false },
  { from: 'booked', to: 'entered-in-error', who: ['provider'], guard: always, freesSeat: true },
  { from: 'arrived', to: 'fulfilled', who: ['provider'], guard: always, freesSeat: false },
  { from: 'arrived', to: 'not-performed', who: ['provider'], guard: always, freesSeat: false },
  { from: 'arrived', to: 'entered-in-error', who: ['provider'], guard: always, freesSeat: true },
]

/** What somebody is told whose appointment cannot change this way (any more). */
export const wrongState = new Refusal(
  'scheduling/wrong-state',
  409,
  { it: 'L’appuntamento nel frattempo è cambiato.', en: 'The appointment has changed in the meantime.' },
  { next: { it: 'Ricarica la pagina per vedere com’è ora.', en: 'Reload the page to see how it is now.' } },
)

/** The transition from one state to another for this party at this time; throws `scheduling/wrong-state` when there is none. */
export function transition(from: AppointmentState, to: AppointmentState, who: Party, timing: Timing): Transition {
  const found = transitions.find((candidate) => candidate.from === from && candidate.to === to)
  if (!found?.who.includes(who) || !found.guard(timing)) throw wrongState
  return found
}

/** Rank of the least urgent class of an agenda that says nothing else: every slot that is not reserved is open to it. */
export const lowestRank = 3
