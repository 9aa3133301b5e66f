// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../db/migrate.ts'
import { loadReference } from '../scripts/region/reference.ts'
import { addressOf, ensureDatabase, freePort, startPostgres } from '../scripts/postgres.ts'

/** Environment variable through which test files find the server that `test/run.ts` started for all of them. */
export const serverVariable = 'SINFONIA_TEST_SERVER'
export const templateName = 'sinfonia_template'

export interface TestServer {
  url(database: string): string
  stop(): Promise<void>
}

/** Starts a throw-away PostgreSQL with a migrated template database that holds the reference data, or uses the one already started. */
export async function testServer(): Promise<TestServer> {
  const shared = process.env[serverVariable]
  if (shared) return { url: (database) => addressOf(shared, database), stop: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'sinfonia-test-'))
  chmodSync(folder, 0o711) // the server runs as another user when we are root
  const server = await startPostgres(join(folder, 'db'), { port: await freePort(), durable: false })
  await ensureDatabase(server.url('postgres'), templateName)
  await migrate(server.url(templateName))
  await loadReference(server.url(templateName))
  return {
    url: server.url,
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
