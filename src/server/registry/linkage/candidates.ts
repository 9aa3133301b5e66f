// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { nameLetters } from '../../../shared/names.ts'
import type { Tx } from '../../platform/database.ts'
import { plainCode, type Incoming, type Known } from './compare.ts'
import type { Frequencies } from './rules.ts'

/** A record with its place in the chunk. */
export interface Numbered {
  n: number
  record: Incoming
}

/** People to compare each record of a chunk with, by its place. */
export type Candidates = Map<number, Known[]>

/** More people who agree on one key tell nothing any more. */
const mostPerKey = 200

/**
 * Makes the rest of a transaction look everything up by key. The planner knows neither how many records a chunk has nor how
 * few people share their keys, and would now and then read the whole registry instead.
 */
export const byKeyOnly = (tx: Tx) =>
  sql`select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
             set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)`.execute(tx)

/** The records as rows: what is compared, as it is compared. */
function rowsOf(records: readonly Numbered[]) {
  const column = (value: (record: Incoming) => string | undefined) => records.map(({ record }) => value(record) ?? null)
  return sql`unnest(
    ${records.map(({ n }) => n)}::int[],
    ${column(({ code }) => code)}::text[],
    ${column(({ code }) => (code?.length === 16 ? plainCode(code) : undefined))}::text[],
    ${column(({ team }) => team)}::text[],
    ${column(({ familyName }) => familyName && nameLetters(familyName))}::text[],
    ${column(({ givenName }) => givenName && nameLetters(givenName))}::text[],
    ${column(({ birthDate }) => birthDate)}::date[]
  ) r(n, code, plain, team, family, given, born)`
}

/** Looks records up by the keys that fit most of them: code, health card, family name with birth date, both names with the year. */
export function findLikely(tx: Tx, records: readonly Numbered[]): Promise<Candidates> {
  return read(
    tx,
    sql`
    select r.n, hit.person_id from ${rowsOf(records)} cross join lateral (
      select i.person_id from registry.person_identifier i where i.code_key = r.plain
      union all
      select i.person_id from registry.person_identifier i where i.value = r.code and r.plain is null
      union all
      select i.person_id from registry.person_identifier i where i.value = r.team and i.type = 'TEAM'
      union all
      (select p.id from registry.person p
       where p.birth_date = r.born and p.family_key = r.family and p.merged_into is null limit ${mostPerKey})
      union all
      (select p.id from registry.person p
       where p.family_key = r.family and p.given_key = r.given and p.merged_into is null
         and p.birth_date between date_trunc('year', r.born)::date and (date_trunc('year', r.born) + interval '1 year - 1 day')::date
       limit ${mostPerKey})
    ) hit`,
  )
}

/**
 * Looks further for records that nobody fits yet: everybody born on that day, or on the day with day and month exchanged, whose
 * family name is nearly the same, whose given name is, or whose names are exchanged; who has nearly the same code; and who is
 * called the same and was born on that day of another year.
 */
export function findRemote(tx: Tx, records: readonly Numbered[]): Promise<Candidates> {
  return read(
    tx,
    sql`
    select r.n, hit.person_id from (
      select *, case when extract(day from born) <= 12 then make_date(extract(year from born)::int, extract(day from born)::int, extract(month from born)::int) end as turned
      from ${rowsOf(records)}
    ) r cross join lateral (
      (select p.id as person_id from registry.person p
       where p.birth_date in (r.born, r.turned) and p.merged_into is null
         and (p.given_key = r.given or p.family_key = r.given or levenshtein_less_equal(p.family_key, r.family, 2) <= 2)
       limit ${mostPerKey})
      union all
      (select i.person_id from registry.person_identifier i
       where i.code_key >= left(r.plain, 11) and i.code_key < left(r.plain, 11) || '~' limit ${mostPerKey})
      union all
      (select p.id from registry.person p
       where p.family_key = r.family and p.given_key = r.given and p.merged_into is null
         and extract(month from p.birth_date) = extract(month from r.born) and extract(day from p.birth_date) = extract(day from r.born)
       limit ${mostPerKey})
    ) hit`,
  )
}

/** A person with all she has or had. */
const columns = sql`p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date as "birthDate", p.sex,
  p.birth_place_code as "birthPlace",
  array(select i.value from registry.person_identifier i
        where i.person_id = p.id and i.type in ('CF', 'CF_PROVISIONAL', 'STP', 'ENI') order by lower(i.valid) desc) as codes,
  array(select i.value from registry.person_identifier i where i.person_id = p.id and i.type = 'TEAM' order by lower(i.valid) desc) as teams,
  array(select a.istat_code from registry.address a
        where a.person_id = p.id and a.kind = 'residence' and a.istat_code is not null order by lower(a.valid) desc) as residences`

/** People in the order of their ids, after one; merged ones are left out. */
export async function peopleAfter(tx: Tx, after: string, limit: number): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select ${columns} from registry.person p where p.id > ${after} and p.merged_into is null order by p.id limit ${limit}`.execute(
    tx,
  )
  return rows
}

/** These people; merged ones are left out. */
export async function peopleOf(tx: Tx, ids: readonly string[]): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select ${columns} from registry.person p where p.id = any (${[...ids]}::uuid[]) and p.merged_into is null order by p.id`.execute(
    tx,
  )
  return rows
}

interface Row extends Known {
  n: number[]
}

/** Reads the people found, each once, with all they have or had. Merged records lead to the one that goes on. */
async function read(tx: Tx, hits: ReturnType<typeof sql>): Promise<Candidates> {
  const { rows } = await sql<Row>`
    with hit as materialized (${hits}), found as materialized (
      select array_agg(distinct hit.n) as n, case when f.merged_into is null then f.id else f.merged_into end as id
      from (select n, person_id from hit group by n, person_id) hit join registry.person f on f.id = hit.person_id group by 2
    )
    select found.n, ${columns}
    from found join registry.person p on p.id = found.id`.execute(tx)
  const candidates: Candidates = new Map()
  for (const { n: numbers, ...person } of rows)
    for (const n of numbers) {
      const people = candidates.get(n)
      if (people) people.push(person)
      else candidates.set(n, [person])
    }
  return candidates
}

/** How common the names and places are that records and their candidates have. */
export async function frequenciesOf(
  tx: Tx,
  records: readonly Incoming[],
  people: Iterable<Known>,
): Promise<Frequencies> {
  const wanted = new Set<string>()
  const want = (field: string, value: string | null | undefined): void => {
    if (value) wanted.add(`${field} ${value}`)
  }
  for (const { familyName, givenName } of [...records, ...people]) {
    want('family', familyName && nameLetters(familyName))
    want('given', givenName && nameLetters(givenName))
    // Names may be exchanged.
    want('family', givenName && nameLetters(givenName))
    want('given', familyName && nameLetters(familyName))
  }
  for (const { birthPlace, residences } of people) {
    want('birthPlace', birthPlace)
    for (const place of residences) want('residence', place)
  }
  const pairs = [...wanted].map((pair) => pair.split(' ') as [string, string])
  const { rows } = await sql<{ field: string; value: string; bearers: number }>`
    select f.field, f.value, f.bearers from registry.frequency f where f.field = 'people'
    union all
    select f.field, f.value, f.bearers
    from unnest(${pairs.map(([field]) => field)}::text[], ${pairs.map(([, value]) => value)}::text[]) w(field, value)
    join registry.frequency f on f.field = w.field and f.value = w.value`.execute(tx)
  const known = new Map(rows.map(({ field, value, bearers }) => [`${field} ${value}`, bearers]))
  return {
    people: known.get('people ') ?? 0,
    bearers: (field, value) => known.get(`${field} ${value}`) ?? 0,
  }
}

/** Counts names and places anew. */
export async function countFrequencies(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = '15min'`.execute(tx)
  await sql`delete from registry.frequency`.execute(tx)
  await sql`
    insert into registry.frequency (field, value, bearers)
    select 'people', '', count(*) from registry.person where merged_into is null having count(*) > 0
    union all
    select 'family', family_key, count(*) from registry.person where merged_into is null group by 2
    union all
    select 'given', given_key, count(*) from registry.person where merged_into is null group by 2
    union all
    select 'birthPlace', birth_place_code, count(*) from registry.person
    where merged_into is null and birth_place_code is not null group by 2
    union all
    select 'residence', istat_code, count(*) from registry.address
    where kind = 'residence' and upper_inf(valid) and istat_code is not null group by 2`.execute(tx)
}
