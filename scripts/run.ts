// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { migrate } from '../db/migrate.ts'
import { BadSetting, readConfig, type Config } from '../src/server/platform/config.ts'
import { ensureDatabase } from './postgres.ts'
import { generateRegion, hasRegion, writeDemo } from './region/generate.ts'
import { loadReference } from './region/reference.ts'
import type { Demo } from '../src/shared/demo.ts'

/** Something the person who starts must change; its message is one sentence that says what. */
export class CannotStart extends Error {}

const root = resolve(import.meta.dirname, '..')

async function mustBeFree(name: string, port: number): Promise<void> {
  const busy = await new Promise<boolean>((done) => {
    const probe = createServer()
    probe.once('error', () => done(true))
    probe.listen(port, '::', () => probe.close(() => done(false)))
  })
  if (busy)
    throw new CannotStart(
      `Port ${port} is used by another program: stop it, or choose another with ${name}=${port + 100}.`,
    )
}

const runningFile = (dataDir: string) => join(dataDir, 'running.pid')

/** The process that runs on this data folder, if it is alive. */
export function runningOn(dataDir: string): number | undefined {
  const file = runningFile(dataDir)
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8'))
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined // the process of that number is gone
  }
}

function takeFolder(dataDir: string): void {
  const pid = runningOn(dataDir)
  if (pid !== undefined && pid !== process.pid) {
    throw new CannotStart(
      `Sinfonia already runs on ${dataDir} (process ${pid}): stop it with Ctrl-C, or start another with DATA_DIR=… PORT=… SANDBOX_PORT=….`,
    )
  }
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(runningFile(dataDir), String(process.pid))
}

const sandboxName = (database: string) => `${database}_sandbox`

/** Why a given server cannot be used, in one sentence. */
async function checkServer(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  const { hostname, port, pathname } = new URL(url)
  const where = `${hostname}:${port || 5432}`
  try {
    await client.connect()
    const { rows } = await client.query<{ v: string }>("select current_setting('server_version_num') as v")
    const version = Number(rows[0]!.v)
    if (version < 150_000 || version >= 190_000) {
      throw new CannotStart(
        `The PostgreSQL at ${where} is version ${Math.floor(version / 10_000)}: Sinfonia needs 15 to 18.`,
      )
    }
  } catch (error) {
    if (error instanceof CannotStart) throw error
    const { code } = error as { code?: string }
    if (code === '3D000')
      throw new CannotStart(
        `The server at ${where} has no database "${pathname.slice(1)}": create it, or correct DATABASE_URL.`,
      )
    if (code === '28P01' || code === '28000')
      throw new CannotStart(`The server at ${where} refuses the user or password of DATABASE_URL: correct them.`)
    throw new CannotStart(`No PostgreSQL answers at ${where}: start it, or unset DATABASE_URL to use the embedded one.`)
  } finally {
    await client.end().catch(() => undefined) // a client that never connected has nothing to end
  }
}

interface Databases {
  url: string
  sandboxUrl: string
}

function embedded(dataDir: string): Promise<{ process: ChildProcess; url: string }> {
  return new Promise((done, failed) => {
    const child = fork(join(root, 'scripts/database.ts'), [dataDir], {
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.once('message', (message: { url?: string; error?: string }) => {
      if (message.url) done({ process: child, url: message.url })
      else failed(new CannotStart(message.error ?? 'The database did not start.'))
    })
    child.once('exit', () =>
      failed(new CannotStart('The database ended before it was ready: run "npm run reset" and start again.')),
    )
  })
}

async function makeDatabases(config: Config): Promise<Databases> {
  const url = new URL(config.databaseUrl)
  const name = url.pathname.slice(1)
  const given = config.env['SANDBOX_DATABASE_URL']
  if (given) return { url: config.databaseUrl, sandboxUrl: given }
  const sandbox = new URL(config.databaseUrl)
  sandbox.pathname = `/${sandboxName(name)}`
  try {
    await ensureDatabase(config.databaseUrl, sandboxName(name))
  } catch (error) {
    throw new CannotStart(
      `The user of DATABASE_URL may not create the database ${sandboxName(name)}: create it, or set SANDBOX_DATABASE_URL (${(error as Error).message}).`,
    )
  }
  return { url: config.databaseUrl, sandboxUrl: sandbox.href }
}

export interface Region {
  config: Config
  demo: Demo
  /** Ends everything that was started, the website first, the database last. */
  stop(): Promise<void>
  /** Resolves with a sentence when a part ends by itself. */
  broken: Promise<string>
}

export interface RunOptions {
  env: NodeJS.ProcessEnv
  say: (line: string) => void
  /** Arguments for node before the server's file, e.g. `--watch`. */
  serverArgs?: readonly string[]
  /** Work that the server needs and the database does not, e.g. building the website: done beside the database's. */
  prepare?: () => Promise<void>
}

/** Brings the region up: database, migrations, demo region, sandbox, server, worker; resolves when it is ready. */
export async function runRegion({
  env,
  say,
  serverArgs = [],
  prepare = async () => undefined,
}: RunOptions): Promise<Region> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    if (error instanceof BadSetting) throw new CannotStart(error.message)
    throw error
  }
  takeFolder(config.dataDir)
  const children: ChildProcess[] = []
  let database: ChildProcess | undefined
  let stopping = false
  let tellBroken: (sentence: string) => void = () => undefined
  const broken = new Promise<string>((done) => (tellBroken = done))

  const ended = (child: ChildProcess) =>
    new Promise<void>((done) =>
      child.exitCode !== null || child.signalCode ? done() : child.once('exit', () => done()),
    )
  async function stop(): Promise<void> {
    stopping = true
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(ended))
    if (database?.connected) database.disconnect()
    if (database) await ended(database)
    rmSync(runningFile(config.dataDir), { force: true })
  }
  function start(name: string, file: string, extra: Record<string, string>, args: readonly string[] = []): void {
    const child = fork(join(root, file), [], {
      execArgv: [...args],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn', ...extra },
    })
    children.push(child)
    child.once('exit', (code) => {
      if (!stopping) tellBroken(`The ${name} ended by itself (code ${code}): the lines above say why.`)
    })
  }

  try {
    await mustBeFree('PORT', config.port)
    await mustBeFree('SANDBOX_PORT', config.sandboxPort)
    await mustBeFree('SANDBOX_SMTP_PORT', Number(env['SANDBOX_SMTP_PORT'] || 3025))
    if (config.databaseUrl) await checkServer(config.databaseUrl)
    const prepared = prepare()
    prepared.catch(() => undefined) // told below, when the database is ready
    if (!config.databaseUrl) {
      say('Starting the embedded PostgreSQL …')
      const started = await embedded(config.dataDir)
      database = started.process
      database.once('exit', () => {
        if (!stopping) tellBroken('The database ended by itself.')
      })
      await ensureDatabase(`${started.url}postgres`, 'sinfonia')
      config = { ...config, databaseUrl: `${started.url}sinfonia` }
    }
    const { url, sandboxUrl } = await makeDatabases(config)
    const applied = await migrate(url).catch((error: unknown) => {
      throw new CannotStart(
        `The database cannot be brought to this version (${(error as Error).message}): use the version that made it, or empty it with "npm run reset".`,
      )
    })
    if (applied.length > 0) say(`Applied ${applied.length} migrations.`)
    const wish = {
      databaseUrl: url,
      region: config.region,
      regionFolder: config.regionFolder,
      dataDir: config.dataDir,
      scale: config.regionScale,
      now: new Date(),
    }
    await loadReference(url, config.region, config.regionFolder)
    if (!(await hasRegion(url))) {
      say(`Making the demo region at 1:${config.regionScale} …`)
      const { people, appointments } = await generateRegion({ ...wish, log: (line) => say(`  ${line}`) })
      say(`Made ${people} people and ${appointments} appointments.`)
    }
    const demo = await writeDemo(wish)
    const shared = {
      DATABASE_URL: url,
      PUBLIC_URL: config.publicUrl,
      SANDBOX_URL: config.sandboxUrl,
      DATA_DIR: config.dataDir,
    }
    start('sandbox', 'src/sandbox/main.ts', {
      ...shared,
      SANDBOX_DATABASE_URL: sandboxUrl,
      SANDBOX_PORT: String(config.sandboxPort),
    })
    await answers(`${config.sandboxUrl}/health`, broken)
    await prepared
    start('worker', 'src/server/worker.ts', shared, serverArgs)
    start('server', 'src/server/main.ts', { ...shared, PORT: String(config.port) }, serverArgs)
    await answers(`http://localhost:${config.port}/health/ready`, broken)
    return { config, demo, stop, broken }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits until an address answers 200; gives up after a minute or when a part breaks. */
async function answers(url: string, broken: Promise<string>): Promise<void> {
  let sentence: string | undefined
  void broken.then((text) => (sentence = text))
  for (let waited = 0; waited < 300; waited += 1) {
    if (sentence) throw new CannotStart(sentence)
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) return
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new CannotStart(`${url} did not answer within a minute: the lines above say why.`)
}
