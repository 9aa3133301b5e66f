// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson } from '../../../../test/region.ts'
import { readPdf } from '../../../../test/pdf.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { exemptionStates, exemptionTransitions } from '../../registry/people/index.ts'
import { yearEnd } from './rules.ts'
import type { Exemption, Exemptions, Fits, Form } from './schema.ts'
import { upkeep } from './jobs.ts'

// Self-certification of income exemptions from the declaration to its end (registry notes, sections 3 and 7).

const t = await testApp({
  listen: true,
  env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0', EXEMPTION_VERIFICATIONS_PER_MINUTE: '0' },
})
after(() => t[Symbol.asyncDispose]())
const { bookable, books, call, citizen, look, messages } = await bookingBench(t)
const today = romeDay(new Date())
const marchOf = (day: string) => yearEnd(day, '03-31')
/** Moves the clock to noon of a day. */
const goTo = (day: string) => t.setNow(romeInstant(day, '12:00'))
afterEach(() => t.setNow(new Date()))

const wishOf = (patientId: string, more: object = {}) => ({
  patientId,
  code: 'E02',
  household: [],
  incomeCents: 826_330,
  withinLimit: false,
  presumed: false,
  job: { ended: 'dismissal', endedOn: '2026-01-10', jobCentre: 'Napoli', registeredOn: '2026-01-20' },
  aware: true,
  willTell: true,
  ...more,
})
const send = (who: Citizen, more: object = {}, patientId = who.id) =>
  call(who, 'POST', '/exemptions/self-certifications', wishOf(patientId, more))

async function declares(who: Citizen, more: object = {}, patientId = who.id): Promise<Exemption> {
  const answer = await send(who, more, patientId)
  assert.equal(answer.statusCode, 201, answer.body)
  await t.settle()
  return answer.json()
}
async function refused(who: Citizen, more: object, code: string, patientId = who.id): Promise<void> {
  const answer = await send(who, more, patientId)
  assert.equal(answer.json<{ code: string }>().code, code, answer.body)
}
const list = async (who: Citizen) => (await call(who, 'GET', '/exemptions')).json<Exemptions>()
const audited = async (patientId: string) => {
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'exemption' order by id`,
    [patientId],
  )
  return rows.map(({ action }) => action)
}

test('five questions tell which codes fit, without signing in and without storing anything', async () => {
  const answer = await t.app.inject({
    method: 'POST',
    url: '/api/v1/exemptions/check',
    payload: {
      birthDate: '1980-01-01',
      spouse: true,
      children: 2,
      others: 0,
      incomeCents: 1_239_497,
      condition: 'unemployed',
    },
  })
  assert.equal(answer.statusCode, 200, answer.body)
  const { codes, members, incomeYear } = answer.json<Fits>()
  assert.equal(members, 4)
  assert.equal(incomeYear, Number(today.slice(0, 4)) - 1)
  assert.deepEqual(
    codes.filter(({ fits }) => fits).map(({ code }) => code),
    ['E02', 'E12', 'E00'],
  )
  const e02 = codes.find(({ code }) => code === 'E02')!
  assert.deepEqual([e02.limitCents, e02.below], [1_239_497, false])
})

test('a declaration gives the exemption and its certificate at once, valid from today to 31 March', async () => {
  const anna = await citizen()
  const one = await declares(anna)
  assert.equal(one.state, 'ACTIVE')
  assert.equal(one.origin, 'self-certified')
  assert.equal(one.from, today)
  assert.equal(one.until, marchOf(today))
  assert.match(one.protocol!, /^ESE-\d{4}-\d{7}$/)
  const paper = await call(anna, 'GET', `/exemptions/${one.id}/certificate.pdf`)
  assert.equal(paper.statusCode, 200)
  const text = readPdf(paper.rawPayload).text
  for (const words of [one.protocol!, one.verificationCode!, anna.code, 'E02']) assert.ok(text.includes(words), words)
  assert.deepEqual(await audited(anna.id), ['CREATE', 'READ', 'PRINT'])
  assert.deepEqual(await messages(anna), ['Esenzione registrata'])
})

test('the limits bind: alone 8,263.30 and not a cent more, and what a code asks for must be there', async () => {
  const anna = await citizen()
  await refused(anna, { incomeCents: 826_331 }, 'exemptions/not-entitled')
  await refused(anna, { incomeCents: null }, 'exemptions/no-income')
  await refused(anna, { job: undefined }, 'exemptions/facts-missing')
  await refused(anna, { aware: false }, 'exemptions/no-commitment')
  await refused(anna, { code: 'E07' }, 'exemptions/unknown-code')
  await refused(anna, { code: 'E01', job: undefined }, 'exemptions/not-entitled')
  const twice = { givenName: 'Ugo', familyName: 'Prova', fiscalCode: anna.code, relation: 'other', dependant: true }
  await refused(anna, { household: [twice] }, 'exemptions/wrong-household')
  const stranger = await aPerson(t)
  await refused(
    anna,
    { household: [{ personId: stranger.id, relation: 'spouse', dependant: true }] },
    'exemptions/wrong-household',
  )
  await declares(anna, { incomeCents: null, withinLimit: true })
})

test('asked twice with one key it is one exemption; a second one of the same code is refused', async () => {
  const anna = await citizen()
  const headers = { ...anna.headers, 'idempotency-key': uuidv7() }
  const ask = () =>
    t.app.inject({ method: 'POST', url: '/api/v1/exemptions/self-certifications', headers, payload: wishOf(anna.id) })
  const both = await Promise.all([ask(), ask()])
  assert.deepEqual(
    both.map(({ statusCode }) => statusCode),
    [201, 201],
  )
  assert.equal(both[0].json<Exemption>().id, both[1].json<Exemption>().id)
  await refused(anna, {}, 'exemptions/already-held')
})

test('of many declarations at once by two parents for one child, one counts', async () => {
  const [anna, ugo] = [await citizen(), await citizen()]
  const child = await aPerson(t, { birthDate: addDays(today, -1_000), parent: anna.id })
  await t.owner.query(
    `insert into registry.family_link (id, person_id, related_id, relation, valid, source) values ($1, $2, $3, 'parent', '[1900-01-01,)', 'test')`,
    [uuidv7(), child.id, ugo.id],
  )
  const wish = { code: 'E01', job: undefined, incomeCents: 2_000_000 }
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => send(i % 2 ? anna : ugo, wish, child.id)))
  const codes = answers.map(({ statusCode }) => statusCode).toSorted()
  assert.deepEqual(codes, [201, ...Array.from({ length: 9 }, () => 409)])
})

test('a child exempt by age loses it the day before the sixth birthday', async () => {
  const anna = await citizen()
  goTo('2027-01-10')
  const child = await aPerson(t, { birthDate: '2021-02-10', parent: anna.id })
  const signed = { ...anna, headers: await t.signIn(anna.id) }
  const one = await declares(signed, { code: 'E01', job: undefined, incomeCents: 3_615_198 }, child.id)
  assert.equal(one.from, '2027-01-10')
  assert.equal(one.until, '2027-02-09')
})

test('what is declared on 5 February ends on 31 March of the same year; on 1 April one declares again in two steps', async () => {
  const anna = await citizen()
  goTo('2027-02-05')
  const signed = async () => ({ ...anna, headers: await t.signIn(anna.id) })
  const first = await declares(await signed())
  assert.equal(first.until, '2027-03-31')
  await refused(await signed(), { renews: first.id }, 'exemptions/already-held')
  goTo('2027-04-01')
  const [expired] = (await list(await signed())).items
  assert.deepEqual([expired!.state, expired!.mayRenew, expired!.mayCease], ['EXPIRED', true, false])
  const form = (
    await call(await signed(), 'GET', `/exemptions/form?patientId=${anna.id}&renews=${first.id}`)
  ).json<Form>()
  assert.equal(form.renews?.code, 'E02')
  assert.deepEqual([form.renews?.from, form.renews?.until], ['2027-04-01', '2028-03-31'])
  assert.equal(form.renews?.job?.jobCentre, 'Napoli')
  const again = await declares(await signed(), { renews: first.id, incomeCents: null, withinLimit: true })
  assert.deepEqual([again.from, again.until], ['2027-04-01', '2028-03-31'])
  assert.equal((await list(await signed())).items.find(({ id }) => id === first.id)!.mayRenew, false)
})

test('near its end it can be renewed in advance, from the day after, and people are reminded once at each distance', async () => {
  const anna = await citizen()
  goTo('2027-02-05')
  const signed = async () => ({ ...anna, headers: await t.signIn(anna.id) })
  const first = await declares(await signed())
  for (const day of ['2027-03-01', '2027-03-01', '2027-03-24']) {
    goTo(day)
    await upkeep(t.platform)
    await upkeep(t.platform)
    await t.settle()
  }
  const titles = await messages(await signed())
  assert.equal(titles.filter((title) => title === 'L’esenzione sta per scadere').length, 2)
  const next = await declares(await signed(), { renews: first.id })
  assert.deepEqual([next.from, next.until], ['2027-04-01', '2028-03-31'])
  goTo('2027-04-01')
  await upkeep(t.platform)
  await t.settle()
  assert.ok((await messages(await signed())).includes('Esenzione scaduta'))
})

test('those who depend on the declarant get an exemption of their own, and lose it with hers', async () => {
  const anna = await citizen()
  const child = await aPerson(t, { birthDate: addDays(today, -4_000), parent: anna.id })
  const [husband, other] = [await aPerson(t, { sex: 'M', givenName: 'Ugo' }), await aPerson(t, { givenName: 'Ada' })]
  const nameOf = async (id: string) =>
    (await t.owner.query<{ family_name: string }>('select family_name from registry.person where id = $1', [id]))
      .rows[0]!.family_name
  const one = await declares(anna, {
    incomeCents: 1_000_000,
    household: [
      { personId: child.id, relation: 'child', dependant: true },
      {
        givenName: 'Ugo',
        familyName: await nameOf(husband.id),
        fiscalCode: husband.code,
        relation: 'spouse',
        dependant: true,
      },
      { givenName: 'Somebody', familyName: 'Else', fiscalCode: other.code, relation: 'other', dependant: true },
    ],
  })
  assert.equal(one.othersEnd, 2)
  const held = async (id: string) =>
    (
      await t.owner.query<{ state: string; until: string }>(
        'select state, (upper(valid) - 1)::text as until from registry.person_exemption where person_id = $1',
        [id],
      )
    ).rows
  assert.deepEqual(await held(child.id), [{ state: 'ACTIVE', until: one.until }])
  assert.equal((await held(husband.id)).length, 1)
  assert.equal((await held(other.id)).length, 0, 'a code with another name opens nothing')
  assert.deepEqual(await audited(child.id), ['CREATE'])

  const his = { ...husband, headers: await t.signIn(husband.id) }
  const [mine] = (await list(his)).items
  assert.equal(mine?.protocol, one.protocol)
  assert.equal(mine?.othersEnd, 0)
  const paper = await call(his, 'GET', `/exemptions/${mine!.id}/certificate.pdf`)
  assert.ok(readPdf(paper.rawPayload).text.includes(husband.code))

  const ended = await call(anna, 'POST', `/exemptions/${one.id}/cease`, { from: today })
  assert.equal(ended.statusCode, 200, ended.body)
  assert.equal(ended.json<Exemption>().state, 'ANNULLED', 'given up on its first day it never held')
  assert.deepEqual((await held(child.id))[0]!.state, 'ANNULLED')
  assert.deepEqual((await held(husband.id))[0]!.state, 'ANNULLED')
})

test('giving up ends it the day before, never before it began, and only once', async () => {
  const anna = await citizen()
  const one = await declares(anna)
  const later = addDays(today, 10)
  goTo(later)
  const signed = { ...anna, headers: await t.signIn(anna.id) }
  const stop = (from: string) => call(signed, 'POST', `/exemptions/${one.id}/cease`, { from })
  assert.equal((await stop(addDays(today, -1))).json<{ code: string }>().code, 'exemptions/wrong-day')
  assert.equal((await stop(addDays(later, 1))).json<{ code: string }>().code, 'exemptions/wrong-day')
  const ended = (await stop(addDays(today, 5))).json<Exemption>()
  assert.deepEqual([ended.state, ended.until], ['CEASED_BY_CITIZEN', addDays(today, 4)])
  assert.equal((await stop(later)).json<{ code: string }>().code, 'exemptions/wrong-state')
  const again = await declares(signed)
  assert.equal(again.from, later, 'declared again it begins on the day, not before')
})

test('what is owed for a booking follows the declaration at once, and comes back when it ends', async () => {
  const anna = await citizen()
  const { code } = await bookable({ tariffCents: 2200 })
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
  await t.settle()
  const before = await look(anna, booking.id)
  assert.ok(before.copay.cents > 0)
  const one = await declares(anna)
  assert.equal((await look(anna, booking.id)).copay.cents, 0)
  assert.equal((await look(anna, booking.id)).payment?.state, 'cancelled')
  await call(anna, 'POST', `/exemptions/${one.id}/cease`, { from: today })
  await t.settle()
  const back = await look(anna, booking.id)
  assert.equal(back.copay.cents, before.copay.cents)
  assert.equal(back.payment?.amountCents, before.copay.cents)
})

test('a delegate acts with the right scope only, and a stranger sees nothing', async () => {
  const [anna, delegate, stranger] = [await citizen(), await citizen(), await citizen()]
  const one = await declares(anna)
  for (const who of [delegate, stranger]) {
    assert.equal((await call(who, 'GET', `/exemptions/${one.id}`)).statusCode, 404)
    assert.equal((await call(who, 'GET', `/exemptions/${one.id}/certificate.pdf`)).statusCode, 404)
    assert.equal((await call(who, 'POST', `/exemptions/${one.id}/cease`, { from: today })).statusCode, 404)
    assert.equal((await send(who, { code: 'E10', job: undefined }, anna.id)).statusCode, 404)
    assert.equal((await call(who, 'GET', `/exemptions/form?patientId=${anna.id}`)).statusCode, 404)
  }
  await aDelegation(t, anna, delegate, { services: ['BOOKING'] })
  assert.equal((await call(delegate, 'GET', `/exemptions/${one.id}`)).statusCode, 404)
  const other = await citizen()
  await aDelegation(t, anna, other, { services: ['EXEMPTION'] })
  assert.equal((await call(other, 'GET', `/exemptions/${one.id}`)).statusCode, 200)
  const theirs = await declares(other, { code: 'E10', job: undefined, incomeCents: 1_400_000 }, anna.id)
  const { rows } = await t.owner.query<{ declarant_as: string }>(
    'select d.declarant_as from exemptions.declaration d where d.protocol = $1',
    [theirs.protocol],
  )
  assert.equal(rows[0]?.declarant_as, 'delegator')
})

test('the code on a certificate tells whether it holds and whose it is by initials, and nothing more', async () => {
  const anna = await citizen({ givenName: 'Zoe', familyName: 'Quaglia Prova', birthDate: '1970-05-05' })
  const one = await declares(anna)
  const check = (code: string) =>
    t.app.inject({ method: 'POST', url: '/api/v1/exemptions/certificates/verify', payload: { code } })
  const found = await check(one.verificationCode!.toLowerCase().replaceAll('-', ' '))
  assert.deepEqual(found.json(), {
    valid: true,
    ended: false,
    code: 'E02',
    initials: 'Z. Q.',
    birthYear: 1970,
    from: today,
    until: one.until,
    protocol: one.protocol,
  })
  assert.equal((await check('2345-6789-ABCD-E')).statusCode, 404)
  assert.equal((await check('hello')).json<{ code: string }>().code, 'exemptions/no-certificate')
  await call(anna, 'POST', `/exemptions/${one.id}/cease`, { from: today })
  assert.deepEqual(
    [(await check(one.verificationCode!)).json<{ valid: boolean; ended: boolean }>()].map(({ valid, ended }) => [
      valid,
      ended,
    ]),
    [[false, true]],
  )
})

test('who is not enrolled here is sent to the district; death ends what was held', async () => {
  const anna = await citizen()
  const one = await declares(anna)
  await t.owner.query(`update registry.person set deceased_on = $2 where id = $1`, [anna.id, today])
  goTo(addDays(today, 1))
  await upkeep(t.platform)
  const { rows } = await t.owner.query<{ until: string }>(
    'select (upper(valid) - 1)::text as until from registry.person_exemption where id = $1',
    [one.id],
  )
  assert.equal(rows[0]?.until, today)
  t.setNow(new Date())
  const ugo = await citizen()
  await t.owner.query(
    `update registry.enrolment set state = 'ENDED', end_reason = 'MOVED_ABROAD' where person_id = $1`,
    [ugo.id],
  )
  await refused(ugo, {}, 'exemptions/not-enrolled')
})

test('the database refuses what must never be: the past, two of one code, another person, a state that cannot follow', async () => {
  const anna = await citizen()
  const one = await declares(anna)
  const broken = async (statement: string, name: string) =>
    assert.rejects(t.owner.query(statement), (error: { constraint?: string }) => error.constraint === name)
  const insert = (valid: string) =>
    `insert into registry.person_exemption (id, person_id, code, state, origin, valid)
     values ('${uuidv7()}', '${anna.id}', 'E02', 'ACTIVE', 'self-certified', '${valid}')`
  await broken(insert('[2020-01-01,2020-03-01)'), 'person_exemption_not_backdated')
  await broken(insert(`[${today},${addDays(today, 2)})`), 'person_exemption_once')
  await broken(`update registry.person_exemption set code = 'E01' where id = '${one.id}'`, 'person_exemption_stays')
  await broken(
    `update registry.person_exemption set state = 'SUBMITTED' where id = '${one.id}'`,
    'person_exemption_transition',
  )
  await assert.rejects(t.owner.query('update exemptions.declaration set income_cents = 0'), /kept as they were made/)
  const { rows } = await t.owner.query<{ pair: string }>(
    `select from_state || ' ' || to_state as pair from registry.exemption_transition order by 1`,
  )
  const table = exemptionStates.flatMap((from) => exemptionTransitions[from].map((to) => `${from} ${to}`))
  assert.deepEqual(
    rows.map(({ pair }) => pair),
    table.toSorted(),
  )
})
