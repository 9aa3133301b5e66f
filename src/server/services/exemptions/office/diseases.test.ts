// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../../test/booking.ts'
import { aPrescription } from '../../../../../test/prescriptions.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../../test/region.ts'
import { aProfessional } from '../../../../../test/roles.ts'
import { testApp } from '../../../../../test/setup.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { addDays, romeDay } from '../../../platform/time.ts'
import type { DiseaseCodes, DiseaseExemption, DiseaseExemptions, Prorogation } from './disease-schema.ts'

// Exemptions for diseases entered with their certificate, and the prorogation of many at once.

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const { bookable, books, call, citizen, look, messages } = await bookingBench(t)
const officer = await aProfessional(t, 'district-officer')
const elsewhere = await aProfessional(t, 'district-officer', aslSalerno)
afterEach(() => t.setNow(new Date()))
const today = romeDay(new Date())

const wishOf = (who: { code: string }, more: object = {}) => ({
  fiscalCode: who.code,
  code: '013',
  issuer: 'Ambulatorio di diabetologia, ASL Napoli 1',
  issuedOn: addDays(today, -5),
  number: '77/2026',
  until: null,
  ...more,
})
const enters = (who: { code: string }, more: object = {}, by: Citizen = officer) =>
  call(by, 'POST', '/office/disease-exemptions', wishOf(who, more))
const codeOf = (answer: { json: <T>() => T }) => answer.json<{ code: string }>().code

test('an exemption for a disease holds from the day it is entered, and the co-payment of what is booked follows', async () => {
  const anna = await citizen()
  const { code } = await bookable({ tariffCents: 2200 })
  await t.owner.query(
    `insert into registry.exemption_service (exemption_code, system, code, valid, source, verified)
     values ('013', 'LEA', $1, '(,)', 'test', true)`,
    [code],
  )
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)], exemption: '013' }))
  assert.ok((await look(anna, booking.id)).copay.cents > 0)
  const codes = (await call(officer, 'GET', '/office/disease-exemptions/codes')).json<DiseaseCodes>().items
  assert.ok(codes.some((one) => one.code === '013' && !one.rare) && codes.some((one) => one.rare))
  const answer = await enters(anna)
  assert.equal(answer.statusCode, 201, answer.body)
  const one = answer.json<DiseaseExemption>()
  assert.deepEqual([one.state, one.from, one.until, one.number], ['ACTIVE', today, null, '77/2026'])
  await t.settle()
  assert.equal((await look(anna, booking.id)).copay.cents, 0)
  assert.ok((await messages(anna)).includes('Esenzione registrata'))
  assert.equal(codeOf(await enters(anna)), 'exemptions/already-held')
  const listed = (await call(officer, 'GET', '/office/disease-exemptions')).json<DiseaseExemptions>()
  assert.equal(listed.items[0]!.fiscalCode, anna.code)

  const annulled = await call(officer, 'POST', `/office/disease-exemptions/${one.id}/annul`)
  assert.equal(annulled.json<DiseaseExemption>().state, 'ANNULLED')
  await t.settle()
  assert.ok((await look(anna, booking.id)).copay.cents > 0)
  assert.equal(
    codeOf(await call(officer, 'POST', `/office/disease-exemptions/${one.id}/annul`)),
    'exemptions/wrong-state',
  )
  assert.equal((await enters(anna)).statusCode, 201, 'after a mistake it can be entered again')
})

test('only for people of the authority, for diseases in force, with a certificate that exists', async () => {
  const [anna, far] = [await aPerson(t), await aPerson(t, { aslId: aslSalerno })]
  assert.equal(codeOf(await enters(far)), 'exemptions/no-such-person')
  assert.equal(codeOf(await enters({ code: 'RSSMRA80A01H501U' })), 'exemptions/no-such-person')
  assert.equal(codeOf(await enters(anna, { code: 'E02' })), 'exemptions/no-such-disease')
  assert.equal(codeOf(await enters(anna, { issuedOn: addDays(today, 1) })), 'exemptions/wrong-certificate-date')
  assert.equal(codeOf(await enters(anna, { until: addDays(today, -1) })), 'exemptions/wrong-end')
  const { id } = (await enters(anna)).json<DiseaseExemption>()
  assert.equal((await call(elsewhere, 'POST', `/office/disease-exemptions/${id}/annul`)).statusCode, 404)
  assert.equal((await call(elsewhere, 'GET', '/office/disease-exemptions')).json<DiseaseExemptions>().total, 0)
})

test('asked twice with one key it is one exemption', async () => {
  const anna = await aPerson(t)
  const headers = { ...officer.headers, 'idempotency-key': uuidv7() }
  const ask = () =>
    t.app.inject({ method: 'POST', url: '/api/v1/office/disease-exemptions', headers, payload: wishOf(anna) })
  const both = await Promise.all([ask(), ask()])
  assert.deepEqual(
    both.map(({ statusCode }) => statusCode),
    [201, 201],
  )
  assert.equal(both[0].json<DiseaseExemption>().id, both[1].json<DiseaseExemption>().id)
})

const untilOf = async (personId: string) =>
  (
    await t.owner.query<{ until: string }>(
      'select (upper(valid) - 1)::text as until from registry.person_exemption where person_id = $1 order by lower(valid)',
      [personId],
    )
  ).rows.map(({ until }) => until)
async function holds(code: string, until: string, more: { aslId?: string } = {}): Promise<string> {
  const { id } = await aPerson(t, more)
  await t.owner.query(
    `insert into registry.person_exemption (id, person_id, code, state, origin, valid)
     values ($1, $2, $3, 'ACTIVE', 'office', daterange('2026-01-01', $4::date + 1))`,
    [uuidv7(), id, code, until],
  )
  return id
}

test('a prorogation is counted, confirmed and taken back: only what ends in the days, and nothing that was changed since', async () => {
  const end = addDays(today, 20)
  const later = addDays(today, 200)
  const people = await Promise.all(Array.from({ length: 5 }, () => holds('006', end)))
  const [first, second] = people as [string, string]
  const other = await holds('006', addDays(today, 40))
  const far = await holds('006', end, { aslId: aslSalerno })
  const renewed = await holds('006', end)
  await t.owner.query(
    `insert into registry.person_exemption (id, person_id, code, state, origin, valid)
     values ($1, $2, '006', 'ACTIVE', 'office', daterange($3::date + 1, $3::date + 100))`,
    [uuidv7(), renewed, end],
  )
  const wish = {
    authorityId: aslNapoli1,
    act: 'DGR 578 del 14/12/2021',
    codes: ['006'],
    endingFrom: end,
    endingTo: end,
    until: later,
  }
  const prepare = (more: object = {}, by: Citizen = officer) =>
    call(by, 'POST', '/office/exemption-prorogations', { ...wish, ...more })
  assert.equal((await prepare({}, elsewhere)).statusCode, 404)
  assert.equal(codeOf(await prepare({ until: end })), 'exemptions/wrong-days')
  const prepared = (await prepare()).json<Prorogation>()
  assert.deepEqual([prepared.state, prepared.counted, prepared.leftOut, prepared.done], ['PREPARED', 5, 1, 0])
  assert.deepEqual(await untilOf(first), [end], 'counting changes nothing')
  const step = (what: string, by: Citizen = officer) =>
    call(by, 'POST', `/office/exemption-prorogations/${prepared.id}/${what}`)
  assert.equal((await step('confirm', elsewhere)).statusCode, 404)
  assert.equal(codeOf(await step('undo')), 'exemptions/wrong-state')
  assert.equal((await step('confirm')).statusCode, 200)
  await t.settle()
  const now = async () =>
    (await call(officer, 'GET', '/office/exemption-prorogations'))
      .json<{ items: Prorogation[] }>()
      .items.find(({ id }) => id === prepared.id)!
  assert.deepEqual([(await now()).state, (await now()).done], ['DONE', 5])
  for (const person of people) assert.deepEqual(await untilOf(person), [later])
  assert.deepEqual(await untilOf(other), [addDays(today, 40)])
  assert.deepEqual(await untilOf(far), [end])
  assert.equal((await untilOf(renewed))[0], end)
  assert.equal(codeOf(await step('confirm')), 'exemptions/wrong-state')

  await t.owner.query(`update registry.person_exemption set state = 'REVOKED_CHECK' where person_id = $1`, [second])
  assert.equal((await step('undo')).statusCode, 200)
  await t.settle()
  assert.equal((await now()).state, 'UNDONE')
  assert.deepEqual(await untilOf(first), [end])
  assert.deepEqual(await untilOf(second), [later], 'what was revoked meanwhile stays as it is')
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(*)::int as n from access.audit_entry where patient_id = $1 and action = 'UPDATE' and object_type = 'exemption'`,
    [first],
  )
  assert.equal(rows[0]!.n, 2, 'each change is in the trail of whose it is')
})

test('after three days a prorogation stays', async () => {
  const end = addDays(today, 25)
  await holds('004', end)
  const wish = {
    authorityId: aslNapoli1,
    act: 'DGR 1 del 2/1/2026',
    codes: ['004'],
    endingFrom: end,
    endingTo: end,
    until: addDays(end, 90),
  }
  const { id } = (await call(officer, 'POST', '/office/exemption-prorogations', wish)).json<Prorogation>()
  await call(officer, 'POST', `/office/exemption-prorogations/${id}/confirm`)
  await t.settle()
  t.setNow(new Date(Date.now() + 4 * 86_400_000))
  const headers = await t.signIn(officer.id, 2, officer.appointmentId)
  const late = await call({ ...officer, headers }, 'POST', `/office/exemption-prorogations/${id}/undo`)
  assert.equal(codeOf(late), 'exemptions/undo-over')
})
