// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, withActor, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { bookHeld, extendHold, getAppointments, releaseHeld } from '../../engines/scheduling/index.ts'
import { notify } from '../../engines/notifications/index.ts'
import { openDebt } from '../../engines/payments/index.ts'
import { findHealthCode, getPerson } from '../../registry/people/index.ts'
import { lock, releaseLater } from '../../national/prescriptions/index.ts'
import { daysOf, holdExpired, lockBooking, setState, type BookingRow } from './bookings.ts'
import { askFor, getPrescription, type StoredPrescription } from './prescriptions.ts'
import { ruleOn } from './settings.ts'
import { viewBooking, visitOf } from './views.ts'
import { offerFailed, stopWaiting } from './waiting-offers.ts'
import { trace } from './trace.ts'

/** Milliseconds after which the job takes up a confirmation that has not ended: longer than two requests to the SAC last. */
const takenUpAfter = 60_000

/**
 * Confirms a hold: marks it, locks the prescription on the SAC outside any transaction, then books the seats and opens
 * the debt (docs/adr/0004). When the SAC does not answer the booking stays `confirming`, the place is kept, and a job
 * asks again. Confirming again changes nothing. Refuses with the SAC's reasons (`prescriptions/…`) and frees the place,
 * with `booking/hold-expired`, `scheduling/hold-lost`.
 */
export async function confirm(platform: Platform, actor: Actor, id: string): Promise<void> {
  const { db, now } = platform
  const started = await withActor(db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await trace(tx, actor, 'UPDATE', 'booking', row)
    if (row.state === 'confirmed' || row.state === 'confirming') return undefined
    if (row.state === 'expired' || row.holdExpiresAt <= now()) throw holdExpired
    await setState(tx, row, 'confirming')
    await takeUpLater(tx, platform, id)
    return { row, prescription: await getPrescription(tx, row.prescriptionId) }
  })
  if (started) await settle(platform, started, { requestId: actor.requestId, citizenWaits: true })
}

export interface Confirmation {
  row: BookingRow
  prescription: StoredPrescription
}

export interface Attempt {
  requestId: string
  /** The citizen is looking at the page: she is told there, not by a message. */
  citizenWaits: boolean
}

/**
 * Tries to end a confirmation: true when it is confirmed, false when the SAC is silent and it has to wait.
 * @throws the Refusal for which it came to nothing; the places are then free again
 */
export async function settle(platform: Platform, confirmation: Confirmation, attempt: Attempt): Promise<boolean> {
  const { db } = platform
  const { row, prescription } = confirmation
  let authenticationCode: string | null
  try {
    const locked = await lock(platform, askFor(prescription, attempt.requestId))
    authenticationCode = locked.prescription.authenticationCode
  } catch (error) {
    if (!(error instanceof Refusal)) throw error // a bug: the job takes the booking up
    if (error.status < 500) await asSystem(db, (tx) => refused(tx, platform, row.id, error, attempt))
    else await asSystem(db, (tx) => keepWaiting(tx, platform, row.id))
    if (error.status < 500) throw error
    return false
  }
  const lost = await asSystem(db, (tx) => finish(tx, platform, confirmation, authenticationCode, attempt))
  if (lost) throw lost
  return true
}

/** The job looks after this confirmation from then on. */
export async function takeUpLater(tx: Tx, { now }: Platform, id: string): Promise<void> {
  await tables<'booking'>(tx)
    .updateTable('booking.booking')
    .set({ verifyAt: new Date(now().getTime() + takenUpAfter) })
    .where('id', '=', id)
    .execute()
}

/** The SAC is silent: the places stay the citizen's until a deadline, which the first silence sets. */
async function keepWaiting(tx: Tx, platform: Platform, id: string): Promise<void> {
  const row = await lockBooking(tx, id)
  if (row.state !== 'confirming') return
  await takeUpLater(tx, platform, id)
  if (row.verifyBy) return
  const { hours } = await ruleOn(tx, 'verification', romeDay(platform.now()))
  const appointments = [...(await getAppointments(tx, row.appointmentIds)).values()]
  const latest = platform.now().getTime() + hours * 3_600_000
  const verifyBy = new Date(Math.min(latest, ...appointments.map(({ startsAt }) => startsAt.getTime())))
  await tables<'booking'>(tx).updateTable('booking.booking').set({ verifyBy }).where('id', '=', id).execute()
  await extendHold(tx, row.appointmentIds, verifyBy)
}

/** The SAC said no: the prescription cannot be used, the places are free, nothing is owed. */
async function refused(tx: Tx, platform: Platform, id: string, because: Refusal, attempt: Attempt): Promise<void> {
  const row = await lockBooking(tx, id)
  if (row.state !== 'confirming') return
  await tables<'booking'>(tx)
    .updateTable('booking.prescription')
    .set({ state: 'unusable' })
    .where('id', '=', row.prescriptionId)
    .execute()
  await comesToNothing(tx, platform, row, { as: 'released', because, usable: false, ...attempt })
}

export interface Failure extends Attempt {
  as: 'released' | 'expired'
  because: Refusal
  /** The prescription can be booked again; a lock of ours is then given back. */
  usable: boolean
}

/** Ends a confirmation that failed: places freed, prescription given back, the offer of a waiting list closed. */
export async function comesToNothing(tx: Tx, platform: Platform, row: BookingRow, failure: Failure): Promise<void> {
  await setState(tx, row, failure.as)
  await releaseHeld(tx, row.appointmentIds, failure.as)
  await offerFailed(tx, row.id, failure.usable)
  if (failure.usable) {
    const prescription = await getPrescription(tx, row.prescriptionId)
    await releaseLater(tx, platform, askFor(prescription, failure.requestId))
  }
  if (failure.citizenWaits) return
  const { appointments } = await viewBooking(tx, platform, row.id, 'it')
  await notify(tx, platform, {
    cause: row.id,
    patientId: row.patientId,
    about: { kind: 'booking', id: row.id },
    template: 'booking.failed',
    parameters: {
      prescriptionId: row.prescriptionId,
      because: failure.because.text,
      visits: appointments.map(visitOf),
    },
  })
}

/** Books the seats of a locked prescription. Gives the refusal when they are gone; the lock is then given back. */
async function finish(
  tx: Tx,
  platform: Platform,
  { row, prescription }: Confirmation,
  authenticationCode: string | null,
  attempt: Attempt,
): Promise<Refusal | undefined> {
  const current = await lockBooking(tx, row.id)
  if (current.state === 'confirmed') return undefined
  if (current.state !== 'confirming') {
    await releaseLater(tx, platform, askFor(prescription, attempt.requestId))
    return holdExpired
  }
  const lost = await seatsGone(tx, current)
  if (lost) {
    await comesToNothing(tx, platform, current, { as: 'released', because: lost, usable: true, ...attempt })
    return lost
  }
  const own = tables<'booking'>(tx)
  await setState(tx, current, 'confirmed')
  await own
    .updateTable('booking.booking')
    .set({ confirmedAt: platform.now(), authenticationCode })
    .where('id', '=', row.id)
    .execute()
  await own.updateTable('booking.prescription').set({ state: 'taken' }).where('id', '=', prescription.id).execute()
  await stopWaiting(tx, row.id, prescription.id)
  await openCopayDebt(tx, platform, row.id)
  await publish(tx, 'booking.confirmed', { bookingId: row.id, patientId: row.patientId })
  return undefined
}

/** Books the held seats; the refusal when one is held no more (`bookHeld` checks before it changes anything). */
async function seatsGone(tx: Tx, row: BookingRow): Promise<Refusal | undefined> {
  try {
    await bookHeld(tx, row.appointmentIds)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Opens the payment of a confirmed booking; nothing when the patient owes nothing. */
export async function openCopayDebt(tx: Tx, platform: Platform, bookingId: string): Promise<void> {
  const own = tables<'booking'>(tx)
  const row = await own
    .selectFrom('booking.booking')
    .innerJoin('booking.bookingLine', 'booking.bookingLine.bookingId', 'booking.booking.id')
    .select(['booking.booking.patientId', 'code', 'copay', 'startsAt', 'appointmentId'])
    .where('booking.booking.id', '=', bookingId)
    .orderBy('startsAt')
    .executeTakeFirstOrThrow()
  const { cents } = row.copay as { cents: number } // written by hold() in this shape
  if (cents === 0) return
  const settings = await ruleOn(tx, 'payment', romeDay(platform.now()))
  const today = romeDay(platform.now())
  const due = addDays(romeDay(row.startsAt), -settings.dueDaysBefore)
  const appointment = (await getAppointments(tx, [row.appointmentId])).get(row.appointmentId)!
  const patient = await getPerson(tx, row.patientId)
  const code = await findHealthCode(tx, row.patientId, today)
  await openDebt(tx, platform, {
    creditorId: appointment.organisationId,
    patientId: row.patientId,
    payer: {
      personId: row.patientId,
      fiscalCode: code?.type === 'CF' || code?.type === 'CF_PROVISIONAL' ? code.value : null,
      name: `${patient.givenName} ${patient.familyName}`,
    },
    subject: { kind: 'booking', id: bookingId, code: row.code, days: await daysOf(tx, bookingId) },
    amountCents: cents,
    description: `Ticket prenotazione ${row.code}`,
    dueOn: due < today ? today : due,
  })
}
