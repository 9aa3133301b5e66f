// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { roundTripsOf } from '../../../test/statements.ts'
import { testApp } from '../../../test/setup.ts'
import { asSystem, soon, tables, type Tx } from './database.ts'
import { refusalOf } from './errors.ts'
import { uuidv7 } from './ids.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { db } = t.platform

const number = async (tx: Tx, n: number): Promise<number> =>
  (await sql<{ n: number }>`select ${n}::int as n`.execute(tx)).rows[0]!.n

const event = (tx: Tx, name: string) =>
  tables<'platform'>(tx).insertInto('platform.event').values({ id: uuidv7(), name, payload: '{}' })

async function eventsNamed(name: string): Promise<number> {
  const { rowCount } = await t.owner.query('select from platform.event where name = $1', [name])
  return rowCount ?? 0
}

test('what is asked at the same moment travels together, and each gets its own answer', async () => {
  let answers: number[] = []
  const trips = await roundTripsOf(t, async () => {
    answers = await asSystem(db, (tx) => Promise.all([1, 2, 3].map((n) => number(tx, n))))
  })
  assert.deepEqual(answers, [1, 2, 3])
  assert.deepEqual(
    trips.map((trip) => trip.length),
    [5, 1], // begin, who asks and the three; then the commit
  )
})

test('what nobody waits for travels with the commit', async () => {
  const trips = await roundTripsOf(t, () =>
    asSystem(db, async (tx) => {
      await number(tx, 1)
      await soon(tx, event(tx, 'test.soon'))
      await soon(tx, event(tx, 'test.soon'))
    }),
  )
  assert.deepEqual(
    trips.map((trip) => trip.length),
    [3, 3],
  )
  assert.equal(await eventsNamed('test.soon'), 2)
})

test('a failure of what nobody waits for fails the transaction', async () => {
  const id = uuidv7()
  const twice = asSystem(db, async (tx) => {
    for (const name of ['test.first', 'test.second']) {
      const insert = tables<'platform'>(tx).insertInto('platform.event').values({ id, name, payload: '{}' })
      await soon(tx, insert)
    }
  })
  await assert.rejects(twice, { code: '23505' })
  assert.equal((await eventsNamed('test.first')) + (await eventsNamed('test.second')), 0)
})

test('one failure fails what travels after it, and its connection serves the next transaction', async () => {
  const half = (tx: Tx, n: number) => sql`select 1 / ${n}::int as never_prepared_before`.execute(tx)
  for (let again = 0; again < 3; again += 1) {
    const failed = asSystem(db, async (tx) => {
      await soon(tx, event(tx, 'test.failed'))
      const three = await Promise.allSettled([number(tx, 1), half(tx, 0), sql`select ${again}::text as t`.execute(tx)])
      assert.deepEqual(
        three.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected'],
      )
    })
    await assert.rejects(failed, /division by zero/)
    assert.equal(await asSystem(db, (tx) => number(tx, again)), again)
    await asSystem(db, (tx) => half(tx, 1))
  }
  assert.equal(await eventsNamed('test.failed'), 0)
})

test('nothing can be asked in a transaction that is over', async () => {
  const left = await asSystem(db, (tx) => Promise.resolve({ tx }))
  await assert.rejects(number(left.tx, 1), /transaction is over/)
  await assert.rejects(soon(left.tx, event(left.tx, 'test.late')), /transaction is over/)
})

test('a value that cannot be written, or a connection that drops, fails the transaction and nothing else', async () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const unwritable = asSystem(db, (tx) => Promise.all([number(tx, 1), sql`select ${circular}::jsonb`.execute(tx)]))
  await assert.rejects(unwritable)
  const dropped = asSystem(db, (tx) => sql`select pg_terminate_backend(pg_backend_pid()), ${1}::int`.execute(tx))
  await assert.rejects(dropped)
  const many = Array.from({ length: 30 }, (_, n) => n)
  assert.deepEqual(await Promise.all(many.map((n) => asSystem(db, (tx) => number(tx, n)))), many)
})

test('of two transactions that wait for each other one is done, and the other may be tried again', async () => {
  const both = Promise.withResolvers<void>()
  let waiting = 0
  const lockBoth = (first: number, second: number) =>
    asSystem(db, async (tx) => {
      await sql`select pg_advisory_xact_lock(77, ${first})`.execute(tx)
      if ((waiting += 1) === 2) both.resolve()
      await both.promise
      await sql`select pg_advisory_xact_lock(77, ${second})`.execute(tx)
    })
  const outcomes = await Promise.allSettled([lockBoth(1, 2), lockBoth(2, 1)])
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.deepEqual(
    refused.map(({ reason }) => refusalOf(reason)?.code),
    ['platform/busy'],
  )
})

test('a connection that breaks within a transaction fails the transaction, not the process', async () => {
  const broken = t.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await t.owner.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await sleep(100) // it is noticed while nothing is asked
    await sql`select 1`.execute(tx)
  })
  await assert.rejects(broken, (error) => refusalOf(error)?.code === 'platform/busy')
  const { rows } = await sql<{ n: number }>`select 1 as n`.execute(t.db)
  assert.equal(rows[0]?.n, 1)
})
