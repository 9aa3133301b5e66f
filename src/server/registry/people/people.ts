// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'

export interface Person {
  id: string
  givenName: string
  familyName: string
  birthDate: Day
  sex: 'M' | 'F' | 'N'
}

const columns = ['id', 'givenName', 'familyName', 'birthDate', 'sex'] as const

/** Codes that stand in the box for the fiscal code, the one to prefer first. */
const healthCodes = ['CF', 'CF_PROVISIONAL', 'STP', 'ENI'] as const

/**
 * The living person who holds or held this code (fiscal, provisional, STP, ENI; also an earlier one); undefined when the
 * registry knows nobody. A merged record leads to the one that goes on.
 */
export async function findPersonByFiscalCode(tx: Tx, code: string): Promise<{ id: string } | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier as identifier')
    .innerJoin('registry.person as person', 'person.id', 'identifier.personId')
    .select(({ fn }) => fn.coalesce('person.mergedInto', 'person.id').as('id'))
    .where('identifier.value', '=', code)
    .where('identifier.type', 'in', healthCodes)
    .where('person.deceasedOn', 'is', null)
    .executeTakeFirst()
}

/** Whether this is the record of a living person that was not merged into another. */
export async function isLiving(tx: Tx, id: string): Promise<boolean> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.person')
    .select('id')
    .where('id', '=', id)
    .where('deceasedOn', 'is', null)
    .where('mergedInto', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The record that goes on for a row of `registry.person`. Not `coalesce`: PostgreSQL takes that for a function which might leak
 * what row-level security hides, and would read all people instead of finding one.
 */
export const survivor = (row: 'found' | 'holder') =>
  sql<string>`case when ${sql.ref(`${row}.merged_into`)} is null then ${sql.ref(`${row}.id`)} else ${sql.ref(`${row}.merged_into`)} end`

/** The records of a person: her own, and those that were merged into it. What is sealed names them as they were. */
export async function recordsOf(tx: Tx, id: string): Promise<string[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.person')
    .select('id')
    .where('mergedInto', '=', id)
    .execute()
  return [id, ...rows.map((row) => row.id)]
}

export interface Cardholder {
  id: string
  /** The number of the health card valid on the day; null when she has none. */
  cardNumber: string | null
  /** The last day of that card; null when it is not known. */
  cardExpiresOn: Day | null
}

/**
 * The living person who holds this fiscal, provisional, STP or ENI code, with the number of her health card (TEAM); always
 * one statement, found or not.
 */
export async function findCardholder(tx: Tx, code: string, day: Day): Promise<Cardholder | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier as identifier')
    .innerJoin('registry.person as found', 'found.id', 'identifier.personId')
    .innerJoin('registry.person as person', (join) => join.on('person.id', '=', survivor('found')))
    .leftJoin('registry.personIdentifier as card', (join) =>
      join
        .onRef('card.personId', '=', 'person.id')
        .on('card.type', '=', 'TEAM')
        .on(sql<boolean>`card.valid @> ${day}::date`),
    )
    .select(['person.id', 'card.value as cardNumber', sql<Day | null>`upper(card.valid) - 1`.as('cardExpiresOn')])
    .where('identifier.value', '=', code)
    .where('identifier.type', 'in', healthCodes)
    .where('person.deceasedOn', 'is', null)
    .executeTakeFirst()
}

/** The minors over whom a person has parental responsibility on a day (until the eighteenth birthday, art. 2 c.c.). */
export async function childrenOf(tx: Tx, parentId: string, day: Day): Promise<Person[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.minorChild as link')
    .innerJoin('registry.person as child', 'child.id', 'link.childId')
    .select(['child.id', 'child.givenName', 'child.familyName', 'child.birthDate', 'child.sex'])
    .where('link.parentId', '=', parentId)
    .where(sql<boolean>`link.valid @> ${day}::date`)
    .orderBy('child.birthDate')
    .execute()
  return rows as Person[] // sex is checked by the table
}

/** These people, in no particular order; those the actor may not see are missing. */
export async function getPersons(tx: Tx, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return []
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.person')
    .select(columns)
    .where('id', 'in', ids)
    .execute()
  return rows as Person[] // sex is checked by the table
}

/** One person; refuses as not found when there is none or the actor may not see her. */
export async function getPerson(tx: Tx, id: string): Promise<Person> {
  const [person] = await getPersons(tx, [id])
  if (!person) throw notFound({ it: 'Persona', en: 'Person' })
  return person
}

export interface HealthCode {
  type: 'CF' | 'CF_PROVISIONAL' | 'STP' | 'ENI'
  value: string
}

/**
 * The code by which the health service knows a person on a day: the fiscal code, else the provisional one, else STP or
 * ENI; undefined for who has none (a newborn, an unknown patient).
 */
export async function findHealthCode(tx: Tx, personId: string, day: Day): Promise<HealthCode | undefined> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier')
    .select(['type', 'value'])
    .where('personId', '=', personId)
    .where('type', 'in', healthCodes)
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy(sql`array_position(array['CF', 'CF_PROVISIONAL', 'STP', 'ENI'], type)`)
    .executeTakeFirst()
  return row as HealthCode | undefined // the query names the types
}

/** The same for many people, by person; who has no code is missing. */
export async function healthCodesOf(tx: Tx, personIds: readonly string[], day: Day): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map()
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier')
    .select(['personId', 'value'])
    .distinctOn('personId')
    .where('personId', '=', sql<string>`any(${[...personIds]}::uuid[])`)
    .where('type', 'in', healthCodes)
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy('personId')
    .orderBy(sql`array_position(array['CF', 'CF_PROVISIONAL', 'STP', 'ENI'], type)`)
    .execute()
  return new Map(rows.map(({ personId, value }) => [personId, value]))
}

/** Whose these codes are, today or before; merged records lead to the one that goes on. Codes of nobody are missing. */
export async function personsByCode(tx: Tx, codes: readonly string[]): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map()
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier as identifier')
    .innerJoin('registry.person as holder', 'holder.id', 'identifier.personId')
    .innerJoin('registry.person as person', (join) => join.on('person.id', '=', survivor('holder')))
    .select(['identifier.value', 'person.id'])
    .where('identifier.value', '=', sql<string>`any(${[...codes]}::text[])`)
    .where('identifier.type', 'in', healthCodes)
    .execute()
  return new Map(rows.map(({ value, id }) => [value, id]))
}

/** Every code by which the health service knows or knew a person, earlier fiscal codes included. */
export async function codesOf(tx: Tx, personId: string): Promise<string[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier')
    .select('value')
    .where('personId', '=', personId)
    .where('type', 'in', healthCodes)
    .execute()
  return rows.map(({ value }) => value)
}

/** The minors of `childrenOf` with the link they are known by and the first day on which it no longer gives any power. */
export async function minorsOf(
  tx: Tx,
  personId: string,
  day: Day,
): Promise<(Person & { relation: 'parent' | 'guardian'; until: Day })[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.minorChild as link')
    .innerJoin('registry.person as child', 'child.id', 'link.childId')
    .select(['child.id', 'child.givenName', 'child.familyName', 'child.birthDate', 'child.sex', 'link.relation'])
    .select(sql<Day>`upper(link.valid)`.as('until'))
    .where('link.parentId', '=', personId)
    .where(sql<boolean>`link.valid @> ${day}::date`)
    .orderBy('child.birthDate')
    .execute()
  return rows as (Person & { relation: 'parent' | 'guardian'; until: Day })[] // both are checked by tables
}

/** Which of these people have died. */
export async function deceasedAmong(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.person')
    .select('id')
    .where('id', 'in', ids)
    .where('deceasedOn', 'is not', null)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Who came of age on a day, each with those who had parental responsibility until the day before. */
export async function cameOfAge(tx: Tx, day: Day): Promise<{ personId: string; parentId: string }[]> {
  const { rows } = await sql<{ personId: string; parentId: string }>`
    select child_id as "personId", parent_id as "parentId" from registry.minor_child
    where valid @> ${day}::date - 1 and child_id in (
      select id from registry.person where registry.of_age_on(birth_date) = ${day}::date
        and birth_date between ${day}::date - interval '18 years 1 day' and ${day}::date - interval '18 years')
  `.execute(tx)
  return rows
}

export interface Home {
  aslId: string | null
  districtId: string | null
  istatCode: string | null
  latitude: number | null
  longitude: number | null
}

/** Where a person lives for the health service: her enrolment, and the point distances are measured from (domicile first). */
export async function findHome(tx: Tx, personId: string, day: Day): Promise<Home> {
  const { rows } = await sql<Home>`
    select e.asl_id as "aslId", e.district_id as "districtId", a.istat_code as "istatCode",
           coalesce(a.latitude, m.latitude) as latitude, coalesce(a.longitude, m.longitude) as longitude
    from (values (1)) one
    left join registry.enrolment e on e.person_id = ${personId} and e.state = 'ACTIVE' and e.valid @> ${day}::date
    left join lateral (
      select istat_code, latitude, longitude from registry.address
      where person_id = ${personId} and valid @> ${day}::date order by kind limit 1
    ) a on true
    left join registry.municipality m on m.istat_code = a.istat_code
    limit 1`.execute(tx)
  return rows[0]!
}

/** Where people are written to by post, line by line with the name first (domicile before residence); nobody without an address. */
export async function postalAddresses(tx: Tx, ids: readonly string[], day: Day): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; name: string; line: string; town: string }>`
    select distinct on (p.id) p.id, p.given_name || ' ' || p.family_name as name, a.line,
           concat_ws(' ', a.postcode, a.place) as town
    from registry.person p join registry.address a on a.person_id = p.id and a.valid @> ${day}::date
    where p.id = any(${ids}::uuid[]) order by p.id, a.kind`.execute(tx)
  return new Map(rows.map(({ id, name, line, town }) => [id, [name, line, town]]))
}

/** Codes of the exemptions a person holds on a day, with their plain description. */
export async function exemptionsOf(
  tx: Tx,
  personId: string,
  day: Day,
): Promise<{ code: string; descriptionIt: string; descriptionEn: string; covers: string }[]> {
  return tables<'registry'>(tx)
    .selectFrom('registry.personExemption as held')
    .innerJoin('registry.exemption as kind', 'kind.code', 'held.code')
    .select(['held.code', 'kind.descriptionIt', 'kind.descriptionEn', 'kind.covers'])
    .where('held.personId', '=', personId)
    .where('held.state', 'in', ['ACTIVE', 'CERTIFIED'])
    .where(sql<boolean>`held.valid @> ${day}::date and kind.valid @> ${day}::date`)
    .execute()
}

/** The same for several people at once, only the codes; people without one are missing. */
export async function exemptionCodesOf(tx: Tx, personIds: readonly string[], day: Day): Promise<Map<string, string[]>> {
  if (personIds.length === 0) return new Map()
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.personExemption as held')
    .innerJoin('registry.exemption as kind', 'kind.code', 'held.code')
    .select(['held.personId', 'held.code'])
    .where('held.personId', 'in', [...new Set(personIds)])
    .where('held.state', 'in', ['ACTIVE', 'CERTIFIED'])
    .where(sql<boolean>`held.valid @> ${day}::date and kind.valid @> ${day}::date`)
    .execute()
  const byPerson = Map.groupBy(rows, (row) => row.personId)
  return new Map([...byPerson].map(([id, held]) => [id, held.map(({ code }) => code)]))
}
