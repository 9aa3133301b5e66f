// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { after, test } from 'node:test'
import pg from 'pg'
import { freePort } from '../../../scripts/postgres.ts'
import { testApp } from '../../../test/setup.ts'

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
  assert.equal((await ready()).statusCode, 200)
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

test('without its database the server is not ready, and says which part is missing', async () => {
  const admin = new pg.Client({ connectionString: new URL('/postgres', t.databaseUrl).href })
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
