// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { Type } from 'typebox'
import { BadSetting, type Config } from './config.ts'
import { Refusal } from './errors.ts'
import { Problem } from './http.ts'
import type { Platform, Room } from './room.ts'

const notReady = (missing: string, cause?: unknown) =>
  new Refusal(
    'platform/not-ready',
    503,
    { it: 'Il servizio sta partendo o una sua parte è ferma.', en: 'The service is starting or a part of it is down.' },
    { extra: { missing }, retryAfter: 5, cause },
  )

/** Milliseconds after the start for which the server waits for what rooms still miss. */
const patience = 30_000

/** Asks the rooms what they still wait for, until none does or they waited long enough: then never again. */
export function waitForRooms(platform: Platform, rooms: readonly Room[]): () => Promise<string | undefined> {
  const givesUp = platform.now().getTime() + patience
  let waiting = rooms.filter((room) => room.waitsFor)
  return async () => {
    if (platform.now().getTime() > givesUp) waiting = []
    for (const room of waiting) {
      const part = await room.waitsFor?.(platform)
      if (part) return part
    }
    waiting = []
    return undefined
  }
}

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

const metricsToken = new Refusal(
  'platform/metrics-token-required',
  401,
  { it: 'Le misure si leggono con la chiave di chi gestisce il servizio.', en: 'Metrics need the operator’s token.' },
  { headers: { 'www-authenticate': 'Bearer realm="metrics"' } },
)
const metricsElsewhere = new Refusal('platform/metrics-closed', 403, {
  it: 'Le misure si leggono solo dalla macchina del servizio.',
  en: 'Metrics are read on the machine of the service only.',
})

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const loopback = (address: string | undefined): boolean => /^(?:127\.|::1$|::ffff:127\.)/.test(address ?? '')

/**
 * Why a request may not read the metrics. With METRICS_TOKEN only who shows it may; without, only who sits on this machine. What a
 * proxy passed on comes from somewhere else even when the proxy is here, whether we were told to trust it or not.
 */
function metricsRefusal(request: FastifyRequest, token: string | undefined): Refusal | undefined {
  if (token) {
    const shown = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    return timingSafeEqual(digest(shown), digest(token)) ? undefined : metricsToken
  }
  const passedOn = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some(
    (name) => request.headers[name] !== undefined,
  )
  const here = loopback(request.socket.remoteAddress) && loopback(request.ip) && !passedOn
  return here ? undefined : metricsElsewhere
}

/** Health, readiness, metrics, where to report a fault: for load balancers, operators and researchers. */
export const operations: Room = {
  name: 'operations',
  policies: {
    getReadiness: { subjects: ['anyone'], action: 'READ', resource: 'health', purpose: 'operation', audit: 'none' },
    pages: { subjects: ['anyone'], action: 'READ', resource: 'health', purpose: 'operation', audit: 'none' },
    metrics: { subjects: ['machine'], action: 'READ', resource: 'metrics', purpose: 'operation', audit: 'none' },
  },
  routes(app, { config, db, now, queue, pool, waitsFor }) {
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

    const token = config.env['METRICS_TOKEN'] || undefined
    if (token && token.length < 16)
      throw new BadSetting('METRICS_TOKEN is shorter than 16 characters: write that of "openssl rand -hex 32".')
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
          summary:
            'Whether the database answers, a worker is alive, people can sign in and what else was named in the settings is up',
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
        const awaited = await waitsFor()
        if (awaited) throw notReady(awaited)
        await Promise.all(config.readyAlso.map(mustAnswer))
        return { status: 'ready' as const }
      },
    )

    app.get('/.well-known/security.txt', { config: { page: true } }, async (_req, reply) =>
      reply.type('text/plain; charset=utf-8').send(securityText(config, now())),
    )

    app.get('/metrics', { config: { page: true, policyName: 'metrics' }, logLevel: 'warn' }, async (req, reply) => {
      const refusal = metricsRefusal(req, token)
      if (refusal) throw refusal
      for (const { name, waiting: count } of await queue.backlog()) waiting.set({ queue: name }, count)
      connections.set(pool.totalCount)
      return reply.type(registry.contentType).send(await registry.metrics())
    })
  },
}
