// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { systemActor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { Refusal, refusalOf } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { getAppointments } from '../../engines/scheduling/index.ts'
import { letGo, lockBooking, type BookingRow } from './bookings.ts'
import { callOff, cancelInTransaction, moveTo } from './changes.ts'
import { comesToNothing } from './confirm.ts'
import { movingOf, offersToMove, type MovingLine } from './move-offers.ts'
import { getPrescription } from './prescriptions.ts'
import type { Booking, OfferSet } from './schema.ts'
import { viewBooking } from './views.ts'
import { takeInCharge } from './waiting-list.ts'
import { offerFailed } from './waiting-offers.ts'

/** Days of notice for a place before the day that was booked: she must be able to read the message. */
const noticeDays = 3

const closed = new Refusal('booking/agenda-closed', 409, {
  it: 'La struttura ha dovuto chiudere l’agenda di quel giorno.',
  en: 'The provider had to close the agenda of that day.',
})

interface Displaced {
  row: BookingRow
  line: number
  session: number
}

/**
 * Places elsewhere who was booked on a slot that was closed: the first place inside her area and her class; the
 * prescription and the payment stay. When there is none the booking is cancelled by the provider, at no cost, and the
 * waiting-list office takes her in charge; of a cycle that has begun only the session is called off, and the office looks for
 * another date. Holds are let go. Handled twice, nothing more happens.
 */
export async function replaceDisplaced(
  platform: Platform,
  { appointmentId }: { appointmentId: string },
): Promise<void> {
  const requestId = uuidv7()
  const found = await asSystem(platform.db, async (tx) => {
    const displaced = await stillDisplaced(tx, appointmentId)
    if (!displaced) return undefined
    if (displaced.row.state !== 'confirmed') return endUnconfirmed(tx, platform, displaced.row, requestId)
    const { line, session, row } = displaced
    return { moving: { line, session }, booking: await viewBooking(tx, platform, row.id, 'it') }
  })
  if (!found) return
  for (const place of await placesFor(platform, found.booking, found.moving)) {
    if (await moveOrNot(platform, appointmentId, place, requestId)) return
  }
  await asSystem(platform.db, async (tx) => {
    const displaced = await stillDisplaced(tx, appointmentId)
    if (displaced) await giveToOffice(tx, platform, displaced, appointmentId, requestId)
  })
}

/** The booking of an appointment on a closed slot, locked; undefined when it went elsewhere meanwhile or is none of ours. */
async function stillDisplaced(tx: Tx, appointmentId: string): Promise<Displaced | undefined> {
  const lineOf = () =>
    tables<'booking'>(tx)
      .selectFrom('booking.bookingLine')
      .select(['bookingId', 'line', 'session'])
      .where('appointmentId', '=', appointmentId)
      .where('cancelledAt', 'is', null)
      .executeTakeFirst()
  const before = await lineOf()
  if (!before) return undefined
  const row = await lockBooking(tx, before.bookingId)
  const line = await lineOf() // a move may have ended just before the lock
  const appointment = (await getAppointments(tx, [appointmentId])).get(appointmentId)
  return line && appointment?.toReplace ? { row, line: line.line, session: line.session } : undefined
}

/** Nobody relies yet on a place that was only held: it is let go, and who waits for its confirmation is told. */
async function endUnconfirmed(tx: Tx, platform: Platform, row: BookingRow, requestId: string): Promise<undefined> {
  if (row.state === 'confirming') {
    const failure = { as: 'released', because: closed, usable: true, requestId, citizenWaits: false } as const
    await comesToNothing(tx, platform, row, failure)
  }
  if (row.state === 'held') {
    await letGo(tx, platform, row, requestId)
    await offerFailed(tx, row.id, true)
  }
  return undefined
}

/**
 * Places for one line that keep its guarantee, the best first: not before the day that was booked, else with notice. A session
 * of a cycle stays in its rhythm at its place; a later one has no maximum of its own.
 */
function placesFor(platform: Platform, booking: Booking, moving: MovingLine): Promise<OfferSet[]> {
  const appointment = movingOf(booking, moving)! // found through this line
  const first = appointment.session === 1
  const keepsGuarantee = (set: OfferSet) => set.insideArea && (!first || set.withinMaximum || !booking.withinMaximum)
  const days = [romeDay(new Date(appointment.startsAt)), addDays(romeDay(platform.now()), noticeDays)]
  return asSystem(platform.db, async (tx) => {
    const found: OfferSet[] = []
    for (const from of days) {
      const { sets } = await offersToMove(tx, platform, booking, moving, { from }, 'it')
      found.push(...sets.filter(keepsGuarantee))
    }
    return found
  })
}

/** True when she was moved there or needs no place any more; false when somebody was faster or the hour does not fit. */
async function moveOrNot(
  platform: Platform,
  appointmentId: string,
  set: OfferSet,
  requestId: string,
): Promise<boolean> {
  const { scheduleId, slotId } = set.places[0]! // a set has a place for every line asked for, here one
  try {
    await asSystem(platform.db, async (tx) => {
      const displaced = await stillDisplaced(tx, appointmentId)
      if (displaced?.row.state !== 'confirmed') return
      const { line, session } = displaced
      await moveTo(tx, platform, displaced.row, { line, session, scheduleId, slotId, by: 'provider' })
      await record(tx, displaced.row, requestId)
    })
    return true
  } catch (error) {
    if (refusalOf(error)) return false
    throw error
  }
}

/** No place keeps her guarantee: cancelled by the provider, every service goes to the waiting-list office. */
async function giveToOffice(
  tx: Tx,
  platform: Platform,
  { row, line }: Displaced,
  appointmentId: string,
  requestId: string,
): Promise<void> {
  if (row.state !== 'confirmed') return
  const now = platform.now()
  const prescription = await getPrescription(tx, row.prescriptionId)
  const lines = await tables<'booking'>(tx)
    .selectFrom('booking.bookingLine')
    .select(['line', 'session', 'serviceId', 'startsAt'])
    .where('bookingId', '=', row.id)
    .orderBy('line')
    .orderBy('session')
    .execute()
  const firsts = lines.filter(({ session }) => session === 1)
  const begun = lines.length > firsts.length && lines.some(({ startsAt }) => startsAt <= now)
  if (begun) await callOff(tx, platform, row, { appointmentIds: [appointmentId], by: 'provider' })
  else await cancelInTransaction(tx, platform, row, { requestId, by: 'provider' })
  for (const one of firsts) {
    if (begun && (one.line !== line || (await isWaiting(tx, row, line)))) continue
    await takeInCharge(tx, now, prescription, { line: one.line, serviceId: one.serviceId, escalated: true })
  }
  await record(tx, row, requestId)
}

/** Whether the office looks for a date for this line already, since another session of it was called off. */
async function isWaiting(tx: Tx, { prescriptionId }: BookingRow, line: number): Promise<boolean> {
  const entry = await tables<'booking'>(tx)
    .selectFrom('booking.waitingListEntry')
    .select('id')
    .where('prescriptionId', '=', prescriptionId)
    .where('line', '=', line)
    .where('state', 'in', ['taken-in-charge', 'offered', 'escalated'])
    .executeTakeFirst()
  return entry !== undefined
}

const record = (tx: Tx, { id, patientId }: BookingRow, requestId: string): Promise<void> =>
  audit(tx, systemActor(requestId), {
    action: 'UPDATE',
    patientId,
    object: 'booking',
    objectId: id,
    purpose: 'agenda-closure',
  })
