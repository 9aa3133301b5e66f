// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { bookHeld, getAppointments, takePlaces } from '../../engines/scheduling/index.ts'
import { noteSubjectDays } from '../../engines/payments/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { Refusal, refusalOf } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { getServices } from '../../registry/catalogues/index.ts'
import { getPerson, isLiving } from '../../registry/people/index.ts'
import { getPlaces } from '../../registry/places/index.ts'
import { daysOf, lockBooking, type BookingRow } from './bookings.ts'
import { getPrescription } from './prescriptions.ts'
import { rank } from './rules.ts'
import type { GivenBack } from './schema.ts'
import { ruleOn } from './settings.ts'
import { verifyJob } from './verification.ts'

const used = new Refusal('booking/prescription-not-bookable', 409, {
  it: 'La ricetta intanto è stata usata.',
  en: 'The prescription has been used meanwhile.',
})

/** Notes which appointments of a booking a death cancelled. */
export async function noteCancelled(
  tx: Tx,
  { now }: Platform,
  { id: bookingId, patientId }: BookingRow,
  appointmentIds: readonly string[],
): Promise<void> {
  await tables<'booking'>(tx)
    .insertInto('booking.deathCancellation')
    .values(appointmentIds.map((appointmentId) => ({ appointmentId, bookingId, patientId, cancelledAt: now() })))
    .execute()
}

/**
 * The death was an error: asks for the places it cancelled again, each booking by itself and all or none. A place that is gone, or
 * a prescription used meanwhile, stays cancelled: she is told, and the office sees it. It may run twice.
 */
export async function giveBack(platform: Platform, personId: string): Promise<void> {
  const ids = await asSystem(platform.db, async (tx) => {
    if (!(await isLiving(tx, personId))) return []
    const rows = await tables<'booking'>(tx)
      .selectFrom('booking.deathCancellation')
      .select('bookingId')
      .distinct()
      .where('patientId', '=', personId)
      .where('undoneAt', 'is', null)
      .orderBy('bookingId')
      .execute()
    return rows.map(({ bookingId }) => bookingId)
  })
  for (const id of ids) {
    try {
      await asSystem(platform.db, (tx) => restore(tx, platform, id))
    } catch (error) {
      const refusal = refusalOf(error)
      if (!refusal || refusal.status >= 500) throw error
      await asSystem(platform.db, (tx) => leave(tx, platform, id))
    }
  }
}

/** Appointments of a locked booking that are to be given back. */
async function cancelledOf(tx: Tx, bookingId: string): Promise<string[]> {
  const rows = await tables<'booking'>(tx)
    .selectFrom('booking.deathCancellation')
    .select('appointmentId')
    .where('bookingId', '=', bookingId)
    .where('undoneAt', 'is', null)
    .orderBy('appointmentId')
    .execute()
  return rows.map(({ appointmentId }) => appointmentId)
}

async function settle(tx: Tx, { now }: Platform, bookingId: string, restoredAs: string | null): Promise<void> {
  await tables<'booking'>(tx)
    .updateTable('booking.deathCancellation')
    .set({ undoneAt: now(), restoredAs })
    .where('bookingId', '=', bookingId)
    .where('undoneAt', 'is', null)
    .execute()
}

/** @throws Refusal when a place is gone, she has something else at that hour, or the prescription was used */
async function restore(tx: Tx, platform: Platform, id: string): Promise<void> {
  const row = await lockBooking(tx, id)
  const appointmentIds = await cancelledOf(tx, id)
  if (appointmentIds.length === 0) return
  const prescription = await getPrescription(tx, row.prescriptionId)
  if (row.state !== 'confirmed' && prescription.state !== 'released') throw used
  const { now } = platform
  const { citizenMinutes } = await ruleOn(tx, 'hold', romeDay(now()))
  const heldUntil = new Date(now().getTime() + citizenMinutes * 60_000)
  const old = [...(await getAppointments(tx, appointmentIds)).values()]
  const taken = await takePlaces(tx, {
    patientId: row.patientId,
    places: old.map(({ serviceId, scheduleId, slotId }) => ({ serviceId, scheduleId, slotId })),
    rank: rank(prescription.priority),
    heldUntil,
    now: now(),
    channel: 'WEB',
    requestedAt: prescription.firstContactAt,
  })
  const successor = new Map(old.map((one, i) => [one.id, taken[i]!.id]))
  if (row.state === 'confirmed') await joinAgain(tx, row, successor)
  await settle(tx, platform, id, row.state === 'confirmed' ? id : await again(tx, platform, row, heldUntil, successor))
}

/** Sessions that were called off belong to their cycle again. */
async function joinAgain(tx: Tx, { id, patientId }: BookingRow, successor: Map<string, string>): Promise<void> {
  await bookHeld(tx, [...successor.values()])
  for (const [before, appointmentId] of successor)
    await tables<'booking'>(tx)
      .updateTable('booking.bookingLine')
      .set({ appointmentId, cancelledAt: null })
      .where('bookingId', '=', id)
      .where('appointmentId', '=', before)
      .execute()
  await noteSubjectDays(tx, { kind: 'booking', id }, await daysOf(tx, id))
  await publish(tx, 'booking.confirmed', { bookingId: id, patientId })
}

/**
 * A booking like the one that was cancelled, on its way to being confirmed: the prescription has to be locked again on the SAC,
 * which the job does that looks after confirmations.
 */
async function again(
  tx: Tx,
  { now, queue }: Platform,
  row: BookingRow,
  heldUntil: Date,
  successor: Map<string, string>,
): Promise<string> {
  const own = tables<'booking'>(tx)
  const { copay, ...facts } = await own
    .selectFrom('booking.booking')
    .select(['priority', 'channel', 'bookedBy', 'requestedAt', 'firstAvailableAt', 'withinMaximum', 'acceptsBeyond'])
    .select('copay')
    .where('id', '=', row.id)
    .executeTakeFirstOrThrow()
  const lines = await own
    .selectFrom('booking.bookingLine')
    .select(['line', 'session', 'sessions', 'sameDay', 'serviceId', 'appointmentId', 'startsAt', 'cancelledAt'])
    .where('bookingId', '=', row.id)
    .execute()
  const id = uuidv7(now().getTime())
  const { patientId, prescriptionId, nre } = row
  await own
    .insertInto('booking.booking')
    .values({
      ...facts,
      id,
      code: publicCode(),
      patientId,
      prescriptionId,
      nre,
      state: 'confirming',
      holdExpiresAt: heldUntil,
      verifyAt: now(),
      copay: JSON.stringify(copay),
      requestKey: id,
    })
    .execute()
  await own
    .insertInto('booking.bookingLine')
    .values(
      lines.map((line) => ({
        ...line,
        bookingId: id,
        patientId,
        appointmentId: successor.get(line.appointmentId) ?? line.appointmentId,
      })),
    )
    .execute()
  await queue.send(tx, verifyJob, {})
  return id
}

/** What cannot be given back stays cancelled, and now she can be told. */
async function leave(tx: Tx, platform: Platform, id: string): Promise<void> {
  const { patientId, state } = await lockBooking(tx, id)
  const appointmentIds = await cancelledOf(tx, id)
  if (appointmentIds.length === 0) return
  await settle(tx, platform, id, null)
  const told = { bookingId: id, patientId, late: false, by: 'provider' } as const
  if (state === 'confirmed') await publish(tx, 'booking.sessions-cancelled', { ...told, appointmentIds })
  else await publish(tx, 'booking.cancelled', told)
}

const came: Partial<Record<string, GivenBack['state']>> = { confirming: 'waiting', released: 'lost', expired: 'lost' }

/** What became of the appointments that a death told in error had cancelled, the earliest first; for the office, with a trail. */
export function listGivenBack(platform: Platform, actor: Actor, patientId: string): Promise<GivenBack[]> {
  return asSystem(platform.db, async (tx) => {
    await getPerson(tx, patientId)
    const rows = await tables<'booking'>(tx)
      .selectFrom('booking.deathCancellation as d')
      .innerJoin('booking.booking as b', (join) =>
        join.on(({ ref, eb, fn }) => eb('b.id', '=', fn.coalesce(ref('d.restoredAs'), ref('d.bookingId')))),
      )
      .select(['d.appointmentId', 'd.restoredAs', 'b.state', 'b.code'])
      .where('d.patientId', '=', patientId)
      .where('d.undoneAt', 'is not', null)
      .orderBy('d.undoneAt', 'desc')
      .limit(100)
      .execute()
    await audit(tx, actor, { action: 'SEARCH', patientId, object: 'booking', purpose: 'enrolment' })
    const appointments = await getAppointments(
      tx,
      rows.map((row) => row.appointmentId),
    )
    const all = [...appointments.values()]
    const places = await getPlaces(tx, [...new Set(all.map(({ locationId }) => locationId))])
    const services = new Map(
      (await getServices(tx, [...new Set(all.map(({ serviceId }) => serviceId))], romeDay(platform.now()))).map(
        (service) => [service.id, service],
      ),
    )
    return rows
      .map(({ appointmentId: id, restoredAs, state, code }) => {
        const { startsAt, serviceId, locationId } = appointments.get(id)! // a foreign key holds it
        const { descriptionIt, descriptionEn } = services.get(serviceId)!
        return {
          id,
          code,
          startsAt: startsAt.toISOString(),
          service: actor.language === 'it' ? descriptionIt : descriptionEn,
          place: places.get(locationId)!.name,
          state: restoredAs === null ? 'lost' : (came[state] ?? 'restored'),
        } satisfies GivenBack
      })
      .toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
  })
}
