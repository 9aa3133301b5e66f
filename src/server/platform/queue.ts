// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { CompiledQuery, sql } from 'kysely'
import { PgBoss, fromKysely } from 'pg-boss'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'
import { notifyOfJobs, soon, tables, wakeWorkers, type Tx } from './database.ts'
import type { DomainEvent } from './events.ts'
import type { Job, Listener, Platform, Room } from './room.ts'

export interface SendOptions {
  /** Not before this instant. */
  startAfter?: Date
  /** A second job with the same key while one waits is not queued. */
  singletonKey?: string
}

/** The job queue, in the same database as everything else. */
export interface Queue {
  /** Queues work in the caller's transaction: it exists only if the transaction commits. */
  send(tx: Tx, name: string, payload: object, options?: SendOptions): Promise<void>
  /** Numbers of waiting and failed jobs per queue, for operators and metrics. */
  backlog(): Promise<{ name: string; waiting: number; failed: number }[]>
  /** Starts handling jobs and delivering events. */
  work(platform: Platform): Promise<void>
  /** Runs everything that is due now and returns when nothing is left: tests and commands use it. */
  drain(platform: Platform): Promise<void>
  stop(): Promise<void>
}

const listenerQueue = (listener: { name: string }) => `event.${listener.name}`
const deadLetters = 'dead-letters'

interface Handler {
  queue: string
  job: Job
}

function handlersOf(rooms: readonly Room[]): Handler[] {
  const jobs = rooms.flatMap((room) => room.jobs ?? []).map((job) => ({ queue: job.name, job }))
  const reactions = rooms
    .flatMap((room) => room.listens ?? [])
    .map((listener) => ({
      queue: listenerQueue(listener),
      job: { name: listenerQueue(listener), handle: listener.handle },
    }))
  return [...jobs, ...reactions]
}

/** Opens the queue for these rooms. `databaseUrl` is the login connection: the queue keeps its own schema. */
export async function openQueue(databaseUrl: string, rooms: readonly Room[], log: FastifyBaseLogger): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'sinfonia-queue',
    max: 4,
    migrate: false,
    createSchema: false,
    useListenNotify: true,
    supervise: true,
    schedule: true,
  })
  boss.on('error', (error: Error) => log.error({ err: error }, 'queue'))
  await boss.start()
  const handlers = handlersOf(rooms)
  const listeners = rooms.flatMap((room) => room.listens ?? [])
  await createQueues(boss, handlers)
  const delivery = eventDelivery(boss, databaseUrl, listeners, log)

  return {
    async send(tx, name, payload, options = {}) {
      await boss.send(name, payload, {
        ...(options.startAfter && { startAfter: options.startAfter }),
        ...(options.singletonKey && { singletonKey: options.singletonKey }),
        db: {
          async executeSql(text, values) {
            await soon(tx, { compile: () => CompiledQuery.raw(text, values ?? []) })
            return { rows: [] } // the id of the job, which nobody needs
          },
        },
      })
      wakeWorkers(tx, name)
    },
    async backlog() {
      const queues = await boss.getQueues()
      return queues.map((q) => ({
        name: q.name,
        waiting: q.queuedCount + q.activeCount,
        failed: q.name === deadLetters ? q.queuedCount : 0,
      }))
    },
    async work(platform) {
      for (const { queue, job } of handlers) {
        await boss.work(
          queue,
          { localConcurrency: job.concurrency ?? 2, pollingIntervalSeconds: 2 },
          async ([task]) => {
            if (task) await job.handle(task.data as never, platform)
          },
        )
        if (job.cron) await boss.schedule(queue, job.cron, {}, { tz: 'Europe/Rome' })
      }
      await delivery.start(platform)
    },
    async drain(platform) {
      for (let busy = true; busy;) {
        busy = (await delivery.dispatch(platform)) > 0
        const due = await queuesWithWork(platform)
        for (const { queue, job } of handlers.filter((one) => due.has(one.queue))) {
          for (const task of await boss.fetch(queue, { batchSize: 50 })) {
            busy = true
            await settle(boss, queue, task.id, () => job.handle(task.data as never, platform), log)
          }
        }
      }
    },
    async stop() {
      await delivery.stop()
      await boss.stop({ graceful: true, timeout: 10_000 })
    },
  }
}

/** Queues in which a job may begin now: asked once, where to ask each of them in turn takes a statement for each. */
async function queuesWithWork({ pool }: Platform): Promise<Set<string>> {
  const { rows } = await pool.query<{ name: string }>(
    `select distinct name from pgboss.job where state in ('created', 'retry') and start_after < now()`,
  )
  return new Set(rows.map(({ name }) => name))
}

/**
 * Makes the queues that are missing. None notifies by itself: PostgreSQL lets only one transaction with a notification commit
 * at a time, so workers are woken after the commit (`wakeWorkers`).
 */
async function createQueues(boss: PgBoss, handlers: readonly Handler[]): Promise<void> {
  const queues = await boss.getQueues()
  for (const { name, notify } of queues) if (notify) await boss.updateQueue(name, { notify: false })
  const known = new Set(queues.map((queue) => queue.name))
  if (!known.has(deadLetters)) await boss.createQueue(deadLetters)
  for (const { queue, job } of handlers) {
    if (known.has(queue)) continue
    await boss.createQueue(queue, {
      retryLimit: job.retryLimit ?? 8,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 900,
      expireInSeconds: 300,
      deadLetter: deadLetters,
      notify: false,
    })
  }
}

async function settle(
  boss: PgBoss,
  queue: string,
  id: string,
  work: () => Promise<void>,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    await work()
    await boss.complete(queue, id)
  } catch (error) {
    log.error({ err: error, queue, job: id }, 'job failed')
    await boss.fail(queue, id, { message: error instanceof Error ? error.message : String(error) })
  }
}

const batch = 200

/** Turns committed events into one job per listener; a dropped notification is made up for every two seconds. */
function eventDelivery(
  boss: PgBoss,
  databaseUrl: string,
  listeners: readonly Listener<never>[],
  log: FastifyBaseLogger,
) {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()
  let stopped = false

  async function dispatch(platform: Platform): Promise<number> {
    return platform.db.transaction().execute(async (tx) => {
      const own = tables<'platform'>(tx)
      const events = await own
        .selectFrom('platform.event')
        .select(['id', 'name', 'payload', 'occurredAt'])
        .where('dispatchedAt', 'is', null)
        .orderBy('id')
        .limit(batch)
        .forUpdate()
        .skipLocked()
        .execute()
      if (events.length === 0) return 0
      for (const listener of listeners) {
        const wanted = events.filter((event) => event.name === listener.event)
        if (wanted.length === 0) continue
        const queue = listenerQueue(listener)
        await boss.insert(
          queue,
          wanted.map((event) => ({ data: event as unknown as DomainEvent })),
          { db: fromKysely(tx.withoutPlugins()) },
        )
        await notifyOfJobs([queue]).execute(tx)
      }
      await own
        .updateTable('platform.event')
        .set({ dispatchedAt: sql`clock_timestamp()` })
        .where(
          'id',
          'in',
          events.map((event) => event.id),
        )
        .execute()
      return events.length
    })
  }

  function trigger(platform: Platform): void {
    running = running
      .then(async () => {
        while (!stopped && (await dispatch(platform)) === batch);
      })
      .catch((error: unknown) => log.error({ err: error }, 'event delivery'))
  }

  async function subscribe(platform: Platform): Promise<void> {
    client = new pg.Client({ connectionString: databaseUrl, application_name: 'sinfonia-events' })
    client.on('error', (error) => log.warn({ err: error }, 'event listener lost its connection'))
    client.on('notification', () => trigger(platform))
    await client.connect()
    await client.query('listen sinfonia_event')
  }

  return {
    dispatch,
    async start(platform: Platform) {
      await subscribe(platform)
      timer = setInterval(() => trigger(platform), 2_000)
      trigger(platform)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
      await client?.end()
    },
  }
}
