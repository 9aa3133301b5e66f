// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { asSystem, tables, withActor, type Tx } from '../src/server/platform/database.ts'
import { audit } from '../src/server/access/audit/index.ts'
import { systemActor } from '../src/server/platform/actor.ts'
import { publish } from '../src/server/platform/events.ts'
import { refusalOf } from '../src/server/platform/errors.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { openQueue } from '../src/server/platform/queue.ts'
import { rooms } from '../src/server/rooms.ts'
import { testApp } from './setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

test('nobody is signed in without a cookie', async () => {
  const answer = await t.app.inject({ url: '/api/v1/session' })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { signedIn: false, language: 'it' })
})

test('a change by a signed-in person without the token of the session is refused', async () => {
  const headers = await t.signIn(uuidv7())
  const answer = await t.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie: headers.cookie } })
  assert.equal(answer.statusCode, 403)
  assert.equal(answer.json().code, 'access/csrf')
})

test('a session that ended no longer opens anything', async () => {
  const headers = await t.signIn(uuidv7())
  assert.equal((await t.app.inject({ method: 'DELETE', url: '/api/v1/session', headers })).statusCode, 204)
  const again = await t.app.inject({ method: 'DELETE', url: '/api/v1/session', headers })
  assert.equal(again.statusCode, 401)
})

test('row-level security hides a person from everybody but who acts for her', async () => {
  const [mine, other] = [uuidv7(), uuidv7()]
  const actor = { ...systemActor(uuidv7()), kind: 'citizen' as const, patients: [mine] }
  await asSystem(t.db, async (tx) => {
    for (const patientId of [mine, other]) {
      await audit(tx, systemActor(uuidv7()), { action: 'READ', patientId, object: 'person', purpose: 'test' })
    }
  })
  const seen = await withActor(t.db, actor, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.auditEntry')
      .select('patientId')
      .where('patientId', 'in', [mine, other])
      .execute(),
  )
  assert.deepEqual(seen, [{ patientId: mine }])
  const unset = await tables<'access'>(t.db).selectFrom('access.auditEntry').select('id').execute()
  assert.deepEqual(unset, [], 'a query outside withActor and asSystem shows nothing')
})

test('the application can neither change nor remove an audit row', async () => {
  await assert.rejects(
    asSystem(t.db, (tx) => sql`update access.audit_entry set purpose = 'x'`.execute(tx)),
    /permission denied/,
  )
  await assert.rejects(
    asSystem(t.db, (tx) => sql`delete from access.audit_entry`.execute(tx)),
    /permission denied/,
  )
})

test('committed events wake the workers once together, and events that are rolled back wake nobody', async () => {
  const worker = await t.owner.connect()
  try {
    let woken = 0
    worker.on('notification', () => (woken += 1))
    await worker.query('listen sinfonia_event')
    const told = () => new Promise<void>((done) => setTimeout(done, 200))
    await assert.rejects(
      asSystem(t.db, async (tx) => {
        await publish(tx, 'payments.paid', { debtId: uuidv7(), patientId: uuidv7() })
        throw new Error('rolled back')
      }),
    )
    await told()
    assert.equal(woken, 0)
    const change = () => asSystem(t.db, (tx) => publish(tx, 'payments.paid', { debtId: uuidv7(), patientId: uuidv7() }))
    await Promise.all([change(), change(), change()])
    await told()
    assert.ok(woken >= 1 && woken < 3, `woken ${woken} times`)
  } finally {
    worker.removeAllListeners('notification')
    await worker.query('unlisten *')
    worker.release()
    await t.owner.query('delete from platform.event')
  }
})

test('a sent job wakes the workers of its queue where they listen, once it is committed', async () => {
  const listening = await openQueue(t.databaseUrl, rooms, t.platform.log) // its last statement is that it listens
  const worker = await t.owner.connect()
  try {
    const { rows } = await worker.query<{ channel: string }>(
      `select substring(query from '"(.+)"') as channel from pg_stat_activity
       where datname = current_database() and query ilike 'listen "pgboss%'`,
    )
    const woken: (string | undefined)[] = []
    worker.on('notification', ({ payload }) => woken.push(payload))
    await worker.query(`listen "${rows[0]!.channel}"`)
    const send = (tx: Tx) => t.platform.queue.send(tx, 'audit.seal', {})
    await assert.rejects(
      asSystem(t.db, async (tx) => {
        await send(tx)
        throw new Error('rolled back')
      }),
    )
    await asSystem(t.db, send)
    await new Promise((done) => setTimeout(done, 200))
    assert.deepEqual(woken, ['audit.seal'])
    const jobs = await worker.query("select from pgboss.job where name = 'audit.seal' and state = 'created'")
    assert.equal(jobs.rowCount, 1)
  } finally {
    worker.removeAllListeners('notification')
    await worker.query('unlisten *')
    worker.release()
    await listening.stop()
    await t.settle()
  }
})

test('an event is written only if its transaction commits, and is dispatched once', async () => {
  const id = uuidv7()
  await assert.rejects(
    t.db.transaction().execute(async (tx) => {
      await publish(tx, 'booking.confirmed', { bookingId: id, patientId: id })
      throw new Error('rolled back')
    }),
  )
  assert.equal((await t.owner.query('select from platform.event')).rowCount, 0)
  await t.db.transaction().execute((tx) => publish(tx, 'scheduling.place-freed', { scheduleId: id, slotId: id }))
  await t.settle()
  assert.equal((await t.owner.query('select from platform.event where dispatched_at is not null')).rowCount, 1)
})

test('readiness needs a live worker', async () => {
  assert.equal((await t.app.inject({ url: '/health/ready' })).statusCode, 503)
})

test('who waits too long for a free connection is told that the service is busy, not that it is broken', async () => {
  const pool = new pg.Pool({ connectionString: t.databaseUrl, max: 1, connectionTimeoutMillis: 500 })
  const taken = await pool.connect()
  const error = await pool.connect().then(
    () => assert.fail('there was a second connection'),
    (reason: unknown) => reason,
  )
  const { code, status } = refusalOf(error) ?? assert.fail(String(error))
  assert.deepEqual([code, status], ['platform/busy', 503])
  taken.release()
  await pool.end()
})
