// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Demo } from '../src/shared/demo.ts'
import { testServer } from '../test/postgres.ts'
import { cleanUp, noneLeft, processesOn, refusal, run, settings, type Settings } from '../test/starting.ts'
import { freePort } from './postgres.ts'

after(cleanUp)
const env = await settings()
const isUp = 'Ctrl-C stops everything'

const get = (path: string, { PORT: port }: Pick<Settings, 'PORT'> = env) => fetch(`http://localhost:${port}${path}`)
const onSac = (path: string, init?: RequestInit) => fetch(`http://localhost:${env.SANDBOX_PORT}/sac${path}`, init)
let nre = ''

// One data folder goes through all of this: each test starts from what the one before left.

test('Ctrl-C while the region is being made stops everything, and the next start makes it', async () => {
  const started = run('start.ts', env)
  await started.says('Making the demo region')
  process.kill(-started.pid, 'SIGINT')
  assert.equal(await started.ended(), 0, started.said())
  await noneLeft(env.DATA_DIR)

  const again = run('start.ts', env)
  await again.says(isUp)
  assert.match(again.said(), /Made 56\d\d people/)
  for (const path of ['/', '/health/ready', '/openapi.json', '/api-docs', '/auth/spid/metadata'])
    assert.equal((await get(path)).status, 200, path)
  const { people } = JSON.parse(readFileSync(join(env.DATA_DIR, 'demo.json'), 'utf8')) as Demo
  for (const { fiscalCode } of people) assert.ok(again.said().includes(fiscalCode), `${fiscalCode} is in the table`)

  assert.match(await refusal(env), /^Sinfonia already runs on .*: stop it with Ctrl-C, or start another with/)
  const reset = run('reset.ts', env, ['--yes'])
  assert.equal(await reset.ended(), 1)
  assert.match(reset.said(), /stop it first/)

  const [sandbox] = processesOn(env.DATA_DIR, 'src/sandbox/main.ts')
  process.kill(sandbox!, 'SIGSTOP')
  const without = await get('/health/ready')
  assert.equal(without.status, 503)
  assert.match(((await without.json()) as { missing: string }).missing, new RegExp(`:${env.SANDBOX_PORT}/health$`))
  process.kill(sandbox!, 'SIGCONT')
  assert.equal((await get('/health/ready')).status, 200)

  const made = await onSac('/prescriptions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fiscalCode: people[0]!.fiscalCode }),
  })
  nre = ((await made.json()) as { nre: string }).nre
  process.kill(-again.pid, 'SIGINT')
  assert.equal(await again.ended(), 0, again.said())
  await noneLeft(env.DATA_DIR)
})

test('npm start finds the data again, and stops when only npm is asked to', async () => {
  const started = run('npm', env, ['start'])
  await started.says(isUp)
  assert.doesNotMatch(started.said(), /Making the demo region|Applied/)
  assert.equal((await onSac(`/prescriptions/${nre}`)).status, 200)
  process.kill(started.pid, 'SIGINT')
  assert.equal(await started.ended(), 0, started.said())
  await noneLeft(env.DATA_DIR)
})

test('a start that is killed leaves no process behind, and npm run dev goes on from there', async () => {
  const killed = run('start.ts', env)
  await killed.says(isUp)
  process.kill(killed.pid, 'SIGKILL')
  assert.equal(await killed.ended(), 'SIGKILL')
  await noneLeft(env.DATA_DIR)

  const website = String(await freePort())
  const dev = run('npm', { ...env, WEBSITE_PORT: website }, ['run', 'dev'])
  await dev.says('Website with live reload')
  assert.equal((await get('/health/ready', { PORT: website })).status, 200)

  const back = ['src/server/worker.ts', 'src/server/main.ts', 'src/web/app/main.tsx'].map((file) => touchLater(file))
  try {
    for (const [index, touch] of back.slice(0, 2).entries()) {
      touch.now()
      await dev.says('Restarting', index + 1)
    }
    while ((await get('/health/ready', { PORT: website }).catch(() => undefined))?.status !== 200) await sleep(100)
    await websiteReloads(website, '/app/main.tsx', back[2]!.now)
  } finally {
    process.kill(-dev.pid, 'SIGINT')
    await dev.ended()
    back.forEach((touch) => touch.undo())
  }
  assert.equal(await dev.ended(), 0, dev.said())
  await noneLeft(env.DATA_DIR)
})

/** A source file whose date can be moved to now, and back to what it was. */
function touchLater(file: string): { now(): void; undo(): void } {
  const path = resolve(import.meta.dirname, '..', file)
  const { atime, mtime } = statSync(path)
  return {
    now: () => utimesSync(path, new Date(), new Date()),
    undo: () => utimesSync(path, atime, mtime),
  }
}

/** Does something to a module of the website and waits until an open browser is told to load it again. */
async function websiteReloads(port: string, module: string, change: () => void): Promise<void> {
  const client = await (await get('/@vite/client', { PORT: port })).text()
  assert.equal((await get(module, { PORT: port })).status, 200)
  const token = /wsToken = "([^"]+)"/.exec(client)?.[1]
  const browser = new WebSocket(`ws://localhost:${port}/?token=${token}`, 'vite-hmr')
  await once(browser, 'open')
  const told = new Promise<string>((done) => {
    browser.addEventListener('message', ({ data }) => {
      const { type } = JSON.parse(String(data)) as { type: string }
      if (type === 'update' || type === 'full-reload') done(type)
    })
  })
  change()
  assert.ok(await told)
  browser.close()
}

test('reset asks before it empties the folder, and empties nothing without a yes', async () => {
  const nobody = run('reset.ts', env)
  assert.equal(await nobody.ended(), 1, nobody.said())
  assert.match(nobody.said(), /Nothing was changed/)
  assert.ok(existsSync(join(env.DATA_DIR, 'db.complete')))
  const emptied = run('reset.ts', env, [], 'yes\n')
  assert.equal(await emptied.ended(), 0, emptied.said())
  assert.equal(existsSync(env.DATA_DIR), false)
  const again = run('reset.ts', env)
  assert.equal(await again.ended(), 0)
  assert.match(again.said(), /^Nothing to empty/)
})

test('on a database of an owner who is no superuser it comes up; when its worker dies, it ends and says so', async () => {
  const server = await testServer()
  const owner = `owner_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: server.url('postgres') })
  await admin.connect()
  await admin.query(`create role ${owner} login createdb createrole password 'owner'`)
  await admin.query(`grant sinfonia_app to ${owner} with admin option`) // another owner made it on this server before
  await admin.query(`create database ${owner} owner ${owner}`)
  const url = new URL(server.url(owner))
  url.username = owner
  url.password = 'owner'
  const own = { ...(await settings()), DATABASE_URL: url.href, REGION_SCALE: '1:20000' }
  const started = run('start.ts', own)
  try {
    await started.says(isUp)
    assert.equal((await get('/health/ready', own)).status, 200)
    assert.equal(existsSync(join(own.DATA_DIR, 'db')), false)
    const [worker] = processesOn(own.DATA_DIR, 'src/server/worker.ts')
    process.kill(worker!, 'SIGKILL')
    assert.equal(await started.ended(), 1)
    assert.match(started.said(), /^The worker ended by itself \(SIGKILL\): the lines above say why\.$/m)
    await noneLeft(own.DATA_DIR)
  } finally {
    for (const name of [owner, `${owner}_sandbox`]) await admin.query(`drop database if exists ${name} with (force)`)
    await admin.query(`drop role ${owner}`)
    await admin.end()
    await server.stop()
  }
})
