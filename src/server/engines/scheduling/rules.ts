// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

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

interface Transition {
  from: AppointmentState
  to: AppointmentState
  who: 'patient' | 'provider' | 'system'
  /** Whether the seat becomes free again. */
  freesSeat: boolean
}

/** The only moves there are; the database refuses every other (scheduling.appointment_transition). */
export const transitions: readonly Transition[] = [
  { from: 'held', to: 'booked', who: 'patient', freesSeat: false },
  { from: 'held', to: 'expired', who: 'system', freesSeat: true },
  { from: 'held', to: 'released', who: 'patient', freesSeat: true },
  { from: 'booked', to: 'arrived', who: 'provider', freesSeat: false },
  { from: 'booked', to: 'cancelled-by-patient', who: 'patient', freesSeat: true },
  { from: 'booked', to: 'cancelled-by-provider', who: 'provider', freesSeat: true },
  { from: 'booked', to: 'moved', who: 'patient', freesSeat: true },
  { from: 'booked', to: 'noshow', who: 'system', freesSeat: false },
  { from: 'booked', to: 'entered-in-error', who: 'provider', freesSeat: true },
  { from: 'arrived', to: 'fulfilled', who: 'provider', freesSeat: false },
  { from: 'arrived', to: 'not-performed', who: 'provider', freesSeat: false },
  { from: 'arrived', to: 'entered-in-error', who: 'provider', freesSeat: false },
]

/** Rank of the least urgent class; every slot that is not reserved is open to it. */
export const lowestRank = 3
