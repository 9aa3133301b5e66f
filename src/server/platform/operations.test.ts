// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { after, test } from 'node:test'
import pg from 'pg'
import { addressOf, freePort } from '../../../scripts/postgres.ts'
import { testApp } from '../../../test/setup.ts'
import { waitForRooms } from './operations.ts'

const port = await freePort()
const address = `http://localhost:${port}/health`
const t = await testApp({ env: { READY_ALSO: address } })
after(() => t[Symbol.asyncDispose]())
let partner = 200
const other = createServer((_request, response) => response.writeHead(partner).end()).listen(port)
await once(other, 'listening')
after(() => other.close())

const ready = () => t.app.inject({ url: '/health/ready' })
const beat = (ago: string) =>
  t.owner.query(
    `insert into platform.heartbeat (role, host, at) values ('worker', 'test', now() - $1::interval)
     on conflict (role, host) do update set at = excluded.at`,
    [ago],
  )
/** Insists on 503 and on the part that is named. */
async function misses(part: string): Promise<void> {
  const answer = await ready()
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.json().code, 'platform/not-ready')
  assert.equal(answer.json().missing, part)
  assert.equal(answer.headers['retry-after'], '5')
}

test('the server is ready only while the database, a worker and whatever else was named are up', async () => {
  await misses('worker')
  await beat('0 s')
  await misses('identity providers of SPID')
  await t.settle()
  const answer = await ready()
  assert.equal(answer.statusCode, 200, answer.body)
  await beat('31 s')
  await misses('worker')
  await beat('0 s')

  partner = 500
  await misses(address)
  other.close()
  other.closeAllConnections()
  await once(other, 'close')
  await misses(address)
  assert.equal((await t.app.inject({ url: '/health/live' })).statusCode, 200, 'it lives all the same')
})

test('what a room waits for keeps the server from being ready for half a minute, and never again', async () => {
  let part: string | undefined = 'a document'
  let now = Date.now()
  const room = { name: 'waiting', waitsFor: async () => part }
  const waiting = waitForRooms({ ...t.platform, now: () => new Date(now) }, [room])
  assert.equal(await waiting(), 'a document')
  now += 31_000
  assert.equal(await waiting(), undefined)

  const arriving = waitForRooms(t.platform, [room])
  assert.equal(await arriving(), 'a document')
  part = undefined
  assert.equal(await arriving(), undefined)
  part = 'a document'
  assert.equal(await arriving(), undefined, 'once it was there, its end does not close the rest')
})

test('without its database the server is not ready, and says which part is missing', async () => {
  const admin = new pg.Client({ connectionString: addressOf(t.databaseUrl, 'postgres') })
  await admin.connect()
  const name = new URL(t.databaseUrl).pathname.slice(1)
  try {
    await admin.query(`alter database ${name} allow_connections false`)
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'sinfonia'`,
      [name],
    )
    await misses('database')
  } finally {
    await admin.query(`alter database ${name} allow_connections true`)
    await admin.end()
  }
})
