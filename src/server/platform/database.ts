// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import {
  type Kysely,
  sql,
  CompiledQuery,
  type Compilable,
  type InsertObject,
  type PostgresPool,
  type PostgresPoolClient,
  type RawBuilder,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import type { DB } from '../../../db/types.ts'
import type { Actor } from './actor.ts'
import { builderOn, builderOver } from './query-builder.ts'
import { Line, nameOf } from './round-trips.ts'

pg.types.setTypeParser(pg.types.builtins.DATE, (day) => day)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)

export type Db = Kysely<DB>
export type Tx = Transaction<DB>

/** The tables of the schemas a room owns; other rooms' tables cannot even be named. */
export type Schemas<S extends string> = Pick<DB, Extract<keyof DB, `${S}.${string}`>>

/** Narrows a connection or transaction to the tables of one room. */
export function tables<S extends string>(db: Db | Tx): Kysely<Schemas<S>> {
  return db as unknown as Kysely<Schemas<S>>
}

export interface Connection {
  db: Db
  pool: pg.Pool
  close(): Promise<void>
}

/**
 * A connection that prepares statements with parameters: PostgreSQL parses each once per connection and may keep its plan.
 * Plans follow later changes of tables; a pooler in front must pass prepared statements on (PgBouncer since 1.21 does).
 */
function preparing(client: pg.PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]): Promise<unknown> => {
    const name = values.length > 0 ? nameOf(text) : undefined
    return client.query({ text, values: [...values], ...(name && { name }) })
  }
  return {
    query: query as unknown as PostgresPoolClient['query'], // the other overload is for cursors, which we do not use
    release: (discard) => client.release(discard),
  }
}

/** The pool as the query builder sees it: each connection keeps its identity. */
function preparingPool(pool: pg.Pool): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => Promise.resolve(), // whoever opened the pool ends it: queries go past the builder too
    async connect() {
      const client = await pool.connect()
      const connection = known.get(client) ?? preparing(client)
      known.set(client, connection)
      return connection
    },
  }
}

const pools = new WeakMap<Db, pg.Pool>()
const lines = new WeakMap<Tx, Line>()
const databases = new WeakMap<Tx, Db>()

/** The database of a transaction; of one that was not opened here, the transaction itself. */
export const databaseOf = (tx: Tx): Db => databases.get(tx) ?? tx

/**
 * Runs a statement whose result nobody needs together with the next one of the transaction, at the latest with its commit.
 * When it fails, that one fails with its error, and with it the transaction.
 */
export async function soon(tx: Tx, statement: Compilable): Promise<void> {
  const compiled = statement.compile()
  const line = lines.get(tx)
  if (line) line.askLater(compiled.sql, compiled.parameters)
  else await tx.executeQuery(compiled)
}

const inserts = new Map<string, string>()

/** Inserts a row `soon`. Its statement is composed once for each table and set of columns, since the same ones come all the time. */
export async function insertSoon<S extends string, T extends keyof Schemas<S> & string>(
  tx: Tx,
  table: T,
  row: InsertObject<Schemas<S>, T>,
): Promise<void> {
  const key = `${table} ${Object.keys(row).join()}`
  let text = inserts.get(key)
  if (!text) {
    text = tables<S>(tx).insertInto(table).values(row).compile().sql
    inserts.set(key, text)
  }
  const statement = CompiledQuery.raw(text, Object.values(row))
  await soon(tx, { compile: () => statement })
}

/**
 * Opens a pool whose sessions act as the application role, so that row-level security binds every query.
 * `onDrop` hears of idle connections that the server closed; the pool replaces them by itself.
 */
export function connect(databaseUrl: string, options: { max?: number; onDrop: (error: Error) => void }): Connection {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 20,
    options: '-c role=sinfonia_app -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC',
    application_name: 'sinfonia',
    connectionTimeoutMillis: 10_000,
    pipeline: true, // see round-trips.ts
  })
  pool.on('error', options.onDrop)
  // A connection in use that breaks fails what is asked on it; without a listener it would end the process too.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = builderOver(preparingPool(pool))
  pools.set(db, pool)
  return { db, pool, close: () => db.destroy().then(() => pool.end()) }
}

/** Queues with new jobs by transaction; none when only events are new. */
const announcing = new WeakMap<Tx, Set<string>>()
/** The same by process, until they are announced. */
const announced = new WeakMap<Db, Set<string>>()

/** Milliseconds in which the announcements of a process become one. */
const announceEvery = 20

/** Workers are woken when this transaction has been committed: for its events, and for a job in this queue. */
export function wakeWorkers(tx: Tx, queue?: string): void {
  const queues = announcing.get(tx) ?? new Set()
  if (queue) queues.add(queue)
  announcing.set(tx, queues)
}

/** Tells pg-boss on its channel (its notifyChannelSql) which queues have new jobs. */
export const notifyOfJobs = (queues: readonly string[]): RawBuilder<unknown> => sql`
  select pg_notify('pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24), queue) from unnest(${[...queues]}::text[]) queue`

/**
 * Wakes the workers, once for all transactions of the last moments and outside of them: PostgreSQL lets only one
 * transaction with a notification commit at a time. Lost with the process, it is made up for by the workers' own clock.
 */
function announce(db: Db, queues: ReadonlySet<string>): void {
  const waiting = announced.get(db)
  for (const queue of queues) waiting?.add(queue)
  if (waiting) return
  const all = new Set(queues)
  announced.set(db, all)
  const wake = async () => {
    announced.delete(db)
    await sql`select pg_notify('sinfonia_event', '')`.execute(db)
    if (all.size > 0) await notifyOfJobs([...all]).execute(db)
  }
  // A database that is gone or closed wakes nobody; workers look by themselves every two seconds.
  setTimeout(() => void wake().catch(() => undefined), announceEvery).unref()
}

/** What row-level security knows of who asks: the kind of actor, the people she acts for, and herself. */
interface Asker {
  role: string
  patients: string
  person: string
}

const setAsker = `select set_config('app.role', $1, true), set_config('app.patients', $2, true), set_config('app.person', $3, true)`

/** Makes row-level security bind what comes next in the transaction to somebody. */
function become(line: Line, { role, patients, person }: Asker): void {
  line.askLater(setAsker, [role, patients, person])
}

const askerOf = ({ kind: role, patients, personId }: Actor): Asker => ({
  role,
  patients: `{${patients.join(',')}}`,
  person: personId ?? '',
})

/** From here on row-level security binds a transaction of the system to an actor: it may show what she gets to see. */
export function becomeActor(tx: Tx, actor: Actor): void {
  const line = lines.get(tx)
  if (!line) throw new Error('Only a transaction of `asSystem` can become that of an actor.')
  become(line, askerOf(actor))
}

const unheard = () => undefined // a connection that drops fails what is asked on it

async function transaction<T>(db: Db, asker: Asker, work: (tx: Tx) => Promise<T>): Promise<T> {
  const pool = pools.get(db)
  if (!pool) throw new Error('A transaction is opened on a database that `connect` gave.')
  const client = await pool.connect()
  client.on('error', unheard)
  const line = new Line(client)
  const tx = builderOn(line) as unknown as Tx // begun on the connection itself
  lines.set(tx, line)
  databases.set(tx, db)
  try {
    line.askLater('begin')
    become(line, asker)
    const result = await work(tx)
    const { command } = await line.ask('commit')
    if (command === 'ROLLBACK') throw line.failure // nothing was committed
    const queues = announcing.get(tx)
    if (queues) announce(db, queues)
    return result
  } catch (error) {
    await line.giveUp('rollback')
    throw error
  } finally {
    line.close()
    client.off('error', unheard)
    client.release(line.broken)
  }
}

/** One transaction in which row-level security shows only the people the actor acts for. */
export function withActor<T>(db: Db, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, askerOf(actor), work)
}

/** One transaction of the system itself (jobs, sign-in, links): every row is visible, so name the rows you want. */
export function asSystem<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, { role: 'system', patients: '', person: '' }, work)
}
