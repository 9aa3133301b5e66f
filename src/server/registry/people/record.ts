// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'

export const enrolmentKinds = [
  'RESIDENT',
  'TEMP_DOMICILE',
  'FOREIGN_COMPULSORY',
  'FOREIGN_VOLUNTARY',
  'EU_ENROLLED',
  'STP',
  'ENI',
  'TEAM_VISITOR',
  'AIRE_RETURN',
  'DETAINEE',
  'SEAFARER',
  'NEWBORN_PENDING',
  'UNKNOWN',
] as const
export type EnrolmentKind = (typeof enrolmentKinds)[number]

export const identifierKinds = [
  'CF',
  'CF_PROVISIONAL',
  'STP',
  'ENI',
  'TEAM',
  'FOREIGN_EHIC',
  'ANPR_ID',
  'INTERNAL',
] as const
export type IdentifierKind = (typeof identifierKinds)[number]

/** Days in which something is or was so: `until` is the last one, null while it goes on. */
interface Period {
  id: string
  from: Day
  until: Day | null
  source: string
}
export interface IdentifierRow extends Period {
  kind: IdentifierKind
  value: string
  checked: boolean
}
export interface AddressRow extends Period {
  kind: 'residence' | 'domicile'
  line: string
  postcode: string | null
  istatCode: string | null
  place: string
}
export interface EnrolmentRow extends Period {
  kind: EnrolmentKind
  state: 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'ENDED'
  endReason: string | null
  aslId: string
  aslName: string
  districtId: string | null
  districtName: string | null
}

/** All the registry holds of a person, with its history; the newest of each kind first. */
export interface PersonRecord {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: 'M' | 'F' | 'N'
  birthPlaceCode: string | null
  birthPlace: string
  /** State code (ANPR), 100 for Italy. */
  citizenship: string
  deceasedOn: Day | null
  /** The record that goes on, when this one was merged into it. */
  mergedInto: string | null
  merged: { id: string; name: string; birthDate: Day }[]
  identifiers: IdentifierRow[]
  addresses: AddressRow[]
  enrolments: EnrolmentRow[]
  contacts: { kind: 'mobile' | 'phone' | 'email'; value: string; verified: boolean; from: Day; until: Day | null }[]
  family: {
    id: string
    name: string
    birthDate: Day
    relation: 'parent' | 'guardian' | 'spouse' | 'civil-partner' | 'child' | 'ward'
  }[]
  doctors: { name: string; kind: 'MMG' | 'PLS'; from: Day; until: Day | null; endReason: string | null }[]
  exemptions: { code: string; nameIt: string; nameEn: string; state: string; from: Day; until: Day | null }[]
}

const period = sql`'from', lower(x.valid), 'until', upper(x.valid) - 1`
const list = (row: ReturnType<typeof sql>, from: ReturnType<typeof sql>) =>
  sql`(select coalesce(jsonb_agg(${row} order by lower(x.valid) desc, x.id desc), '[]') from ${from})`

/** The record of a person as it is on a day, with all that was before. Rows that never held on any day are left out. */
export async function readRecord(tx: Tx, id: string, day: Day): Promise<PersonRecord> {
  const own = sql`x.person_id = p.id and not isempty(x.valid)`
  const { rows } = await sql<PersonRecord>`
    select p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date as "birthDate", p.sex,
      p.birth_place_code as "birthPlaceCode", p.birth_place_name as "birthPlace", p.citizenship,
      p.deceased_on as "deceasedOn", p.merged_into as "mergedInto",
      (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.given_name || ' ' || m.family_name,
        'birthDate', m.birth_date) order by m.id), '[]') from registry.person m where m.merged_into = p.id) as merged,
      ${list(
        sql`jsonb_build_object('id', x.id, 'kind', x.type, 'value', x.value, 'checked', x.checked, 'source', x.source, ${period})`,
        sql`registry.person_identifier x where ${own}`,
      )} as identifiers,
      ${list(
        sql`jsonb_build_object('id', x.id, 'kind', x.kind, 'line', x.line, 'postcode', x.postcode, 'istatCode', x.istat_code,
          'place', x.place, 'source', x.source, ${period})`,
        sql`registry.address x where ${own}`,
      )} as addresses,
      ${list(
        sql`jsonb_build_object('id', x.id, 'kind', x.kind, 'state', x.state, 'endReason', x.end_reason, 'aslId', x.asl_id,
          'aslName', a.name, 'districtId', x.district_id, 'districtName', d.name, 'source', x.source, ${period})`,
        sql`registry.enrolment x join registry.organisation a on a.id = x.asl_id
          left join registry.organisation d on d.id = x.district_id where ${own}`,
      )} as enrolments,
      ${list(
        sql`jsonb_build_object('kind', x.kind, 'value', x.value, 'verified', x.verified_at is not null, ${period})`,
        sql`registry.contact x where ${own}`,
      )} as contacts,
      ${list(
        sql`jsonb_build_object('name', q.given_name || ' ' || q.family_name, 'kind', o.kind, 'endReason', x.end_reason, ${period})`,
        sql`registry.doctor_choice x join registry.primary_care_post o on o.role_id = x.role_id
          join registry.practitioner_role r on r.id = x.role_id join registry.practitioner q on q.id = r.practitioner_id
          where ${own}`,
      )} as doctors,
      ${list(
        sql`jsonb_build_object('code', x.code, 'nameIt', k.description_it, 'nameEn', k.description_en, 'state', x.state, ${period})`,
        sql`registry.person_exemption x join lateral (select description_it, description_en from registry.exemption k
          where k.code = x.code order by lower(k.valid) desc limit 1) k on true where ${own}`,
      )} as exemptions,
      (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.given_name || ' ' || r.family_name,
          'birthDate', r.birth_date, 'relation', l.relation) order by l.relation, r.birth_date), '[]')
        from (
          select related_id as id, relation from registry.family_link
          where person_id = p.id and valid @> ${day}::date
          union
          select person_id, case relation when 'parent' then 'child' when 'guardian' then 'ward' else relation end
          from registry.family_link where related_id = p.id and valid @> ${day}::date
        ) l join registry.person r on r.id = l.id where r.merged_into is null) as family
    from registry.person p where p.id = ${id}`.execute(tx)
  if (!rows[0]) throw notFound({ it: 'Persona', en: 'Person' })
  return rows[0]
}

/** Of rows, the one that holds on a day. */
export const holdsOn = <Row extends { from: Day; until: Day | null }>(
  rows: readonly Row[],
  day: Day,
): Row | undefined => rows.find(({ from, until }) => from <= day && (until === null || until >= day))
