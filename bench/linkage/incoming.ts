// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import pg from 'pg'
import { createRandom, type Random } from '../../scripts/region/random.ts'
import { givenName, surname } from '../../scripts/region/names.ts'
import type { Incoming } from '../../src/server/registry/linkage/index.ts'
import { computeFiscalCode, omocodeVariants, withoutOmocodia } from '../../src/shared/fiscal-code.ts'
import { mistyped } from '../mistakes.ts'

/** A record of the file with the truth about it. */
export interface Row extends Incoming {
  /** Whose it is; undefined for somebody the registry does not know. */
  truth: string | undefined
  /** What was done to it. */
  errors: string[]
}

interface Person {
  id: string
  familyName: string
  givenName: string
  birthDate: string
  sex: 'M' | 'F'
  birthPlace: string | null
  codes: { value: string; type: string; current: boolean }[]
  team: string | null
  residence: string | null
}

/** Of a hundred records, how many have what. Errors are drawn one by one: a record may have several. */
export const mix = {
  /** People the registry does not know. */
  unknown: 10,
  code: { missing: 7, mistyped: 4, exchanged: 1, former: 50, plain: 50, relative: 0.2 }, // former and plain: of those who have one
  team: { missing: 40, wrong: 3 },
  family: { mistyped: 3, married: 1.5, double: 0.7 },
  given: { mistyped: 2.5, oneOfTwo: 20, second: 0.5 }, // one of two: of those who have two
  swapped: 0.5,
  birthDate: { exchanged: 1, digit: 1, missing: 0.2 },
  sex: { wrong: 0.5 },
  birthPlace: { missing: 5, wrong: 1 },
  residence: { missing: 5, moved: 10 },
} as const

/** Kinds of people the registry does not know, by weight: the nearer to somebody it knows, the easier taken for him. */
const strangers = ['twin', 'sibling', 'cousin', 'stranger'] as const

/** Reads people of the region in no order, the same ones for a seed. */
async function* people(owner: pg.Pool, wanted: number): AsyncGenerator<Person[]> {
  const { rows: size } = await owner.query<{ people: number }>('select count(*)::int as people from registry.person')
  const share = Math.min(100, (wanted * 110) / Math.max(1, size[0]!.people))
  const client = await owner.connect()
  try {
    await client.query('begin')
    await client.query(`declare people no scroll cursor for
      select p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date::text as "birthDate", p.sex,
        p.birth_place_code as "birthPlace",
        (select json_agg(json_build_object('value', i.value, 'type', i.type, 'current', upper_inf(i.valid)))
         from registry.person_identifier i where i.person_id = p.id and i.type in ('CF', 'STP', 'ENI')) as codes,
        (select i.value from registry.person_identifier i where i.person_id = p.id and i.type = 'TEAM' limit 1) as team,
        (select a.istat_code from registry.address a where a.person_id = p.id and a.kind = 'residence'
         order by lower(a.valid) desc limit 1) as residence
      from registry.person p tablesample bernoulli (${share}) repeatable (7) where p.merged_into is null`)
    for (;;) {
      const { rows } = await client.query<Person>('fetch 2000 from people')
      if (rows.length === 0) return
      yield rows
    }
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/**
 * Records as they come from the files of other offices, made of people of the registry and people who are not in it. A region
 * with fewer people than the file has rows is gone through several times, each time with other errors.
 */
export async function* incoming(owner: pg.Pool, wanted: number): AsyncGenerator<Row> {
  const random = createRandom(41)
  let made = 0
  while (made < wanted) {
    const before = made
    for await (const some of people(owner, wanted)) {
      const rows = some.map((person) =>
        random.chance(mix.unknown / 100) ? unknown(random, person) : known(random, person),
      )
      const taken = await takenCodes(owner, rows)
      for (const row of rows) {
        if (row.truth === undefined && taken.has(plainOf(row))) continue // by chance it is somebody
        if (made === wanted) return
        made += 1
        yield row.truth === undefined ? dirtied(random, row) : row
      }
    }
    if (made === before) throw new Error('The database has no people.')
  }
}

const plainOf = (row: Row): string => (row.code ? withoutOmocodia(row.code) : '')

/** Codes of invented people that somebody in the registry has, in whatever form. */
async function takenCodes(owner: pg.Pool, rows: readonly Row[]): Promise<Set<string>> {
  const plain = rows.filter(({ truth }) => truth === undefined).map(plainOf)
  const { rows: taken } = await owner.query<{ value: string }>(
    'select value from registry.person_identifier where value = any($1)',
    [plain.flatMap((code) => omocodeVariants(code))],
  )
  return new Set(taken.map(({ value }) => withoutOmocodia(value)))
}

const percent = (random: Random, share: number): boolean => random.chance(share / 100)

/** A record of somebody of the registry. */
function known(random: Random, person: Person): Row {
  const current = person.codes?.find((code) => code.current)
  const row: Row = {
    truth: person.id,
    errors: [],
    familyName: person.familyName,
    givenName: person.givenName,
    birthDate: person.birthDate,
    sex: person.sex,
    ...(current && { code: current.value }),
    ...(person.team && { team: person.team }),
    ...(person.birthPlace && { birthPlace: person.birthPlace }),
    ...(person.residence && { residence: person.residence }),
  }
  const former = person.codes?.find((code) => !code.current)
  if (former && percent(random, mix.code.former)) set(row, 'former code', { code: former.value })
  else if (
    current?.type === 'CF' &&
    withoutOmocodia(current.value) !== current.value &&
    percent(random, mix.code.plain)
  )
    set(row, 'code without omocodia', { code: withoutOmocodia(current.value) })
  return dirtied(random, row)
}

/** Somebody the registry does not know, near somebody it knows. */
function unknown(random: Random, near: Person): Row {
  const kind = random.pick(strangers)
  const sex = random.chance(0.5) ? 'F' : 'M'
  let born = near.birthDate
  if (kind === 'sibling') born = shifted(born, random.int(300, 2500) * (random.chance(0.5) ? 1 : -1))
  if (kind === 'cousin') born = shifted(born, random.int(1, 900) * (random.chance(0.5) ? 1 : -1))
  if (kind === 'stranger') born = shifted('1970-01-01', random.int(-9000, 18000))
  let given = givenName(random, sex)
  while (given.split(' ')[0] === near.givenName.split(' ')[0]) given = givenName(random, sex)
  const facts = {
    familyName: kind === 'stranger' ? surname(random) : near.familyName,
    givenName: kind === 'cousin' ? near.givenName : given,
    birthDate: born,
    sex: kind === 'cousin' ? near.sex : sex,
    birthPlaceCode: near.birthPlace ?? 'F839',
  }
  const { birthPlaceCode: birthPlace, ...who } = facts
  const residence = near.residence ? { residence: near.residence } : {}
  return { ...who, ...residence, birthPlace, code: computeFiscalCode(facts), truth: undefined, errors: [kind] }
}

function shifted(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

function set(row: Row, error: string, change: Partial<Incoming>): void {
  Object.assign(row, change)
  row.errors.push(error)
}

function omit(row: Row, field: keyof Incoming): void {
  delete row[field]
  row.errors.push(`no ${field}`)
}

/** The record with the errors of the mix. */
function dirtied(random: Random, row: Row): Row {
  const hits = (share: number): boolean => percent(random, share)
  dirtyCode(random, row, hits)
  if (row.team) {
    if (hits(mix.team.missing)) omit(row, 'team')
    else if (hits(mix.team.wrong)) set(row, 'another card', { team: `8038000150${random.int(100000000, 999999999)}7` })
  }
  dirtyNames(random, row, hits)
  dirtyDay(random, row, hits)
  if (hits(mix.sex.wrong)) set(row, 'wrong sex', { sex: row.sex === 'F' ? 'M' : 'F' })
  if (hits(mix.birthPlace.missing)) omit(row, 'birthPlace')
  else if (hits(mix.birthPlace.wrong))
    set(row, 'wrong birth place', { birthPlace: random.pick(['H501', 'F205', 'A783']) })
  if (hits(mix.residence.missing)) omit(row, 'residence')
  else if (hits(mix.residence.moved)) set(row, 'moved', { residence: random.pick(['063049', '065116', '058091']) })
  return row
}

function dirtyCode(random: Random, row: Row, hits: (share: number) => boolean): void {
  const { code } = row
  if (!code) return
  const at = random.int(0, 14)
  if (hits(mix.code.missing)) omit(row, 'code')
  else if (hits(mix.code.mistyped)) {
    const alphabet = /[0-9]/.test(code[at]!) ? '0123456789' : 'ABCDEFGHILMNOPQRSTUVZ'
    set(row, 'code mistyped', {
      code: code.slice(0, at) + alphabet[random.int(0, alphabet.length - 1)]! + code.slice(at + 1),
    })
  } else if (hits(mix.code.exchanged))
    set(row, 'code exchanged', { code: code.slice(0, at) + code[at + 1]! + code[at]! + code.slice(at + 2) })
  else if (hits(mix.code.relative) && row.familyName && row.birthDate && row.birthPlace)
    // Somebody copied the code of a brother or sister.
    set(row, 'code of a relative', {
      code: computeFiscalCode({
        familyName: row.familyName,
        givenName: givenName(random, 'F'),
        birthDate: shifted(row.birthDate, random.int(-1500, 1500)),
        sex: 'F',
        birthPlaceCode: row.birthPlace,
      }),
    })
}

function dirtyNames(random: Random, row: Row, hits: (share: number) => boolean): void {
  const family = row.familyName!
  const given = row.givenName!
  const next = (): number => random.next()
  if (hits(mix.family.mistyped)) set(row, 'family name mistyped', { familyName: mistyped(family, next) })
  else if (row.sex === 'F' && hits(mix.family.married * 2)) set(row, 'married name', { familyName: surname(random) })
  else if (hits(mix.family.double)) set(row, 'double name', { familyName: `${family} ${surname(random)}` })
  const words = given.split(' ')
  if (hits(mix.given.mistyped)) set(row, 'given name mistyped', { givenName: mistyped(given, next) })
  else if (words.length > 1 && hits(mix.given.oneOfTwo)) set(row, 'one of two given names', { givenName: words[0]! })
  else if (words.length === 1 && hits(mix.given.second))
    set(row, 'second given name', { givenName: `${given} ${row.sex === 'F' ? 'Maria' : 'Antonio'}` })
  if (hits(mix.swapped)) set(row, 'names swapped', { familyName: row.givenName!, givenName: row.familyName! })
}

function dirtyDay(random: Random, row: Row, hits: (share: number) => boolean): void {
  const born = row.birthDate!
  const [year, month, day] = [born.slice(0, 4), born.slice(5, 7), born.slice(8)]
  if (hits(mix.birthDate.missing)) omit(row, 'birthDate')
  else if (Number(day) <= 12 && day !== month && hits(mix.birthDate.exchanged * 2.5))
    set(row, 'day and month exchanged', { birthDate: `${year}-${day}-${month}` })
  else if (hits(mix.birthDate.digit)) {
    const wrong = [
      `${year.slice(0, 3)}${random.int(0, 9)}-${month}-${day}`,
      `${year}-${month}-${day[0]}${random.int(1, 8)}`,
    ]
    const written = random.pick(wrong)
    const real = new Date(`${written}T00:00:00Z`)
    if (!Number.isNaN(real.getTime()) && real.toISOString().startsWith(written))
      set(row, 'digit of the birth date', { birthDate: written })
  }
}
