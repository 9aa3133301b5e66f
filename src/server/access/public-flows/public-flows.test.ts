// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aMobile, codeTo } from '../../../../test/accounts.ts'
import { publicFlowsBench, type Wish } from '../../../../test/public-flows.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { openPurpose, publicFlows } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { purpose, from, until, aCardNumber, anAddress, later, aCardholder, nobody, start, end, through, grantOf } =
  await publicFlowsBench(t)
const day = 86_400_000

test('card, fiscal code and the code on the telephone give a grant for one person and one purpose, for a short time', async () => {
  const anna = await aCardholder()
  const mobile = aMobile()
  const answer = await through({
    fiscalCode: anna.code.toLowerCase(),
    card: anna.card.replace(/(.{5})/g, '$1 '),
    mobile,
  })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { token } = answer.json<{ token: string }>()
  assert.deepEqual(await grantOf(token), { personId: anna.id, mobile })
  await assert.rejects(grantOf(token, 'altra-campagna'), { code: 'public-flows/grant-needed' })
  await assert.rejects(grantOf(`${token}x`), { code: 'public-flows/grant-needed' })
  const asSession = await t.app.inject({ url: '/api/v1/session', headers: { cookie: `__Host-sid=${token}` } })
  assert.equal(asSession.json().signedIn, false)
  later(21 * 60)
  await assert.rejects(grantOf(token), { code: 'public-flows/grant-needed' })
  const trace = await t.owner.query(
    'select action, object_type, outcome from access.audit_entry where patient_id = $1 order by id',
    [anna.id],
  )
  assert.deepEqual(trace.rows, [
    { action: 'SEARCH', object_type: 'public-flow', outcome: 'done' },
    { action: 'CREATE', object_type: 'public-flow-grant', outcome: 'done' },
  ])
})

test('a grant ends when what it was for is closed, and after twenty minutes', async () => {
  const anna = await aCardholder()
  const { token } = (await through({ fiscalCode: anna.code, card: anna.card })).json<{ token: string }>()
  const title = { it: 'Chiusa', en: 'Closed' }
  await asSystem(t.db, (tx) => openPurpose(tx, { code: purpose, title, from, until: t.platform.now() }))
  await assert.rejects(grantOf(token), { code: 'public-flows/grant-needed' })
  assert.equal((await start({ fiscalCode: anna.code, card: anna.card })).json().code, 'public-flows/not-open')
  await asSystem(t.db, (tx) => openPurpose(tx, { code: purpose, title, from, until }))
  await grantOf(token)
  await t.owner.query(`update access.public_grant set expires_at = now() where person_id = $1`, [anna.id])
  await assert.rejects(grantOf(token), { code: 'public-flows/grant-needed' })
  assert.equal((await start({ fiscalCode: anna.code, card: anna.card, purpose: 'mai-aperta' })).statusCode, 404)
})

test('a purpose says what it is in the language of who asks while it is open, and nothing before, after or of another', async () => {
  const ask = (code: string, language = 'it') =>
    t.app.inject({ url: `/api/v1/public-flows/purposes/${code}`, headers: { 'accept-language': language } })
  const open = { code: 'altra-campagna', until: until.toISOString(), card: 'full', cardExpiry: false }
  assert.deepEqual((await ask(open.code)).json(), { ...open, title: 'Campagna di prova' })
  assert.deepEqual((await ask(open.code, 'en')).json(), { ...open, title: 'Test campaign' })
  const title = { it: 'Prova', en: 'Test' }
  const now = t.platform.now()
  const soon = new Date(now.getTime() + day)
  await asSystem(t.db, (tx) => openPurpose(tx, { code: 'finita', title, from, until: now }))
  await asSystem(t.db, (tx) => openPurpose(tx, { code: 'futura', title, from: soon, until }))
  for (const code of ['finita', 'futura', 'mai-aperta', 'X'.repeat(90), '%20'])
    for (const [language, words] of [
      ['it', 'Questa adesione non è aperta.'],
      ['en', 'This is not open.'],
    ] as const) {
      const answer = await ask(code, language)
      assert.equal(answer.statusCode, 404, code)
      assert.deepEqual([answer.json().code, answer.json().title], ['public-flows/not-open', words])
    }
})

test('a grant tells which page goes on with it; the database takes only a page of this site', async () => {
  const title = { it: 'Con seguito', en: 'With a next page' }
  const opened = (next: string) =>
    asSystem(t.db, (tx) => openPurpose(tx, { code: 'con-seguito', title, from, until, next }))
  for (const next of ['/adesioni-vaccinali/flu-2026', '/en/help', '/a.b/c~d_e'])
    await assert.doesNotReject(opened(next), next)
  for (const next of [
    '',
    '/',
    '//x.example',
    '/\\x.example',
    '/a//x.example',
    '/../api',
    '/a/../b',
    'x.example/a',
    'https://x.example',
    'javascript:alert(1)',
    '/a?b=//x.example',
    '/a#b',
    '/%2Fx.example',
    '/a\n',
    '/a\n//x.example',
    `/${'a'.repeat(200)}`,
  ])
    await assert.rejects(opened(next), { constraint: 'public_purpose_next_is_local' }, next)
  const anna = await aCardholder()
  const wish = { fiscalCode: anna.code, card: anna.card }
  assert.equal((await through({ ...wish, purpose: 'con-seguito' })).json().next, '/a.b/c~d_e')
  later(61)
  assert.equal((await through(wish)).json().next, null)
})

test('one telephone guesses three cards of a person a day; then the right one does not pass, from another telephone it does', async () => {
  const anna = await aCardholder()
  const mobile = aMobile()
  for (let i = 0; i < 3; i++) {
    assert.equal((await through({ fiscalCode: anna.code, card: aCardNumber(), mobile })).statusCode, 422)
    later(3600)
  }
  const stopped = await through({ fiscalCode: anna.code, card: anna.card, mobile })
  assert.equal(stopped.json().code, 'public-flows/not-verified')
  later(61)
  assert.equal((await through({ fiscalCode: anna.code, card: anna.card })).statusCode, 200)
})

test('ten guesses about a person a day from anywhere, five from a number about anybody, thirty from an address', async () => {
  const guess = async (n: number, next: (i: number) => Promise<Wish>) => {
    for (let i = 0; i < n; i++) {
      assert.equal((await through(await next(i))).statusCode, 422)
      later(30 * 60)
    }
  }
  const anna = await aCardholder()
  await guess(10, () => Promise.resolve({ fiscalCode: anna.code, card: aCardNumber() }))
  assert.equal((await through({ fiscalCode: anna.code, card: anna.card })).statusCode, 422, 'person')
  const mobile = aMobile()
  await guess(5, () => Promise.resolve({ fiscalCode: nobody(), card: aCardNumber(), mobile }))
  const bruno = await aCardholder()
  assert.equal((await through({ fiscalCode: bruno.code, card: bruno.card, mobile })).statusCode, 422, 'number')
  const address = anAddress()
  await guess(30, async () => ({ fiscalCode: (await aPerson(t)).code, card: aCardNumber(), address }))
  const carla = await aCardholder()
  assert.equal((await through({ fiscalCode: carla.code, card: carla.card, address })).statusCode, 422, 'address')
  later(86_400)
  for (const one of [anna, bruno, carla])
    assert.equal((await through({ fiscalCode: one.code, card: one.card })).statusCode, 200, 'a day later')
})

test('codes are limited for a person whether or not she exists', async () => {
  const anna = await aCardholder()
  const limits = async (fiscalCode: string) => {
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) {
      statuses.push((await start({ fiscalCode, card: aCardNumber() })).statusCode)
      later(61)
    }
    return statuses
  }
  const known = await limits(anna.code)
  assert.deepEqual(known, [202, 202, 202, 202, 202, 429])
  assert.deepEqual(await limits(nobody()), known)
})

test('a code works once, for its flow and its fiscal code; a hundred tries at once are five', async () => {
  const anna = await aCardholder()
  const mobile = aMobile()
  const { flowId } = (await start({ fiscalCode: anna.code, card: anna.card, mobile })).json<{ flowId: string }>()
  const code = await codeTo(t, mobile)
  const other = await aCardholder()
  assert.equal((await end(flowId, other.code, code)).json().code, 'public-flows/code-over')
  const both = await Promise.all([end(flowId, anna.code, code), end(flowId, anna.code, code)])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 410])
  assert.equal((await end(flowId, anna.code, code)).statusCode, 410, 'replay')

  const second = (await start({ fiscalCode: other.code, card: other.card, mobile: aMobile() })).json<{
    flowId: string
  }>()
  await t.settle()
  const all = await Promise.all(Array.from({ length: 100 }, () => end(second.flowId, other.code, '0000000')))
  const count = (status: number) => all.filter(({ statusCode }) => statusCode === status).length
  assert.deepEqual({ wrong: count(422), over: count(410) }, { wrong: 4, over: 96 })
})

test('flows and grants are forgotten a day after nobody can use them any more', async () => {
  const [anna, bruno] = [await aCardholder(), await aCardholder()]
  await through({ fiscalCode: anna.code, card: anna.card })
  await through({ fiscalCode: bruno.code, card: aCardNumber() })
  const rows = async () => {
    const { rows: found } = await t.owner.query(
      'select (select count(*)::int from access.public_flow) as flows, (select count(*)::int from access.public_grant) as grants',
    )
    return found[0] as { flows: number; grants: number }
  }
  const tidy = publicFlows.jobs!.find(({ name }) => name === 'public-flows.tidy')!
  later(3600)
  await tidy.handle({} as never, t.platform)
  assert.ok((await rows()).grants > 0)
  later(25 * 3600)
  await tidy.handle({} as never, t.platform)
  assert.deepEqual(await rows(), { flows: 0, grants: 0 })
})

test('what cannot be is refused by its field, before anybody is looked for', async () => {
  const anna = await aCardholder()
  const right = { fiscalCode: anna.code, card: anna.card }
  const refused: [object, string, string][] = [
    [{ fiscalCode: 'RSSMRA85T10A562X' }, 'public-flows/fiscal-code-invalid', 'fiscalCode'],
    [{ card: '123456' }, 'public-flows/card-invalid', 'card'],
    [{ mobile: '0815551234' }, 'public-flows/mobile-invalid', 'mobile'],
  ]
  for (const [wrong, code, field] of refused) {
    const answer = await start({ ...right, ...wrong })
    assert.deepEqual([answer.json().code, answer.json().field], [code, field])
  }
})
