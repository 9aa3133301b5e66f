// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { nameLetters } from '../../../shared/names.ts'
import type { Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import {
  any,
  code,
  day as dayField,
  id,
  idsOf,
  text,
  valuesOf,
  yesNo,
  type Field,
  type Kind,
  type Sql,
  type Test,
} from './search.ts'

export type IdentifierType = 'CF' | 'CF_PROVISIONAL' | 'STP' | 'ENI' | 'TEAM' | 'FOREIGN_EHIC' | 'ANPR_ID' | 'INTERNAL'

/** Kinds of identifiers by the list that a search names. */
const lists: Readonly<Record<string, readonly IdentifierType[]>> = {
  tax: ['CF', 'CF_PROVISIONAL'],
  stp: ['STP'],
  eni: ['ENI'],
  team: ['TEAM'],
  'foreign-card': ['FOREIGN_EHIC'],
  anpr: ['ANPR_ID'],
  person: ['INTERNAL'],
}

/** The people who hold or held one of these identifiers, as ids. */
function holders(tests: readonly Test[]): Sql {
  const asked = tests.flatMap((test) => {
    if (test.kind !== 'code') return []
    const types = test.scheme === undefined ? Object.values(lists).flat() : (lists[test.scheme] ?? [])
    return types.map((type) => ({ value: test.value, type }))
  })
  return sql`array(select i.person_id from registry.person_identifier i
    join unnest(${asked.map(({ value }) => value)}::text[], ${asked.map(({ type }) => type)}::text[]) a(value, type)
      on a.value = i.value and a.type = i.type)`
}

/** Longer than any name: with it, everything that begins in the same way comes before. */
const afterAll = 'Z'.repeat(60)

/** Names of records that go on have an index; merged ones are few and have their own. Said apart, both are used. */
const inBoth = (condition: Sql): Sql =>
  sql`((p.merged_into is null and ${condition}) or (p.merged_into is not null and ${condition}))`

/** A name of people: by the words it is made of, or in it, as the dictionary of names that occur has them. */
function name(kind: 'family' | 'given', key: Sql, written: Sql): Field {
  const one = (test: Test): Sql => {
    if (test.kind !== 'text') return sql`false`
    const asked = nameLetters(test.value)
    if (asked === '') return sql`false`
    if (test.how === 'exact') return sql`(${inBoth(sql`${key} = ${asked}`)} and ${written} = ${test.value})`
    const form =
      test.how === 'contains'
        ? sql`f.form like ${`%${asked}%`}`
        : sql`f.form >= ${asked} and f.form <= ${asked + afterAll} and f.form like ${`${asked}%`}`
    return inBoth(sql`${key} = any (array(select f.key from registry.name_form f where f.kind = ${kind} and ${form}))`)
  }
  return { where: (tests) => any(tests.map(one)) }
}

const contacts = (kinds: readonly string[], day: Day): Field => ({
  where: (tests) => sql`p.id = any (array(select c.person_id from registry.contact c
    where c.value = any (${valuesOf(tests)}::text[]) and c.kind = any (${kinds}::text[]) and c.valid @> ${day}::date))`,
})

/** A record of the registry: merged ones name the one that goes on, which names them. */
export interface PersonRecord {
  id: string
  mergedInto: string | null
  replaces: string[]
}

/** Records of people, by what is known of them. Row-level security shows them to the system only: read further as whoever may. */
export const people = (day: Day): Kind<PersonRecord> => ({
  columns: sql`p.id, p.merged_into as "mergedInto", array(select m.id from registry.person m where m.merged_into = p.id order by m.id) as replaces`,
  from: sql`registry.person p`,
  id: sql`p.id`,
  fields: {
    id: id(sql`p.id`),
    identifier: { where: (tests) => sql`p.id = any (${holders(tests)})` },
    family: name('family', sql`p.family_key`, sql`p.family_name`),
    given: name('given', sql`p.given_key`, sql`p.given_name`),
    birthdate: dayField(sql`p.birth_date`),
    gender: code(sql`p.sex`),
    phone: contacts(['mobile', 'phone'], day),
    email: contacts(['email'], day),
    'address-city': {
      where: (
        tests,
      ) => sql`exists (select from registry.address a join registry.municipality m on m.istat_code = a.istat_code
        where a.person_id = p.id and a.valid @> ${day}::date and ${text(sql`m.name`).where(tests)})`,
    },
    'general-practitioner': {
      where: (tests) => sql`p.id = any (array(select c.person_id from registry.doctor_choice c
        where c.role_id = any (${idsOf(tests)}::uuid[]) and c.ended_at is null and c.valid @> ${day}::date))`,
    },
    organization: {
      where: (tests) => sql`exists (select from registry.enrolment e
        where e.person_id = p.id and e.state = 'ACTIVE' and e.valid @> ${day}::date and e.asl_id = any (${idsOf(tests)}::uuid[]))`,
    },
    active: yesNo(sql`(p.merged_into is null)`),
    deceased: yesNo(sql`(p.deceased_on is not null)`),
    'death-date': dayField(sql`p.deceased_on`),
    link: {
      where: (tests) => sql`(p.merged_into = any (${idsOf(tests)}::uuid[])
        or p.id = any (array(select m.merged_into from registry.person m where m.id = any (${idsOf(tests)}::uuid[]))))`,
    },
  },
  sorts: {},
})

/** What other systems are told of a person. Days are half open: `end` is the first one after. */
export interface PersonEntry {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: 'M' | 'F' | 'N'
  birthPlace: string
  bornAbroad: boolean
  citizenship: string
  deceasedOn: Day | null
  identifiers: { type: IdentifierType; value: string; from: Day | null; end: Day | null }[]
  addresses: {
    kind: 'residence' | 'domicile'
    line: string
    place: string
    postcode: string | null
    from: Day | null
    town: { istatCode: string; municipality: string; province: string; inRegion: boolean } | null
  }[]
  contacts: { kind: 'mobile' | 'phone' | 'email'; value: string }[]
  /** Role of the family doctor or paediatrician. */
  doctorId: string | null
  /** Health authority that cares for her. */
  aslId: string | null
}

/** These people as they are on a day, by id; whom the actor may not see is missing. One statement. */
export async function readPeople(tx: Tx, ids: readonly string[], day: Day): Promise<Map<string, PersonEntry>> {
  const { rows } = await sql<PersonEntry>`
    select p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date as "birthDate", p.sex,
      p.birth_place_name as "birthPlace", p.birth_place_code like 'Z%' is true as "bornAbroad", p.citizenship,
      p.deceased_on as "deceasedOn",
      coalesce((select jsonb_agg(jsonb_build_object('type', i.type, 'value', i.value, 'from', lower(i.valid),
          'end', upper(i.valid)) order by array_position(array['CF', 'CF_PROVISIONAL', 'STP', 'ENI'], i.type), i.valid desc, i.value)
        from registry.person_identifier i where i.person_id = p.id), '[]') as identifiers,
      coalesce((select jsonb_agg(jsonb_build_object('kind', a.kind, 'line', a.line, 'place', a.place, 'postcode', a.postcode,
          'from', lower(a.valid), 'town', case when m.istat_code is not null then jsonb_build_object('istatCode', m.istat_code,
            'municipality', m.name, 'province', m.province, 'inRegion', m.in_region) end) order by a.kind desc)
        from registry.address a left join registry.municipality m on m.istat_code = a.istat_code
        where a.person_id = p.id and a.valid @> ${day}::date), '[]') as addresses,
      coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'value', c.value) order by c.kind desc)
        from registry.contact c where c.person_id = p.id and c.valid @> ${day}::date), '[]') as contacts,
      (select c.role_id from registry.doctor_choice c where c.person_id = p.id and c.ended_at is null and c.valid @> ${day}::date) as "doctorId",
      (select e.asl_id from registry.enrolment e where e.person_id = p.id and e.state = 'ACTIVE' and e.valid @> ${day}::date) as "aslId"
    from registry.person p where p.id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Who is whose parent, guardian, spouse or partner. */
export interface FamilyLink {
  id: string
  personId: string
  relatedId: string
  relation: 'parent' | 'guardian' | 'spouse' | 'civil-partner'
  from: Day | null
  end: Day | null
}

/** What links between people are looked for by: their ids, the person, or the relative. */
export interface LinksWanted {
  ids?: readonly string[]
  people?: readonly string[]
  relatives?: readonly string[]
}

/** Family links by id, `limit` at most. */
export async function familyLinks(
  tx: Tx,
  { ids = [], people: of = [], relatives = [] }: LinksWanted,
  limit: number,
): Promise<FamilyLink[]> {
  const { rows } = await sql<FamilyLink>`
    select l.id, l.person_id as "personId", l.related_id as "relatedId", l.relation, lower(l.valid) as from, upper(l.valid) as end
    from registry.family_link l
    where l.id = any (${ids}::uuid[]) or l.person_id = any (${of}::uuid[]) or l.related_id = any (${relatives}::uuid[])
    order by l.id limit ${limit}`.execute(tx)
  return rows
}

/** Ids of the people who hold or held one of these identifiers. */
export async function holdersOf(tx: Tx, tests: readonly Test[]): Promise<string[]> {
  const { rows } = await sql<{ ids: string[] }>`select ${holders(tests)} as ids`.execute(tx)
  return rows[0]!.ids
}
