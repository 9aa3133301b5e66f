// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { changeState, releaseHeld } from './appointments.ts'
import { isFor, type Fitness } from './fitness.ts'
import { findOffers, type OfferQuery } from './offers.ts'
import { graceMs } from './rules.ts'

constraint(
  'appointment_no_overlap',
  new Refusal(
    'scheduling/overlap',
    409,
    {
      it: 'A quell’ora c’è già un altro appuntamento della stessa persona.',
      en: 'The same person already has an appointment at that time.',
    },
    { next: { it: 'Scegli un altro orario.', en: 'Choose another time.' } },
  ),
)
constraint(
  'appointment_one_hold',
  new Refusal(
    'scheduling/already-holding',
    409,
    {
      it: 'Per questa prestazione c’è già un posto bloccato in attesa di conferma.',
      en: 'A place for this service is already being held for confirmation.',
    },
    {
      next: {
        it: 'Confermalo o lascialo libero, poi scegli di nuovo.',
        en: 'Confirm it or let it go, then choose again.',
      },
    },
  ),
)

export interface PlaceWish {
  serviceId: string
  scheduleId: string
  slotId: string
  /** Refuses, as if there were no such place, what a search for this person would not show. Unchecked when not given. */
  fit?: Fitness
}

export interface Hold {
  patientId: string
  /** Taken all or none, in an order that cannot deadlock. */
  places: readonly PlaceWish[]
  /** Class of the request: lower is more urgent. */
  rank: number
  heldUntil: Date
  now: Date
  /** The agenda must be open to this channel. */
  channel: string
  /** First contact of the patient, for the measure of waits. */
  requestedAt: Date
  /** The caller has awaited `oneAtATime`, together with what else it had to ask. */
  alone?: true
  /** What the alternatives offered on a conflict respect besides service, class and `fit`. Outside `aslIds` when inside is none. */
  alternatives?: Partial<OfferQuery>
}

export interface TakenPlace {
  id: string
  startsAt: Date
  endsAt: Date
}

const place = { it: 'Posto', en: 'Place' }

/** A single other place would not make a series whole again: the search has to be repeated. */
const seriesTaken = (serviceId: string) =>
  new Refusal(
    'scheduling/place-taken',
    409,
    {
      it: 'Uno degli appuntamenti scelti è stato appena preso.',
      en: 'One of the chosen appointments has just been taken.',
    },
    {
      next: {
        it: 'Nessuno degli altri è stato bloccato: scegli di nuovo tra le date libere.',
        en: 'None of the others is held: choose again among the free dates.',
      },
      extra: { serviceId, alternatives: [] },
    },
  )

/** What to tell somebody whose place is gone: three that are free, or that there is no such place. */
async function placeTaken(tx: Tx, wish: PlaceWish, hold: Hold): Promise<Refusal> {
  const { rows } = await sql`
    select from scheduling.slot s join scheduling.schedule_service ss on ss.schedule_id = s.schedule_id
    where s.schedule_id = ${wish.scheduleId} and s.id = ${wish.slotId} and ss.service_id = ${wish.serviceId}`.execute(
    tx,
  )
  if (rows.length === 0) return notFound(place)
  if (hold.places.filter(({ serviceId }) => serviceId === wish.serviceId).length > 1) return seriesTaken(wish.serviceId)
  const { aslIds, ...wanted } = hold.alternatives ?? {}
  const search = (area: Partial<OfferQuery>) =>
    findOffers(tx, {
      channel: hold.channel,
      ...wanted,
      ...wish.fit,
      ...area,
      serviceId: wish.serviceId,
      rank: hold.rank,
      now: hold.now,
      limit: 3,
    })
  const { offers: inside } = await search(aslIds ? { aslIds } : {})
  const offers = inside.length > 0 || !aslIds ? inside : (await search({})).offers
  return new Refusal(
    'scheduling/place-taken',
    409,
    { it: 'Il posto scelto è stato appena preso.', en: 'The chosen place has just been taken.' },
    {
      next: {
        it: 'Nulla di quanto hai scritto è andato perso: scegli uno dei posti proposti.',
        en: 'Nothing you entered is lost: choose one of the places offered.',
      },
      extra: { serviceId: wish.serviceId, alternatives: offers },
    },
  )
}

/** Ids in the order in which every transaction locks slots. */
export function inLockOrder<T extends { scheduleId: string; slotId: string }>(places: readonly T[]): T[] {
  const key = (at: T) => `${at.scheduleId}${at.slotId}`
  return places.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/**
 * Makes the requests of one person wait for each other, so that two of them cannot deadlock on her constraints, and lets
 * go of her own holds whose time is over. `takePlaces` does it, unless told that it has been done.
 */
export async function oneAtATime(tx: Tx, patientId: string, now: Date): Promise<void> {
  const { rows } = await sql<{ stale: string[] }>`
    select pg_advisory_xact_lock(hashtextextended(${patientId}, 30)), array(
      select a.id from scheduling.appointment a
      where a.patient_id = ${patientId} and a.state = 'held' and a.held_until < ${new Date(now.getTime() - graceMs)}
    ) as stale`.execute(tx)
  await releaseHeld(tx, rows[0]?.stale ?? [], 'expired')
}

/**
 * Takes seats for some minutes, all or none; answers in the order of the wishes. The agenda must offer the service to this
 * class on this channel. Refuses with `scheduling/place-taken` and three alternatives, `scheduling/overlap`,
 * `scheduling/already-holding`, `platform/not-found`.
 */
export async function takePlaces(tx: Tx, hold: Hold): Promise<TakenPlace[]> {
  if (!hold.alone) await oneAtATime(tx, hold.patientId, hold.now)
  const seen = new Map<string, number>()
  const numbered = hold.places.map((wish) => {
    const nth = (seen.get(wish.serviceId) ?? 0) + 1
    seen.set(wish.serviceId, nth)
    return { ...wish, nth, id: uuidv7(hold.now.getTime()) }
  })
  const taken = new Map<string, TakenPlace>()
  for (const wish of inLockOrder(numbered)) {
    const { fit } = wish
    const mayTake = fit ? isFor(tx, { ...wish, fit }, hold) : Promise.resolve(true)
    const taking = sql<TakenPlace>`
      select t.id, t.starts_at as "startsAt", t.ends_at as "endsAt"
      from scheduling.take_seat(${wish.scheduleId}, ${wish.slotId}, ${wish.id}, ${hold.patientId}, ${wish.serviceId},
        ${wish.nth}::smallint, ${hold.rank}::smallint, ${hold.heldUntil}, ${hold.now}, ${hold.channel}, ${hold.requestedAt}) t`.execute(
      tx,
    )
    const [may, { rows }] = await Promise.all([mayTake, taking])
    if (!may) throw notFound(place) // and with the transaction the seat is free again
    const [seat] = rows
    if (!seat) throw await placeTaken(tx, wish, hold)
    taken.set(wish.id, seat)
  }
  return numbered.map((wish) => taken.get(wish.id)!)
}

export interface Overbooking extends PlaceWish {
  patientId: string
  rank: number
  now: Date
  channel: string
  requestedAt: Date
}

/**
 * Books a seat beyond the capacity of a slot, with a seat number of its own, within the share that the agenda allows per
 * day. The caller has checked that this operator may. Refuses with `scheduling/overbooking-limit`, `scheduling/overlap`.
 */
export async function overbook(tx: Tx, wish: Overbooking): Promise<TakenPlace> {
  await oneAtATime(tx, wish.patientId, wish.now)
  const { rows } = await sql<TakenPlace>`
    select t.id, t.starts_at as "startsAt", t.ends_at as "endsAt"
    from scheduling.overbook_seat(${wish.scheduleId}, ${wish.slotId}, ${uuidv7(wish.now.getTime())}, ${wish.patientId},
      ${wish.serviceId}, ${wish.rank}::smallint, ${wish.now}, ${wish.channel}, ${wish.requestedAt}) t`.execute(tx)
  const [seat] = rows
  if (seat) return seat
  throw new Refusal(
    'scheduling/overbooking-limit',
    409,
    { it: 'Per quel giorno non si possono aggiungere altri posti.', en: 'No more seats can be added that day.' },
    { next: { it: 'Scegli un altro giorno.', en: 'Choose another day.' } },
  )
}

export interface MoveWish {
  appointmentId: string
  scheduleId: string
  slotId: string
  now: Date
  /** Who asks for it; the patient when not given. */
  by?: 'patient' | 'provider'
  fit?: Fitness
}

const samePlace = new Refusal('scheduling/same-place', 409, {
  it: 'È già il posto di questo appuntamento.',
  en: 'This is already the place of the appointment.',
})
const appointment = { it: 'Appuntamento', en: 'Appointment' }

interface Movable {
  patientId: string
  serviceId: string
  rank: number
  channel: string
  requestedAt: Date
  scheduleId: string
  slotId: string
  moves: number
}

/**
 * Moves a booked appointment: the new seat is taken first, then the old one is freed, in the caller's transaction, so a
 * failed move never costs the patient her place. The first request's instant is kept. Refuses like `takePlaces`, and with
 * `scheduling/wrong-state` when the appointment is not booked any more or has begun.
 */
export async function moveAppointment(tx: Tx, wish: MoveWish): Promise<TakenPlace> {
  const { rows } = await sql<Movable>`
    select a.patient_id as "patientId", a.service_id as "serviceId", a.rank, a.channel, a.requested_at as "requestedAt",
           a.schedule_id as "scheduleId", a.slot_id as "slotId", a.moves
    from scheduling.appointment a where a.id = ${wish.appointmentId} for update`.execute(tx)
  const [old] = rows
  if (!old) throw notFound(appointment)
  if (old.slotId === wish.slotId && old.scheduleId === wish.scheduleId) throw samePlace
  await sql`set constraints scheduling.appointment_no_overlap deferred`.execute(tx)
  // Both slots in lock order, or two people who swap their places would wait for each other.
  for (const { scheduleId, slotId } of inLockOrder([old, wish])) {
    await sql`select from scheduling.slot where schedule_id = ${scheduleId} and id = ${slotId} for no key update`.execute(
      tx,
    )
  }
  const [taken] = await takePlaces(tx, {
    patientId: old.patientId,
    places: [
      {
        serviceId: old.serviceId,
        scheduleId: wish.scheduleId,
        slotId: wish.slotId,
        ...(wish.fit && { fit: wish.fit }),
      },
    ],
    rank: old.rank,
    heldUntil: wish.now,
    now: wish.now,
    channel: old.channel,
    requestedAt: old.requestedAt,
  })
  await sql`
    update scheduling.appointment set state = 'booked', moved_from = ${wish.appointmentId}, moves = ${old.moves + 1}
    where id = ${taken!.id}`.execute(tx)
  await changeState(tx, [wish.appointmentId], 'moved', wish.by ?? 'patient', wish.now)
  // An overlap with the place being left is none: what counts is how things stand now.
  await sql`set constraints scheduling.appointment_no_overlap immediate`.execute(tx)
  return taken!
}
