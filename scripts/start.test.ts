// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { testServer } from '../test/postgres.ts'
import { freePort } from './postgres.ts'

const root = resolve(import.meta.dirname, '..')
const folders: string[] = []
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sinfonia-start-'))
  chmodSync(folder, 0o711)
  folders.push(folder)
  return folder
}

async function settings(dataDir = aFolder()) {
  const [port, sandbox, smtp] = [await freePort(), await freePort(), await freePort()]
  return {
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandbox),
    SANDBOX_SMTP_PORT: String(smtp),
    DATABASE_URL: '',
  }
}
type Settings = Awaited<ReturnType<typeof settings>>

interface Started {
  child: ChildProcess
  said: () => string
  /** Exit code. */
  ended: Promise<number | null>
}

function run(script: string, env: Partial<Settings>, args: string[] = []): Started {
  const child = spawn(process.execPath, [join(root, 'scripts', script), ...args], {
    cwd: root,
    detached: true, // a process group of its own, as a terminal gives it
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { child, said: () => text, ended }
}

/** Waits for the welcome; fails with what was said when the start ends instead. */
async function up(started: Started): Promise<void> {
  let over = false
  void started.ended.then(() => (over = true))
  while (!started.said().includes('Ctrl-C stops everything')) {
    assert.ok(!over, started.said())
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** What a start that cannot work says: one line, and exit code 1. */
async function refusal(env: Partial<Settings>): Promise<string> {
  const started = run('start.ts', env)
  assert.equal(await started.ended, 1, started.said())
  const lines = started
    .said()
    .split('\n')
    .filter((line) => line && !line.endsWith('…'))
  assert.equal(lines.length, 1, started.said())
  return lines[0]!
}

/** Processes that have the folder in their settings or arguments. */
function processesOn(folder: string): string[] {
  return execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .filter((line) => line.includes(folder) && !line.includes(' ps '))
    .map((line) => line.trim().split(' ')[0]!)
}

async function noneLeft(folder: string): Promise<void> {
  for (let waited = 0; processesOn(folder).length > 0 && waited < 100; waited += 1)
    await new Promise((done) => setTimeout(done, 100))
  assert.deepEqual(processesOn(folder), [])
}

const status = async (env: Settings, path: string) => (await fetch(`http://localhost:${env.PORT}${path}`)).status

test('the region comes up, refuses a second start, stops at Ctrl-C, keeps its data and dies with its parent', async () => {
  const env = await settings()
  const first = run('start.ts', env)
  await up(first)
  for (const path of ['/', '/health/ready', '/openapi.json', '/api-docs', '/auth/spid/metadata'])
    assert.equal(await status(env, path), 200, path)
  assert.match(first.said(), /Ctrl-C stops everything/)
  const { people } = JSON.parse(readFileSync(join(env.DATA_DIR, 'demo.json'), 'utf8')) as {
    people: { fiscalCode: string }[]
  }
  for (const { fiscalCode } of people) assert.ok(first.said().includes(fiscalCode), `${fiscalCode} is in the table`)

  assert.match(await refusal(env), /^Sinfonia already runs on .*: stop it with Ctrl-C, or start another with/)
  const reset = run('reset.ts', env, ['--yes'])
  assert.equal(await reset.ended, 1)
  assert.match(reset.said(), /stop it first/)

  process.kill(-first.child.pid!, 'SIGINT')
  assert.equal(await first.ended, 0, first.said())
  await noneLeft(env.DATA_DIR)

  const second = run('start.ts', env)
  await up(second)
  assert.doesNotMatch(second.said(), /Making the demo region/)
  process.kill(second.child.pid!, 'SIGKILL')
  await second.ended
  await noneLeft(env.DATA_DIR)

  const emptied = run('reset.ts', env, ['--yes'])
  assert.equal(await emptied.ended, 0, emptied.said())
  assert.equal(existsSync(env.DATA_DIR), false)
})

test('Ctrl-C while the region is being made leaves no process, and the next start says what to do or goes on', async () => {
  const env = await settings()
  const started = run('start.ts', env)
  while (!started.said().includes('Making the demo region')) await new Promise((done) => setTimeout(done, 50))
  process.kill(-started.child.pid!, 'SIGINT')
  await started.ended
  await noneLeft(env.DATA_DIR)
  const again = run('start.ts', env)
  await up(again)
  assert.match(again.said(), /Made \d+ people/)
  process.kill(again.child.pid!, 'SIGTERM')
  assert.equal(await again.ended, 0)
  await noneLeft(env.DATA_DIR)
})

test('what cannot start says in one sentence what is wrong and what to do', async () => {
  const env = await settings()
  const busy = createServer().listen(Number(env.PORT), '::')
  await once(busy, 'listening')
  assert.match(await refusal(env), new RegExp(`^Port ${env.PORT} is used by another program: stop it, or choose`))
  busy.close()

  const halfWritten = await settings()
  mkdirSync(join(halfWritten.DATA_DIR, 'db'))
  writeFileSync(join(halfWritten.DATA_DIR, 'db/PG_VERSION'), '18\n')
  assert.match(await refusal(halfWritten), /half-written.*: run "npm run reset" and start again\.$/)

  const broken = await settings()
  mkdirSync(join(broken.DATA_DIR, 'db'))
  writeFileSync(join(broken.DATA_DIR, 'db/PG_VERSION'), '18\n')
  writeFileSync(join(broken.DATA_DIR, 'db.complete'), '')
  assert.match(await refusal(broken), /does not start \(.*\): run "npm run reset"/)

  const nobody = { ...(await settings()), DATABASE_URL: `postgres://a:b@localhost:${await freePort()}/c` }
  assert.match(await refusal(nobody), /^No PostgreSQL answers at localhost:\d+: start it, or unset DATABASE_URL/)

  const server = await testServer()
  const missing = { ...(await settings()), DATABASE_URL: server.url('not_there') }
  assert.match(await refusal(missing), /has no database "not_there": create it, or correct DATABASE_URL\.$/)
  const stranger = new URL(server.url('postgres'))
  stranger.password = 'wrong'
  assert.match(await refusal({ ...(await settings()), DATABASE_URL: stranger.href }), /refuses the user or password/)
  await server.stop()

  assert.match(await refusal({ ...(await settings()), PORT: 'eighty' }), /PORT/)
})
