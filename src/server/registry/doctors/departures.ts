// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Day } from '../../platform/time.ts'
import { beginChoice, endChoice } from './choices.ts'
import { placesLeft } from './doctors.ts'

export const departureReasons = ['RETIREMENT', 'RESIGNATION', 'TRANSFER', 'DEATH', 'SUSPENSION'] as const
export type DepartureReason = (typeof departureReasons)[number]

/** A doctor who leaves, and how far her people are reassigned. */
export interface Departure {
  id: string
  doctorId: string
  doctorName: string
  lastDay: Day
  reason: DepartureReason
  state: 'PLANNED' | 'RUNNING' | 'DONE' | 'CALLED_OFF'
  /** In the list when it was decided, reassigned so far, and left without a doctor so far. */
  people: number
  reassigned: number
  without: number
  /** People told so far. */
  told: number
  decidedAt: Date
  targets: { doctorId: string; doctorName: string }[]
}

const alreadyLeaving = new Refusal(
  'doctor-choice/already-leaving',
  409,
  { it: 'La cessazione di questo medico è già registrata.', en: 'This doctor’s departure is already entered.' },
  { next: { it: 'La trovi nell’elenco delle cessazioni.', en: 'It is in the list of departures.' } },
)
constraint('departure_once', alreadyLeaving)

const selection = sql`
  select x.id, x.role_id as "doctorId", d.given_name || ' ' || d.family_name as "doctorName", x.last_day as "lastDay", x.reason,
         x.state, x.people, x.reassigned, x.without, x.told, x.decided_at as "decidedAt",
         coalesce((select jsonb_agg(jsonb_build_object('doctorId', t.role_id, 'doctorName', td.given_name || ' ' || td.family_name) order by t.place)
           from registry.departure_target t
           join registry.practitioner_role tr on tr.id = t.role_id
           join registry.practitioner td on td.id = tr.practitioner_id
           where t.departure_id = x.id), '[]') as targets
  from registry.departure x
  join registry.practitioner_role r on r.id = x.role_id
  join registry.practitioner d on d.id = r.practitioner_id`

/** Departures of the doctors of these authorities, the latest first. */
export async function listDepartures(tx: Tx, aslIds: readonly string[], limit: number): Promise<Departure[]> {
  const { rows } = await sql<Departure>`
    ${selection} where r.organisation_id = any(${aslIds}::uuid[]) order by x.decided_at desc, x.id limit ${limit}`.execute(
    tx,
  )
  return rows
}

/** One departure; refuses as not found. */
export async function getDeparture(tx: Tx, id: string): Promise<Departure> {
  const { rows } = await sql<Departure>`${selection} where x.id = ${id}`.execute(tx)
  if (!rows[0]) throw notFound({ it: 'Cessazione', en: 'Departure' })
  return rows[0]
}

export interface NewDeparture {
  doctorId: string
  lastDay: Day
  reason: DepartureReason
  targets: readonly string[]
  decidedBy: string
}

/** Enters a departure; from now on the doctor's page says when she leaves. @throws Refusal `doctor-choice/already-leaving` */
export async function planDeparture(tx: Tx, wish: NewDeparture, now: Date): Promise<string> {
  const id = uuidv7()
  const post = await tables<'registry'>(tx)
    .updateTable('registry.primaryCarePost')
    .set({ leavingOn: wish.lastDay })
    .where('roleId', '=', wish.doctorId)
    .returning(['patients', 'temporaryPatients'])
    .executeTakeFirstOrThrow()
  await tables<'registry'>(tx)
    .insertInto('registry.departure')
    .values({
      id,
      roleId: wish.doctorId,
      lastDay: wish.lastDay,
      reason: wish.reason,
      people: post.patients + post.temporaryPatients,
      decidedBy: wish.decidedBy,
      decidedAt: now,
    })
    .execute()
  if (wish.targets.length > 0)
    await tables<'registry'>(tx)
      .insertInto('registry.departureTarget')
      .values(wish.targets.map((roleId, place) => ({ departureId: id, place, roleId })))
      .execute()
  return id
}

/** Takes a planned departure back: the doctor stays. False when it has begun. */
export async function callOffDeparture(tx: Tx, id: string, now: Date): Promise<boolean> {
  const row = await tables<'registry'>(tx)
    .updateTable('registry.departure')
    .set({ state: 'CALLED_OFF', finishedAt: now, told: 0, toldThrough: null })
    .where('id', '=', id)
    .where('state', '=', 'PLANNED')
    .returning('roleId')
    .executeTakeFirst()
  if (!row) return false
  await tables<'registry'>(tx)
    .updateTable('registry.primaryCarePost')
    .set({ leavingOn: null })
    .where('roleId', '=', row.roleId)
    .execute()
  return true
}

/**
 * The next people of a doctor whose departure was entered or called off who are to be told, by id; noted as told with the caller's
 * transaction. Nobody when all are, or when it is no longer in that state. Called as the system.
 */
export async function nextToTell(
  tx: Tx,
  id: string,
  state: 'PLANNED' | 'CALLED_OFF',
  many: number,
): Promise<{ departure: Departure; people: string[] }> {
  const { toldThrough, roleId } = await tables<'registry'>(tx)
    .selectFrom('registry.departure')
    .select(['toldThrough', 'roleId'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const departure = await getDeparture(tx, id)
  const { rows } = await sql<{ id: string }>`
    select person_id as id from registry.doctor_choice
    where role_id = ${roleId} and ended_at is null and (${toldThrough}::uuid is null or person_id > ${toldThrough}::uuid) and ${departure.state === state}
    order by person_id limit ${many}`.execute(tx)
  const people = rows.map((row) => row.id)
  if (people.length > 0)
    await tables<'registry'>(tx)
      .updateTable('registry.departure')
      .set((row) => ({ told: row('told', '+', people.length), toldThrough: people.at(-1)! }))
      .where('id', '=', id)
      .execute()
  return { departure, people }
}

/** Departures whose last day is over and that are not finished. */
export async function departuresDue(tx: Tx, day: Day): Promise<string[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.departure')
    .select('id')
    .where('state', 'in', ['PLANNED', 'RUNNING'])
    .where('lastDay', '<', day)
    .orderBy('lastDay')
    .execute()
  return rows.map(({ id }) => id)
}

/** Somebody who was moved, or whom nobody could take. */
export interface Moved {
  personId: string
  choiceId: string
  /** The new choice; null when no doctor had a place. */
  newChoiceId: string | null
}

/**
 * Reassigns some of the people of a doctor who has left, the oldest first: to the first of the named doctors who has a place. All
 * or none of them, so that a stop loses nobody; called again until it answers with nobody, and then the departure is done.
 * Called as the system.
 */
export async function reassignSome(tx: Tx, id: string, now: Date, many: number): Promise<Moved[]> {
  const departure = await tables<'registry'>(tx)
    .selectFrom('registry.departure')
    .select(['roleId', 'lastDay', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (departure.state === 'DONE' || departure.state === 'CALLED_OFF') return []
  const { rows: people } = await sql<{ choiceId: string; personId: string }>`
    select c.id as "choiceId", c.person_id as "personId"
    from registry.doctor_choice c join registry.person p on p.id = c.person_id
    where c.role_id = ${departure.roleId} and c.ended_at is null
    order by p.birth_date, p.id limit ${many} for update of c`.execute(tx)
  const { rows: targets } = await sql<{ roleId: string; places: number }>`
    select p.role_id as "roleId",
           ${placesLeft('p')} as places
    from registry.departure_target t join registry.primary_care_post p on p.role_id = t.role_id
    where t.departure_id = ${id} and p.state = 'ACTIVE'
    order by t.place for update of p`.execute(tx)
  const from = sql<Day>`(${departure.lastDay}::date + 1)`
  const { rows: days } = await sql<{ day: Day }>`select ${from} as day`.execute(tx)
  const day = days[0]!.day
  const moved: Moved[] = []
  for (const { choiceId, personId } of people) {
    await endChoice(tx, choiceId, 'DOCTOR_CEASED', day, now)
    const target = targets.find(({ places }) => places > 0)
    if (target) target.places -= 1
    const newChoiceId = target
      ? await beginChoice(
          tx,
          {
            personId,
            doctorId: target.roleId,
            kind: 'EX_OFFICIO',
            channel: 'EX_OFFICIO',
            chosenBy: null,
            replaces: null,
          },
          day,
          now,
        )
      : null
    moved.push({ personId, choiceId, newChoiceId })
  }
  const reassigned = moved.filter(({ newChoiceId }) => newChoiceId !== null).length
  const over = people.length < many
  await sql`
    update registry.departure set state = ${over ? 'DONE' : 'RUNNING'}, finished_at = ${over ? now : null},
           reassigned = reassigned + ${reassigned}, without = without + ${moved.length - reassigned}
    where id = ${id}`.execute(tx)
  if (over)
    await sql`update registry.primary_care_post set state = 'CEASED' where role_id = ${departure.roleId}`.execute(tx)
  return moved
}

/** Movements of one doctor in a month, as they are paid for (variazioni mensili). */
export interface Movements {
  doctorId: string
  doctorName: string
  regionalCode: string | null
  kind: 'MMG' | 'PLS'
  atStart: number
  entered: number
  left: number
  atEnd: number
}

/** Movements of the doctors of these authorities between two instants, by name. */
export async function movementsOf(tx: Tx, aslIds: readonly string[], from: Date, to: Date): Promise<Movements[]> {
  const { rows } = await sql<Movements>`
    with post as materialized (
      select p.role_id, p.kind, p.patients + p.temporary_patients as now, d.given_name, d.family_name, d.regional_code
      from registry.primary_care_post p
      join registry.practitioner_role r on r.id = p.role_id
      join registry.practitioner d on d.id = r.practitioner_id
      where r.organisation_id = any(${aslIds}::uuid[])
    ), began as (
      select role_id, count(*) filter (where began_at < ${to}) as within, count(*) as since
      from registry.doctor_choice where began_at >= ${from} group by 1
    ), ended as (
      select role_id, count(*) filter (where ended_at < ${to}) as within, count(*) as since
      from registry.doctor_choice where ended_at >= ${from} group by 1
    )
    select p.role_id as "doctorId", p.given_name || ' ' || p.family_name as "doctorName", p.regional_code as "regionalCode", p.kind,
           (p.now - coalesce(b.since, 0) + coalesce(e.since, 0))::int as "atStart",
           coalesce(b.within, 0)::int as entered, coalesce(e.within, 0)::int as left,
           (p.now - coalesce(b.since, 0) + coalesce(e.since, 0) + coalesce(b.within, 0) - coalesce(e.within, 0))::int as "atEnd"
    from post p
    left join began b using (role_id)
    left join ended e using (role_id)
    order by p.family_name, p.given_name, p.role_id`.execute(tx)
  return rows
}

/** The authority a doctor works for; undefined when there is no such doctor. */
export async function authorityOf(tx: Tx, doctorId: string): Promise<string | undefined> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.practitionerRole as r')
    .innerJoin('registry.primaryCarePost as p', 'p.roleId', 'r.id')
    .select('r.organisationId')
    .where('r.id', '=', doctorId)
    .executeTakeFirst()
  return row?.organisationId
}
