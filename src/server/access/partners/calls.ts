// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { STATUS_CODES } from 'node:http'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { uuidv7 } from '../../platform/ids.ts'
import { romeDay } from '../../platform/time.ts'

interface Call {
  id: string
  at: Date
  clientId: string
  requestId: string
  method: string
  route: string
  status: number
  ms: number
  code: string | null
}

/** Milliseconds that calls wait to be written together, and how many are kept while the database is away. */
const wait = 500
const mostWaiting = 5_000

const insertCalls = `
  insert into partner.call (id, at, client_id, request_id, method, route, status, ms, code)
  select * from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::smallint[], $8::integer[], $9::text[])`
// In the order of clients, so that two processes never wait for each other in a circle.
const sumDays = `
  insert into partner.call_day as d (client_id, day, calls, refused, failed, ms)
  select c.id, c.day, count(*), count(*) filter (where c.status between 400 and 499), count(*) filter (where c.status >= 500), sum(c.ms)
  from unnest($1::uuid[], $2::date[], $3::smallint[], $4::integer[]) c(id, day, status, ms)
  where exists (select from partner.client p where p.id = c.id)
  group by c.id, c.day order by c.id, c.day
  on conflict (client_id, day) do update set calls = d.calls + excluded.calls, refused = d.refused + excluded.refused,
    failed = d.failed + excluded.failed, ms = d.ms + excluded.ms`

/** The log of partners' calls: noted after each answer, written a moment later, many at once. */
export interface CallLog {
  note(request: FastifyRequest, reply: FastifyReply): void
  /** Writes what waits. */
  flush(): Promise<void>
}

/** Opens the log of this process. A call is lost only if the process ends abruptly within half a second of it. */
export function openCallLog(pool: pg.Pool, clock: () => Date, log: FastifyBaseLogger): CallLog {
  let waiting: Call[] = []
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const partitioned = new Set<string>()

  async function write(calls: readonly Call[]): Promise<void> {
    const column = <K extends keyof Call>(name: K): Call[K][] => calls.map((call) => call[name])
    const client = await pool.connect()
    try {
      await client.query('begin')
      for (const day of new Set(calls.map(({ at }) => at.toISOString().slice(0, 10)))) {
        if (!partitioned.has(day)) await client.query('select partner.keep_calls($1)', [day])
        partitioned.add(day)
      }
      await client.query(insertCalls, [
        column('id'),
        column('at'),
        column('clientId'),
        column('requestId'),
        column('method'),
        column('route'),
        column('status'),
        column('ms'),
        column('code'),
      ])
      const days = calls.map(({ at }) => romeDay(at))
      await client.query(sumDays, [column('clientId'), days, column('status'), column('ms')])
      await client.query('commit')
    } catch (error) {
      partitioned.clear()
      await client.query('rollback')
      throw error
    } finally {
      client.release()
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(async () => {
      const calls = waiting
      waiting = []
      if (calls.length === 0) return
      try {
        await write(calls)
      } catch (error) {
        log.warn({ err: error, calls: calls.length }, 'calls of partners could not be noted; they are tried again')
        waiting = [...calls, ...waiting].slice(-mostWaiting)
      }
    })
    return writing
  }

  return {
    note(request, reply) {
      const { partnerCaller: clientId, refusedAs: code } = request
      if (!clientId) return
      waiting.push({
        id: uuidv7(),
        at: clock(),
        clientId,
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        code: reply.statusCode < 400 ? null : (code ?? STATUS_CODES[reply.statusCode] ?? null),
      })
      timer ??= setTimeout(() => void flush(), wait).unref()
    },
    flush,
  }
}
