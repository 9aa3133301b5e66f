// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { constraint, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, type Day } from '../../platform/time.ts'
import { endChoice } from './choices.ts'
import { placesLeft } from './doctors.ts'

export const refusalMotives = ['TRUST', 'CONDUCT', 'OTHER'] as const

/** A doctor's giving up of somebody's care, as the office decided on it. */
export interface DoctorRefusal {
  id: string
  personId: string
  personName: string
  doctorId: string
  doctorName: string
  receivedOn: Day
  motive: (typeof refusalMotives)[number]
  state: 'ACCEPTED' | 'DENIED' | 'EFFECTIVE' | 'OVERTAKEN'
  deniedFor: 'NO_OTHER_DOCTOR' | 'SELF_LIMITED' | null
  /** First day on which the doctor is no longer hers. */
  effectiveOn: Day | null
}

const alreadyRefused = new Refusal(
  'doctor-choice/already-refused',
  409,
  { it: 'La ricusazione di questa persona è già registrata.', en: 'The refusal of this person is already entered.' },
  { next: { it: 'La trovi nell’elenco delle ricusazioni.', en: 'It is in the list of refusals.' } },
)
constraint('doctor_refusal_once', alreadyRefused)

/** Days after the communication from which a refusal counts (ACN 2024 art. 40). */
const daysUntilEffective = 16

export interface RefusalFacts {
  choiceId: string
  /** Whether another doctor of her kind in the same area has places. */
  otherDoctor: boolean
  /** Whether the doctor limited her own list and it is full: she may not refuse people to stay under it. */
  selfLimited: boolean
}

/** What decides about a refusal; undefined when the person is not in the doctor's list. Asked as the system. */
export async function factsOfRefusal(tx: Tx, personId: string, doctorId: string): Promise<RefusalFacts | undefined> {
  const { rows } = await sql<RefusalFacts>`
    select c.id as "choiceId", p.self_limit is not null and p.patients >= p.self_limit as "selfLimited",
           exists (
             select from registry.primary_care_post o
             where o.catchment_id = p.catchment_id and o.kind = p.kind and o.role_id <> p.role_id and o.state = 'ACTIVE'
               and ${placesLeft('o')} > 0
           ) as "otherDoctor"
    from registry.doctor_choice c join registry.primary_care_post p on p.role_id = c.role_id
    where c.person_id = ${personId} and c.role_id = ${doctorId} and c.ended_at is null`.execute(tx)
  return rows[0]
}

export interface NewRefusal {
  personId: string
  doctorId: string
  receivedOn: Day
  motive: DoctorRefusal['motive']
  deniedFor: DoctorRefusal['deniedFor']
  recordedBy: string
}

/** Enters what was decided on a refusal. @throws Refusal `doctor-choice/already-refused` */
export async function enterRefusal(tx: Tx, wish: NewRefusal, now: Date): Promise<string> {
  const id = uuidv7()
  await tables<'registry'>(tx)
    .insertInto('registry.doctorRefusal')
    .values({
      id,
      personId: wish.personId,
      roleId: wish.doctorId,
      receivedOn: wish.receivedOn,
      motive: wish.motive,
      state: wish.deniedFor === null ? 'ACCEPTED' : 'DENIED',
      deniedFor: wish.deniedFor,
      effectiveOn: wish.deniedFor === null ? addDays(wish.receivedOn, daysUntilEffective) : null,
      recordedBy: wish.recordedBy,
      recordedAt: now,
    })
    .execute()
  return id
}

const selection = sql`
  select f.id, f.person_id as "personId", p.given_name || ' ' || p.family_name as "personName", f.role_id as "doctorId",
         d.given_name || ' ' || d.family_name as "doctorName", f.received_on as "receivedOn", f.motive, f.state,
         f.denied_for as "deniedFor", f.effective_on as "effectiveOn"
  from registry.doctor_refusal f
  join registry.person p on p.id = f.person_id
  join registry.practitioner_role r on r.id = f.role_id
  join registry.practitioner d on d.id = r.practitioner_id`

/** One refusal; undefined when there is none. */
export async function findRefusal(tx: Tx, id: string): Promise<DoctorRefusal | undefined> {
  return (await sql<DoctorRefusal>`${selection} where f.id = ${id}`.execute(tx)).rows[0]
}

/** Accepted refusals that count between two days. */
export async function refusalsFrom(tx: Tx, from: Day, to: Day): Promise<DoctorRefusal[]> {
  const { rows } = await sql<DoctorRefusal>`
    ${selection} where f.state = 'ACCEPTED' and f.effective_on between ${from}::date and ${to}::date`.execute(tx)
  return rows
}

/** Refusals by the doctors of these authorities, the latest first. */
export async function listRefusals(tx: Tx, aslIds: readonly string[], limit: number): Promise<DoctorRefusal[]> {
  const { rows } = await sql<DoctorRefusal>`
    ${selection} where r.organisation_id = any(${aslIds}::uuid[])
    order by f.recorded_at desc, f.id limit ${limit}`.execute(tx)
  return rows
}

/** Refusals that count from this day or earlier are carried out: at most so many, each with the person it is about. */
export async function carryOutRefusals(
  tx: Tx,
  day: Day,
  now: Date,
  limit: number,
): Promise<{ personId: string; choiceId: string | null }[]> {
  const { rows } = await sql<{ id: string; personId: string; choiceId: string | null; effectiveOn: Day }>`
    select f.id, f.person_id as "personId", f.effective_on as "effectiveOn",
           (select c.id from registry.doctor_choice c
            where c.person_id = f.person_id and c.role_id = f.role_id and c.ended_at is null) as "choiceId"
    from registry.doctor_refusal f
    where f.state = 'ACCEPTED' and f.effective_on <= ${day}::date
    order by f.effective_on, f.id limit ${limit} for update of f`.execute(tx)
  for (const { id, choiceId, effectiveOn } of rows) {
    if (choiceId) await endChoice(tx, choiceId, 'REFUSED_BY_DOCTOR', effectiveOn, now)
    await sql`update registry.doctor_refusal set state = ${choiceId ? 'EFFECTIVE' : 'OVERTAKEN'} where id = ${id}`.execute(
      tx,
    )
  }
  return rows
}
