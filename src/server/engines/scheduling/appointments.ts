// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { findOffers } from './offers.ts'
import type { AppointmentState } from './rules.ts'

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
constraint(
  'appointment_transition',
  new Refusal('scheduling/wrong-state', 409, {
    it: 'L’appuntamento nel frattempo è cambiato.',
    en: 'The appointment has changed in the meantime.',
  }),
)

export interface PlaceWish {
  serviceId: string
  scheduleId: string
  slotId: string
}

export interface Hold {
  patientId: string
  /** Taken all or none, in an order that cannot deadlock. */
  places: readonly PlaceWish[]
  /** Class of the request: lower is more urgent. */
  rank: number
  heldUntil: Date
  now: Date
  channel: string
  /** First contact of the patient, for the measure of waits. */
  requestedAt: Date
}

export interface TakenPlace {
  id: string
  startsAt: Date
  endsAt: Date
}

async function placeTaken(tx: Tx, wish: PlaceWish, hold: Hold): Promise<Refusal> {
  const { offers } = await findOffers(tx, { serviceId: wish.serviceId, rank: hold.rank, now: hold.now, limit: 3 })
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

/**
 * Takes seats for some minutes, all or none; answers in the order of the wishes.
 * Refuses with `scheduling/place-taken` and three alternatives, `scheduling/overlap`, `scheduling/already-holding`.
 */
export async function takePlaces(tx: Tx, hold: Hold): Promise<TakenPlace[]> {
  const taken = new Map<PlaceWish, TakenPlace>()
  const inLockOrder = hold.places.toSorted((a, b) =>
    `${a.scheduleId}${a.slotId}`.localeCompare(`${b.scheduleId}${b.slotId}`),
  )
  for (const wish of inLockOrder) {
    const id = uuidv7(hold.now.getTime())
    const { rows } = await sql<{ starts_at: Date; ends_at: Date }>`
      select * from scheduling.take_seat(${wish.scheduleId}, ${wish.slotId}, ${id}, ${hold.patientId}, ${wish.serviceId},
        ${hold.rank}::smallint, ${hold.heldUntil}, ${hold.now}, ${hold.channel}, ${hold.requestedAt})`.execute(
      tx.withoutPlugins(),
    )
    const [seat] = rows
    if (!seat) throw await placeTaken(tx, wish, hold)
    taken.set(wish, { id, startsAt: seat.starts_at, endsAt: seat.ends_at })
  }
  return hold.places.map((wish) => taken.get(wish)!)
}

/** Keeps held seats until a later instant. */
export async function extendHold(tx: Tx, ids: readonly string[], until: Date): Promise<void> {
  await tables<'scheduling'>(tx)
    .updateTable('scheduling.appointment')
    .set({ heldUntil: until })
    .where('id', 'in', ids)
    .where('state', '=', 'held')
    .execute()
}

/** Turns held seats into booked appointments; refuses with `scheduling/wrong-state` if one was lost. */
export async function bookHeld(tx: Tx, ids: readonly string[]): Promise<void> {
  const done = await setState(tx, ids, 'booked')
  if (done.length !== ids.length) throw lost
}

const lost = new Refusal(
  'scheduling/hold-lost',
  409,
  { it: 'Il posto non è più bloccato per te.', en: 'The place is no longer held for you.' },
  { next: { it: 'Scegli di nuovo un posto.', en: 'Choose a place again.' } },
)

interface Changed {
  id: string
  scheduleId: string
  slotId: string
  seat: number
}

async function setState(
  tx: Tx,
  ids: readonly string[],
  to: AppointmentState,
  from?: AppointmentState,
): Promise<Changed[]> {
  if (ids.length === 0) return []
  return tables<'scheduling'>(tx)
    .updateTable('scheduling.appointment')
    .set({ state: to })
    .where('id', 'in', ids)
    .$if(from !== undefined, (query) => query.where('state', '=', from!))
    .returning(['id', 'scheduleId', 'slotId', 'seat'])
    .execute()
}

/** Ends appointments in a state that frees their seats, and tells who waits. */
async function free(tx: Tx, changed: readonly Changed[]): Promise<void> {
  for (const { scheduleId, slotId, seat } of changed.toSorted((a, b) =>
    `${a.scheduleId}${a.slotId}`.localeCompare(`${b.scheduleId}${b.slotId}`),
  )) {
    await sql`select scheduling.return_seat(${scheduleId}, ${slotId}, ${seat}::smallint)`.execute(tx)
    await publish(tx, 'scheduling.place-freed', { scheduleId, slotId })
  }
}

/** Lets held seats go; those no longer held are left alone. */
export async function releaseHeld(
  tx: Tx,
  ids: readonly string[],
  as: 'released' | 'expired' = 'released',
): Promise<void> {
  await free(tx, await setState(tx, ids, as, 'held'))
}

/** Cancels booked appointments and frees their seats. Refuses with `scheduling/wrong-state`. */
export async function cancel(
  tx: Tx,
  ids: readonly string[],
  as: 'cancelled-by-patient' | 'cancelled-by-provider',
): Promise<void> {
  await free(tx, await setState(tx, ids, as))
}

export interface MoveWish {
  appointmentId: string
  scheduleId: string
  slotId: string
  now: Date
}

/**
 * Moves a booked appointment: the new seat is taken first, then the old one is freed, in the caller's transaction, so a
 * failed move never costs the patient her place. The first request's instant is kept.
 */
export async function moveAppointment(tx: Tx, wish: MoveWish): Promise<TakenPlace> {
  const own = tables<'scheduling'>(tx)
  // An overlap with the place being left is none: look at the end of the transaction.
  await sql`set constraints scheduling.appointment_no_overlap deferred`.execute(tx)
  const old = await own
    .selectFrom('scheduling.appointment')
    .select(['id', 'patientId', 'serviceId', 'rank', 'channel', 'requestedAt', 'state'])
    .where('id', '=', wish.appointmentId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const [place] = await takePlaces(tx, {
    patientId: old.patientId,
    places: [{ serviceId: old.serviceId, scheduleId: wish.scheduleId, slotId: wish.slotId }],
    rank: old.rank,
    heldUntil: wish.now,
    now: wish.now,
    channel: old.channel,
    requestedAt: old.requestedAt,
  })
  await own
    .updateTable('scheduling.appointment')
    .set({ state: 'booked', movedFrom: old.id })
    .where('id', '=', place!.id)
    .execute()
  await free(tx, await setState(tx, [old.id], 'moved'))
  await sql`set constraints scheduling.appointment_no_overlap immediate`.execute(tx)
  return place!
}

/** Frees the seats of holds that are over. Safe to run on several workers at once. */
export async function expireHolds(tx: Tx, before: Date): Promise<number> {
  const due = await tables<'scheduling'>(tx)
    .selectFrom('scheduling.appointment')
    .select('id')
    .where('state', '=', 'held')
    .where('heldUntil', '<', before)
    .orderBy('heldUntil')
    .limit(500)
    .forUpdate()
    .skipLocked()
    .execute()
  await releaseHeld(
    tx,
    due.map((row) => row.id),
    'expired',
  )
  return due.length
}

export interface AppointmentView {
  id: string
  state: AppointmentState
  serviceId: string
  locationId: string
  scheduleId: string
  slotId: string
  room: string | null
  startsAt: Date
  endsAt: Date
  organisationId: string
}

/** These appointments with their place. */
export async function getAppointments(tx: Tx, ids: readonly string[]): Promise<Map<string, AppointmentView>> {
  if (ids.length === 0) return new Map()
  const rows = await tables<'scheduling'>(tx)
    .selectFrom('scheduling.appointment as a')
    .innerJoin('scheduling.schedule as s', 's.id', 'a.scheduleId')
    .select([
      'a.id',
      'a.state',
      'a.serviceId',
      's.locationId',
      'a.scheduleId',
      'a.slotId',
      's.room',
      'a.startsAt',
      'a.endsAt',
      's.organisationId',
    ])
    .where('a.id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row as AppointmentView])) // the state is checked by the table
}

/** What a freed slot could serve: its start, its least urgent class and the services of its agenda. */
export async function findFreeSlot(tx: Tx, scheduleId: string, slotId: string, now: Date) {
  const { rows } = await sql<{
    startsAt: Date
    openTo: number
    aslId: string
    locationId: string
    serviceIds: string[]
  }>`
    select l.starts_at as "startsAt", l.open_to as "openTo", s.asl_id as "aslId", s.location_id as "locationId",
           array(select service_id from scheduling.schedule_service where schedule_id = s.id) as "serviceIds"
    from scheduling.slot l join scheduling.schedule s on s.id = l.schedule_id
    where l.schedule_id = ${scheduleId} and l.id = ${slotId} and l.free_seats <> '{}' and not l.suspended and l.starts_at > ${now}
  `.execute(tx)
  return rows[0]
}
