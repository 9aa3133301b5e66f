// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { insertSoon, wakeWorkers, type Tx } from './database.ts'
import { uuidv7 } from './ids.ts'

/**
 * The catalogue of domain events. A payload holds ids and public facts only: no clinical text, no personal data.
 * Rooms of the same floor speak to each other only through these.
 */
export interface Events {
  'booking.held': { bookingId: string; patientId: string }
  'booking.confirmed': { bookingId: string; patientId: string }
  /** `from` and `to`: the appointment left and the one taken. */
  'booking.moved': { bookingId: string; patientId: string; line: number; from: string; to: string }
  /** Some sessions of a cycle are called off, the others stay. */
  'booking.sessions-cancelled': {
    bookingId: string
    patientId: string
    appointmentIds: string[]
    late: boolean
    by: 'patient' | 'provider'
  }
  'booking.cancelled': { bookingId: string; patientId: string; late: boolean; by: 'patient' | 'provider' }
  'booking.expired': { bookingId: string; patientId: string }
  'waiting-list.taken-in-charge': { entryId: string; patientId: string }
  'waiting-list.offered': { entryId: string; patientId: string }
  'waiting-list.lapsed': { entryId: string; patientId: string }
  /** The slot of an appointment was closed: who booked it finds another place. */
  'scheduling.displaced': { appointmentId: string }
  'scheduling.place-freed': { scheduleId: string; slotId: string }
  /** A delegation took a step, or is about to end; both sides are told. */
  'delegations.changed': { delegationId: string; what: DelegationNews }
  /** Somebody changed something in the name of another person: a delegate, or a parent. */
  'access.acted-for': { patientId: string; personId: string; sessionId: string }
  /** Parental responsibility over this person ended with the eighteenth birthday. */
  'delegations.came-of-age': { personId: string; parentId: string }
  /** Somebody has a new doctor; the one before is left. */
  'doctor-choice.chosen': { choiceId: string; patientId: string }
  /** A doctor gives up somebody's care; it counts some days later, in which she may choose another. */
  'doctor-choice.refused': { refusalId: string; patientId: string }
  /** A request about the doctor took a step of which the person is told. */
  'doctor-choice.request': { requestId: string; patientId: string; what: 'received' | 'asked' | 'rejected' }
  /** A doctor's leaving was entered, or called off: everybody in the list is told. */
  'doctor-choice.departure': { departureId: string; what: 'planned' | 'called-off' }
  /** Somebody has no doctor any more: she left him, or the calendar ended it. */
  'doctor-choice.ended': { choiceId: string; patientId: string }
  /** What somebody holds began, ended or changed: what she owes may change with it. */
  'exemptions.changed': { exemptionId: string; patientId: string; what: ExemptionNews }
  /** So many at once that nobody is named: a yearly list, the last day of the year, a prorogation. */
  'exemptions.many-changed': { day: string }
  /** Exemptions were found untrue from a day on: what was booked and used with them is counted. */
  'exemptions.revoked': {
    caseId: string
    periods: { patientId: string; code: string; from: string; until: string | null }[]
  }
  /** The answer: co-payments of past visits that would have been due without the exemptions. */
  'booking.undue-copays': {
    caseId: string
    visits: { bookingId: string; patientId: string; code: string; day: string; cents: number }[]
  }
  /** Two records of one person became one, or two again. */
  'registry.person-merged': { mergeId: string; duplicateId: string; survivorId: string }
  'registry.person-unmerged': { mergeId: string; duplicateId: string; survivorId: string }
  /** A national registry told of a death, on that day; a death told in error is followed by `registry.person-returned`. */
  'registry.person-died': { personId: string; on: string }
  /** She is no longer assisted from that day on where she was: abroad, in another region, by another authority of this one. */
  'registry.person-left': { personId: string; on: string; where: 'abroad' | 'elsewhere' | 'other-asl' }
  /** She is assisted again: she came back, or what ended it was an error. */
  'registry.person-returned': { personId: string }
  'registry.person-born': { personId: string }
  /** Somebody wants to be called for a campaign, or no longer does. */
  'vaccination.adhesion-changed': { adhesionId: string; patientId: string; campaign: string; what: AdhesionNews }
  'payments.notice-issued': { debtId: string; patientId: string }
  'payments.paid': { debtId: string; patientId: string }
  'payments.expired': { debtId: string; patientId: string }
  'payments.refund-requested': { debtId: string; patientId: string }
  'payments.refunded': { debtId: string; patientId: string }
}

/** What happened to a delegation, as people are told. */
export type DelegationNews =
  | 'asked'
  | 'registered'
  | 'accepted'
  | 'rejected'
  | 'withdrawn'
  | 'revoked'
  | 'suspended'
  | 'resumed'
  | 'unanswered'
  | 'expiring'
  | 'expired'
  | 'ceased'

/** What happened to an exemption, as people are told. */
export type ExemptionNews = 'declared' | 'entered' | 'started' | 'ceased' | 'expired' | 'revoked' | 'reopened'

/** What happened to an adhesion to a campaign, as people are told. */
export type AdhesionNews = 'made' | 'withdrawn'

export type EventName = keyof Events

export interface DomainEvent<N extends EventName = EventName> {
  id: string
  name: N
  payload: Events[N]
  occurredAt: Date
}

/** Writes an event in the transaction of the change it tells of; a worker, woken by the commit, delivers it. */
export async function publish<N extends EventName>(tx: Tx, name: N, payload: Events[N]): Promise<void> {
  const event = { id: uuidv7(), name, payload: JSON.stringify(payload) }
  await insertSoon<'platform', 'platform.event'>(tx, 'platform.event', event)
  wakeWorkers(tx)
}
