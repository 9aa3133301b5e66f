// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { aMobile, codeTo, textsTo } from '../../../../test/accounts.ts'
import { testApp } from '../../../../test/setup.ts'
import { smsLength } from '../../../shared/gsm.ts'
import { asSystem } from '../../platform/database.ts'
import { codes, forgive, macOf, networkOf, orderCode, tryCode, useAllowances } from './index.ts'
import { codeText, readMobile } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
beforeEach(() => t.sandbox.context.faults.clear())
const mac = await macOf(t.platform.config)

const order = (mobile: string, person: string, address: string) =>
  asSystem(t.db, (tx) =>
    orderCode(tx, t.platform, mac, { purpose: 'public-flow', mobile, person, language: 'it', from: { address } }),
  )
const idOf = (ordered: Awaited<ReturnType<typeof order>>): string => {
  assert.ok('id' in ordered, JSON.stringify(ordered))
  return ordered.id
}
const attempt = (id: string, person: string, code: string, purpose: 'public-flow' | 'account-mobile' = 'public-flow') =>
  asSystem(t.db, (tx) => tryCode(tx, mac, t.platform.now(), { id, purpose, person, code }))

test('a code is tied to its purpose, its person and its order', async () => {
  const [mobile, other] = [aMobile(), aMobile()]
  const first = idOf(await order(mobile, 'one', '192.0.2.1'))
  const second = idOf(await order(other, 'two', '192.0.2.2'))
  const code = await codeTo(t, mobile)
  assert.equal((await attempt(first, 'one', code, 'account-mobile')).kind, 'over')
  assert.equal((await attempt(first, 'two', code)).kind, 'over')
  if ((await codeTo(t, other)) !== code) assert.equal((await attempt(second, 'two', code)).kind, 'wrong')
  assert.deepEqual(await attempt(first, 'one', `${code.slice(0, 3)} ${code.slice(3)}`), { kind: 'right', mobile })
  assert.equal((await attempt(first, 'one', code)).kind, 'over')
})

test('five codes an hour for a number, for a person and from an address, a minute apart', async () => {
  const waits = async (next: (i: number) => [string, string, string]) => {
    const seen: boolean[] = []
    for (let i = 0; i < 6; i++) {
      seen.push('wait' in (await order(...next(i))))
      t.setNow(new Date(t.platform.now().getTime() + 61_000))
    }
    return seen
  }
  const fiveThenNone = [false, false, false, false, false, true]
  const mobile = aMobile()
  assert.deepEqual(await waits((i) => [mobile, `number${i}`, `198.51.100.${i}`]), fiveThenNone, 'number')
  assert.deepEqual(await waits((i) => [aMobile(), 'same person', `198.51.101.${i}`]), fiveThenNone, 'person')
  assert.deepEqual(await waits((i) => [aMobile(), `address${i}`, '203.0.113.1']), fiveThenNone, 'address')
  const again = aMobile()
  idOf(await order(again, 'soon', '203.0.113.2'))
  assert.deepEqual(await order(again, 'other', '203.0.113.3'), { wait: 60 })
})

test('of a hundred orders for one number at the same moment one is taken', async () => {
  const mobile = aMobile()
  const all = await Promise.all(Array.from({ length: 100 }, (_, i) => order(mobile, `p${i}`, `10.9.${i}.1`)))
  assert.equal(all.filter((one) => 'id' in one).length, 1)
  assert.equal((await textsTo(t, mobile)).length, 1)
})

test('an allowance that refuses takes nothing from the others', async () => {
  const use = (kinds: string[]) =>
    asSystem(t.db, (tx) =>
      useAllowances(
        tx,
        mac,
        t.platform.now(),
        kinds.map((kind) => ({ kind, value: 'x', most: 2, seconds: 60 })),
      ),
    )
  assert.deepEqual([await use(['a']), await use(['a'])], [0, 0])
  assert.ok((await use(['a', 'b'])) > 0)
  assert.deepEqual([await use(['b']), await use(['b'])], [0, 0])
  assert.ok((await use(['b'])) > 50)
})

test('using and forgiving the same allowances at the same moment never blocks in a ring', async () => {
  const many = Array.from({ length: 6 }, (_, i) => ({ kind: `ring${i}`, value: 'x', most: 100, seconds: 60 }))
  const rounds = Array.from({ length: 600 }, (_, i) =>
    asSystem(t.db, async (tx) => {
      if (i % 3 === 0) await forgive(tx, mac, many.toReversed())
      else await useAllowances(tx, mac, t.platform.now(), many)
    }),
  )
  const failed = (await Promise.allSettled(rounds)).filter(({ status }) => status === 'rejected')
  assert.deepEqual(failed, [])
})

test('a silent gateway is asked again, with a new code; one that refuses ends the order', async () => {
  const [send] = codes.jobs!
  const run = (id: string) => send!.handle({ id } as never, t.platform)
  const mobile = aMobile()
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'down', times: 1 })
  const id = idOf(await order(mobile, 'silent', '192.0.2.9'))
  await assert.rejects(run(id), { name: 'SmsUnavailable' })
  await run(id)
  assert.equal((await attempt(id, 'silent', await codeTo(t, mobile))).kind, 'right')
  await run(id)
  assert.equal((await textsTo(t, mobile)).length, 1, 'a job that runs twice sends once')
})

test('what is over is forgotten, and nobody but the system sees a row', async () => {
  const mobile = aMobile()
  idOf(await order(mobile, 'forgotten', '192.0.2.77'))
  await codeTo(t, mobile)
  const tables = ['allowance', 'one_time_code']
  const rows = async (role: string) => {
    const counts = await t.db.transaction().execute(async (tx) => {
      await sql`select set_config('app.role', ${role}, true)`.execute(tx)
      return Promise.all(
        tables.map((name) =>
          sql<{ n: number }>`select count(*)::int as n from ${sql.table(`access.${name}`)}`.execute(tx),
        ),
      )
    })
    return counts.map((one) => one.rows[0]!.n > 0)
  }
  assert.deepEqual(await rows('citizen'), [false, false])
  assert.deepEqual(await rows('system'), [true, true])
  t.setNow(new Date(t.platform.now().getTime() + 25 * 3_600_000))
  await codes.jobs!.find(({ name }) => name === 'codes.tidy')!.handle({} as never, t.platform)
  assert.deepEqual(await rows('system'), [false, false])
  t.setNow(new Date())
})

test('messages with a code fit into one, end with the line for the telephone, and name nobody', () => {
  for (const purpose of ['account-mobile', 'account-sign-in', 'public-flow'] as const)
    for (const language of ['it', 'en'] as const) {
      const text = codeText(purpose, language, '012345', 'servizi.regione.example')
      assert.equal(smsLength(text).encoding, 'GSM-7')
      assert.equal(smsLength(text).segments, 1, `${purpose} ${language}: ${text.length}`)
      assert.match(text, /\n@servizi\.regione\.example #012345$/)
    }
})

test('mobile numbers are read as people write them; an IPv6 client is known by its first 64 bits', () => {
  for (const typed of ['333 123 4567', '+39 333-1234567', '00393331234567', '(333) 1234567'])
    assert.equal(readMobile(typed), '+393331234567', typed)
  for (const typed of ['0815551234', '+33612345678', '899 123456', '333', 'x333 123 4567', '+3933312345678'])
    assert.equal(readMobile(typed), undefined, typed)
  assert.equal(networkOf('2001:db8:0:1::5'), networkOf('2001:db8:0:1:ffff::9'))
  assert.notEqual(networkOf('2001:db8:0:1::5'), networkOf('2001:db8:0:2::5'))
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1')
})
