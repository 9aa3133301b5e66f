// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { aMobile, textsTo } from '../../../../test/accounts.ts'
import { anonymous } from '../../../../test/actors.ts'
import { publicFlowsBench } from '../../../../test/public-flows.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { statementsOf } from '../../../../test/statements.ts'
import { macOf, type Mac } from '../codes/index.ts'
import { readFlowConfig } from './config.ts'
import { startFlow } from './flows.ts'
import { asksExpiry, isHerCard, readCard } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { purpose, aCardNumber, anAddress, aCardholder, nobody, start, end, through } = await publicFlowsBench(t)

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

for (const askExpiryFrom of [null, '2020-01-01'])
  test(`the same statements and keyed hashes are computed whoever is named, with the expiry date asked from ${askExpiryFrom}`, async () => {
    const mac = await macOf(t.platform.config)
    const config = { ...readFlowConfig(t.platform.config), askExpiryFrom }
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
        startFlow({ platform: t.platform, config, mac: counted }, actor, {
          purpose,
          mobile: aMobile(),
          cardExpiry: '2039-12-31',
          ...wish,
        }),
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

test('nothing readable about who was named is kept of a flow that failed', async () => {
  const anna = await aCardholder()
  const card = aCardNumber()
  await through({ fiscalCode: anna.code, card })
  const { rows } = await t.owner.query(`select (select json_agg(f) from access.public_flow f)::text
    || (select json_agg(c) from access.one_time_code c)::text || (select json_agg(a) from access.allowance a)::text
    || (select json_agg(e) from access.audit_entry e)::text as text`)
  assert.doesNotMatch((rows[0] as { text: string }).text, new RegExp(`${anna.code}|${card}|${anna.card}`))
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
  const holder = { cardNumber: '80380001500000000015', cardExpiresOn: '2031-05-31' }
  const isHers = (number: string, expiresOn: string | null = null, registered: typeof holder | null = holder) =>
    isHerCard(mac, { number, expiresOn }, registered ?? undefined)
  assert.equal(isHers('000015'), true)
  assert.equal(isHers('000016'), false)
  assert.equal(isHers('', null, null), false)
  assert.equal(isHers('000015', '2031-05-31'), true)
  assert.equal(isHers('000015', '2031-06-01'), false)
  assert.equal(isHers('000015', '2031-05-31', null), false)
  const unknown = { cardNumber: holder.cardNumber, cardExpiresOn: null }
  assert.equal(isHerCard(mac, { number: '000015', expiresOn: '2031-05-31' }, unknown), false)
})

test('from the day that a region chooses the expiry date of the card is asked for, and a wrong one ends like a wrong card', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sinfonia-region-'))
  after(() => rm(folder, { recursive: true }))
  await cp(t.platform.config.regionFolder, folder, { recursive: true })
  const file = join(folder, 'public-flows.json')
  const before = JSON.parse(await readFile(file, 'utf8')) as object
  await writeFile(file, JSON.stringify({ ...before, askExpiryFrom: '2020-01-01' }))
  const asking = await testApp({ env: { REGION: folder } })
  after(() => asking[Symbol.asyncDispose]())
  const there = await publicFlowsBench(asking)
  const purposeThere = await asking.app.inject({ url: `/api/v1/public-flows/purposes/${there.purpose}` })
  assert.equal(purposeThere.json().cardExpiry, true)

  const anna = await there.aCardholder()
  const right = { fiscalCode: anna.code, card: anna.card }
  const missing = await there.start(right)
  assert.deepEqual([missing.statusCode, missing.json().code], [422, 'public-flows/card-expiry-missing'])
  assert.equal(missing.json().field, 'cardExpiry')
  assert.equal((await there.start({ ...right, cardExpiry: '2039-02-30' })).statusCode, 400)
  assert.equal((await there.through({ ...right, cardExpiry: '2039-12-31' })).statusCode, 200)
  const wrongs = [
    { ...right, cardExpiry: '2040-01-01' },
    { ...right, card: there.aCardNumber(), cardExpiry: '2039-12-31' },
    { fiscalCode: there.nobody(), card: there.aCardNumber(), cardExpiry: '2039-12-31' },
  ]
  const seen: unknown[] = []
  for (const wrong of wrongs) {
    there.later(3600)
    seen.push(seenBy(await there.through(wrong)))
  }
  assert.match((seen[0] as { shown: string }).shown, /public-flows\/not-verified/)
  for (const other of seen) assert.deepEqual(other, seen[0])
})

test('the day from which the expiry date is asked for counts in Italy', () => {
  assert.equal(asksExpiry({ askExpiryFrom: null }, '2027-01-01'), false)
  assert.equal(asksExpiry({ askExpiryFrom: '2027-01-01' }, '2026-12-31'), false)
  assert.equal(asksExpiry({ askExpiryFrom: '2027-01-01' }, '2027-01-01'), true)
})
