// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { fork, type ChildProcess } from 'node:child_process'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { withClient } from '../db/client.ts'
import { migrate } from '../db/migrate.ts'
import type { Config } from '../src/server/platform/config.ts'
import { serverArguments } from '../src/server/platform/process.ts'
import type { Demo } from '../src/shared/demo.ts'
import { addressOf, ensureDatabase } from './postgres.ts'
import { registerOnPdnd } from './pdnd.ts'
import { CannotStart, checkServer, leaveFolder, mustBeFree, settings, takeFolder } from './preconditions.ts'
import { generateRegion, hasRegion, writeDemo } from './region/generate.ts'
import { stepLines } from './region/progress.ts'
import { loadReference } from './region/reference.ts'

/** The start was given up because somebody asked to stop. */
export class Stopped extends Error {}

const root = resolve(import.meta.dirname, '..')

/** A part that does not end within this time of being asked is ended, in milliseconds. */
const patience = 10_000

const sandboxName = (database: string) => `${database}_sandbox`

interface Databases {
  url: string
  sandboxUrl: string
}

/** The embedded database as a process of its own, with more settings if need be, and its address once it is ready. */
export function embedded(
  dataDir: string,
  more: readonly string[] = [],
): { process: ChildProcess; url: Promise<string> } {
  const child = fork(join(root, 'scripts/database.ts'), [dataDir, '', ...more], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const url = new Promise<string>((done, failed) => {
    child.once('message', (message: { url?: string; error?: string }) => {
      if (message.url) done(message.url)
      else failed(new CannotStart(message.error ?? 'The database did not start.'))
    })
    child.once('exit', () =>
      failed(new CannotStart('The database ended before it was ready: run "npm run reset" and start again.')),
    )
  })
  return { process: child, url }
}

async function makeDatabases(config: Config): Promise<Databases> {
  const name = decodeURIComponent(new URL(config.databaseUrl).pathname.slice(1))
  const given = config.env['SANDBOX_DATABASE_URL']
  if (given) return { url: config.databaseUrl, sandboxUrl: given }
  try {
    await ensureDatabase(config.databaseUrl, sandboxName(name))
  } catch (error) {
    throw new CannotStart(
      `The user of DATABASE_URL may not create the database ${sandboxName(name)} (${(error as Error).message}): allow it with "alter role … createdb", or set SANDBOX_DATABASE_URL.`,
    )
  }
  return { url: config.databaseUrl, sandboxUrl: addressOf(config.databaseUrl, encodeURIComponent(sandboxName(name))) }
}

/** Forgets the heartbeats of workers of this machine, so that one that was killed does not pass for the new one. */
async function forgetWorkers(url: string): Promise<void> {
  const forget = `delete from platform.heartbeat where role = 'worker' and starts_with(host, $1)`
  await withClient(url, (client) => client.query(forget, [`${hostname()}:`]))
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
  /** Gives up the start: whatever already runs is stopped, and runRegion rejects with Stopped. */
  signal?: AbortSignal
  /** Arguments for node before the server's file, e.g. `--watch`. */
  serverArgs?: readonly string[]
  /** Builds the website, which the server then serves; without it somebody else serves the website. */
  buildWeb?: () => Promise<void>
}

/** Brings the region up: database, migrations, demo region, sandbox, server, worker; resolves when it is ready. */
export async function runRegion({ env, say, signal, serverArgs = [], buildWeb }: RunOptions): Promise<Region> {
  let config = settings(env)
  takeFolder(config.dataDir)
  const children: ChildProcess[] = []
  let database: ChildProcess | undefined
  let stopping: Promise<void> | undefined
  let tellBroken: (sentence: string) => void = () => undefined
  const broken = new Promise<string>((done) => (tellBroken = done))

  const ended = (child: ChildProcess) =>
    new Promise<void>((done) =>
      child.exitCode !== null || child.signalCode ? done() : child.once('exit', () => done()),
    )
  async function endAll(): Promise<void> {
    const late = setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), patience)
    for (const child of children) child.kill('SIGTERM')
    await Promise.all(children.map(ended))
    clearTimeout(late)
    if (database?.connected) database.disconnect()
    if (database) await ended(database)
    leaveFolder(config.dataDir)
  }
  const stop = () => (stopping ??= endAll())
  function watch(name: string, child: ChildProcess): ChildProcess {
    child.once('exit', (code, killed) => {
      if (!stopping) tellBroken(`The ${name} ended by itself (${killed ?? `code ${code}`}): the lines above say why.`)
    })
    return child
  }
  function start(name: string, file: string, extra: Record<string, string>, args: readonly string[] = []): void {
    if (stopping) throw new Stopped()
    const child = fork(join(root, file), [], {
      execArgv: [...args],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...env, LOG_LEVEL: env['LOG_LEVEL'] ?? 'warn', ...extra },
    })
    children.push(watch(name, child))
  }

  async function bringUp(): Promise<Region> {
    // Where a card is shown in the demo; a region whose proxy reads cards sets CNS_URL and no port.
    const cardsPort = env['CNS_PORT'] ?? (env['CNS_URL'] ? '' : String(config.sandboxPort + 1))
    await mustBeFree({
      PORT: config.port,
      SANDBOX_PORT: config.sandboxPort,
      SANDBOX_SMTP_PORT: Number(env['SANDBOX_SMTP_PORT'] || 3025),
      ...(cardsPort && { CNS_PORT: Number(cardsPort) }),
    })
    if (config.databaseUrl) await checkServer(config.databaseUrl)
    const built = buildWeb?.()
    built?.catch(() => undefined) // told below, when the database is ready
    const ownDatabase = !config.databaseUrl
    if (ownDatabase) {
      say('Starting the embedded PostgreSQL …')
      const started = embedded(config.dataDir)
      database = started.process
      const url = await started.url
      watch('database', database)
      await ensureDatabase(addressOf(url, 'postgres'), 'sinfonia')
      config = { ...config, databaseUrl: addressOf(url, 'sinfonia') }
    }
    const { url, sandboxUrl } = await makeDatabases(config)
    const applied = await migrate(url).catch((error: unknown) => {
      const emptied = ownDatabase ? 'empty it with "npm run reset"' : 'give an empty one'
      throw new CannotStart(
        `The database cannot be brought to this version (${(error as Error).message}): use the version that made it, or ${emptied}.`,
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
      const { people, appointments } = await generateRegion({ ...wish, tell: stepLines((line) => say(`  ${line}`)) })
      say(`Made ${people} people and ${appointments} appointments.`)
    }
    const demo = await writeDemo(wish)
    await forgetWorkers(url)
    const own = `http://localhost:${config.port}`
    const shared = {
      DATABASE_URL: url,
      PUBLIC_URL: config.publicUrl,
      SANDBOX_URL: config.sandboxUrl,
      DATA_DIR: config.dataDir,
      CNS_PORT: cardsPort,
    }
    start('sandbox', 'src/sandbox/main.ts', {
      ...shared,
      SANDBOX_DATABASE_URL: sandboxUrl,
      SANDBOX_PORT: String(config.sandboxPort),
    })
    await answers(`${config.sandboxUrl}/health`, broken)
    const onPdnd = await registerOnPdnd(config)
    await built
    start('worker', 'src/server/worker.ts', { ...shared, ...onPdnd }, serverArgs)
    const alsoUp = [`${config.sandboxUrl}/health`, ...(buildWeb ? [`${own}/`] : [])]
    start(
      'server',
      'src/server/main.ts',
      { ...shared, ...onPdnd, PORT: String(config.port), READY_ALSO: alsoUp.join(' ') },
      [...serverArguments, ...serverArgs],
    )
    await answers(`${own}/health/ready`, broken)
    return { config, demo, stop, broken }
  }

  try {
    const given = new Promise<never>((_done, failed) => {
      signal?.addEventListener('abort', () => failed(new Stopped()), { once: true })
    })
    return await Promise.race([bringUp(), given])
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
