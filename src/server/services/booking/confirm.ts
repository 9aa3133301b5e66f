// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { asSystem, becomeActor, soon, tables, withActor, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { bookHeld, extendHold, getAppointments, releaseHeld } from '../../engines/scheduling/index.ts'
import { notify } from '../../engines/notifications/index.ts'
import { lock, releaseLater, want, type Wanted } from '../../national/prescriptions/index.ts'
import { holdExpired, lockBooking, setState, type BookingRow } from './bookings.ts'
import { numberFor, openCopayDebt, owedFor } from './debt.ts'
import { look } from './look.ts'
import { askFor, findPrescription, getPrescription, noPrescription, type StoredPrescription } from './prescriptions.ts'
import { move } from './rules.ts'
import type { Booking } from './schema.ts'
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
export async function confirm(platform: Platform, actor: Actor, id: string): Promise<Booking> {
  const { db } = platform
  const { started, answer } = await withActor(db, actor, async (tx) => {
    const begun = await start(tx, platform, actor, id)
    return begun ? { started: begun } : { answer: await look(tx, platform, actor, id) }
  })
  if (answer) return answer
  const attempt = { requestId: actor.requestId, citizenWaits: true }
  let view: Booking | undefined
  await settle(platform, started, attempt, async (tx) => {
    becomeActor(tx, actor)
    view = await look(tx, platform, actor, id)
  })
  return view ?? withActor(db, actor, (tx) => look(tx, platform, actor, id))
}

/** Marks a hold as being confirmed and the lock as wanted; undefined when it has been confirmed, or is being, already. */
async function start(tx: Tx, platform: Platform, actor: Actor, id: string): Promise<Confirmation | undefined> {
  const { now } = platform
  const [row, prescription] = await Promise.all([lockBooking(tx, id), findPrescription(tx, { bookingId: id })])
  await trace(tx, actor, 'UPDATE', 'booking', row)
  if (row.state === 'confirmed' || row.state === 'confirming') return undefined
  if (row.state === 'expired' || row.holdExpiresAt <= now()) throw holdExpired
  if (!prescription) throw noPrescription
  move(row.state, 'confirming')
  await soon(tx, ownBooking(tx, id).set({ state: 'confirming', verifyAt: takenUpFrom(platform) }))
  const wanted = want(tx, platform, askFor(prescription, actor.requestId))
  wanted.catch(() => undefined) // answered with the commit, which fails with it
  return { row, prescription, wanted }
}

export interface Confirmation {
  row: BookingRow
  prescription: StoredPrescription
  /** The lock has been noted as wanted, for this attempt. */
  wanted?: Promise<Wanted>
}

export interface Attempt {
  requestId: string
  /** The citizen is looking at the page: she is told there, not by a message. */
  citizenWaits: boolean
}

const ownBooking = (tx: Tx, id: string) =>
  tables<'booking'>(tx).updateTable('booking.booking').where('booking.booking.id', '=', id)

/**
 * Tries to end a confirmation: true when it is confirmed, false when the SAC is silent and it has to wait. `afterwards` runs
 * last in the transaction that confirms it.
 * @throws the Refusal for which it came to nothing; the places are then free again
 */
export async function settle(
  platform: Platform,
  confirmation: Confirmation,
  attempt: Attempt,
  afterwards: (tx: Tx) => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  const { db } = platform
  const { row, prescription, wanted } = confirmation
  let authenticationCode: string | null
  try {
    const locked = await lock(platform, askFor(prescription, attempt.requestId), await wanted)
    authenticationCode = locked.prescription.authenticationCode
  } catch (error) {
    if (!(error instanceof Refusal)) throw error // a bug: the job takes the booking up
    if (error.status < 500) await asSystem(db, (tx) => refused(tx, platform, row.id, error, attempt))
    else await asSystem(db, (tx) => keepWaiting(tx, platform, row.id))
    if (error.status < 500) throw error
    return false
  }
  const lost = await asSystem(db, async (tx) => {
    const refusal = await finish(tx, platform, confirmation, authenticationCode, attempt)
    if (!refusal) await afterwards(tx)
    return refusal
  })
  if (lost) throw lost
  return true
}

/** The job looks after this confirmation from then on. */
export async function takeUpLater(tx: Tx, platform: Platform, id: string): Promise<void> {
  await soon(tx, ownBooking(tx, id).set({ verifyAt: takenUpFrom(platform) }))
}

const takenUpFrom = ({ now }: Platform): Date => new Date(now().getTime() + takenUpAfter)

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
  await soon(tx, ownBooking(tx, id).set({ verifyBy }))
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
  const [current, owed] = await Promise.all([lockBooking(tx, row.id), owedFor(tx, row, romeDay(platform.now()))])
  if (current.state === 'confirmed') return undefined
  if (current.state !== 'confirming') {
    await releaseLater(tx, platform, askFor(prescription, attempt.requestId))
    return holdExpired
  }
  const number = numberFor(tx, owed)
  number.catch(() => undefined) // told below, unless the seats are gone
  const lost = await seatsGone(tx, current)
  if (lost) {
    await comesToNothing(tx, platform, current, { as: 'released', because: lost, usable: true, ...attempt })
    return lost
  }
  const own = tables<'booking'>(tx)
  move(current.state, 'confirmed')
  const confirmedAt = platform.now()
  await soon(tx, ownBooking(tx, row.id).set({ state: 'confirmed', confirmedAt, authenticationCode }))
  await soon(tx, own.updateTable('booking.prescription').set({ state: 'taken' }).where('id', '=', prescription.id))
  await Promise.all([stopWaiting(tx, row.id, prescription.id), openCopayDebt(tx, platform, row, owed, await number)])
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
