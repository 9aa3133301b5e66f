// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { migrate } from '../db/migrate.ts'
import { createSandbox } from '../src/sandbox/app.ts'
import { openQueue } from '../src/server/platform/queue.ts'
import { rooms } from '../src/server/rooms.ts'
import { loadReference } from '../scripts/region/reference.ts'
import { addressOf, ensureDatabase, freePort, startPostgres, throwAwayFolder } from '../scripts/postgres.ts'

/** Environment variable through which test files find the server that `test/run.ts` started for all of them. */
export const serverVariable = 'SINFONIA_TEST_SERVER'

/**
 * Databases of which each test file gets a copy. `platform` is migrated and holds the reference data and the queues,
 * `sandbox` the keys of the national systems: to make them anew in each file takes longer than most tests.
 */
export const templates = { platform: 'sinfonia_template', sandbox: 'sinfonia_sandbox_template' }

export interface TestServer {
  url(database: string): string
  /** Where temporary files belong that go with the server. */
  folder: string
  stop(): Promise<void>
}

/** Starts a throw-away PostgreSQL with the templates, or uses the one already started. */
export async function testServer(): Promise<TestServer> {
  const shared = process.env[serverVariable]
  if (shared) return { url: (database) => addressOf(shared, database), folder: tmpdir(), stop: async () => undefined }
  const folder = throwAwayFolder()
  const server = await startPostgres(join(folder, 'db'), {
    port: await freePort(),
    durable: false,
    settings: ['max_connections=600'], // files that share a process have their apps open side by side
  })
  await makePlatformTemplate(server.url)
  await makeSandboxTemplate(server.url, folder)
  return {
    url: server.url,
    folder,
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function makePlatformTemplate(url: TestServer['url']): Promise<void> {
  const template = url(templates.platform)
  await ensureDatabase(url('postgres'), templates.platform)
  await migrate(template)
  await loadReference(template)
  const queue = await openQueue(template, rooms, pino({ level: 'silent' }))
  await queue.stop()
}

async function makeSandboxTemplate(url: TestServer['url'], folder: string): Promise<void> {
  await ensureDatabase(url('postgres'), templates.sandbox)
  const { app } = await createSandbox({
    databaseUrl: url(templates.sandbox),
    url: 'http://localhost',
    platformUrl: 'http://localhost',
    dataDir: join(folder, 'sandbox'),
    smtpPort: await freePort(),
  })
  await app.ready()
  await app.close()
}
