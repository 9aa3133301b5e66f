// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../platform/time.ts'
import { makeSlots } from './slots.ts'

// Closing booking is forbidden to ordinary users (L. 266/2005 art. 1 c. 282; D.L. 73/2024 art. 3): every closure has a
// reason and somebody who approved it, and nobody who is booked is forgotten.

/** An appointment whose slot was closed: booked still, and to be placed elsewhere. */
export interface Displaced {
  appointmentId: string
  patientId: string
  serviceId: string
  scheduleId: string
  startsAt: Date
  state: 'held' | 'booked'
}

/**
 * `refuse`: change nothing if somebody is booked. `keep`: take no new bookings, keep the booked ones, return them and tell
 * the service that booked each (`scheduling.displaced`), which places them elsewhere.
 */
export type WhenBooked = 'refuse' | 'keep'

export interface Closure {
  scheduleId: string
  from: Date
  to: Date
  reason: string
  approvedBy: string
  whenBooked: WhenBooked
}

export interface Closed {
  exceptionId: string
  displaced: Displaced[]
}

const patientsBooked = (displaced: readonly Displaced[]) =>
  new Refusal(
    'scheduling/patients-booked',
    409,
    { it: 'In quel periodo ci sono persone prenotate.', en: 'People are booked in that period.' },
    {
      next: {
        it: 'Sposta prima gli appuntamenti, oppure chiudi alle nuove prenotazioni e ricollocali.',
        en: 'Move the appointments first, or close to new bookings and place them elsewhere.',
      },
      extra: { appointments: displaced.map(({ appointmentId }) => appointmentId) },
    },
  )

/** People held or booked on closed slots, of one agenda or of all, the earliest first: the work list after a closure. */
export async function findDisplaced(tx: Tx, now: Date, scheduleId?: string): Promise<Displaced[]> {
  const { rows } = await sql<Displaced>`
    select a.id as appointment_id, a.patient_id, a.service_id, a.schedule_id, a.starts_at, a.state
    from scheduling.slot l
    join scheduling.appointment a on a.schedule_id = l.schedule_id and a.slot_id = l.id and a.state in ('held', 'booked')
    where l.suspended and l.starts_at > ${now} and (${scheduleId ?? null}::uuid is null or l.schedule_id = ${scheduleId ?? null})
    order by a.starts_at, a.id`.execute(tx)
  return rows
}

/** Suspends slots and says who sits on them. The row locks make a booking under way wait, and then be seen or refused. */
async function suspend(tx: Tx, scheduleId: string, slots: ReturnType<typeof sql>, whenBooked: WhenBooked) {
  const { rows: ids } = await sql<{ id: string }>`
    update scheduling.slot l set suspended = true where l.schedule_id = ${scheduleId} and ${slots} returning l.id`.execute(
    tx,
  )
  const { rows } = await sql<Displaced>`
    select a.id as appointment_id, a.patient_id, a.service_id, a.schedule_id, a.starts_at, a.state
    from scheduling.appointment a
    where a.schedule_id = ${scheduleId} and a.state in ('held', 'booked') and a.slot_id = any(${ids.map(({ id }) => id)}::uuid[])
    order by a.starts_at, a.id`.execute(tx)
  if (rows.length > 0 && whenBooked === 'refuse') throw patientsBooked(rows)
  for (const { appointmentId } of rows) await publish(tx, 'scheduling.displaced', { appointmentId })
  return rows
}

/**
 * Closes an agenda for a period. Refuses with `scheduling/patients-booked` and their appointments, or keeps them booked
 * and returns them. Runs as the system: every patient of the agenda must be visible.
 */
export async function closeAgenda(tx: Tx, closure: Closure): Promise<Closed> {
  const exceptionId = uuidv7()
  const { scheduleId, from, to } = closure
  await sql`
    insert into scheduling.exception (id, schedule_id, kind, during, reason, approved_by)
    values (${exceptionId}, ${scheduleId}, 'closure', tstzrange(${from}, ${to}), ${closure.reason}, ${closure.approvedBy})`.execute(
    tx,
  )
  const touched = sql`tstzrange(l.starts_at, l.ends_at) && tstzrange(${from}, ${to})`
  return { exceptionId, displaced: await suspend(tx, scheduleId, touched, closure.whenBooked) }
}

const closureName = { it: 'Chiusura', en: 'Closure' }

/** Ends a closure: its slots can be taken again, unless another closure covers them. */
export async function reopenAgenda(tx: Tx, exceptionId: string, now: Date): Promise<void> {
  const { rows } = await sql<{ scheduleId: string; first: Day; last: Day; materialisedTo: Day | null }>`
    update scheduling.exception e set ended_at = ${now}
    from scheduling.schedule s
    where e.id = ${exceptionId} and e.kind = 'closure' and e.ended_at is null and s.id = e.schedule_id
    returning e.schedule_id, (lower(e.during) at time zone 'Europe/Rome')::date as first,
      (upper(e.during) at time zone 'Europe/Rome')::date as last, s.materialised_to`.execute(tx)
  const [closed] = rows
  if (!closed) throw notFound(closureName)
  await sql`
    update scheduling.slot l set suspended = false
    from scheduling.exception e
    where e.id = ${exceptionId} and l.schedule_id = e.schedule_id and l.suspended
      and tstzrange(l.starts_at, l.ends_at) && e.during
      and (l.template_id is null or exists (
        select from scheduling.template t
        where t.id = l.template_id and t.valid @> (l.starts_at at time zone 'Europe/Rome')::date))
      and not exists (
        select from scheduling.exception other
        where other.schedule_id = l.schedule_id and other.kind = 'closure' and other.ended_at is null
          and other.during && tstzrange(l.starts_at, l.ends_at))`.execute(tx)
  // Slots that were never made, because the closure was known before the horizon reached them.
  const { scheduleId, first, last, materialisedTo } = closed
  if (materialisedTo) await makeSlots(tx, scheduleId, first, last < materialisedTo ? last : materialisedTo)
}

export interface TemplateEnd {
  templateId: string
  lastDay: Day
  whenBooked: WhenBooked
}

const template = { it: 'Seduta', en: 'Session' }

/** Ends a weekly session after a day, with the same care for the people booked later. Returns who is to be placed elsewhere. */
export async function endTemplate(tx: Tx, { templateId, lastDay, whenBooked }: TemplateEnd): Promise<Displaced[]> {
  const { rows } = await sql<{ scheduleId: string }>`
    update scheduling.template t set valid = t.valid * daterange(null, ${lastDay}::date, '[]')
    where t.id = ${templateId} returning t.schedule_id`.execute(tx)
  const [ended] = rows
  if (!ended) throw notFound(template)
  const later = sql`l.template_id = ${templateId} and l.starts_at >= ${romeInstant(addDays(lastDay, 1))}`
  return suspend(tx, ended.scheduleId, later, whenBooked)
}

export interface ExtraSession {
  scheduleId: string
  from: Date
  to: Date
  slotMinutes: number
  capacity: number
  room?: string
  reason: string
  approvedBy: string
}

/** Adds one session and makes its slots at once, open to every class of the agenda. Returns the number of slots. */
export async function addSession(tx: Tx, session: ExtraSession): Promise<number> {
  const { scheduleId, from, to } = session
  await sql`
    insert into scheduling.exception (id, schedule_id, kind, during, slot_minutes, capacity, room, reason, approved_by)
    values (${uuidv7()}, ${scheduleId}, 'extra', tstzrange(${from}, ${to}), ${session.slotMinutes}, ${session.capacity},
      ${session.room ?? null}, ${session.reason}, ${session.approvedBy})`.execute(tx)
  return makeSlots(tx, scheduleId, romeDay(from), romeDay(to))
}

export interface RoomChange {
  scheduleId: string
  from: Date
  to: Date
  room: string
  reason: string
  approvedBy: string
}

/** Holds the sessions of a period in another room. Returns the appointments whose patients must be told. */
export async function changeRoom(tx: Tx, change: RoomChange): Promise<string[]> {
  const { scheduleId, from, to, room } = change
  await sql`
    insert into scheduling.exception (id, schedule_id, kind, during, room, reason, approved_by)
    values (${uuidv7()}, ${scheduleId}, 'room', tstzrange(${from}, ${to}), ${room}, ${change.reason}, ${change.approvedBy})`.execute(
    tx,
  )
  await sql`
    update scheduling.slot l set room = ${room}
    where l.schedule_id = ${scheduleId} and l.starts_at >= ${from} and l.starts_at < ${to}`.execute(tx)
  const { rows } = await sql<{ id: string }>`
    select a.id from scheduling.appointment a
    where a.schedule_id = ${scheduleId} and a.starts_at >= ${from} and a.starts_at < ${to} and a.state in ('held', 'booked')
    order by a.starts_at`.execute(tx)
  return rows.map(({ id }) => id)
}
