// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Config } from './config.ts'
import type { Db } from './database.ts'
import type { DomainEvent, EventName } from './events.ts'
import type { App } from './http.ts'
import type { Policies } from './policy.ts'
import type { Queue } from './queue.ts'
import type { Searcher } from './searches.ts'

/** What rooms are given instead of globals. */
export interface Platform {
  config: Config
  db: Db
  /** For the few statements that are planned once and run thousands of times a second. */
  pool: pg.Pool
  /** For searches without personal data that anybody may make: connections of their own (`connectSearches`). */
  searches: Searcher
  queue: Queue
  log: FastifyBaseLogger
  /** The clock. Tests move it. */
  now(): Date
  /** The first part that a room still waits for before it can serve people; see `Room.waitsFor`. */
  waitsFor(): Promise<string | undefined>
}

/** Work that the worker does. It may run twice: it starts by reading the state and stops when the work is done. */
export interface Job {
  name: string
  /** Payloads carry ids, never personal data. */
  handle(payload: never, platform: Platform): Promise<void>
  /** Attempts after the first failure, with exponential back-off. Default 8. */
  retryLimit?: number
  /** Cron in Europe/Rome for work that repeats. */
  cron?: string
  /** Jobs of one queue that a worker runs at once. Default 2. */
  concurrency?: number
}

/** A room that listens to a neighbour's event: at least once, idempotent, retried. */
export interface Listener<N extends EventName = EventName> {
  event: N
  /** Unique name of the reaction, e.g. `notifications.on-booking-confirmed`. */
  name: string
  handle(event: DomainEvent<N>, platform: Platform): Promise<void>
}

/** A part of the product: its routes, its jobs and what it listens to. Listed in `app.ts`. */
export interface Room {
  name: string
  /** Who may do what, by operation: what its `policy.ts` says. */
  policies?: Policies
  routes?(app: App, platform: Platform): void | Promise<void>
  jobs?: readonly Job[]
  listens?: readonly Listener<never>[]
  /**
   * Names what must still arrive after a start before people can be served, such as a document that a job fetches.
   * The server is not ready meanwhile, but for half a minute at most: the rest of it must open without the other side.
   */
  waitsFor?(platform: Platform): Promise<string | undefined>
}

/** Declares a job with a typed payload. */
export function job<P extends object>(
  definition: Omit<Job, 'handle'> & { handle(payload: P, platform: Platform): Promise<void> },
): Job {
  return definition // the queue stores what `send` was given under this name
}

/** Declares a reaction to an event. */
export function listener<N extends EventName>(definition: Listener<N>): Listener<never> {
  return definition as unknown as Listener<never> // the dispatcher calls it only with events of its own name
}
