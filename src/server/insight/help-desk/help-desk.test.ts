// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { noticesBench } from '../../../../test/notifications.ts'
import { testApp } from '../../../../test/setup.ts'
import { acknowledge, forward } from './mails.ts'
import { answerBy } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const feedback = { about: 'it/home', kind: 'page', score: 4, answers: ['clear'], text: 'Bene', release: '0.1.0' }

test('a rating is kept without any identity', async () => {
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/feedback', payload: feedback })
  assert.equal(answer.statusCode, 204)
  const { rows } = await t.owner.query('select * from help.feedback')
  assert.equal(rows.length, 1)
  const [{ id: _id, created_at: _at, ...kept }] = rows
  assert.deepEqual(kept, feedback)
})

for (const [wrong, change] of Object.entries({
  'six stars': { score: 6 },
  'no star': { score: 0 },
  'a text over 200 characters': { text: 'a'.repeat(201) },
  'an unknown field': { person: 'x' },
})) {
  test(`a rating with ${wrong} is refused`, async () => {
    const payload = { ...feedback, ...change }
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/feedback', payload })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().code, 'platform/invalid-request')
  })
}

test('a request for help gets a number and a day', async () => {
  const payload = { kind: 'fault', name: 'Anna Prova', email: 'anna@example.org', text: 'Non si apre', page: 'Prenota' }
  const headers = { 'accept-language': 'en' }
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/help-requests', payload, headers })
  assert.equal(answer.statusCode, 201)
  const { number, answerBy: day } = answer.json()
  assert.match(number, /^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]$/)
  const { rows } = await t.owner.query('select kind, language, state, answer_by from help.request where number = $1', [
    number,
  ])
  assert.deepEqual(rows, [{ kind: 'fault', language: 'en', state: 'open', answer_by: day }])
})

test('the request reaches the help desk with the address to answer to, and the person a receipt without her words', async () => {
  const { inboxOf } = noticesBench(t)
  const payload = { kind: 'barrier', name: 'Anna <b>', email: 'anna.barriera@example.org', text: 'Il lettore <tace>' }
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/help-requests', payload })
  await t.settle()
  const { number } = answer.json()
  const desk = (await inboxOf(t.platform.config.region.email)).find((mail) => mail.subject?.includes(number))
  assert.equal(desk?.subject, `Barriera di accessibilità ${number}`)
  assert.match(desk.text, /Anna <b>, anna\.barriera@example\.org[\s\S]+Il lettore <tace>/)
  assert.match(desk.html ?? '', /Anna &lt;b&gt;[\s\S]+&lt;tace&gt;/)
  const [receipt, ...more] = await inboxOf(payload.email)
  assert.equal(more.length, 0)
  assert.equal(receipt?.subject, `Abbiamo ricevuto la tua richiesta ${number}`)
  assert.doesNotMatch(receipt.text, /tace/)
})

test('while the mail server is down a request waits, and a mailbox that does not exist stops nothing', async () => {
  const { inboxOf } = noticesBench(t)
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'smtp', kind: 'down' })
  const payload = { kind: 'question', name: 'Anna', email: 'sconosciuto@example.org', text: 'Aiuto' }
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/help-requests', payload })
  await t.settle()
  t.sandbox.context.faults.clear()
  assert.equal(answer.statusCode, 201)
  const { rows } = await t.owner.query('select id from help.request where number = $1', [answer.json().number])
  const jobs = await t.owner.query("select name, state from pgboss.job where data ->> 'requestId' = $1 order by name", [
    rows[0].id,
  ])
  assert.deepEqual(jobs.rows, [
    { name: 'help-desk.acknowledge', state: 'retry' },
    { name: 'help-desk.forward', state: 'retry' },
  ])
  await forward(t.platform, rows[0].id)
  await acknowledge(t.platform, rows[0].id)
  assert.ok(
    (await inboxOf(t.platform.config.region.email)).some((mail) => mail.subject?.includes(answer.json().number)),
  )
})

test('an address that is none is refused, naming the field', async () => {
  const payload = { kind: 'question', name: 'Anna', email: 'anna', text: 'Aiuto' }
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/help-requests', payload })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().field, 'email')
})

test('a character the database cannot store is refused, not an error of ours', async () => {
  const payload = { kind: 'question', name: 'Anna', email: 'anna@example.org', text: 'zero \u0000' }
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/help-requests', payload })
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().code, 'platform/invalid-request')
})

test('three working days do not count the weekend; a barrier has thirty days', () => {
  assert.equal(answerBy('question', '2026-11-26'), '2026-12-01')
  assert.equal(answerBy('fault', '2026-11-23'), '2026-11-26')
  assert.equal(answerBy('barrier', '2026-11-26'), '2026-12-26')
})
