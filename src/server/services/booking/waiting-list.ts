// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { getServices } from '../../registry/catalogues/index.ts'
import { getPersons } from '../../registry/people/index.ts'
import { letGo, lockBooking } from './bookings.ts'
import { confirm } from './confirm.ts'
import { getPrescription, mustBeInTime, type StoredPrescription } from './prescriptions.ts'
import { rank, type Priority } from './rules.ts'
import type { WaitingListEntry } from './schema.ts'
import { ruleOn } from './settings.ts'
import { viewBookings } from './views.ts'
import { closeOffer, entryWord, offerTaken, openOffer } from './waiting-offers.ts'
import { guaranteeOf } from './waits.ts'
import { trace } from './trace.ts'

constraint(
  'waiting_list_once',
  new Refusal(
    'booking/already-waiting',
    409,
    {
      it: 'Per questa prestazione sei già in lista d’attesa.',
      en: 'You are already on the waiting list for this service.',
    },
    { next: { it: 'La trovi in “Liste d’attesa”.', en: 'You find it under “Waiting lists”.' } },
  ),
)

/**
 * Takes a line of a prescription in charge (presa in carico) when no place fits: a number, a deadline and an owner. The
 * deadline is the class maximum from the first contact.
 */
export function joinWaitingList(
  { db, now }: Platform,
  actor: Actor,
  wish: { prescriptionId: string; line: number; serviceId?: string },
): Promise<string> {
  return withActor(db, actor, async (tx) => {
    const prescription = await getPrescription(tx, wish.prescriptionId)
    const line = prescription.lines.find((candidate) => candidate.line === wish.line)
    const choices = line?.candidates ?? []
    const only = choices.length === 1 ? choices[0] : undefined // a code of several services is never guessed
    const service = wish.serviceId ? choices.find((candidate) => candidate.id === wish.serviceId) : only
    if (!service) throw notFound({ it: 'Prestazione della ricetta', en: 'Service of the prescription' })
    if (prescription.state === 'taken' || prescription.state === 'unusable') {
      throw new Refusal('booking/prescription-not-bookable', 409, {
        it: 'Questa ricetta non si può mettere in lista d’attesa.',
        en: 'This prescription cannot join the waiting list.',
      })
    }
    mustBeInTime(prescription, romeDay(now()))
    const id = await takeInCharge(tx, now(), prescription, { line: wish.line, serviceId: service.id })
    await trace(tx, actor, 'CREATE', 'waiting-list-entry', { id, patientId: prescription.patientId })
    return id
  })
}

/**
 * Writes a line of a prescription into the list, with its number, deadline and owner; gives the entry's id. `escalated`:
 * no place exists within the class, so that the office has to find one elsewhere.
 */
export async function takeInCharge(
  tx: Tx,
  now: Date,
  prescription: StoredPrescription,
  { line, serviceId, escalated = false }: { line: number; serviceId: string; escalated?: boolean },
): Promise<string> {
  const guarantee = await guaranteeOf(tx, prescription, [serviceId])
  const settings = await ruleOn(tx, 'waiting-list', romeDay(now))
  const id = uuidv7(now.getTime())
  await tables<'booking'>(tx)
    .insertInto('booking.waitingListEntry')
    .values({
      id,
      number: publicCode(),
      patientId: prescription.patientId,
      prescriptionId: prescription.id,
      line,
      serviceId,
      classRank: rank(prescription.priority),
      state: escalated ? 'escalated' : 'taken-in-charge',
      requestedAt: now,
      deadline: romeDay(guarantee.deadline),
      owner: settings.owner,
      ownerPhone: settings.phone,
      area: JSON.stringify(guarantee.aslIds),
    })
    .execute()
  await publish(tx, 'waiting-list.taken-in-charge', { entryId: id, patientId: prescription.patientId })
  return id
}

/** Accepts the place offered: the booking is confirmed like any other. Answers the booking's id. */
export async function acceptOffer(platform: Platform, actor: Actor, entryId: string): Promise<string> {
  const offer = await withActor(platform.db, actor, (tx) => openOffer(tx, entryId))
  await confirm(platform, actor, offer.bookingId)
  await withActor(platform.db, actor, async (tx) => {
    await offerTaken(tx, offer.bookingId)
    await trace(tx, actor, 'UPDATE', 'waiting-list-entry', { id: entryId, patientId: offer.patientId })
  })
  return offer.bookingId
}

/** Declines the place offered and stays on the list. */
export function declineOffer(platform: Platform, actor: Actor, entryId: string): Promise<void> {
  return withActor(platform.db, actor, async (tx) => {
    const offer = await openOffer(tx, entryId)
    await letGo(tx, platform, await lockBooking(tx, offer.bookingId), actor.requestId)
    await closeOffer(tx, offer, 'declined', 'taken-in-charge')
    await trace(tx, actor, 'UPDATE', 'waiting-list-entry', { id: entryId, patientId: offer.patientId })
  })
}

/** Leaves the list. */
export function withdraw({ db }: Platform, actor: Actor, entryId: string): Promise<void> {
  return withActor(db, actor, async (tx) => {
    const own = tables<'booking'>(tx)
    const entry = await own
      .selectFrom('booking.waitingListEntry')
      .select(['patientId', 'state'])
      .where('id', '=', entryId)
      .forUpdate()
      .executeTakeFirst()
    if (!entry) throw notFound(entryWord)
    if (!['taken-in-charge', 'escalated'].includes(entry.state)) {
      throw new Refusal('booking/wrong-state', 409, {
        it: 'Rispondi prima al posto proposto.',
        en: 'Answer the place offered first.',
      })
    }
    await own.updateTable('booking.waitingListEntry').set({ state: 'withdrawn' }).where('id', '=', entryId).execute()
    await trace(tx, actor, 'UPDATE', 'waiting-list-entry', { id: entryId, patientId: entry.patientId })
  })
}

/** Waiting-list requests of some people, newest first; at most fifty. */
export async function listEntries(
  tx: Tx,
  platform: Platform,
  patientIds: readonly string[],
  language: Language,
): Promise<WaitingListEntry[]> {
  if (patientIds.length === 0) return []
  const own = tables<'booking'>(tx)
  const rows = await own
    .selectFrom('booking.waitingListEntry as e')
    .innerJoin('booking.prescription as p', 'p.id', 'e.prescriptionId')
    .select([
      'e.id',
      'e.number',
      'e.patientId',
      'e.state',
      'e.serviceId',
      'p.priority',
      'e.requestedAt',
      'e.deadline',
      'e.owner',
      'e.ownerPhone',
      'e.bookingId',
    ])
    .where('e.patientId', 'in', patientIds)
    .orderBy('e.requestedAt', 'desc')
    .limit(50)
    .execute()
  const ids = rows.map((row) => row.id)
  const offers =
    ids.length === 0
      ? []
      : await own
          .selectFrom('booking.waitingListOffer')
          .select(['id', 'entryId', 'bookingId', 'startsAt', 'answerBy', 'reason'])
          .where('entryId', 'in', ids)
          .where('state', '=', 'open')
          .execute()
  const bookings = new Map(
    (
      await viewBookings(
        tx,
        platform,
        offers.map((offer) => offer.bookingId),
        language,
      )
    ).map((booking) => [booking.id, booking]),
  )
  const people = new Map(
    (await getPersons(tx, [...new Set(rows.map((row) => row.patientId))])).map((person) => [person.id, person]),
  )
  const services = new Map(
    (await getServices(tx, [...new Set(rows.map((row) => row.serviceId))], romeDay(platform.now()))).map((service) => [
      service.id,
      service,
    ]),
  )
  return rows.map((row) => {
    const person = people.get(row.patientId)!
    const service = services.get(row.serviceId)!
    const offer = offers.find((candidate) => candidate.entryId === row.id)
    const appointments = (offer && bookings.get(offer.bookingId)?.appointments) ?? []
    const place = appointments[0]?.place
    return {
      id: row.id,
      number: row.number,
      patient: { id: person.id, givenName: person.givenName, familyName: person.familyName },
      state: row.state as WaitingListEntry['state'], // checked by the table
      service: language === 'it' ? service.descriptionIt : service.descriptionEn,
      priority: row.priority as Priority | null, // checked by the table
      takenInChargeOn: romeDay(row.requestedAt),
      deadline: row.deadline,
      owner: { name: row.owner, phone: row.ownerPhone },
      bookingId: row.bookingId,
      offer: offer
        ? {
            id: offer.id,
            bookingId: offer.bookingId,
            startsAt: offer.startsAt.toISOString(),
            place: place ? `${place.name}, ${place.address}, ${place.municipality}` : '',
            sessions: appointments.map(({ startsAt }) => startsAt),
            answerBy: offer.answerBy.toISOString(),
            reason: offer.reason,
          }
        : null,
    }
  })
}
