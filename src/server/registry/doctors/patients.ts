// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import type { ChoiceKind } from './choices.ts'

/** Somebody in the list of a doctor. */
export interface Patient {
  personId: string
  givenName: string
  familyName: string
  birthDate: Day
  sex: 'M' | 'F' | 'N'
  fiscalCode: string | null
  kind: ChoiceKind
  /** First day. */
  from: Day
  /** Last day, where the law limits it. */
  until: Day | null
}

export interface PatientSearch {
  /** Beginning of surname or given name. */
  name?: string | undefined
  sex?: 'M' | 'F' | undefined
  /** Completed years. */
  minAge?: number | undefined
  maxAge?: number | undefined
  /** Only choices that have an end. */
  temporary?: boolean | undefined
  after?: { name: string; id: string } | undefined
}

/** The post of the doctor a person is, by her fiscal code; undefined for who has none on that day. */
export async function postOf(tx: Tx, personId: string, day: Day): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select o.role_id as id
    from registry.person_identifier i
    join registry.practitioner d on d.fiscal_code = i.value
    join registry.practitioner_role r on r.practitioner_id = d.id and r.valid @> ${day}::date
    join registry.primary_care_post o on o.role_id = r.id and o.state <> 'CEASED'
    where i.person_id = ${personId} and i.type = 'CF' and i.valid @> ${day}::date
    order by o.role_id limit 1`.execute(tx)
  return rows[0]?.id
}

/** People in a doctor's list by name, at most so many after where the last page ended. */
export async function patientsOf(
  tx: Tx,
  doctorId: string,
  search: PatientSearch,
  day: Day,
  limit: number,
): Promise<Patient[]> {
  const start = search.name
    ?.trim()
    .toUpperCase()
    .replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
  const conditions = [
    sql`c.role_id = ${doctorId} and c.ended_at is null`,
    ...(start ? [sql`(upper(p.family_name) like ${`${start}%`} or upper(p.given_name) like ${`${start}%`})`] : []),
    ...(search.sex ? [sql`p.sex = ${search.sex}`] : []),
    ...(search.minAge === undefined
      ? []
      : [sql`p.birth_date <= (${day}::date - make_interval(years => ${search.minAge}::int))::date`]),
    ...(search.maxAge === undefined
      ? []
      : [sql`p.birth_date > (${day}::date - make_interval(years => ${search.maxAge}::int + 1))::date`]),
    ...(search.temporary ? [sql`not upper_inf(c.valid)`] : []),
    ...(search.after
      ? [sql`(p.family_name || ' ' || p.given_name, p.id) > (${search.after.name}, ${search.after.id}::uuid)`]
      : []),
  ]
  const { rows } = await sql<Patient>`
    select p.id as "personId", p.given_name as "givenName", p.family_name as "familyName", p.birth_date as "birthDate", p.sex,
           (select value from registry.person_identifier i where i.person_id = p.id and i.type = 'CF' and i.valid @> ${day}::date limit 1)
             as "fiscalCode",
           c.kind, lower(c.valid) as "from", case when upper_inf(c.valid) then null else upper(c.valid) - 1 end as until
    from registry.doctor_choice c join registry.person p on p.id = c.person_id
    where ${sql.join(conditions, sql` and `)}
    order by p.family_name || ' ' || p.given_name, p.id limit ${limit}`.execute(tx)
  return rows
}

/** Somebody who came into a doctor's list or left it; never why (registry notes, 2.5). */
export interface Movement {
  personId: string
  personName: string
  birthDate: Day
  what: 'entered' | 'left'
  at: Date
}

/** Who entered and left the list of a doctor between two instants, the latest first; at most five hundred. */
export async function movementsIn(tx: Tx, doctorId: string, from: Date, to: Date): Promise<Movement[]> {
  const { rows } = await sql<Movement>`
    select m.person_id as "personId", p.given_name || ' ' || p.family_name as "personName", p.birth_date as "birthDate", m.what, m.at
    from (
      select person_id, 'entered' as what, began_at as at from registry.doctor_choice
      where role_id = ${doctorId} and began_at >= ${from} and began_at < ${to}
      union all
      select person_id, 'left', ended_at from registry.doctor_choice
      where role_id = ${doctorId} and ended_at >= ${from} and ended_at < ${to}
    ) m join registry.person p on p.id = m.person_id
    order by m.at desc, p.id limit 500`.execute(tx)
  return rows
}
