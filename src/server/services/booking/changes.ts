// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import {
  cancel as cancelAppointments,
  getAppointments,
  moveAppointment,
  type AppointmentView,
} from '../../engines/scheduling/index.ts'
import { cancelDebt, findDebt, noteSubjectDays } from '../../engines/payments/index.ts'
import { patronDays } from '../../registry/catalogues/index.ts'
import { releaseLater } from '../../national/prescriptions/index.ts'
import { getPlaces } from '../../registry/places/index.ts'
import { daysOf, lockBooking, setState, type BookingRow } from './bookings.ts'
import { accessOf, fitnessOf } from './fitness.ts'
import { askFor, getPrescription, type StoredPrescription } from './prescriptions.ts'
import { freeCancellationUntil } from './rules.ts'
import { mustKeepRhythm, rhythmOf } from './sessions.ts'
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

const noLine = notFound({ it: 'Prestazione della prenotazione', en: 'Service of the booking' })

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

/** Until when something can be moved or cancelled at no charge, and when it starts. */
interface Terms {
  startsAt: Date
  freeUntil: Date
}

const inOrder = (appointments: Iterable<AppointmentView>): AppointmentView[] =>
  [...appointments].toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime())

/** The terms of the earliest of these appointments of a booking; of all of them when nothing else is said. */
export async function termsOf(
  tx: Tx,
  platform: Platform,
  row: BookingRow,
  appointmentIds: readonly string[] = row.appointmentIds,
): Promise<Terms> {
  const first = inOrder((await getAppointments(tx, appointmentIds)).values())[0]!
  if (row.movedBy === 'provider') return { startsAt: first.startsAt, freeUntil: first.startsAt }
  const place = (await getPlaces(tx, [first.locationId])).get(first.locationId)!
  const rule = await ruleOn(tx, 'cancellation', romeDay(platform.now()))
  return {
    startsAt: first.startsAt,
    freeUntil: freeCancellationUntil(first.startsAt, rule, await patronDays(tx, place.istatCode)),
  }
}

/**
 * Moves one line of a confirmed booking, or one session of a line that has several: the new seat first, then the old one, in
 * one transaction. The first request and its waiting time stay; the prescription stays locked. A session keeps the terms of
 * its own day, stays at the place of the others and in their rhythm; refuses with `booking/out-of-rhythm`.
 */
export function moveLine(
  platform: Platform,
  actor: Actor,
  id: string,
  wish: { line: number; session?: number; scheduleId: string; slotId: string },
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
    const { startsAt, freeUntil } = await termsOf(tx, platform, row, await sessionAlone(tx, id, wish))
    if (startsAt <= now()) throw started
    if (freeUntil < now()) throw tooLateToMove
    await moveTo(tx, platform, row, { ...wish, by: 'patient' })
    await trace(tx, actor, 'UPDATE', 'booking', row)
  })
}

/** The session that is to be moved, when its line has several: the others may be over. */
async function sessionAlone(
  tx: Tx,
  bookingId: string,
  { line, session }: { line: number; session?: number },
): Promise<string[] | undefined> {
  if (session === undefined) return undefined
  const found = await tables<'booking'>(tx)
    .selectFrom('booking.bookingLine')
    .select('appointmentId')
    .where('bookingId', '=', bookingId)
    .where('line', '=', line)
    .where('session', '=', session)
    .where('cancelledAt', 'is', null)
    .executeTakeFirst()
  if (!found) throw noLine
  return [found.appointmentId]
}

export interface LineMove {
  line: number
  /** Which session, of a line that has several. */
  session?: number
  scheduleId: string
  slotId: string
  by: 'patient' | 'provider'
}

/** Moves one line of a locked, confirmed booking and tells who listens. The caller has checked that it may be moved. */
export async function moveTo(tx: Tx, platform: Platform, row: BookingRow, wish: LineMove): Promise<void> {
  const own = tables<'booking'>(tx)
  const lines = await own
    .selectFrom('booking.bookingLine')
    .select(['session', 'serviceId', 'appointmentId', 'startsAt', 'cancelledAt'])
    .where('bookingId', '=', row.id)
    .where('line', '=', wish.line)
    .orderBy('session')
    .execute()
  const line = lines.length === 1 ? lines[0] : lines.find(({ session }) => session === wish.session)
  if (!line || line.cancelledAt) throw noLine
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
      session: line.session,
      patientId: row.patientId,
      appointmentId: line.appointmentId,
      startsAt: line.startsAt,
      movedAt: platform.now(),
      by: wish.by,
    })
    .execute()
  const moved = lines.map((one) => (one === line ? { ...one, appointmentId: place.id, startsAt: place.startsAt } : one))
  for (const [i, one] of moved.toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime()).entries()) {
    const turn = lines[i]!
    if (turn.appointmentId === one.appointmentId) continue
    const { appointmentId, startsAt, cancelledAt } = one
    await own
      .updateTable('booking.bookingLine')
      .set({ appointmentId, startsAt, cancelledAt })
      .where('bookingId', '=', row.id)
      .where('line', '=', wish.line)
      .where('session', '=', turn.session)
      .execute()
  }
  if (wish.by === 'patient' && lines.length > 1 && prescribed) {
    const live = moved.filter((one) => !one.cancelledAt)
    await mustStaySeries(tx, prescription, prescribed, live, romeDay(platform.now()))
  }
  await own
    .updateTable('booking.booking')
    .set((eb) => ({ moves: eb('moves', '+', 1), movedBy: wish.by }))
    .where('id', '=', row.id)
    .execute()
  await noteSubjectDays(tx, { kind: 'booking', id: row.id }, await daysOf(tx, row.id))
  const change = { line: wish.line, from: line.appointmentId, to: place.id }
  await publish(tx, 'booking.moved', { bookingId: row.id, patientId: row.patientId, ...change })
}

/** Refuses a move that takes a session out of the rhythm or away from the place of the others. */
async function mustStaySeries(
  tx: Tx,
  prescription: StoredPrescription,
  prescribed: StoredPrescription['lines'][number],
  lines: readonly { appointmentId: string; serviceId: string }[],
  today: Day,
): Promise<void> {
  const appointments = await getAppointments(
    tx,
    lines.map(({ appointmentId }) => appointmentId),
  )
  mustKeepRhythm(inOrder(appointments.values()), await rhythmOf(tx, prescribed, lines[0]!.serviceId, today))
}

/**
 * Cancels a confirmed booking before it starts. In time: the debt is cancelled or refunded. Late (D.L. 73/2024 art. 3):
 * the co-payment stays due. The seats are offered to the waiting list, the prescription is released on the SAC.
 */
export function cancelBooking(
  platform: Platform,
  actor: Actor,
  id: string,
  { reason, remaining = false }: { reason?: string; remaining?: boolean },
): Promise<void> {
  return withActor(platform.db, actor, async (tx) => {
    const row = await lockBooking(tx, id)
    await trace(tx, actor, 'UPDATE', 'booking', row)
    if (row.state === 'cancelled') return
    const rest = remaining ? await sessionsLeft(tx, row, platform.now()) : undefined
    if (rest) await callOff(tx, platform, row, { ...rest, by: 'patient' })
    else await cancelInTransaction(tx, platform, row, { requestId: actor.requestId, by: 'patient', reason })
  })
}

/** The sessions still to come of a cycle that has begun; undefined when nothing has begun and all can be cancelled. */
async function sessionsLeft(tx: Tx, row: BookingRow, now: Date): Promise<{ appointmentIds: string[] } | undefined> {
  const appointments = inOrder((await getAppointments(tx, row.appointmentIds)).values())
  const left = appointments.filter(({ startsAt }) => startsAt > now)
  if (left.length === appointments.length) return undefined
  if (row.state !== 'confirmed' || left.length === 0) throw started
  return { appointmentIds: left.map(({ id }) => id) }
}

/**
 * Calls off some sessions of a cycle whose others stay. The prescription remains taken and is closed with the sessions that
 * were held; the co-payment is one for the prescription and stays. The seats are offered to the waiting list.
 */
export async function callOff(
  tx: Tx,
  platform: Platform,
  row: BookingRow,
  { appointmentIds, by }: { appointmentIds: readonly string[]; by: 'patient' | 'provider' },
): Promise<void> {
  const now = platform.now()
  const { freeUntil } = await termsOf(tx, platform, row, appointmentIds)
  await cancelAppointments(tx, appointmentIds, `cancelled-by-${by}`)
  await tables<'booking'>(tx)
    .updateTable('booking.bookingLine')
    .set({ cancelledAt: now })
    .where('bookingId', '=', row.id)
    .where('appointmentId', 'in', appointmentIds)
    .execute()
  await noteSubjectDays(tx, { kind: 'booking', id: row.id }, await daysOf(tx, row.id))
  const late = by === 'patient' && freeUntil < now
  const called = { bookingId: row.id, patientId: row.patientId, appointmentIds: [...appointmentIds], late, by }
  await publish(tx, 'booking.sessions-cancelled', called)
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
