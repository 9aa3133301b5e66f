// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import pg from 'pg'
import { createFaults, type Fault, type SandboxContext } from './context.ts'
import { systems } from './systems.ts'

export interface SandboxOptions {
  databaseUrl: string
  url: string
  platformUrl: string
  cardsUrl?: string | undefined
  dataDir: string
  smtpPort: number
  now?: () => Date
}

/** The national systems of a region, played faithfully: one HTTP server, one folder of code per system. */
export async function createSandbox(
  options: SandboxOptions,
): Promise<{ app: FastifyInstance; context: SandboxContext }> {
  const app = Fastify({ logger: false, bodyLimit: 1024 * 1024, forceCloseConnections: true })
  await app.register(formbody)
  const sql = new pg.Pool({ connectionString: options.databaseUrl, max: 6 })
  sql.on('error', () => undefined) // the pool opens a new connection at the next query
  const context: SandboxContext = {
    sql,
    url: options.url,
    platformUrl: options.platformUrl,
    cardsUrl: options.cardsUrl,
    dataDir: options.dataDir,
    smtpPort: options.smtpPort,
    now: options.now ?? (() => new Date()),
    faults: createFaults(),
  }
  app.addHook('onClose', () => sql.end())
  app.get('/health', async () => ({ status: 'up' }))
  app.post<{ Body: Fault }>('/faults', async (request, reply) => {
    context.faults.add(request.body)
    return reply.code(204).send()
  })
  app.delete('/faults', async (_request, reply) => {
    context.faults.clear()
    return reply.code(204).send()
  })
  for (const system of systems) await system(app, context)
  return { app, context }
}
