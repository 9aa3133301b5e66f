// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { writeLog } from './log.ts'
import { brokenSeal, sealLog } from './seals.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const key = Buffer.alloc(32, 7)
const start = Date.now() - 3_600_000
const minutes = (count: number): Date => new Date(start + count * 60_000)

const message = (at: Date, requestId: string) =>
  asSystem(t.db, (tx) =>
    writeLog(tx, key, at, {
      kind: 'response',
      provider: 'https://idp',
      requestId,
      outcome: 'accepted',
      document: requestId,
    }),
  )
before(async () => {
  await t.owner.query('create table kept_log as select * from access.sign_in_log')
  await t.owner.query('create table kept_seal as select * from access.sign_in_seal')
  const long = -25 * 31 * 24 * 60
  for (const count of [0, 1]) await message(minutes(long + count), `_${count}`)
  assert.equal(await sealLog(t.db, key, minutes(long + 20)), 2)
  for (const count of [2, 3, 4, 5]) await message(minutes(count), `_${count}`)
  assert.equal(await sealLog(t.db, key, minutes(9)), 2, 'rows of the last five minutes may still be on their way')
  assert.equal(await sealLog(t.db, key, minutes(20)), 2)
  assert.equal(await sealLog(t.db, key, minutes(30)), 0)
  await t.owner.query('insert into kept_log select * from access.sign_in_log')
  await t.owner.query('insert into kept_seal select * from access.sign_in_seal')
})
beforeEach(async () => {
  await t.owner.query('truncate access.sign_in_log, access.sign_in_seal')
  await t.owner.query('insert into access.sign_in_log select * from kept_log')
  await t.owner.query('insert into access.sign_in_seal select * from kept_seal')
})

test('a register that nobody touched holds, with rows that wait for their seal', async () => {
  assert.equal(await brokenSeal(t.db, key, new Date()), undefined)
  await message(minutes(40), '_new')
  assert.equal(await brokenSeal(t.db, key, new Date()), undefined)
})

const rows = (number: number) => ({ number, reason: 'rows' })
const chain = (number: number) => ({ number, reason: 'chain' })
const tampering: [what: string, statement: string, found: { number: number; reason: string }][] = [
  ['a row that was removed', `delete from access.sign_in_log where request_id = '_4'`, rows(3)],
  ['all the rows of a seal removed', `delete from access.sign_in_log where request_id in ('_2', '_3')`, rows(2)],
  ['an old row removed alone', `delete from access.sign_in_log where request_id = '_0'`, rows(1)],
  ['an outcome that was changed', `update access.sign_in_log set outcome = 'x' where request_id = '_1'`, rows(1)],
  ['a message that was changed', `update access.sign_in_log set document = '\\x00' where request_id = '_2'`, rows(2)],
  [
    'two rows that changed places',
    `update access.sign_in_log set request_id = case request_id when '_4' then '_5' else '_4' end where request_id in ('_4', '_5')`,
    rows(3),
  ],
  [
    'a row that was slipped in',
    `insert into access.sign_in_log (id, at, kind, provider, request_id, outcome, key_id, document)
     select overlay(id::text placing '000' from 34)::uuid, at, kind, provider, '_x', outcome, key_id, document
     from access.sign_in_log where request_id = '_5'`,
    rows(3),
  ],
  ['a seal that was removed', 'delete from access.sign_in_seal where number = 1', chain(2)],
  ['a seal that was written anew', `update access.sign_in_seal set digest = sha256('x') where number = 2`, chain(2)],
  [
    'a seal that was dated back',
    `update access.sign_in_seal set sealed_at = now() - interval '30 months' where number = 3`,
    chain(3),
  ],
]
for (const [what, statement, found] of tampering) {
  test(`${what} is found`, async () => {
    const { rowCount } = await t.owner.query(statement)
    assert.ok(rowCount)
    assert.deepEqual(await brokenSeal(t.db, key, new Date()), found)
  })
}

test('without the key nobody can make a seal that holds', async () => {
  assert.deepEqual(await brokenSeal(t.db, Buffer.alloc(32, 8), new Date()), { number: 1, reason: 'chain' })
})

test('what the law lets go is forgotten seal by seal, and the rest still holds', async () => {
  const forget = async (): Promise<number> =>
    Number((await t.platform.pool.query('select access.forget_sign_in_log(now()) as gone')).rows[0].gone)
  assert.equal(await forget(), 2)
  assert.equal(await forget(), 0)
  assert.equal(await brokenSeal(t.db, key, new Date()), undefined)
})

test('two workers that seal at once make one chain', async () => {
  await message(minutes(40), '_7')
  const sealed = await Promise.all([sealLog(t.db, key, minutes(50)), sealLog(t.db, key, minutes(50))])
  assert.deepEqual(
    sealed.toSorted((a, b) => a - b),
    [0, 1],
  )
  assert.equal(await brokenSeal(t.db, key, new Date()), undefined)
})
