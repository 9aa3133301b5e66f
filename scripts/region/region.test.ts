// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { readConfig } from '../../src/server/platform/config.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { addDays, ageOn, romeDay } from '../../src/server/platform/time.ts'
import { candidateServices, classMaximum, guaranteeArea } from '../../src/server/registry/catalogues/index.ts'
import { findHome, findPersonByFiscalCode } from '../../src/server/registry/people/index.ts'
import { differences, isFiscalCode, readFiscalCode, readPersonCode } from '../../src/shared/fiscal-code.ts'
import type { Demo, DemoPrescription } from '../../src/shared/demo.ts'
import { testApp } from '../../test/setup.ts'
import { generateRegion, hasRegion, readDemo, writeDemo, type RegionWish } from './generate.ts'
import { FiscalCodes, households, type Generated } from './people.ts'
import { createRandom } from './random.ts'
import { surnameMark } from './names.ts'
import type { Territory } from './territory.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const config = readConfig({ DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir })
const now = new Date()
const today = romeDay(now)
const wish: RegionWish = { ...config, scale: 2000, now }
const made = await generateRegion(wish)
const demo = await writeDemo(wish)

const territory: Territory = {
  municipalities: [
    {
      istatCode: '063049',
      belfiore: 'F839',
      name: 'Napoli',
      postcode: '80100',
      population: 900_000,
      latitude: 40.85,
      longitude: 14.25,
      aslId: 'a',
      aslCode: '204',
      districtId: null,
    },
    {
      istatCode: '065116',
      belfiore: 'H703',
      name: 'Salerno',
      postcode: '84100',
      population: 130_000,
      latitude: 40.67,
      longitude: 14.8,
      aslId: 'b',
      aslCode: '207',
      districtId: null,
    },
  ],
  italy: [{ code: 'H501', name: 'ROMA' }],
  abroad: [{ code: 'Z129', name: 'ROMANIA', state: '235', inUnion: true }],
}
const someFamilies = (seed: number, count: number): Generated[][] => [
  ...households({ random: createRandom(seed), territory, codes: new FiscalCodes(), today: '2026-11-23' }, count),
]

test('the same seed gives the same people, another seed others', () => {
  assert.deepEqual(someFamilies(7, 300), someFamilies(7, 300))
  assert.notDeepEqual(someFamilies(7, 300), someFamilies(8, 300))
})

test('people are invented and say so, with valid codes that nobody shares', () => {
  const people = someFamilies(1, 3000).flat()
  assert.equal(new Set(people.map((person) => person.fiscalCode)).size, people.length)
  assert.equal(new Set(people.map((person) => person.id)).size, people.length)
  for (const person of people) {
    if (/^(STP|ENI)/.test(person.fiscalCode)) continue // those without documents
    assert.ok(isFiscalCode(person.fiscalCode), person.fiscalCode)
    assert.deepEqual(differences(person.fiscalCode, { ...person, birthPlaceCode: person.birthPlace.code }), [])
    assert.ok(person.familyName.startsWith(`${surnameMark} `))
    assert.match(person.email ?? 'x@prova.example', /@prova\.example$/)
    assert.match(person.mobile ?? '+39300', /^\+39300/)
  }
})

test('ages and families are those of a plausible region', () => {
  const families = someFamilies(1, 6000)
  const people = families.flat()
  const ages = people.map((person) => ageOn(person.birthDate, '2026-11-23'))
  const share = (from: number, to: number) => ages.filter((age) => age >= from && age <= to).length / ages.length
  assert.ok(share(0, 14) > 0.11 && share(0, 14) < 0.18, `children ${share(0, 14)}`)
  assert.ok(share(65, 110) > 0.13 && share(65, 110) < 0.25, `over 65 ${share(65, 110)}`)
  const byId = new Map(people.map((person) => [person.id, person]))
  for (const child of people.filter((person) => person.parents.length > 0)) {
    for (const parent of child.parents) {
      const years = ageOn(byId.get(parent)!.birthDate, child.birthDate)
      assert.ok(years >= 14, `a parent of ${years}`)
    }
  }
  for (const person of people.filter((someone) => ageOn(someone.birthDate, '2026-11-23') < 18))
    assert.ok(person.parents.length > 0, 'a minor has parents')
})

test('a taken code gives way to its omocode form', () => {
  const codes = new FiscalCodes()
  const facts = {
    familyName: 'Demo',
    givenName: 'Anna',
    sex: 'F',
    birthDate: '1980-01-01',
    birthPlaceCode: 'F839',
  } as const
  const [first, second, third] = [codes.give(facts), codes.give(facts), codes.give(facts)]
  assert.equal(readFiscalCode(first, today)?.replacedDigits, 0)
  assert.equal(readFiscalCode(second, today)?.replacedDigits, 1)
  assert.notEqual(second, third)
})

test('the region has the people asked for, every service has an agenda, and part of the seats are taken', async () => {
  assert.ok(await hasRegion(t.databaseUrl))
  assert.ok(Math.abs(made.people - 2800) < 10, String(made.people))
  const one = async (text: string): Promise<Record<string, number>> =>
    Object.fromEntries(Object.entries((await t.owner.query(text)).rows[0]).map(([key, value]) => [key, Number(value)]))
  const { agendas, asls } = (await one(
    'select count(*) agendas, count(distinct asl_id) asls from scheduling.schedule',
  )) as { agendas: number; asls: number }
  assert.ok(agendas >= 200, `${agendas} agendas`)
  assert.equal(asls, 7)
  const { orphans } = (await one(
    'select count(*) orphans from registry.service s where not exists (select from scheduling.schedule_service x where x.service_id = s.id)',
  )) as { orphans: number }
  assert.equal(orphans, 0)
  const { last, free, taken } = (
    await t.owner.query(
      `select to_char(max(starts_at), 'YYYY-MM-DD') as last, count(*) filter (where has_room) as free,
            count(*) filter (where not has_room) as taken from scheduling.slot`,
    )
  ).rows[0] as { last: string; free: string; taken: string }
  assert.ok(last >= addDays(today, 175), last)
  assert.ok(Number(free) > Number(taken) && Number(taken) > 5_000)
  const { seats } = (await one(
    `select count(*) seats from scheduling.slot s where (s.free_seats = '{}') <>
       exists (select from scheduling.appointment a where a.schedule_id = s.schedule_id and a.slot_id = s.id)`,
  )) as { seats: number }
  assert.equal(seats, 0, 'a taken seat has its appointment')
})

test('the demo people are in the registry, and may act for whom the list says', async () => {
  assert.deepEqual(readDemo(t.dataDir), demo)
  for (const person of demo.people) {
    assert.ok(readPersonCode(person.fiscalCode), person.fiscalCode)
    const found = await asSystem(t.db, (tx) => findPersonByFiscalCode(tx, person.fiscalCode))
    assert.deepEqual(found, { id: person.id })
    const { rows } = await t.owner.query<{ id: string }>(`select unnest(access.patients_of($1, $2)) as id`, [
      person.id,
      today,
    ])
    const acts = demo.people.filter((other) => other.id !== person.id && rows.some((row) => row.id === other.id))
    assert.deepEqual(acts.map((other) => other.fiscalCode).toSorted(), person.actsFor.toSorted(), person.givenName)
  }
})

test('the demo has a delegation that runs, one about to end, one that waits and one a judge decided', async () => {
  const { rows } = await t.owner.query<{ kind: string; state: string; days: number }>(
    `select kind, state, upper(valid) - 1 - $1::date as days from access.delegation order by kind, state, days`,
    [today],
  )
  assert.deepEqual(rows, [
    { kind: 'support-administrator', state: 'active', days: 900 },
    { kind: 'voluntary', state: 'active', days: 20 },
    { kind: 'voluntary', state: 'active', days: 364 },
    { kind: 'voluntary', state: 'pending', days: 180 },
  ])
})

test('every prescription to try is well formed, and its services are known', async () => {
  assert.ok(new Set(demo.prescriptions.map((p) => p.nre)).size === demo.prescriptions.length)
  for (const prescription of demo.prescriptions) {
    assert.match(prescription.nre, /^[0-9]{3}([0-9][A-Z]|[A-Z][0-9])[0-7][0-9]{9}$/)
    assert.ok(demo.people.some((person) => person.fiscalCode === prescription.fiscalCode))
    assert.ok(isFiscalCode(prescription.prescriber.fiscalCode))
    for (const line of prescription.lines) {
      const found = await asSystem(t.db, (tx) => candidateServices(tx, line, today))
      assert.ok(found.length > 0, line.code)
    }
  }
  const states = new Set(demo.prescriptions.map((prescription) => prescription.state))
  assert.deepEqual(
    [...states].toSorted((a, b) => a - b),
    [3, 4, 5, 8, 10],
  )
  const classes = new Set(demo.prescriptions.map((prescription) => prescription.priority))
  for (const priority of ['U', 'B', 'D', 'P', null] as const) assert.ok(classes.has(priority), String(priority))
  assert.ok(demo.prescriptions.some((prescription) => prescription.lines.length > 1))
})

test('prescriptions of another day have other numbers, people stay the same', async () => {
  const later: Demo = await writeDemo({ ...wish, now: new Date(now.getTime() + 86_400_000) })
  assert.deepEqual(later.people, demo.people)
  const before = new Set(demo.prescriptions.map((prescription) => prescription.nre))
  assert.ok(later.prescriptions.every((prescription) => !before.has(prescription.nre)))
})

test('where the story says there are seats in time there are, where it says there are none there are none', async () => {
  const told = (note: RegExp): DemoPrescription =>
    demo.prescriptions.find((prescription) => note.test(prescription.note))!
  const seats = async (prescription: DemoPrescription): Promise<{ inTime: number; ever: number }> =>
    asSystem(t.db, async (tx) => {
      const person = demo.people.find((someone) => someone.fiscalCode === prescription.fiscalCode)!
      const home = await findHome(tx, person.id, today)
      const [service] = await candidateServices(tx, prescription.lines[0]!, today)
      const maximum = await classMaximum(tx, service!.kind, prescription.priority!, today)
      const question = { residenceAslId: home.aslId, priority: prescription.priority!, discipline: service!.discipline }
      const area = await guaranteeArea(tx, question, today)
      const { rows } = await sql<{ inTime: number; ever: number }>`
        select count(*) filter (where l.starts_at < ${now}::timestamptz + make_interval(days => ${maximum.days}))::int as "inTime",
               count(*)::int as ever
        from scheduling.slot l
        join scheduling.schedule s on s.id = l.schedule_id and s.asl_id = any(${area}::uuid[])
        join scheduling.schedule_service x on x.schedule_id = s.id and x.service_id = ${service!.id}
        where l.has_room and l.starts_at > ${now} and l.open_to >= ${'UBDP'.indexOf(prescription.priority!)}`.execute(
        tx,
      )
      return rows[0]!
    })
  assert.ok((await seats(told(/classe B: posti entro 10 giorni/))).inTime > 0)
  assert.ok((await seats(told(/classe P: anche/))).inTime > 0)
  const late = await seats(told(/Nessun posto entro il tempo massimo/))
  assert.equal(late.inTime, 0)
  assert.ok(late.ever > 0, 'later there are seats')
  assert.deepEqual(await seats(told(/in tutta la regione/)), { inTime: 0, ever: 0 })
  assert.equal((await seats(told(/nella sua ASL/))).inTime, 0)
})
