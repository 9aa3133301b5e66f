// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { openSession, cookieName } from '../src/server/access/sessions/index.ts'
import { createApp } from '../src/server/app.ts'
import type { Level } from '../src/server/platform/actor.ts'
import { readConfig } from '../src/server/platform/config.ts'
import { asSystem, type Db } from '../src/server/platform/database.ts'
import type { App } from '../src/server/platform/http.ts'
import type { Platform } from '../src/server/platform/room.ts'
import { serveWeb } from '../src/server/web.ts'
import { createSandbox } from '../src/sandbox/app.ts'
import type { SandboxContext } from '../src/sandbox/context.ts'
import { ensureDatabase, freePort } from '../scripts/postgres.ts'
import { templates, testServer } from './postgres.ts'

export type SignedIn = { cookie: string; 'x-csrf-token': string }

export interface TestApp {
  app: App
  platform: Platform
  db: Db
  /** A connection of the owner, past row-level security, to look at what is stored. */
  owner: pg.Pool
  databaseUrl: string
  dataDir: string
  sandbox: { app: FastifyInstance; context: SandboxContext; url: string }
  /** Address of the platform when `listen` was asked for. */
  url: string
  /** Headers of a fresh session of a person, as a citizen or in a role. */
  signIn(personId: string, level?: Exclude<Level, 0>, appointmentId?: string): Promise<SignedIn>
  /** Runs the jobs and events that are due. */
  settle(): Promise<void>
  /** Moves the clock. */
  setNow(now: Date): void
  [Symbol.asyncDispose](): Promise<void>
}

/** A whole product on a database of its own, with the sandbox listening on a port of its own. */
export async function testApp(
  options: { listen?: boolean; web?: boolean; env?: Record<string, string> } = {},
): Promise<TestApp> {
  const server = await testServer()
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await ensureDatabase(server.url('postgres'), name, templates.platform)
  await ensureDatabase(server.url('postgres'), `${name}_sandbox`, templates.sandbox)
  const dataDir = mkdtempSync(join(tmpdir(), 'sinfonia-data-'))
  const databaseUrl = server.url(name)
  const [port, sandboxPort, smtpPort] = [await freePort(), await freePort(), await freePort()]
  let shift: number | undefined
  const now = () => new Date(Date.now() + (shift ?? 0))
  const config = readConfig({
    ...process.env,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_SMTP_PORT: String(smtpPort),
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    ...options.env,
  })
  const { app: sandboxApp, context } = await createSandbox({
    databaseUrl: server.url(`${name}_sandbox`),
    url: config.sandboxUrl,
    platformUrl: config.publicUrl,
    cardsUrl: config.env['CNS_PORT'] && `https://localhost:${config.env['CNS_PORT']}`,
    dataDir,
    smtpPort,
    now,
  })
  await sandboxApp.listen({ port: sandboxPort, host: '::' })
  const { app, platform, close } = await createApp(config, { now }).catch(async (error: unknown) => {
    await sandboxApp.close() // a test of a start that fails ends too
    throw error
  })
  if (options.web) await serveWeb(app)
  await app.ready()
  if (options.listen) await app.listen({ port, host: '::' })
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  owner.on('error', () => undefined) // the database is dropped under it at the end

  return {
    app,
    platform,
    db: platform.db,
    owner,
    databaseUrl,
    dataDir,
    url: config.publicUrl,
    sandbox: { app: sandboxApp, context, url: config.sandboxUrl },
    async signIn(personId, level = 2, appointmentId) {
      const session = await asSystem(platform.db, (tx) =>
        openSession(tx, now(), {
          personId,
          method: 'SPID',
          provider: 'https://idp.test',
          level,
          authenticatedAt: now(),
          language: 'it',
          ...(appointmentId && { appointmentId }),
        }),
      )
      const { rows } = await owner.query<{ csrf_token: string }>(
        'select csrf_token from access.session where id = $1',
        [session.id],
      )
      return { cookie: `${cookieName}=${session.token}`, 'x-csrf-token': rows[0]!.csrf_token }
    },
    settle: () => platform.queue.drain(platform),
    setNow(instant) {
      shift = instant.getTime() - Date.now()
    },
    async [Symbol.asyncDispose]() {
      await close()
      await sandboxApp.close()
      await owner.end()
      const admin = new pg.Client({ connectionString: server.url('postgres') })
      await admin.connect()
      for (const database of [name, `${name}_sandbox`])
        await admin.query(`drop database if exists ${database} with (force)`)
      await admin.end()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
