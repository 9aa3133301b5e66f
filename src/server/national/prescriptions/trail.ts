// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Pool } from 'pg'
import { uuidv7 } from '../../platform/ids.ts'

export type Operation = 'look-up' | 'lock' | 're-read' | 'release' | 'close' | 'reopen' | 'list'

/** What is kept of one request to the SAC. */
export interface Trace {
  at: Date
  operation: Operation
  nreMasked: string | null
  /** Answer code, or how the request failed without one. */
  outcome: string
  httpStatus: number | null
  milliseconds: number
  /** Id of the request or job that caused it. */
  correlation: string
}

const statement = `
  insert into prescriptions.exchange (id, at, operation, nre_masked, outcome, http_status, milliseconds, correlation)
  select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::int[], $8::uuid[])`

function store(pool: Pool, traces: readonly Trace[]): Promise<unknown> {
  return pool.query({
    name: 'prescriptions.trail',
    text: statement,
    values: [
      traces.map(() => uuidv7()),
      traces.map(({ at }) => at),
      traces.map(({ operation }) => operation),
      traces.map(({ nreMasked }) => nreMasked),
      traces.map(({ outcome }) => outcome),
      traces.map(({ httpStatus }) => httpStatus),
      traces.map(({ milliseconds }) => milliseconds),
      traces.map(({ correlation }) => correlation),
    ],
  })
}

/** Keeps the trail of requests to the SAC. */
export interface Trail {
  /** Resolves when the trace is stored. */
  keep(pool: Pool, trace: Trace): Promise<void>
}

/** While one statement stores, the traces that come meanwhile gather for the next one: few statements under load. */
export function createTrail(): Trail {
  let gathering: Trace[] = []
  let next: Promise<unknown> | undefined
  let storing: Promise<unknown> = Promise.resolve()
  return {
    async keep(pool, trace) {
      gathering.push(trace)
      next ??= storing
        .catch(() => undefined) // its own callers were told
        .then(() => {
          const traces = gathering
          gathering = []
          next = undefined
          storing = store(pool, traces)
          return storing
        })
      await next
    },
  }
}
