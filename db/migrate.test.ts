// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import pg from 'pg'
import { testServer } from '../test/postgres.ts'
import { migrate } from './migrate.ts'

const server = await testServer()
const admin = new pg.Client({ connectionString: server.url('postgres') })
await admin.connect()
const name = `owner_${randomUUID().replaceAll('-', '')}`
// `grant sinfonia_app` needs the right to grant it when another owner made the role of this server before.
await admin.query(`create role ${name} login createdb createrole password 'owner'`)
await admin.query(`create database ${name} owner ${name}`)
const url = new URL(server.url(name))
url.username = name
url.password = 'owner'
after(async () => {
  await admin.query(`drop database ${name} with (force)`)
  await admin.query(`drop role ${name}`)
  await admin.end()
  await server.stop()
})

test('the owner of a database makes everything in it without being a superuser, and a second time changes nothing', async () => {
  await admin.query(`grant sinfonia_app to ${name} with admin option`)
  assert.ok((await migrate(url.href)).length > 20)
  assert.deepEqual(await migrate(url.href), [])
  const owner = new pg.Client({ connectionString: url.href })
  await owner.connect()
  const { rows } = await owner.query('select r.rolsuper from pg_roles r where r.rolname = current_user')
  assert.deepEqual(rows, [{ rolsuper: false }])
  await owner.query('set role sinfonia_app')
  assert.deepEqual((await owner.query("select * from access.resolve_session('\\x00', now(), null)")).rows, [])
  await owner.end()
})
