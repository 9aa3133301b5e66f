// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { cancel as cancelAppointments, getAppointments, moveAppointment } from '../../engines/scheduling/index.ts'
import { cancelDebt, findDebt, noteSubjectDays } from '../../engines/payments/index.ts'
import { patronDays } from '../../registry/catalogues/index.ts'
import { releaseLater } from '../../national/prescriptions/index.ts'
import { getPlaces } from '../../registry/places/index.ts'
import { daysOf, lockBooking, setState, type BookingRow } from './bookings.ts'
import { accessOf, fitnessOf } from './fitness.ts'
import { askFor, getPrescription } from './prescriptions.ts'
import { freeCancellationUntil } from './rules.ts'
import { ruleOn } from './settings.ts'
import { trace } from './trace.ts'

const started = new Refusal(
  'booking/already-started',
  409,
  {
    it: 'L’appuntamento è già cominciato: non si può più spostare o disdire da qui.',
    en: 'The appointment has already begun: it can no longer be moved or cancelled here.',
  },
  { next: { it: 'Chiama il centro prenotazioni.', en: 'Call the booking centre.' } },
)

const tooLateToMove = new Refusal(
  'booking/too-late-to-move',
  409,
  {
    it: 'È passato il termine per spostare questo appuntamento.',
    en: 'It is too late to move this appointment.',
  },
  {
    next: {
      it: 'Puoi ancora disdirlo, oppure chiamare il centro prenotazioni.',
      en: 'You can still cancel it, or call the booking centre.',
    },
  },
)

/** Until when the earliest appointment of a booking can be moved or cancelled at no charge, and when it starts. */
export async function termsOf(
  tx: Tx,
  platform: Platform,
  row: BookingRow,
): Promise<{ startsAt: Date; freeUntil: Date }> {
  const appointments = [...(await getAppointments(tx, row.appointmentIds)).values()]
  const first = appointments.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime())[0]!
  if (row.movedBy === 'provider') return { startsAt: first.startsAt, freeUntil: first.startsAt }
  const place = (await getPlaces(tx, [first.locationId])).get(first.locationId)!
  const rule = await ruleOn(tx, 'cancellation', romeDay(platform.now()))
  return {
    startsAt: first.startsAt,
    freeUntil: freeCancellationUntil(first.startsAt, rule, await patronDays(tx, place.istatCode)),
  }
}

/**
 * Moves one line of a confirmed booking: the new seat first, then the old one, in one transaction. The first request and
 * its waiting time stay; the prescription stays locked.
 */
export function moveLine(
  platform: Platform,
  actor: Actor,
  id: string,
  wish: { line: number; scheduleId: string; slotId: string },
): Promise<void> {
  const { db, now } = platform
  return withActor(db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    if (row.state !== 'confirmed') {
      throw new Refusal('booking/not-confirmed', 409, {
        it: 'Si può spostare solo una prenotazione confermata.',
        en: 'Only a confirmed booking can be moved.',
      })
    }
    const { startsAt, freeUntil } = await termsOf(tx, platform, row)
    if (startsAt <= now()) throw started
    if (freeUntil < now()) throw tooLateToMove
    await moveTo(tx, platform, row, { ...wish, by: 'patient' })
    await trace(tx, actor, 'UPDATE', 'booking', row)
  })
}

export interface LineMove {
  line: number
  scheduleId: string
  slotId: string
  by: 'patient' | 'provider'
}

/** Moves one line of a locked, confirmed booking and tells who listens. The caller has checked that it may be moved. */
export async function moveTo(tx: Tx, platform: Platform, row: BookingRow, wish: LineMove): Promise<void> {
  const own = tables<'booking'>(tx)
  const line = await own
    .selectFrom('booking.bookingLine')
    .select(['appointmentId', 'startsAt'])
    .where('bookingId', '=', row.id)
    .where('line', '=', wish.line)
    .executeTakeFirst()
  if (!line) throw notFound({ it: 'Prestazione della prenotazione', en: 'Service of the booking' })
  const prescription = await getPrescription(tx, row.prescriptionId)
  const prescribed = prescription.lines.find((one) => one.line === wish.line)
  const fit = await fitnessOf(tx, prescription, romeDay(platform.now()))
  const place = await moveAppointment(tx, {
    appointmentId: line.appointmentId,
    scheduleId: wish.scheduleId,
    slotId: wish.slotId,
    now: platform.now(),
    by: wish.by,
    fit: { ...fit, access: accessOf(prescribed ?? { firstAccess: null }) },
  })
  await own
    .insertInto('booking.bookingMove')
    .values({
      bookingId: row.id,
      line: wish.line,
      patientId: row.patientId,
      ...line,
      movedAt: platform.now(),
      by: wish.by,
    })
    .execute()
  await own
    .updateTable('booking.bookingLine')
    .set({ appointmentId: place.id, startsAt: place.startsAt })
    .where('bookingId', '=', row.id)
    .where('line', '=', wish.line)
    .execute()
  await own
    .updateTable('booking.booking')
    .set((eb) => ({ moves: eb('moves', '+', 1), movedBy: wish.by }))
    .where('id', '=', row.id)
    .execute()
  await noteSubjectDays(tx, { kind: 'booking', id: row.id }, await daysOf(tx, row.id))
  await publish(tx, 'booking.moved', { bookingId: row.id, patientId: row.patientId, line: wish.line })
}

/**
 * Cancels a confirmed booking before it starts. In time: the debt is cancelled or refunded. Late (D.L. 73/2024 art. 3):
 * the co-payment stays due. The seats are offered to the waiting list, the prescription is released on the SAC.
 */
export function cancelBooking(platform: Platform, actor: Actor, id: string, reason: string | undefined): Promise<void> {
  return withActor(platform.db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await trace(tx, actor, 'UPDATE', 'booking', row)
    if (row.state === 'cancelled') return
    await cancelInTransaction(tx, platform, row, { requestId: actor.requestId, by: 'patient', reason })
  })
}

export interface Cancellation {
  requestId: string
  /** A provider's cancellation is never late and costs nothing. */
  by: 'patient' | 'provider'
  reason?: string | undefined
}

/** The same inside a caller's transaction (the link without login, a closed agenda). */
export async function cancelInTransaction(
  tx: Tx,
  platform: Platform,
  row: BookingRow,
  { requestId, by, reason }: Cancellation,
): Promise<void> {
  const now = platform.now()
  const { startsAt, freeUntil } = await termsOf(tx, platform, row)
  if (by === 'patient' && row.state === 'confirmed' && startsAt <= now) throw started
  await setState(tx, row, 'cancelled')
  const late = by === 'patient' && freeUntil < now
  await cancelAppointments(tx, row.appointmentIds, `cancelled-by-${by}`)
  const own = tables<'booking'>(tx)
  await own
    .updateTable('booking.booking')
    .set({ cancelledAt: now, cancelledLate: late, cancelReason: reason ?? null, cancelledBy: by })
    .where('id', '=', row.id)
    .execute()
  await own
    .updateTable('booking.prescription')
    .set({ state: 'released' })
    .where('id', '=', row.prescriptionId)
    .execute()
  const debt = await findDebt(tx, { kind: 'booking', id: row.id })
  if (debt && !late) await cancelDebt(tx, platform, { debtId: debt.id, refund: true })
  await releaseLater(tx, platform, askFor(await getPrescription(tx, row.prescriptionId), requestId))
  await publish(tx, 'booking.cancelled', { bookingId: row.id, patientId: row.patientId, late, by })
}
