// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { withClient } from '../../db/client.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { addDays, ageOn, daysBetween, romeDay } from '../../src/server/platform/time.ts'
import { differences, isFiscalCode } from '../../src/shared/fiscal-code.ts'
import { testApp } from '../../test/setup.ts'
import { copy, Lines } from './copy.ts'
import { generateRegion, hasRegion, type RegionWish } from './generate.ts'
import { personTables } from './load-people.ts'
import { FiscalCodes, households, type Generated } from './people.ts'
import { createRandom } from './random.ts'
import { assertRestored } from './set-aside.ts'
import { readTerritoryOf } from './territory.ts'

// The whole region at 1:100, 56,000 people: what holds here holds at 1:1, whose only difference is the count.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const now = new Date()
const today = romeDay(now)
const wish: RegionWish = { ...readConfig({ DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir }), scale: 100, now }

/** What the database is made of: every index and constraint of the tables that a load fills. */
const made = async (): Promise<string[]> =>
  (
    await t.owner.query<{ what: string }>(
      `select pg_get_indexdef(indexrelid) as what from pg_index where indrelid = any($1::regclass[])
       union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = any($1::regclass[])
       order by 1`,
      [personTables],
    )
  ).rows.map(({ what }) => what)

const before = await made()
await generateRegion(wish)

const territory = await withClient(t.databaseUrl, (client) => readTerritoryOf(client, today))
const families = (seed: number, people: number): Generated[][] => [
  ...households({ random: createRandom(seed), territory, codes: new FiscalCodes(), today }, people),
]
const all = families(7, 56_000)

async function number(question: string): Promise<number> {
  const { rows } = await t.owner.query<{ n: string }>(`select count(*) as n from ${question}`)
  return Number(rows[0]!.n)
}

test('the same seed makes the same people to the last letter, another seed others', () => {
  const digest = (people: Generated[][]): string => createHash('sha256').update(JSON.stringify(people)).digest('hex')
  assert.equal(digest(families(7, 5_600)), digest(families(7, 5_600)))
  assert.notEqual(digest(families(7, 5_600)), digest(families(8, 5_600)))
})

test('everybody has a valid code of her own, which is right about her', () => {
  const people = all.flat().filter(({ fiscalCode }) => !/^(STP|ENI)/.test(fiscalCode))
  assert.ok(people.length > 55_000)
  for (const person of people) {
    assert.ok(isFiscalCode(person.fiscalCode), person.fiscalCode)
    assert.deepEqual(differences(person.fiscalCode, { ...person, birthPlaceCode: person.birthPlace.code }), [])
  }
  assert.equal(new Set(all.flat().map(({ fiscalCode }) => fiscalCode)).size, all.flat().length)
})

/** Residents of Campania by age on 1 January 2024 in hundredths, rounded (ISTAT, resident population by age). */
const pyramid = [
  [0, 14, 13.4],
  [15, 29, 16.4],
  [30, 44, 17.7],
  [45, 64, 30],
  [65, 79, 16.2],
  [80, 120, 6.1],
] as const

test('ages are those of the region, give or take three in a hundred', () => {
  const ages = all
    .flat()
    .filter(({ life }) => !life?.died)
    .map((person) => ageOn(person.birthDate, today))
  for (const [from, to, wanted] of pyramid) {
    const share = (100 * ages.filter((age) => age >= from && age <= to).length) / ages.length
    assert.ok(Math.abs(share - wanted) <= 3, `from ${from} to ${to}: ${share.toFixed(1)} instead of ${wanted}`)
  }
})

test('no household is impossible', () => {
  for (const family of all) {
    const byId = new Map(family.map((person) => [person.id, person]))
    const children = family.filter((person) => person.parents.length > 0)
    assert.equal(new Set(family.map(({ home, line }) => home.istatCode + line)).size, 1, 'they live together')
    assert.ok(
      family.some((person) => ageOn(person.birthDate, today) >= 18),
      'an adult is at home',
    )
    for (const child of children) {
      for (const parent of child.parents) {
        const years = ageOn(byId.get(parent)!.birthDate, child.birthDate)
        assert.ok(years >= 15 && years <= 50, `a parent of ${years}`)
      }
      for (const other of children) {
        const days = Math.abs(daysBetween(child.birthDate, other.birthDate))
        assert.ok(days === 0 || days >= 270, `children born ${days} days apart`)
      }
    }
    for (const person of family) {
      if (ageOn(person.birthDate, today) < 18) assert.ok(person.parents.length > 0, 'a minor has parents')
      const { died, emigrated, moved, arrived } = person.life ?? {}
      for (const day of [died, emigrated, moved?.on, arrived])
        assert.ok(
          !day || (day >= person.birthDate && day <= addDays(today, 1)),
          `${day} in a life from ${person.birthDate}`,
        )
    }
  }
})

test('the region has its people, doctors and professionals, each in the registry as they live', async () => {
  assert.ok(await hasRegion(t.databaseUrl))
  const people = await number('registry.person')
  assert.ok(Math.abs(people - 56_000) < 10, String(people))
  assert.equal(await number(`registry.primary_care_post where kind = 'MMG'`), 32)
  assert.equal(await number(`registry.primary_care_post where kind = 'PLS'`), 14)
  assert.ok(Math.abs((await number('registry.practitioner')) - 600) < 20)
  assert.equal(
    // The second record of a person with a story waits to be merged and is enrolled nowhere.
    await number(
      `registry.address a where kind = 'residence' and upper_inf(valid) and exists (select from registry.enrolment e where e.person_id = a.person_id)`,
    ),
    await number(
      `registry.person p where deceased_on is null and exists (select from registry.enrolment e where e.person_id = p.id and e.state = 'ACTIVE')`,
    ),
  )
  for (const [what, least] of [
    [`registry.person_identifier where type = 'CF' and not upper_inf(valid)`, 100],
    [`registry.address where kind = 'domicile'`, 500],
    [`registry.enrolment where end_reason = 'MOVED_OTHER_ASL'`, 2_000],
    [`registry.person where deceased_on is not null`, 500],
    [`registry.person_identifier where type in ('STP', 'ENI')`, 50],
    [`registry.person where citizenship <> '100'`, 1_500],
  ] as const)
    assert.ok((await number(what)) >= least, `${what}: ${await number(what)}`)
})

test('open campaigns have adhesions of people whom they invite, with a telephone to call', async () => {
  const { rows } = await t.owner.query<{ code: string; cohort: string; birth_date: string; phone: string }>(
    `select c.code, a.cohort, p.birth_date::text, a.contact_address as phone
     from vaccination.campaign c join vaccination.adhesion a on a.campaign = c.code join registry.person p on p.id = a.patient_id
     where c.open @> $1::date and p.deceased_on is null`,
    [today],
  )
  assert.equal(rows.length, await number('vaccination.adhesion'))
  const open = await number(`vaccination.campaign where open @> '${today}'::date`)
  if (open > 0) assert.ok(rows.length > 20, `${rows.length} adhesions`)
  for (const { cohort, birth_date: birthDate, phone } of rows) {
    assert.match(phone, /^\+39300/)
    if (cohort === 'sixty') assert.ok(ageOn(birthDate, today) >= 60)
    if (cohort === 'children') assert.ok(ageOn(birthDate, today) <= 6)
  }
})

test('lists of doctors are as long as they say, and beyond the ceiling only with people who follow their family', async () => {
  const rows = await number(
    `(select p.role_id from registry.primary_care_post p left join registry.doctor_choice c on c.role_id = p.role_id and c.ended_at is null
      group by p.role_id having count(c.id) <> p.patients
        or count(c.id) filter (where c.kind <> 'REUNIFICATION') > coalesce(p.self_limit, p.ceiling)) wrong`,
  )
  assert.equal(rows, 0)
  const without = await number(
    `registry.enrolment e where kind = 'RESIDENT' and state = 'ACTIVE' and not exists (select from registry.doctor_choice c where c.person_id = e.person_id)`,
  )
  assert.ok(without < 56_000 * 0.08, `${without} without a doctor`)
  assert.equal(
    await number(
      `registry.doctor_choice c join registry.person p on p.id = c.person_id where p.deceased_on is not null`,
    ),
    0,
  )
})

test('every index and constraint is there again and checked every row', async () => {
  assert.deepEqual(await made(), before)
  await withClient(t.databaseUrl, (client) => assertRestored(client, personTables))
  await assert.rejects(
    t.owner.query(
      `insert into registry.enrolment select gen_random_uuid(), person_id, asl_id, district_id, kind, state, end_reason, valid, source
       from registry.enrolment where state = 'ACTIVE' limit 1`,
    ),
    { constraint: 'enrolment_one_at_a_time' },
  )
})

test('rows arrive as they were written: accents, long texts, nothing, days long ago, ranges without an end, instants', async () => {
  const long = 'è'.repeat(700_000)
  const id = '018bcfe5-6800-7abc-89ab-0123456789ab'
  const rows = [
    [id, 'Forlì', '1899-12-31', '[1999-12-31,2000-03-01)', '1970-01-01T00:00:00.001Z', -12.5, true],
    [id, long, '2096-02-29', '[,)', '2026-11-30T23:59:59Z', 0, false],
    [id, '', null, '[2024-02-29,)', null, null, null],
  ] as const
  await withClient(t.databaseUrl, async (client) => {
    await client.query(
      `create temp table arrived (id uuid, text text, day date, valid daterange, at timestamptz, number double precision, yes boolean)`,
    )
    const lines = new Lines('arrived', {
      id: 'uuid',
      text: 'text',
      day: 'date',
      valid: 'daterange',
      at: 'timestamptz',
      number: 'double precision',
      yes: 'boolean',
    })
    for (const row of rows) lines.add(...row)
    await copy(client, [lines])
    const { rows: arrived } = await client.query<unknown[]>({
      text: `select id, text, day::text, valid::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), number, yes from arrived`,
      rowMode: 'array',
    })
    assert.deepEqual(arrived, [
      [id, 'Forlì', '1899-12-31', '[1999-12-31,2000-03-01)', '1970-01-01T00:00:00.001Z', -12.5, true],
      [id, long, '2096-02-29', '(,)', '2026-11-30T23:59:59.000Z', 0, false],
      [id, null, null, '[2024-02-29,)', null, null, null],
    ])
    assert.throws(() => lines.add(id, 'x', 'yesterday', '[,)', null, 0, true), /day/)
  })
})

test('a load that was interrupted leaves nothing, or goes on where it stopped', async () => {
  await using other = await testApp()
  const small = { ...wish, databaseUrl: other.databaseUrl, scale: 2000 }
  const interrupted = (at: string, done = 0) =>
    generateRegion({
      ...small,
      tell(step, part) {
        if (step === at && (part ?? 0) >= done) throw new Error('interrupted')
      },
    })
  const count = async (table: string) => (await other.owner.query(`select from ${table}`)).rowCount
  await assert.rejects(interrupted('people', 1), /interrupted/)
  assert.deepEqual([await count('registry.person'), await count('registry.set_aside')], [0, 0])
  await assert.rejects(interrupted('indexes and constraints', 5), /interrupted/)
  assert.ok((await count('registry.set_aside'))! > 0)
  await assert.rejects(interrupted('agendas'), /interrupted/)
  assert.deepEqual([await count('registry.set_aside'), await hasRegion(other.databaseUrl)], [0, false])
  await assert.rejects(generateRegion({ ...small, seed: 9 }), /another region/)
  assert.ok(Math.abs((await generateRegion(small)).people - 2800) < 10)
  assert.ok(await hasRegion(other.databaseUrl))
})
