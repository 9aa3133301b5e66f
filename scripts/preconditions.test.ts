// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import pg from 'pg'
import { testServer } from '../test/postgres.ts'
import { aFolder, cleanUp, refusal, settings } from '../test/starting.ts'
import { freePort } from './postgres.ts'
import {
  CannotStart,
  checkServer,
  mustBeFree,
  runningOn,
  settings as read,
  takeFolder,
  unfit,
} from './preconditions.ts'
import { birthOf } from './processes.ts'

const server = await testServer()
after(() => server.stop())
after(cleanUp)

const sentence = (text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CannotStart)
  assert.match(error.message, text)
  assert.doesNotMatch(error.message, /\n/)
  return true
}

test('a busy port, a half-written and a damaged database folder are told in one sentence', async () => {
  const env = await settings()
  const busy = createServer().listen(Number(env.PORT), '::')
  await once(busy, 'listening')
  assert.match(await refusal(env), new RegExp(`^Port ${env.PORT} is used by another program: stop it, or choose`))
  busy.close()

  mkdirSync(join(env.DATA_DIR, 'db'))
  writeFileSync(join(env.DATA_DIR, 'db/PG_VERSION'), '18\n')
  assert.match(await refusal(env), /half-written.*: run "npm run reset" and start again\.$/)
  writeFileSync(join(env.DATA_DIR, 'db.complete'), '')
  assert.match(await refusal(env), /does not start \(.*\): run "npm run reset"/)
  assert.match(await refusal({ ...env, PORT: 'eighty' }), /^PORT is "eighty": write a port number/)
})

test('two settings with one port, and settings that mean nothing, are told apart', async () => {
  const port = await freePort()
  await assert.rejects(mustBeFree({ PORT: port, SANDBOX_PORT: port }), sentence(/^PORT and SANDBOX_PORT are both/))
  assert.throws(() => read({ DATABASE_URL: 'sinfonia' }), sentence(/^DATABASE_URL is not an address: write postgres:/))
  assert.throws(() => read({ REGION: 'atlantis' }), sentence(/^REGION names a folder without a readable region\.json/))
})

test('a data folder belongs to the process that took it, for as long as that very process lives', () => {
  const folder = aFolder()
  takeFolder(folder)
  assert.equal(runningOn(folder), process.pid)
  writeFileSync(join(folder, 'running.pid'), `${process.ppid} ${birthOf(process.ppid)}\n`)
  assert.throws(() => takeFolder(folder), sentence(/^Sinfonia already runs on/))
  writeFileSync(join(folder, 'running.pid'), `${process.ppid} 1\n`)
  assert.equal(runningOn(folder), undefined, 'the number went to another process')
  takeFolder(folder)
  assert.equal(runningOn(folder), process.pid)
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  assert.throws(() => takeFolder(file), sentence(/^The data folder .* cannot be written/))
})

test('a server that does not answer, has no such database or knows no such user is told in one sentence', async () => {
  await checkServer(server.url('postgres'))
  const nobody = `postgres://a:b@localhost:${await freePort()}/c`
  await assert.rejects(checkServer(nobody), sentence(/^No PostgreSQL answers at localhost:\d+ \(.+\): start it/))
  await assert.rejects(checkServer(server.url('not_there')), sentence(/has no database "not_there": create it/))
  const stranger = new URL(server.url('postgres'))
  stranger.password = 'wrong'
  await assert.rejects(checkServer(stranger.href), sentence(/refuses the user or password of DATABASE_URL/))
})

test('a user who lacks a right is told which, and the command that gives it', async () => {
  const user = `user_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: server.url('postgres') })
  await admin.connect()
  await admin.query(`create role ${user} login password 'x'`)
  await admin.query(`create database ${user}`)
  const url = new URL(server.url(user))
  url.username = user
  url.password = 'x'
  try {
    await assert.rejects(
      checkServer(url.href),
      sentence(/may not create in the database .*"alter database .* owner to/),
    )
    await admin.query(`alter database ${user} owner to ${user}`)
    await assert.rejects(checkServer(url.href), sentence(/may not act as the role sinfonia_app: allow it with "grant/))
    await admin.query(`grant sinfonia_app to ${user} with admin option`)
    await checkServer(url.href)
  } finally {
    await admin.query(`drop database ${user} with (force)`)
    await admin.query(`drop role ${user}`)
    await admin.end()
  }
})

test('a server is fit from version 15 to 18, in UTF-8, with the extensions and rights that the migrations use', () => {
  const fit: Parameters<typeof unfit>[0] = {
    version: 150_018,
    encoding: 'UTF8',
    user: 'region',
    database: 'sinfonia',
    missing: [],
    mayCreate: true,
    isMigrated: false,
    hasRole: false,
    mayMakeRole: true,
    actsAsRole: false,
    givesRole: false,
  }
  const said = (change: Partial<typeof fit>) => unfit({ ...fit, ...change }, 'db.example:5432')
  assert.equal(said({}), undefined)
  assert.equal(said({ version: 180_004 }), undefined)
  assert.equal(said({ version: 140_020 }), 'The PostgreSQL at db.example:5432 is version 14: Sinfonia needs 15 to 18.')
  assert.match(said({ version: 190_000 })!, /is version 19: Sinfonia needs 15 to 18/)
  assert.match(said({ encoding: 'SQL_ASCII' })!, /is in SQL_ASCII: make it again with/)
  assert.match(said({ missing: ['pg_trgm', 'unaccent'] })!, /lacks pg_trgm, unaccent: install .* postgresql-contrib/)
  assert.match(said({ mayMakeRole: false })!, /may not make the role sinfonia_app.*"alter role region createrole"/)
  assert.match(said({ hasRole: true })!, /"grant sinfonia_app to region with admin option"/)
  assert.equal(said({ hasRole: true, givesRole: true }), undefined)
  assert.equal(said({ hasRole: true, isMigrated: true, actsAsRole: true, mayMakeRole: false }), undefined)
})
