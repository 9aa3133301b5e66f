// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { omocodeVariants, readPersonCode } from '../../../shared/fiscal-code.ts'
import { mistakes, nameLetters, withoutOneLetter } from '../../../shared/names.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import { survivor } from './people.ts'

/** What is known of the person looked for. */
export interface PersonSearch {
  /** Any code the registry keeps: fiscal, provisional, STP, ENI, number of the health card. */
  identifier?: string
  familyName?: string
  givenName?: string
  birthDate?: Day
}

export interface FoundPerson {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: string
  birthPlace: string
  /** Municipality of residence; null when none is known. */
  town: string | null
  deceased: boolean
  /** Whether everything asked for is as asked, or a name is only like it. */
  exact: boolean
}

/** A person found, before her data is read. */
interface Hit {
  id: string
  exact: boolean
}

/** Letters wrong that still make it the same name: one in a short name, two in a long one. */
const allowed = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2)

/**
 * People who fit, the ones named exactly first, from the `skip`-th on and at most `limit`. Names may have a letter wrong, left
 * out, too much or exchanged, two of them in a long name; one word of a double name is enough. A fiscal code also finds who
 * holds it in another form of omocodia. Merged records lead to the one that goes on.
 */
export async function searchPeople(
  tx: Tx,
  search: PersonSearch,
  day: Day,
  { skip, limit }: { skip: number; limit: number },
): Promise<FoundPerson[]> {
  const upTo = skip + limit
  const hits = search.identifier
    ? await byIdentifier(tx, search)
    : search.birthDate
      ? await byBirthDate(tx, search, search.birthDate)
      : await byName(tx, nameLetters(search.familyName ?? ''), nameLetters(search.givenName ?? ''), upTo)
  return read(tx, hits.slice(skip, upTo), day)
}

async function byIdentifier(tx: Tx, search: PersonSearch): Promise<Hit[]> {
  const value = search.identifier!.toUpperCase().replace(/\s/g, '')
  const find = (values: readonly string[]) =>
    tables<'registry'>(tx)
      .selectFrom('registry.personIdentifier as identifier')
      .innerJoin('registry.person as holder', 'holder.id', 'identifier.personId')
      .innerJoin('registry.person as person', (join) => join.on('person.id', '=', survivor('holder')))
      .select(['person.id', 'person.familyKey', 'person.givenKey', 'person.birthDate'])
      .where('identifier.value', 'in', values)
      .execute()
  let rows = await find([value])
  if (rows.length === 0 && readPersonCode(value)?.kind === 'CF') rows = await find(omocodeVariants(value))
  const people = new Map(rows.map((row) => [row.id, row]))
  return [...people.values()]
    .filter((person) => !search.birthDate || person.birthDate === search.birthDate)
    .flatMap((person) => likeness(person, search) ?? [])
}

/** Everybody born on a day is few people: their names are compared one by one. */
async function byBirthDate(tx: Tx, search: PersonSearch, birthDate: Day): Promise<Hit[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.person')
    .select(['id', 'familyKey', 'givenKey'])
    .where('birthDate', '=', birthDate)
    .where('mergedInto', 'is', null)
    .orderBy('familyKey')
    .orderBy('givenKey')
    .orderBy('id')
    .execute()
  const hits = rows.flatMap((row) => likeness(row, search) ?? [])
  return [...hits.filter(({ exact }) => exact), ...hits.filter(({ exact }) => !exact)]
}

/** Whether a person is called as asked, or nearly; undefined when not. */
function likeness(person: { id: string; familyKey: string; givenKey: string }, search: PersonSearch): Hit | undefined {
  const names = [
    [person.familyKey, nameLetters(search.familyName ?? '')],
    [person.givenKey, nameLetters(search.givenName ?? '')],
  ] as const
  const unlike = ([key, asked]: readonly [string, string]): boolean =>
    !key.startsWith(asked) && !key.endsWith(asked) && mistakes(key, asked, allowed(asked)) > allowed(asked)
  if (names.some(unlike)) return undefined
  return { id: person.id, exact: names.every(([key, asked]) => asked === '' || key === asked) }
}

/** Names of the registry that a name asked for may stand for, by how many letters differ. */
type Candidates = string[][]

/** At most so many names of one closeness are looked up: a search that has more needs to be told more. */
const mostNames = 300

/** The names a word may stand for: index 0 the same, 1 a double name with it, 2 one or two mistakes away. */
async function namesLike(tx: Tx, kind: 'family' | 'given', asked: string): Promise<Candidates> {
  const near = [asked, ...(allowed(asked) > 0 ? withoutOneLetter(asked) : [])]
  const { rows } = await sql<{ form: string; key: string }>`
    select f.form, f.key from registry.name_form f
    where f.kind = ${kind} and f.form = any (array(
      select unnest(${near}::text[])
      union select g.form from registry.name_gap g where g.kind = ${kind} and g.gap = any (${near}::text[])))
    limit 5000`.execute(tx)
  const closeness = new Map<string, number>()
  for (const { form, key } of rows) {
    const wrong = mistakes(form, asked, allowed(asked))
    if (wrong > allowed(asked)) continue
    const far = wrong > 0 ? 2 : key === asked ? 0 : 1
    closeness.set(key, Math.min(far, closeness.get(key) ?? far))
  }
  return [0, 1, 2].map((far) =>
    [...closeness.keys()]
      .filter((key) => closeness.get(key) === far)
      .toSorted()
      .slice(0, mostNames),
  )
}

/** Closest first: both names as asked, then one of them, then neither. PostgreSQL reads no further than what is shown. */
async function byName(tx: Tx, familyName: string, givenName: string, upTo: number): Promise<Hit[]> {
  const [families, givens] = await Promise.all([
    namesLike(tx, 'family', familyName),
    givenName ? namesLike(tx, 'given', givenName) : [undefined],
  ])
  const pairs = families.flatMap((named, far) => givens.map((given, farther) => ({ named, given, far: far + farther })))
  const worth = pairs.filter(({ named, given }) => named.length > 0 && given?.length !== 0)
  if (worth.length === 0) return []
  const called = worth
    .toSorted((one, other) => one.far - other.far)
    .map(({ named, given, far }) => {
      const also = given ? sql`and given_key = any (${given}::text[])` : sql``
      return sql`(select p.id, ${far === 0}::boolean as exact from unnest(${named}::text[]) f(key) cross join lateral (
        select id from registry.person where family_key = f.key ${also} and merged_into is null limit ${upTo}) p limit ${upTo})`
    })
  const { rows } =
    await sql<Hit>`select id, exact from (${sql.join(called, sql` union all `)}) hit limit ${upTo}`.execute(tx)
  return rows
}

async function read(tx: Tx, hits: readonly Hit[], day: Day): Promise<FoundPerson[]> {
  if (hits.length === 0) return []
  const { rows } = await sql<Omit<FoundPerson, 'exact'>>`
    select p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date as "birthDate", p.sex,
           p.birth_place_name as "birthPlace", p.deceased_on is not null as deceased,
           (select a.place from registry.address a
            where a.person_id = p.id and a.kind = 'residence' and a.valid @> ${day}::date) as town
    from registry.person p where p.id = any (${hits.map(({ id }) => id)}::uuid[])`.execute(tx)
  const people = new Map(rows.map((row) => [row.id, row]))
  return hits.flatMap(({ id, exact }) => {
    const person = people.get(id)
    return person ? [{ ...person, exact }] : []
  })
}
