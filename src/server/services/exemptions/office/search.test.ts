// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, type Citizen } from '../../../../../test/booking.ts'
import { readPdf } from '../../../../../test/pdf.ts'
import { aPerson, aslSalerno } from '../../../../../test/region.ts'
import { aProfessional } from '../../../../../test/roles.ts'
import { testApp } from '../../../../../test/setup.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { addDays, romeDay } from '../../../platform/time.ts'
import type { Exemption } from '../schema.ts'
import type { Declaration, Declarations, Office } from './schema.ts'

// District offices find declarations and read them whole.

const t = await testApp({ env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = await bookingBench(t)
const today = romeDay(new Date())
const officer = await aProfessional(t, 'district-officer')
const elsewhere = await aProfessional(t, 'district-officer', aslSalerno)

async function declares(who: Citizen, more: object = {}): Promise<Exemption> {
  const answer = await call(who, 'POST', '/exemptions/self-certifications', {
    patientId: who.id,
    code: 'E10',
    household: [],
    incomeCents: 1_000_000,
    withinLimit: false,
    presumed: false,
    aware: true,
    willTell: true,
    ...more,
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json()
}
const newest = { sort: 'submitted', descending: true, page: 1 } as const
async function finds(who: Citizen, wish: object): Promise<Declarations> {
  const answer = await call(who, 'POST', '/office/exemption-declarations/searches', { ...newest, ...wish })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}
const namesOf = ({ items }: Declarations) => items.map(({ givenName }) => givenName)

test('an officer finds declarations by code of a person, name with a mistake, code, state, district and period', async () => {
  const [anna, bice] = [
    await citizen({ givenName: 'Anna', familyName: 'Esposizione', birthDate: '1975-05-05' }),
    await citizen({ givenName: 'Bice', familyName: 'Esposizione', birthDate: '1975-05-05' }),
  ]
  await declares(anna)
  const second = await declares(bice, { code: 'E00' })
  assert.deepEqual(namesOf(await finds(officer, { fiscalCode: anna.code.toLowerCase() })), ['Anna'])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizone', sort: 'name', descending: false })), [
    'Anna',
    'Bice',
  ])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', givenName: 'Bice' })), ['Bice'])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', code: 'E00' })), ['Bice'])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', from: addDays(today, 1) })), [])
  assert.equal((await finds(officer, { familyName: 'Esposizione', from: today, to: today })).total, 2)
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', districtId: uuidv7() })), [])
  await call(bice, 'POST', `/exemptions/${second.id}/cease`, { from: today })
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', state: 'ANNULLED' })), ['Bice'])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', state: 'ACTIVE' })), ['Anna'])
  assert.deepEqual(namesOf(await finds(officer, { familyName: 'Esposizione', state: 'EXPIRED' })), [])
  assert.equal(
    (await finds(elsewhere, { familyName: 'Esposizione' })).total,
    0,
    'those of another authority are not seen',
  )
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(*)::int as n from access.audit_entry where patient_id = $1 and action = 'SEARCH' and object_type = 'exemption'`,
    [anna.id],
  )
  assert.ok(rows[0]!.n === 4, `${rows[0]!.n} searches that showed her are in her trail`)
})

test('results come a page at a time and can be taken away as a table', async () => {
  const people = await Promise.all(
    Array.from({ length: 23 }, (_, i) => citizen({ givenName: `Zita${i}`, familyName: 'Paginata' })),
  )
  for (const person of people) await declares(person)
  const wish = { familyName: 'Paginata' }
  const [first, second] = [await finds(officer, wish), await finds(officer, { ...wish, page: 2 })]
  assert.deepEqual([first.items.length, second.items.length, first.total], [20, 3, 23])
  const all = [...first.items, ...second.items].map(({ id }) => id)
  assert.equal(new Set(all).size, 23)
  const file = await call(officer, 'POST', '/office/exemption-declarations/exports', {
    ...wish,
    sort: 'name',
    descending: false,
  })
  assert.equal(file.statusCode, 200, file.body)
  const lines = file.body.trim().split('\r\n')
  assert.equal(lines.length, 24)
  assert.ok(lines[0]!.includes('"Codice fiscale"'))
  assert.ok(file.body.includes(people[7]!.code))
})

test('a declaration shows what was declared, for whom, and what happened since; strangers do not get it', async () => {
  const anna = await citizen({ givenName: 'Rita' })
  const child = await aPerson(t, { givenName: 'Lia', birthDate: addDays(today, -3_000), parent: anna.id })
  const one = await declares(anna, { household: [{ personId: child.id, relation: 'child', dependant: true }] })
  const { id } = (await finds(officer, { fiscalCode: anna.code })).items[0]!
  const look = async (who: Citizen) => call(who, 'GET', `/office/exemption-declarations/${id}`)
  const before = (await look(officer)).json<Declaration>()
  assert.equal(before.protocol, one.protocol)
  assert.deepEqual([before.incomeCents, before.limitCents, before.household.length], [1_000_000, 1_500_000, 1])
  assert.deepEqual(
    before.exemptions.map(({ givenName }) => givenName),
    ['Rita', 'Lia'],
  )
  assert.deepEqual(before.exemptions[0]!.steps, [])
  await call(anna, 'POST', `/exemptions/${one.id}/cease`, { from: today })
  const after = (await look(officer)).json<Declaration>()
  assert.deepEqual(
    after.exemptions.map(({ steps }) => steps.map(({ state }) => state)),
    [['ANNULLED'], ['ANNULLED']],
  )
  assert.equal((await look(elsewhere)).statusCode, 404)

  const paper = await call(officer, 'GET', `/office/exemption-declarations/${id}/declaration.pdf`)
  assert.equal(paper.statusCode, 200)
  const { text } = readPdf(paper.rawPayload)
  for (const words of [one.protocol!, anna.code, '10.000,00', 'Lia', 'articolo 65'])
    assert.ok(text.includes(words), words)
  assert.equal((await call(elsewhere, 'GET', `/office/exemption-declarations/${id}/declaration.pdf`)).statusCode, 404)
  assert.equal((await call(anna, 'GET', `/exemptions/${one.id}/declaration.pdf`)).statusCode, 200)
  const stranger = await citizen()
  assert.equal((await call(stranger, 'GET', `/exemptions/${one.id}/declaration.pdf`)).statusCode, 404)
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where patient_id = $1 and person_id = $2 order by id`,
    [child.id, officer.id],
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['READ', 'READ'],
    'whom the declaration names sees it in her trail',
  )
})

test('an officer gets the districts and codes she chooses from', async () => {
  const office = (await call(officer, 'GET', '/office/exemptions')).json<Office>()
  assert.ok(office.districts.length > 0)
  assert.ok(office.codes.includes('E02') && office.codes.includes('E13'))
  assert.equal(office.authorities.length, 1)
})

test('steps of an exemption are written by the database and stay as they were', async () => {
  await assert.rejects(t.owner.query('delete from registry.exemption_step'), /kept as they were/)
  await assert.rejects(t.owner.query(`update registry.exemption_step set state = 'ACTIVE'`), /kept as they were/)
})
