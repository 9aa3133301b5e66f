// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import fc from 'fast-check'
import { bookingBench, lineOf, type Citizen } from '../../../../../test/booking.ts'
import { paymentsBench } from '../../../../../test/payments.ts'
import { readPdf } from '../../../../../test/pdf.ts'
import { aPrescription } from '../../../../../test/prescriptions.ts'
import { aslNapoli1, aslSalerno } from '../../../../../test/region.ts'
import { aProfessional } from '../../../../../test/roles.ts'
import { testApp } from '../../../../../test/setup.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../../platform/time.ts'
import type { Exemption } from '../schema.ts'
import type { Check, OwnChecks, Sample } from './check-schema.ts'
import { checkStates, checkTransitions, drawSample } from './check-states.ts'

// Checks of declarations from the sample to what is paid back.

const t = await testApp({ listen: true, env: { EXEMPTION_DECLARATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { bookable, books, call, citizen, look, messages } = await bookingBench(t)
const { atCheckout, deliver } = paymentsBench(t)
const today = romeDay(new Date())
const officer = await aProfessional(t, 'district-officer')
const elsewhere = await aProfessional(t, 'district-officer', aslSalerno)
afterEach(() => t.setNow(new Date()))

/** Moves the clock to noon of a day and signs people in again. */
async function goTo<Who extends Citizen>(day: Day, who: Who): Promise<{ who: Citizen; office: Citizen }> {
  t.setNow(romeInstant(day, '12:00'))
  return {
    who: { ...who, headers: await t.signIn(who.id) },
    office: { ...officer, headers: await t.signIn(officer.id, 2, officer.appointmentId) },
  }
}

async function declares(who: Citizen, more: object = {}): Promise<Exemption & { declarationId: string }> {
  const answer = await call(who, 'POST', '/exemptions/self-certifications', {
    patientId: who.id,
    code: 'E02',
    household: [],
    incomeCents: 800_000,
    withinLimit: false,
    presumed: false,
    job: { ended: 'dismissal', endedOn: '2026-01-10', jobCentre: 'Napoli', registeredOn: '2026-01-20' },
    aware: true,
    willTell: true,
    ...more,
  })
  assert.equal(answer.statusCode, 201, answer.body)
  await t.settle()
  const one = answer.json<Exemption>()
  const { rows } = await t.owner.query<{ id: string }>('select id from exemptions.declaration where protocol = $1', [
    one.protocol,
  ])
  return { ...one, declarationId: rows[0]!.id }
}
async function opens(office: Citizen, declarationId: string): Promise<Check> {
  const answer = await call(office, 'POST', '/office/exemption-checks', {
    declarationId,
    note: 'Segnalazione del centro per l’impiego',
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json()
}
const acts = (office: Citizen, id: string, act: string, more: object = {}) =>
  call(office, 'POST', `/office/exemption-checks/${id}/acts`, { act, note: 'Motivo di prova', ...more })
async function done(office: Citizen, id: string, act: string, more: object = {}): Promise<Check> {
  const answer = await acts(office, id, act, more)
  assert.equal(answer.statusCode, 200, answer.body)
  await t.settle()
  return (await call(office, 'GET', `/office/exemption-checks/${id}`)).json()
}
const codeOf = (answer: { json: <T>() => T }) => answer.json<{ code: string }>().code
const own = async (who: Citizen) => (await call(who, 'GET', '/exemptions/checks')).json<OwnChecks>().items

test('an exemption found untrue: letter, term, revocation, what was not paid is asked back and its payment closes the case', async () => {
  const anna = await citizen()
  const exemption = await declares(anna)
  const { code } = await bookable({ tariffCents: 2200 })
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
  assert.equal((await look(anna, booking.id)).copay.cents, 0)
  const later = await books(
    anna,
    await aPrescription(t, anna, { lines: [lineOf((await bookable({ tariffCents: 2200, days: 9 })).code)] }),
  )

  const visited = await goTo(addDays(today, 15), anna)
  const opened = await opens(visited.office, exemption.declarationId)
  assert.match(opened.number, /^CTR-\d{4}-\d{7}$/)
  assert.deepEqual(opened.acts, ['confirm', 'notify'])
  assert.equal(
    codeOf(
      await call(visited.office, 'POST', '/office/exemption-checks', {
        declarationId: exemption.declarationId,
        note: 'Ancora',
      }),
    ),
    'exemptions/check-open',
  )
  assert.equal(
    codeOf(await call(visited.office, 'GET', `/office/exemption-checks/${opened.id}/letter.pdf`)),
    'exemptions/no-letter',
  )
  assert.deepEqual(await own(visited.who), [], 'who was not written to yet does not see it')
  assert.equal(
    codeOf(await acts(visited.office, opened.id, 'notify', { from: addDays(today, -1) })),
    'exemptions/wrong-start',
  )
  const notified = await done(visited.office, opened.id, 'notify')
  assert.deepEqual([notified.state, notified.revokeFrom, notified.replyBy], ['NOTIFIED', today, addDays(today, 45)])
  assert.ok((await messages(visited.who)).includes('Controllo di un’esenzione'))
  assert.equal(codeOf(await acts(visited.office, opened.id, 'revoke')), 'exemptions/term-running')
  assert.equal((await look(visited.who, booking.id)).copay.cents, 0, 'nothing changes before the term')
  const letter = await call(visited.who, 'GET', `/exemptions/checks/${opened.id}/letter.pdf`)
  for (const words of [opened.number, anna.code, 'Puoi rispondere'])
    assert.ok(readPdf(letter.rawPayload).text.includes(words), words)

  const over = await goTo(addDays(today, 46), anna)
  const revoked = await done(over.office, opened.id, 'revoke')
  assert.equal(revoked.state, 'RECOVERY')
  assert.deepEqual(revoked.undue.map(({ bookingId }) => bookingId).toSorted(), [booking.id, later.id].toSorted())
  const each = revoked.undue[0]!.cents
  assert.ok(each >= 2200, `${each}`)
  assert.equal(
    revoked.undueCents,
    revoked.undue.reduce((sum, { cents }) => sum + cents, 0),
  )
  assert.deepEqual([revoked.fineCapCents, revoked.crime], [3 * revoked.undueCents!, false])
  assert.match(revoked.payment!.noticeNumber!, /^3\d{17}$/)
  const [mine] = await own(over.who)
  assert.deepEqual([mine?.state, mine?.undueCents, mine?.mayObject], ['RECOVERY', revoked.undueCents, false])
  const paper = await call(over.office, 'GET', `/office/exemption-checks/${opened.id}/letter.pdf`)
  const { text, roles } = readPdf(paper.rawPayload)
  assert.ok(text.includes('Revoca dell’esenzione E02') && text.includes(booking.code))
  assert.ok(roles['Table'], 'the visits are a table for screen readers')
  const again = await declares(over.who)
  assert.equal(again.from, addDays(today, 46), 'who has the requisites later declares again')
  assert.equal(codeOf(await acts(over.office, opened.id, 'enforce')), 'exemptions/not-overdue')

  const payment = (await call(over.who, 'GET', `/payments/${mine!.paymentId}`)).json<{
    id: string
    amountCents: number
  }>()
  assert.equal(payment.amountCents, revoked.undueCents)
  const checkout = await call(over.who, 'POST', '/checkouts', { paymentIds: [payment.id] })
  await atCheckout(checkout.json<{ url: string }>().url, { action: 'pay', outcome: 'ok' })
  await deliver()
  await t.settle()
  const closed = (await call(over.office, 'GET', `/office/exemption-checks/${opened.id}`)).json<Check>()
  assert.deepEqual(
    closed.steps.map(({ state }) => state),
    ['OPEN', 'NOTIFIED', 'REVOKED', 'RECOVERY', 'CLOSED'],
  )
  assert.deepEqual(closed.acts, [])
})

test('visits still to come follow the revocation by themselves, and with nothing to pay back the case is closed', async () => {
  const anna = await citizen()
  const exemption = await declares(anna)
  const { code } = await bookable({ tariffCents: 2200 })
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
  const { id } = await opens(officer, exemption.declarationId)
  await done(officer, id, 'notify')
  const objection = await call(anna, 'POST', `/exemptions/checks/${id}/objection`, {
    text: 'Il reddito era di mio fratello.',
  })
  assert.equal(objection.statusCode, 200, objection.body)
  assert.equal(
    codeOf(await call(anna, 'POST', `/exemptions/checks/${id}/objection`, { text: 'Di nuovo.' })),
    'exemptions/wrong-state',
  )
  const objected = (await call(officer, 'GET', `/office/exemption-checks/${id}`)).json<Check>()
  assert.deepEqual([objected.state, objected.objection], ['OBJECTED', 'Il reddito era di mio fratello.'])
  const closed = await done(officer, id, 'revoke')
  assert.deepEqual([closed.state, closed.undueCents, closed.payment], ['CLOSED', 0, null])
  assert.ok((await look(anna, booking.id)).copay.cents > 0)
})

test('who is entitled keeps it, also after an objection; the case is of one authority only', async () => {
  const [anna, stranger] = [await citizen(), await citizen()]
  const exemption = await declares(anna)
  assert.equal(
    (
      await call(elsewhere, 'POST', '/office/exemption-checks', {
        declarationId: exemption.declarationId,
        note: 'Altrove',
      })
    ).statusCode,
    404,
  )
  const { id } = await opens(officer, exemption.declarationId)
  for (const path of [`/office/exemption-checks/${id}`, `/office/exemption-checks/${id}/letter.pdf`])
    assert.equal((await call(elsewhere, 'GET', path)).statusCode, 404)
  assert.equal((await acts(elsewhere, id, 'confirm')).statusCode, 404)
  await done(officer, id, 'notify')
  assert.equal((await call(stranger, 'GET', `/exemptions/checks/${id}/letter.pdf`)).statusCode, 404)
  assert.equal((await call(stranger, 'POST', `/exemptions/checks/${id}/objection`, { text: 'Mia.' })).statusCode, 404)
  await done(officer, id, 'object', { note: 'Documenti portati allo sportello' })
  assert.equal((await done(officer, id, 'confirm')).state, 'CONFIRMED')
  assert.equal((await call(anna, 'GET', `/exemptions/${exemption.id}`)).json<Exemption>().state, 'ACTIVE')
  assert.equal(codeOf(await acts(officer, id, 'revoke')), 'exemptions/wrong-state')
})

test('of two officers who revoke at once one does', async () => {
  const anna = await citizen()
  const { id } = await opens(officer, (await declares(anna)).declarationId)
  await done(officer, id, 'notify')
  await done(officer, id, 'object')
  const both = await Promise.all([acts(officer, id, 'revoke'), acts(officer, id, 'revoke')])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
})

test('a sample is drawn by chance with its seed, which draws the same again; no day is drawn from twice', async () => {
  const anna = await citizen()
  await declares(anna)
  const { office } = await goTo(addDays(today, 1), anna)
  const draw = (more: object = {}) =>
    call(office, 'POST', '/office/exemption-samples', {
      authorityId: aslNapoli1,
      from: addDays(today, -300),
      to: today,
      ...more,
    })
  assert.equal(codeOf(await draw({ to: addDays(today, 1) })), 'exemptions/wrong-period')
  assert.equal((await draw({ authorityId: aslSalerno })).statusCode, 404)
  const { rows: before } = await t.owner.query<{ id: string }>(
    `select id from exemptions.declaration d where asl_id = $1 and starts_on <= $2
     and not exists (select from exemptions.check_case c where c.declaration_id = d.id) order by id`,
    [aslNapoli1, today],
  )
  const answer = await draw()
  assert.equal(answer.statusCode, 201, answer.body)
  const sample = answer.json<Sample>()
  assert.deepEqual(
    [sample.percent, sample.population, sample.drawn],
    [5, before.length, Math.ceil(before.length * 0.05)],
  )
  const { rows: drawn } = await t.owner.query<{ declaration_id: string }>(
    'select declaration_id from exemptions.check_case where sample_id = $1',
    [sample.id],
  )
  assert.deepEqual(
    drawn.map((one) => one.declaration_id).toSorted(),
    drawSample(
      before.map(({ id }) => id),
      sample.percent,
      sample.seed,
    ).toSorted(),
  )
  assert.equal(codeOf(await draw({ from: today, to: today })), 'exemptions/sample-drawn')
  const listed = (await call(office, 'GET', '/office/exemption-samples')).json<{ items: Sample[] }>().items
  assert.equal(listed[0]!.seed, sample.seed)
  const cases = (await call(office, 'GET', '/office/exemption-checks?reason=sample&state=OPEN')).json<{
    total: number
  }>()
  assert.equal(cases.total, sample.drawn)
})

test('a draw is fair in size, repeats itself with its seed and differs with another', () => {
  const ids = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 200 })
  const seed = fc.uuid().map((id) => id.replaceAll('-', ''))
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 100 }), seed, (all, percent, one) => {
      const drawn = drawSample(all, percent, one)
      assert.equal(drawn.length, Math.ceil((all.length * percent) / 100))
      assert.equal(new Set(drawn).size, drawn.length)
      assert.deepEqual(drawSample(all.toReversed(), percent, one), drawn, 'the order they come in does not matter')
    }),
  )
  const many = Array.from({ length: 100 }, (_, i) => `declaration ${i}`)
  assert.notDeepEqual(drawSample(many, 10, 'a'), drawSample(many, 10, 'b'))
})

test('the database knows the same lives of a check', async () => {
  const { rows } = await t.owner.query<{ pair: string }>(
    `select from_state || ' ' || to_state as pair from exemptions.check_transition order by 1`,
  )
  const table = checkStates.flatMap((from) => checkTransitions[from].map((to) => `${from} ${to}`))
  assert.deepEqual(
    rows.map(({ pair }) => pair),
    table.toSorted(),
  )
})
