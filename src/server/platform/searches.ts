// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import pg from 'pg'
import { busy, refusalOf } from './errors.ts'

/** Runs single statements outside any transaction. */
export interface Searcher {
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<Row>>
}

/** Searches of one process, as `connectSearches` opens them. */
export interface Searches extends Searcher {
  close(): Promise<void>
}

/** Connections of a process, about as many as the processors that the database has for its searches. */
const connections = 2
/** Statements that one connection holds: the one that runs and those that wait in it. */
const depth = 8
/** Milliseconds after which a statement that found no room is given up. */
const patience = 10_000
/** query_canceled, by the time limit of a statement. */
const tookTooLong = '57014'

/** Whether an error is of the connection, not of one statement: everything else but a statement that took too long. */
const isBroken = (error: unknown): boolean =>
  refusalOf(error) === busy && !(error instanceof Error && 'code' in error && error.code === tookTooLong)

/** A connection that many share, opened when it is first needed. */
interface Shared {
  client: Promise<pg.PoolClient> | undefined
  statements: number
}

/**
 * Opens connections for searches without personal data that anybody may make. Such a search is processor time and nothing else,
 * so more at once than the database has processors for make none faster; and each time a connection is idle, waking both
 * its ends costs a third of what the search does. So a few connections are kept full: statements are sent before the one ahead is
 * answered (`pipeline`), first come is first served, and a rush of searches leaves the other connections to those who book.
 * `onDrop` hears of connections that the server closed; they are opened again when needed.
 */
export function connectSearches(databaseUrl: string, options: { onDrop: (error: Error) => void }): Searches {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    options: '-c role=sinfonia_app -c statement_timeout=5s -c timezone=UTC',
    application_name: 'sinfonia-searches',
    connectionTimeoutMillis: patience,
    idleTimeoutMillis: 0,
    keepAlive: true,
    pipeline: true,
  })
  pool.on('error', options.onDrop)
  const shared = Array.from({ length: connections }, (): Shared => ({ client: undefined, statements: 0 }))
  const waiting: ((one: Shared) => void)[] = []

  /** A place in the emptiest connection, or the next that comes free. */
  function place(): Promise<Shared> {
    const emptiest = shared.reduce((least, one) => (one.statements < least.statements ? one : least))
    if (emptiest.statements < depth) {
      emptiest.statements += 1
      return Promise.resolve(emptiest)
    }
    return new Promise((given, failed) => {
      const take = (one: Shared) => {
        clearTimeout(timer)
        given(one)
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1)
        failed(busy)
      }, patience)
      waiting.push(take)
    })
  }

  function leave(one: Shared): void {
    const next = waiting.shift()
    if (next) next(one)
    else one.statements -= 1
  }

  function open(one: Shared): Promise<pg.PoolClient> {
    if (one.client) return one.client
    const opening: Promise<pg.PoolClient> = pool.connect().then(
      (client) => {
        client.once('error', (error) => {
          if (one.client === opening) one.client = undefined
          client.release(error)
          options.onDrop(error)
        })
        return client
      },
      (error: unknown) => {
        if (one.client === opening) one.client = undefined
        throw error
      },
    )
    one.client = opening
    return opening
  }

  return {
    async query(statement) {
      const one = await place()
      const opened = open(one)
      try {
        return await (await opened).query(statement)
      } catch (error) {
        // A connection that the server is closing says so to the first statement: nobody else enters it.
        if (isBroken(error) && one.client === opened) one.client = undefined
        throw error
      } finally {
        leave(one)
      }
    },
    async close() {
      for (const one of shared) (await one.client?.catch(() => undefined))?.release(true)
      await pool.end()
    },
  }
}
