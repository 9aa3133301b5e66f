// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { Type } from 'typebox'
import type { Config } from './config.ts'
import { Refusal } from './errors.ts'
import { Problem } from './http.ts'
import type { Room } from './room.ts'

const notReady = (missing: string, cause?: unknown) =>
  new Refusal(
    'platform/not-ready',
    503,
    { it: 'Il servizio sta partendo o una sua parte è ferma.', en: 'The service is starting or a part of it is down.' },
    { extra: { missing }, retryAfter: 5, cause },
  )

/** Throws "not ready" unless the address answers 200 in time. */
async function mustAnswer(address: string): Promise<void> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) }).catch((error: unknown) => {
    throw notReady(address, error)
  })
  await answer.body?.cancel()
  if (!answer.ok) throw notReady(address)
}

/** Seconds since the worker last said it is alive, after which it counts as down. */
const workerSilence = 30

/** Days for which the address of the security contact may be trusted. */
const securityTextDays = 180

/** Where to report a fault (RFC 9116); computed when asked, so that it never expires while the service runs. */
function securityText({ env, publicUrl, region }: Config, now: Date): string {
  const expires = new Date(now.getTime() + securityTextDays * 86_400_000)
  expires.setUTCHours(0, 0, 0, 0)
  return [
    `Contact: mailto:${env['SECURITY_CONTACT'] || region.email}`,
    `Expires: ${expires.toISOString()}`,
    'Preferred-Languages: it, en',
    `Canonical: ${publicUrl}/.well-known/security.txt`,
    '',
  ].join('\n')
}

/** Health, readiness, metrics, where to report a fault: for load balancers, operators and researchers. */
export const operations: Room = {
  name: 'operations',
  policies: {
    getReadiness: { subjects: ['anyone'], action: 'READ', resource: 'health', purpose: 'operation', audit: 'none' },
    pages: { subjects: ['anyone'], action: 'READ', resource: 'health', purpose: 'operation', audit: 'none' },
    metrics: { subjects: ['machine'], action: 'READ', resource: 'metrics', purpose: 'operation', audit: 'none' },
  },
  routes(app, { config, db, now, queue, pool }) {
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [registry],
    })
    const waiting = new Gauge({
      name: 'queue_waiting',
      help: 'Jobs waiting',
      labelNames: ['queue'],
      registers: [registry],
    })
    const connections = new Gauge({ name: 'database_connections', help: 'Open connections', registers: [registry] })

    app.server.on('close', () => registry.clear())
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url
      if (route) duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    })

    app.get('/health/live', { config: { page: true }, logLevel: 'warn' }, async () => ({ status: 'up' }))

    app.get(
      '/health/ready',
      {
        schema: {
          operationId: 'getReadiness',
          tags: ['operations'],
          summary: 'Whether the database answers, a worker is alive and what else was named in the settings is up',
          response: { 200: Type.Object({ status: Type.Literal('ready') }, { title: 'Ready' }), '5xx': Problem },
        },
      },
      async () => {
        const alive = await sql<{ alive: boolean }>`
          select exists (select from platform.heartbeat where role = 'worker' and at > clock_timestamp() - make_interval(secs => ${workerSilence})) as alive
        `
          .execute(db)
          .then(
            ({ rows }) => rows[0]?.alive === true,
            (error: unknown) => {
              throw notReady('database', error)
            },
          )
        if (!alive) throw notReady('worker')
        await Promise.all(config.readyAlso.map(mustAnswer))
        return { status: 'ready' as const }
      },
    )

    app.get('/.well-known/security.txt', { config: { page: true } }, async (_req, reply) =>
      reply.type('text/plain; charset=utf-8').send(securityText(config, now())),
    )

    app.get('/metrics', { config: { page: true, policyName: 'metrics' }, logLevel: 'warn' }, async (_req, reply) => {
      for (const { name, waiting: count } of await queue.backlog()) waiting.set({ queue: name }, count)
      connections.set(pool.totalCount)
      return reply.type(registry.contentType).send(await registry.metrics())
    })
  },
}
