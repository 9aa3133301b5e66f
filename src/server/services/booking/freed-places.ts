// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { Refusal, refusalOf } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { findFreeSlot, takePlaces, type FreeSlot } from '../../engines/scheduling/index.ts'
import { copayOf } from './copay.ts'
import { accessOf, fitnessOf } from './fitness.ts'
import { inSessions } from './bookings.ts'
import { getPrescription, type StoredPrescription } from './prescriptions.ts'
import { hasSeries, planPrescription, seriesLines } from './sessions.ts'
import { ruleOn } from './settings.ts'

interface Place {
  scheduleId: string
  slotId: string
}

/**
 * Offers a freed seat to who waits for it: by class, then deadline, then request. The seat is held for her until the
 * answer is due, so it cannot be taken meanwhile; the reason she was chosen is kept. Who waits for a cycle is offered all its
 * sessions, planned at that place with the seats free there. Who cannot take it (another appointment at that hour, an age the
 * agenda does not serve, too few seats for a cycle) keeps her turn for the next one.
 */
export async function offerFreedPlace(platform: Platform, place: Place): Promise<void> {
  const passed: string[] = []
  for (;;) {
    let asked: string | undefined
    try {
      await asSystem(platform.db, async (tx) => {
        const slot = await findFreeSlot(tx, place.scheduleId, place.slotId, platform.now())
        const entry = slot && (await nextInLine(tx, slot, passed))
        asked = entry?.id
        if (slot && entry) await offer(tx, platform, place, slot, entry)
      })
      return
    } catch (error) {
      const refusal = refusalOf(error)
      if (!asked || !refusal) throw error
      platform.log.info({ entryId: asked, code: refusal.code }, 'a freed place does not fit who comes first')
      passed.push(asked)
    }
  }
}

/**
 * Who is to be asked next. Several lines of one prescription are booked together by the waiting-list office; a single one
 * can be offered here.
 */
function nextInLine(tx: Tx, slot: FreeSlot, passed: readonly string[]) {
  return tables<'booking'>(tx)
    .selectFrom('booking.waitingListEntry as e')
    .innerJoin('booking.prescription as p', 'p.id', 'e.prescriptionId')
    .select([
      'e.id',
      'e.patientId',
      'e.prescriptionId',
      'e.line',
      'e.serviceId',
      'e.classRank',
      'e.deadline',
      'e.requestedAt',
    ])
    .where('e.state', 'in', ['taken-in-charge', 'escalated'])
    .where('e.serviceId', 'in', slot.serviceIds)
    .where('e.classRank', '<=', slot.openTo)
    .where(sql<boolean>`(e.area = '[]'::jsonb or e.area ? ${slot.aslId}::text)`)
    .where('p.state', 'in', ['bookable', 'released'])
    .where(sql<boolean>`jsonb_array_length(p.content -> 'lines') = 1`)
    .where(sql<boolean>`e.id <> all(${[...passed]}::uuid[])`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('booking.waitingListOffer as o')
            .select('o.id')
            .whereRef('o.entryId', '=', 'e.id')
            .where('o.startsAt', '=', slot.startsAt)
            .where('o.state', 'in', ['declined', 'lapsed']),
        ),
      ),
    )
    .orderBy('e.classRank')
    .orderBy('e.deadline')
    .orderBy('e.requestedAt')
    .limit(1)
    .forUpdate(['e'])
    .skipLocked()
    .executeTakeFirst()
}
type Entry = NonNullable<Awaited<ReturnType<typeof nextInLine>>>

/** Holds the seats for a waiting person and asks her; nothing when there is no time left to answer. */
async function offer(tx: Tx, platform: Platform, place: Place, slot: FreeSlot, entry: Entry): Promise<void> {
  const now = platform.now()
  const settings = await ruleOn(tx, 'waiting-list', romeDay(now))
  const prescription = await getPrescription(tx, entry.prescriptionId)
  const places = await placesFor(tx, platform, { place, slot, entry, prescription })
  const startsAt = places[0]!.startsAt // one at least
  const answerBy = new Date(Math.min(now.getTime() + settings.answerHours * 3_600_000, startsAt.getTime() - 3_600_000))
  if (answerBy <= now) return
  const bookingId = await holdFor(tx, platform, { places, entry, prescription, answerBy })
  const own = tables<'booking'>(tx)
  await own
    .insertInto('booking.waitingListOffer')
    .values({
      id: uuidv7(now.getTime()),
      entryId: entry.id,
      patientId: entry.patientId,
      bookingId,
      state: 'open',
      offeredAt: now,
      answerBy,
      startsAt,
      reason: `rank ${entry.classRank}, deadline ${entry.deadline}, requested ${entry.requestedAt.toISOString()}`,
    })
    .execute()
  await own
    .updateTable('booking.waitingListEntry')
    .set({ state: 'offered', bookingId })
    .where('id', '=', entry.id)
    .execute()
  await publish(tx, 'waiting-list.offered', { entryId: entry.id, patientId: entry.patientId })
}

interface Offered {
  entry: Entry
  prescription: StoredPrescription
}

const cycleTooLong = new Refusal('booking/cycle-does-not-fit', 409, {
  it: 'I posti liberi in questa sede non bastano per il ciclo.',
  en: 'The free places here are not enough for the cycle.',
})

/**
 * The freed place; for a cycle the earliest whole series at that place, which she has not declined. Refuses with
 * `booking/cycle-does-not-fit`.
 */
async function placesFor(
  tx: Tx,
  { now }: Platform,
  { place, slot, entry, prescription }: Offered & { place: Place; slot: FreeSlot },
): Promise<(Place & { startsAt: Date })[]> {
  if (!hasSeries(prescription)) return [{ ...place, startsAt: slot.startsAt }]
  const today = romeDay(now())
  const lines = await seriesLines(tx, prescription, [entry.serviceId], today)
  const fit = await fitnessOf(tx, prescription, today)
  const declined = await tables<'booking'>(tx)
    .selectFrom('booking.waitingListOffer')
    .select('startsAt')
    .where('entryId', '=', entry.id)
    .where('state', 'in', ['declined', 'lapsed'])
    .execute()
  const refused = new Set(declined.map(({ startsAt }) => startsAt.getTime()))
  const sets = await planPrescription(tx, prescription, lines, { now: now(), fit, locationId: slot.locationId })
  const set = sets.find(({ places }) => !refused.has(Date.parse(places[0]!.offer.startsAt)))
  if (!set) throw cycleTooLong
  return set.places.map(({ offer: { scheduleId, slotId, startsAt } }) => ({
    scheduleId,
    slotId,
    startsAt: new Date(startsAt),
  }))
}

/** A booking held for a waiting person until her answer is due; gives its id. */
async function holdFor(
  tx: Tx,
  { now, config }: Platform,
  { places, entry, prescription, answerBy }: Offered & { places: readonly Place[]; answerBy: Date },
): Promise<string> {
  const { patientId, serviceId } = entry
  const fit = await fitnessOf(tx, prescription, romeDay(now()))
  const line = prescription.lines.find((one) => one.line === entry.line)
  const access = accessOf(line ?? { firstAccess: null })
  const taken = await takePlaces(tx, {
    patientId,
    places: places.map(({ scheduleId, slotId }) => ({ serviceId, scheduleId, slotId, fit: { ...fit, access } })),
    rank: entry.classRank,
    heldUntil: answerBy,
    now: now(),
    channel: 'WEB',
    requestedAt: prescription.firstContactAt,
  })
  const lines = inSessions(
    prescription,
    taken.map(() => ({ line: entry.line, serviceId })),
    taken,
  )
  const first = lines[0]!.startsAt // places were asked for, and got
  const bookingId = uuidv7(now().getTime())
  const own = tables<'booking'>(tx)
  await own
    .insertInto('booking.booking')
    .values({
      id: bookingId,
      code: publicCode(),
      patientId,
      prescriptionId: prescription.id,
      nre: prescription.nre,
      priority: prescription.priority,
      state: 'held',
      bookedBy: patientId,
      requestedAt: now(),
      holdExpiresAt: answerBy,
      firstAvailableAt: first,
      withinMaximum: romeDay(first) <= entry.deadline,
      acceptsBeyond: true,
      copay: JSON.stringify(await copayOf(tx, config.region.code, prescription, [serviceId], romeDay(now()))),
      requestKey: bookingId,
    })
    .execute()
  await own
    .insertInto('booking.bookingLine')
    .values(lines.map((one) => ({ ...one, bookingId, patientId })))
    .execute()
  return bookingId
}
