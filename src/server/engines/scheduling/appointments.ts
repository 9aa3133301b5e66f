// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { soon, tables, type Tx } from '../../platform/database.ts'
import { constraint, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { graceMs, transition, wrongState, type AppointmentState, type Party } from './rules.ts'

constraint('appointment_transition', wrongState)

const holdLost = new Refusal(
  'scheduling/hold-lost',
  409,
  { it: 'Il posto non è più bloccato per te.', en: 'The place is no longer held for you.' },
  { next: { it: 'Scegli di nuovo un posto.', en: 'Choose a place again.' } },
)

interface Locked {
  id: string
  scheduleId: string
  slotId: string
  seat: number
  state: AppointmentState
  startsAt: Date
  endsAt: Date
  heldUntil: Date | null
}

/** One of these. For an array PostgreSQL plans anew each time, since it may be long: mostly there is one. */
const among = (ids: readonly string[]) => (ids.length === 1 ? sql`= ${ids[0]}::uuid` : sql`= any(${[...ids]}::uuid[])`)

/** These appointments, locked in one order for everybody; those that are not the caller's to see are missing. */
async function lock(tx: Tx, ids: readonly string[]): Promise<Locked[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<Locked>`
    select id, schedule_id, slot_id, seat, state, starts_at, ends_at, held_until
    from scheduling.appointment where id ${among(ids)} order by id for update`.execute(tx)
  return rows
}

async function setState(tx: Tx, changed: readonly Locked[], to: AppointmentState): Promise<void> {
  if (changed.length === 0) return
  const update = sql`
    update scheduling.appointment set state = ${to} where id ${among(changed.map(({ id }) => id))}`
  await soon(tx, { compile: () => update.compile(tx) })
}

/** Gives seats back in the order in which every transaction locks slots, and tells who waits. */
async function free(tx: Tx, freed: readonly Locked[]): Promise<void> {
  const ordered = freed.toSorted((a, b) => (a.scheduleId + a.slotId < b.scheduleId + b.slotId ? -1 : 1))
  for (const { scheduleId, slotId, seat } of ordered) {
    await sql`select scheduling.return_seat(${scheduleId}, ${slotId}, ${seat}::smallint)`.execute(tx)
    await publish(tx, 'scheduling.place-freed', { scheduleId, slotId })
  }
}

/**
 * Changes the state of all these appointments or of none, and frees their seats where the new state does. Appointments
 * already in that state are left alone. Refuses with `scheduling/wrong-state`.
 */
export async function changeState(
  tx: Tx,
  ids: readonly string[],
  to: AppointmentState,
  who: Party,
  now: Date,
): Promise<void> {
  const locked = await lock(tx, ids)
  if (locked.length !== new Set(ids).size) throw wrongState
  const changing = locked.filter(({ state }) => state !== to)
  const freed = changing.filter((row) => transition(row.state, to, who, { ...row, now }).freesSeat)
  await setState(tx, changing, to)
  await free(tx, freed)
}

/** Keeps held seats until a later instant; those no longer held are left alone. */
export async function extendHold(tx: Tx, ids: readonly string[], until: Date): Promise<void> {
  await tables<'scheduling'>(tx)
    .updateTable('scheduling.appointment')
    .set({ heldUntil: until })
    .where('id', 'in', ids)
    .where('state', '=', 'held')
    .execute()
}

/**
 * Turns held seats into booked appointments; doing it twice changes nothing. Refuses with `scheduling/hold-lost` when one
 * of them is no longer held, or, when `now` is given, when its time has been over for longer than the grace.
 */
export async function bookHeld(tx: Tx, ids: readonly string[], now?: Date): Promise<void> {
  const locked = await lock(tx, ids)
  const overdue = (row: Locked) => now && row.heldUntil && now.getTime() > row.heldUntil.getTime() + graceMs
  const held = locked.filter(({ state }) => state === 'held')
  if (locked.length !== new Set(ids).size || held.some(overdue)) throw holdLost
  if (locked.some(({ state }) => state !== 'held' && state !== 'booked')) throw holdLost
  await setState(tx, held, 'booked')
}

/** Lets held seats go; those no longer held are left alone. */
export async function releaseHeld(
  tx: Tx,
  ids: readonly string[],
  as: 'released' | 'expired' = 'released',
): Promise<void> {
  const held = (await lock(tx, ids)).filter(({ state }) => state === 'held')
  await setState(tx, held, as)
  await free(tx, held)
}

/**
 * Cancels booked appointments and frees their seats. With `now`, a patient who comes after the start is refused; a provider
 * may cancel at any time. Refuses with `scheduling/wrong-state`.
 */
export async function cancel(
  tx: Tx,
  ids: readonly string[],
  as: 'cancelled-by-patient' | 'cancelled-by-provider',
  now: Date = new Date(0),
): Promise<void> {
  await changeState(tx, ids, as, as === 'cancelled-by-patient' ? 'patient' : 'provider', now)
}

/** Frees the seats of holds that ended before an instant, some hundred at a time. Several workers may run it at once. */
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
  /** How often it was moved before. */
  moves: number
  /** The slot was closed after it had been booked: the patient is to be placed elsewhere. */
  toReplace: boolean
}

/** These appointments with their place. */
export async function getAppointments(tx: Tx, ids: readonly string[]): Promise<Map<string, AppointmentView>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<AppointmentView>`
    select a.id, a.state, a.service_id, s.location_id, a.schedule_id, a.slot_id, coalesce(l.room, s.room) as room,
           a.starts_at, a.ends_at, s.organisation_id, a.moves,
           l.suspended and a.state in ('held', 'booked') as to_replace
    from scheduling.appointment a
    join scheduling.schedule s on s.id = a.schedule_id
    join scheduling.slot l on l.schedule_id = a.schedule_id and l.id = a.slot_id
    where a.id ${among(ids)}`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** What a freed slot could serve: its start, its least urgent class and the services of its agenda. */
export interface FreeSlot {
  startsAt: Date
  openTo: number
  aslId: string
  locationId: string
  serviceIds: string[]
}

/** A slot that still has a free seat after `now`; undefined when it has none. */
export async function findFreeSlot(
  tx: Tx,
  scheduleId: string,
  slotId: string,
  now: Date,
): Promise<FreeSlot | undefined> {
  const { rows } = await sql<FreeSlot>`
    select l.starts_at, l.open_to, s.asl_id, s.location_id,
           array(select service_id from scheduling.schedule_service where schedule_id = s.id) as service_ids
    from scheduling.slot l join scheduling.schedule s on s.id = l.schedule_id
    where l.schedule_id = ${scheduleId} and l.id = ${slotId} and l.has_room and l.starts_at > ${now}`.execute(tx)
  return rows[0]
}
