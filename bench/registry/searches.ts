// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import type pg from 'pg'
import type { PersonSearchResult, PersonSearchWish } from '../../src/server/services/registry-desk/schema.ts'
import { nameLetters, withoutOneLetter } from '../../src/shared/names.ts'
import { openClient } from '../http-client.ts'
import { drive, seededRandom, type Samples } from '../load.ts'
import { mistyped } from '../mistakes.ts'

/** Ways in which people are looked for. */
export const kinds = ['fiscal code', 'name with a typo', 'birth date', 'birth date and name with a typo'] as const
export type Kind = (typeof kinds)[number]

/** A search, the person it is about, and the one statement that a program without session, rules and shapes would ask instead. */
export interface Search {
  wish: Omit<PersonSearchWish, 'purpose' | 'page'>
  person: string
  raw: pg.QueryConfig
}

interface Known {
  id: string
  code: string
  familyName: string
  givenName: string
  birthDate: string
}

/** Some people of the region in no order. */
async function somePeople(owner: pg.Pool, count: number): Promise<Known[]> {
  const { rows: size } = await owner.query<{ people: number }>(
    `select greatest(reltuples, 1) as people from pg_class where oid = 'registry.person'::regclass`,
  )
  const { rows } = await owner.query<Known>(
    `select p.id, i.value as code, p.family_name as "familyName", p.given_name as "givenName", p.birth_date::text as "birthDate"
     from registry.person p tablesample bernoulli ($2) repeatable (4)
     join registry.person_identifier i on i.person_id = p.id and i.type = 'CF' and upper_inf(i.valid)
     where p.deceased_on is null order by md5(p.id::text) limit $1`,
    [count, Math.min(100, (count * 150) / size[0]!.people)],
  )
  if (rows.length === 0) throw new Error('The database has no people.')
  return rows
}

const shown = `p.id, p.family_name, p.given_name, p.birth_date, p.sex, p.birth_place_name, p.deceased_on,
  (select a.place from registry.address a where a.person_id = p.id and a.kind = 'residence' and a.valid @> current_date)`

const byCode = `select ${shown} from registry.person_identifier i join registry.person p on p.id = i.person_id where i.value = $1`
const byBirth = `select ${shown} from registry.person p where p.birth_date = $1 and p.merged_into is null
  order by p.family_key, p.given_key, p.id limit 21`
const byBirthAndName = `select ${shown} from registry.person p
  where p.birth_date = $1 and p.merged_into is null and p.given_key = $2 and p.family_key in (
    select key from registry.name_form where kind = 'family' and form = any ($3)
    union select f.key from registry.name_gap g join registry.name_form f on f.kind = 'family' and f.form = g.form
    where g.kind = 'family' and g.gap = any ($3))
  limit 21`
const byName = `select ${shown} from (
    select key from registry.name_form where kind = 'family' and form = any ($2)
    union select f.key from registry.name_gap g join registry.name_form f on f.kind = 'family' and f.form = g.form
    where g.kind = 'family' and g.gap = any ($2)
  ) f cross join lateral (
    select * from registry.person where family_key = f.key and given_key = $1 and merged_into is null limit 21
  ) p limit 21`

/** The search with a row in the trail of each person it shows, as one statement and one durable commit. */
const audited = (search: string): string => `with found as materialized (${search}), trail as (
    insert into access.audit_entry (id, actor_kind, level, patient_id, action, object_type, purpose, outcome, request_id, address)
    select gen_random_uuid(), 'system', 2, id, 'SEARCH', 'person', 'booking', 'done', gen_random_uuid(), '192.0.2.1' from found limit 20
  ) select * from found`

/** Searches of each kind for the same people. */
export async function searchesFor(owner: pg.Pool, count: number): Promise<Record<Kind, Search[]>> {
  const random = seededRandom(3)
  const people = await somePeople(owner, count)
  const all = people.map(({ id, code, familyName, givenName, birthDate }): Record<Kind, Search> => {
    const typed = mistyped(familyName, random)
    const near = [nameLetters(typed), ...withoutOneLetter(nameLetters(typed))]
    const search = (wish: Search['wish'], text: string, values: unknown[]): Search => ({
      wish,
      person: id,
      raw: { name: `bench-${text.length}`, text: audited(text), values },
    })
    const given = nameLetters(givenName)
    return {
      'fiscal code': search({ identifier: code }, byCode, [code]),
      'name with a typo': search({ familyName: typed, givenName }, byName, [given, near]),
      'birth date': search({ birthDate }, byBirth, [birthDate]),
      'birth date and name with a typo': search({ familyName: typed, givenName, birthDate }, byBirthAndName, [
        birthDate,
        given,
        near,
      ]),
    }
  })
  const of = (kind: Kind): Search[] => all.map((one) => one[kind])
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as Record<Kind, Search[]>
}

export interface Measured {
  api: Samples
  sql: Samples
  /** Searches whose person was on the first page, and those whose names were as asked or only alike. */
  found: number
  asked: number
}

/** Asks the server and, in turns of a second, PostgreSQL alone, so that whatever else the machine does strikes both. */
export async function measure(
  target: { url: string; headers: Record<string, string>; pool: pg.Pool },
  searches: readonly Search[],
  clients: number,
  seconds: number,
): Promise<Measured> {
  const open = await Promise.all(Array.from({ length: clients }, () => openClient(target.url)))
  const [api, sql]: [Samples[], Samples[]] = [[], []]
  let [next, nextRaw, found, asked] = [0, 0, 0, 0]
  const ask = async (client: number): Promise<void> => {
    const { wish, person } = searches[(next += 1) % searches.length]!
    const body = { ...wish, purpose: 'booking', page: 1 }
    const { headers } = target
    const answer = await open[client]!.ask({ method: 'POST', path: '/api/v1/person-searches', headers, body })
    assert.equal(answer.status, 200, answer.body)
    const { people } = JSON.parse(answer.body) as PersonSearchResult
    asked += 1
    if (people.some(({ id }) => id === person)) found += 1
  }
  const raw = async (): Promise<void> => {
    await target.pool.query(searches[(nextRaw += 1) % searches.length]!.raw)
  }
  try {
    for (let turn = 0; turn < seconds; turn += 1) {
      api.push(await drive(clients, 1, ask))
      sql.push(await drive(clients, 1, raw))
    }
  } finally {
    for (const client of open) client.close()
  }
  return { api: together(api), sql: together(sql), found, asked }
}

const together = (stretches: readonly Samples[]): Samples => ({
  milliseconds: stretches.flatMap(({ milliseconds }) => milliseconds),
  seconds: stretches.reduce((sum, { seconds }) => sum + seconds, 0),
})
