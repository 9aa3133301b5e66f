// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { BadSetting, readConfig, type Config } from '../src/server/platform/config.ts'
import { birthOf } from './processes.ts'

/** Something the person who starts must change; its message is one sentence that says what. */
export class CannotStart extends Error {}

/** The configuration; throws CannotStart with what to write instead of a setting that cannot be used. */
export function settings(env: NodeJS.ProcessEnv): Config {
  try {
    const config = readConfig(env)
    if (config.databaseUrl && !/^postgres(ql)?:\/\/[^/]+\/./.test(config.databaseUrl))
      throw new BadSetting('DATABASE_URL is not an address: write postgres://user:password@host:5432/database.')
    return config
  } catch (error) {
    if (error instanceof BadSetting) throw new CannotStart(error.message)
    throw error
  }
}

/** Insists that each port, by the name of its setting, can be opened and that no two are the same. */
export async function mustBeFree(ports: Record<string, number>): Promise<void> {
  const taken = new Map<number, string>()
  for (const [name, port] of Object.entries(ports)) {
    const same = taken.get(port)
    if (same) throw new CannotStart(`${same} and ${name} are both ${port}: give each a port of its own.`)
    taken.set(port, name)
    const code = await new Promise<string | undefined>((done) => {
      const probe = createServer()
      probe.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
      probe.listen(port, '::', () => probe.close(() => done(undefined)))
    })
    if (code === undefined) continue
    const why = code === 'EADDRINUSE' ? 'is used by another program: stop it, or' : `cannot be opened (${code}):`
    throw new CannotStart(`Port ${port} ${why} choose another with ${name}=${port < 60_000 ? port + 100 : 4000}.`)
  }
}

const runningFile = (dataDir: string) => join(dataDir, 'running.pid')

/** The process that runs on this data folder, if it is alive: numbers of processes come back, their births do not. */
export function runningOn(dataDir: string): number | undefined {
  let text: string
  try {
    text = readFileSync(runningFile(dataDir), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [pid = '', birth] = text.trim().split(' ')
  return birth !== undefined && birthOf(Number(pid)) === birth ? Number(pid) : undefined
}

/** Makes the data folder this process's own; throws CannotStart when another process runs on it or it cannot be written. */
export function takeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
    const pid = runningOn(dataDir)
    if (pid !== undefined && pid !== process.pid) {
      throw new CannotStart(
        `Sinfonia already runs on ${dataDir} (process ${pid}): stop it with Ctrl-C, or start another with DATA_DIR=… PORT=… SANDBOX_PORT=… SANDBOX_SMTP_PORT=….`,
      )
    }
    rmSync(runningFile(dataDir), { force: true }) // of a process that is gone
    writeFileSync(runningFile(dataDir), `${process.pid} ${birthOf(process.pid)}\n`, { flag: 'wx' })
  } catch (error) {
    if (error instanceof CannotStart) throw error
    throw new CannotStart(
      `The data folder ${dataDir} cannot be written (${(error as Error).message}): correct it, or choose another with DATA_DIR=….`,
    )
  }
}

export function leaveFolder(dataDir: string): void {
  rmSync(runningFile(dataDir), { force: true })
}

/** What the migrations need of a server, and whether the user of DATABASE_URL has it. */
interface Server {
  version: number
  encoding: string
  user: string
  database: string
  /** Extensions of PostgreSQL's own `contrib` that are not installed on the machine. */
  missing: string[]
  mayCreate: boolean
  isMigrated: boolean
  hasRole: boolean
  mayMakeRole: boolean
  actsAsRole: boolean
  givesRole: boolean
}

const facts = `
  select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
    current_user as user, current_database() as database,
    array(select name from unnest(array['btree_gist', 'pg_trgm', 'unaccent']) as name
          where name not in (select name from pg_available_extensions)) as missing,
    has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create') as "mayCreate",
    to_regclass('public.migration') is not null as "isMigrated",
    app.rolname is not null as "hasRole",
    me.rolsuper or me.rolcreaterole as "mayMakeRole",
    me.rolsuper or coalesce(pg_has_role(app.oid, 'member'), false) as "actsAsRole",
    me.rolsuper or coalesce(pg_has_role(app.oid, 'member with admin option'), false)
      or (me.rolcreaterole and current_setting('server_version_num')::int < 160000) as "givesRole"
  from pg_roles me left join pg_roles app on app.rolname = 'sinfonia_app'
  where me.rolname = current_user`

/** Why a server cannot carry Sinfonia, in one sentence that says what to do; undefined when it can. */
export function unfit(server: Server, where: string): string | undefined {
  const { version, encoding, user, database, missing } = server
  if (version < 150_000 || version >= 190_000) return tooOld(version, where)
  if (encoding !== 'UTF8')
    return `The database "${database}" at ${where} is in ${encoding}: make it again with "create database … encoding 'UTF8' template template0".`
  if (missing.length > 0)
    return `The PostgreSQL at ${where} lacks ${missing.join(', ')}: install its package postgresql-contrib.`
  if (!server.mayCreate)
    return `The user "${user}" may not create in the database "${database}": make it the owner with "alter database ${database} owner to ${user}".`
  if (!server.hasRole && !server.mayMakeRole)
    return `The user "${user}" may not make the role sinfonia_app, as which the server reads and writes: allow it with "alter role ${user} createrole".`
  if (server.hasRole && !(server.isMigrated ? server.actsAsRole : server.givesRole))
    return `The user "${user}" may not act as the role sinfonia_app: allow it with "grant sinfonia_app to ${user} with admin option".`
  return undefined
}

const tooOld = (version: number, where: string): string =>
  `The PostgreSQL at ${where} is version ${Math.floor(version / 10_000)}: Sinfonia needs 15 to 18.`

/** Insists that the server of DATABASE_URL answers, is one of those supported, and lets its user do what is needed. */
export async function checkServer(url: string): Promise<void> {
  const { hostname, port, pathname } = new URL(url)
  const where = `${hostname}:${port || 5432}`
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  let sentence: string | undefined
  try {
    await client.connect()
    // Asked alone first: what else is asked has to exist in the server's version.
    const { rows } = await client.query<{ v: string }>("select current_setting('server_version_num') as v")
    const version = Number(rows[0]!.v)
    sentence = version < 150_000 ? tooOld(version, where) : unfit((await client.query<Server>(facts)).rows[0]!, where)
  } catch (error) {
    sentence = unreachable(error as Error & { code?: string }, where, pathname.slice(1))
  } finally {
    await client.end().catch(() => undefined) // a client that never connected has nothing to end
  }
  if (sentence) throw new CannotStart(sentence)
}

function unreachable({ code, message }: Error & { code?: string }, where: string, database: string): string {
  if (code === '3D000')
    return `The server at ${where} has no database "${database}": create it, or correct DATABASE_URL.`
  if (code === '28P01' || code === '28000')
    return `The server at ${where} refuses the user or password of DATABASE_URL: correct them.`
  return `No PostgreSQL answers at ${where} (${message || code}): start it, correct DATABASE_URL, or unset it to use the embedded one.`
}
