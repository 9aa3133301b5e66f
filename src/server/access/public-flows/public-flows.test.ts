// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aMobile, codeTo, textsTo } from '../../../../test/accounts.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { statementsOf } from '../../../../test/statements.ts'
import { computeFiscalCode } from '../../../shared/fiscal-code.ts'
import { cardCheckDigit } from '../../../shared/team-card.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { anonymous } from '../../../../test/actors.ts'
import { macOf, type Mac } from '../codes/index.ts'
import { readFlowConfig } from './config.ts'
import { startFlow } from './flows.ts'
import { getGrant, openPurpose, publicFlows } from './index.ts'
import { isHerCard, readCard } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const day = 86_400_000
const from = new Date(t.platform.now().getTime() - day)
const until = new Date(t.platform.now().getTime() + 300 * day)
const purpose = 'campagna-di-prova'
for (const code of [purpose, 'altra-campagna'])
  await asSystem(t.db, (tx) =>
    openPurpose(tx, { code, title: { it: 'Campagna di prova', en: 'Test campaign' }, from, until }),
  )

let cards = 0
let addresses = 0
const aCardNumber = (): string => {
  const first19 = `80380001500${String((cards += 1)).padStart(8, '0')}`
  return first19 + cardCheckDigit(first19)
}
const anAddress = (): string => `10.1.${(addresses += 1) >> 8}.${addresses & 255}`
const later = (seconds: number) => t.setNow(new Date(t.platform.now().getTime() + seconds * 1000))

async function aCardholder(valid = '[2024-01-01,2040-01-01)'): Promise<{ id: string; code: string; card: string }> {
  const person = await aPerson(t)
  const card = aCardNumber()
  await t.owner.query(
    `insert into registry.person_identifier (id, person_id, type, value, valid, source) values ($1, $2, 'TEAM', $3, $4, 'test')`,
    [uuidv7(), person.id, card, valid],
  )
  return { ...person, card }
}

let invented = 0
/** A fiscal code that is written correctly and belongs to nobody. */
const nobody = (): string =>
  computeFiscalCode({
    familyName: `Qu${'bcdfglmnpr'[(invented += 1) % 10]}o`,
    givenName: 'Zoe',
    sex: 'F',
    birthDate: `1971-05-${10 + (Math.floor(invented / 10) % 18)}`,
    birthPlaceCode: 'F839',
  })

interface Wish {
  fiscalCode: string
  card: string
  mobile?: string
  purpose?: string
  address?: string
}
const start = (wish: Wish) => {
  const { address = anAddress(), ...body } = wish
  return t.app.inject({
    method: 'POST',
    url: '/api/v1/public-flows',
    remoteAddress: address,
    payload: { purpose, mobile: aMobile(), ...body },
  })
}
const end = (flowId: string, fiscalCode: string, code: string, address = anAddress()) =>
  t.app.inject({
    method: 'POST',
    url: `/api/v1/public-flows/${flowId}/code`,
    remoteAddress: address,
    payload: { fiscalCode, code },
  })
/** The whole way, with the code that arrives. */
async function through(wish: Wish) {
  const mobile = wish.mobile ?? aMobile()
  const started = await start({ ...wish, mobile })
  assert.equal(started.statusCode, 202, started.body)
  return end(started.json().flowId as string, wish.fiscalCode, await codeTo(t, mobile), wish.address)
}
const grantOf = (token: string, wanted = purpose) =>
  asSystem(t.db, (tx) => getGrant(tx, token, wanted, t.platform.now()))

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

/** Everything a stranger could try with: the right card of nobody, a wrong card, an old one, a person without, a dead one. */
async function strangers(): Promise<Record<string, { fiscalCode: string; card: string }>> {
  const [known, expired, dead] = [
    await aCardholder(),
    await aCardholder('[2018-01-01,2024-01-01)'),
    await aCardholder(),
  ]
  await t.owner.query('update registry.person set deceased_on = now() where id = $1', [dead.id])
  return {
    'a person with another card': { fiscalCode: known.code, card: aCardNumber() },
    'a person whose card has expired': { fiscalCode: expired.code, card: expired.card },
    'a person without a card': { fiscalCode: (await aPerson(t)).code, card: aCardNumber() },
    'a person who died': { fiscalCode: dead.code, card: dead.card },
    nobody: { fiscalCode: nobody(), card: aCardNumber() },
    'nobody, with a card of somebody': { fiscalCode: nobody(), card: known.card },
  }
}

/** An answer as a stranger sees it, without what is new each time. */
function seenBy({ statusCode, headers, body }: Awaited<ReturnType<typeof start>>) {
  const shown = body.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
  const { date: _date, 'x-ratelimit-remaining': _left, 'x-ratelimit-reset': _reset, ...others } = headers
  for (const name of Object.keys(others)) if (/request-id|traceparent/.test(name)) others[name] = 'one of each answer'
  const wait = others['retry-after']
  if (wait) others['retry-after'] = String(Math.round(Number(wait) / 10) * 10) // on a slow machine a second has passed
  return { statusCode, headers: others, shown }
}

test('whoever is named, each answer and the message are the same to the letter, from the first to the last try', async () => {
  const anna = await aCardholder()
  const cases = { 'the right data': { fiscalCode: anna.code, card: anna.card }, ...(await strangers()) }
  const seen = new Map<string, unknown[]>()
  for (const [name, wish] of Object.entries(cases)) {
    const mobile = aMobile()
    const address = anAddress()
    const started = await start({ ...wish, mobile, address })
    const answers = [started]
    const texts = (await textsTo(t, mobile)).map((text) => text.replaceAll(/\d{6}/g, 'CODE'))
    answers.push(await start({ ...wish, mobile, address }))
    for (let tries = 0; tries < 6; tries += 1)
      answers.push(await end(started.json().flowId as string, wish.fiscalCode, '0000000', address))
    seen.set(name, [texts, ...answers.map(seenBy)])
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [202, 429, 422, 422, 422, 422, 410, 410],
      name,
    )
    assert.equal(texts.length, 1)
  }
  const [first, ...others] = [...seen.values()]
  for (const other of others) assert.deepEqual(other, first)
})

test('at the end all who are not verified get one and the same answer', async () => {
  const seen: unknown[] = []
  for (const [name, wish] of Object.entries(await strangers())) {
    const answer = await through(wish)
    assert.equal(answer.statusCode, 422, name)
    const body = answer.json<Record<string, unknown>>()
    assert.equal(body['code'], 'public-flows/not-verified', name)
    assert.deepEqual(Object.keys(body).toSorted(), ['code', 'detail', 'instance', 'status', 'title', 'type'])
    seen.push(seenBy(answer))
  }
  for (const other of seen) assert.deepEqual(other, seen[0])
})

test('a purpose says what it is in the language of who asks while it is open, and nothing before, after or of another', async () => {
  const ask = (code: string, language = 'it') =>
    t.app.inject({ url: `/api/v1/public-flows/purposes/${code}`, headers: { 'accept-language': language } })
  const open = { code: 'altra-campagna', until: until.toISOString(), card: 'full' }
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

test('the same statements and the same keyed hashes are computed whoever is named', async () => {
  const mac = await macOf(t.platform.config)
  const config = readFlowConfig(t.platform.config)
  const anna = await aCardholder()
  const cases = { 'the right data': { fiscalCode: anna.code, card: anna.card }, ...(await strangers()) }
  const costs: { name: string; statements: string[]; hashes: string[] }[] = []
  for (const [name, wish] of Object.entries(cases)) {
    const hashes: string[] = []
    const counted: Mac = (use, ...words) => {
      hashes.push(use)
      return mac(use, ...words)
    }
    const actor = anonymous(anAddress())
    const statements = await statementsOf(t, () =>
      startFlow({ platform: t.platform, config, mac: counted }, actor, { purpose, mobile: aMobile(), ...wish }),
    )
    costs.push({ name, statements, hashes })
  }
  const [right, ...others] = costs
  assert.ok(right && right.statements.length >= 7, `statements were seen: ${right?.statements.length}`)
  assert.equal(right.hashes.filter((use) => use === 'card').length, 2)
  for (const other of others) {
    assert.deepEqual(other.statements, right.statements, other.name)
    assert.deepEqual(other.hashes, right.hashes, other.name)
  }
})

test('no answer to a start leaves before its time, right or wrong', async () => {
  const { answerAfterMs } = readFlowConfig(t.platform.config)
  const anna = await aCardholder()
  for (const wish of [
    { fiscalCode: anna.code, card: anna.card },
    { fiscalCode: nobody(), card: aCardNumber() },
  ]) {
    const began = performance.now()
    await start(wish)
    assert.ok(performance.now() - began >= answerAfterMs - 5)
  }
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

test('where the last six digits are enough, they are compared; no card is never right', () => {
  assert.equal(readCard('80380001500000000015', 'last-6'), '000015')
  assert.equal(readCard('000015', 'last-6'), '000015')
  assert.equal(readCard('000015', 'full'), undefined)
  const mac: Mac = (use, ...words) =>
    Buffer.from(
      JSON.stringify([use, ...words])
        .padEnd(64)
        .slice(0, 64),
    )
  assert.equal(isHerCard(mac, '000015', '80380001500000000015'), true)
  assert.equal(isHerCard(mac, '000016', '80380001500000000015'), false)
  assert.equal(isHerCard(mac, '', null), false)
})

test('nothing readable about who was named is kept of a flow that failed', async () => {
  const anna = await aCardholder()
  const card = aCardNumber()
  await through({ fiscalCode: anna.code, card })
  const { rows } = await t.owner.query(`select (select json_agg(f) from access.public_flow f)::text
    || (select json_agg(c) from access.one_time_code c)::text || (select json_agg(a) from access.allowance a)::text
    || (select json_agg(e) from access.audit_entry e)::text as text`)
  assert.doesNotMatch((rows[0] as { text: string }).text, new RegExp(`${anna.code}|${card}|${anna.card}`))
})
