// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { readAnchors } from '../src/server/access/audit/anchors.ts'
import { readAuditConfig, verifyingKeys } from '../src/server/access/audit/keys.ts'
import { verifyAudit, type Verification } from '../src/server/access/audit/verify.ts'
import { readConfig, type Config } from '../src/server/platform/config.ts'
import { connect } from '../src/server/platform/database.ts'
import { freePort, startPostgres } from './postgres.ts'

/**
 * Verifies the audit trail: `npm run audit:verify [-- --since 2026-01] [--json]`. Uses DATABASE_URL or the embedded database,
 * running or not. Ends with code 1 when something is wrong, and says what and where.
 */
const { values } = parseArgs({ options: { since: { type: 'string' }, json: { type: 'boolean', default: false } } })

/** The database of the settings; the embedded one is started when it does not run. */
async function database({ databaseUrl, dataDir }: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (databaseUrl) return { url: databaseUrl, stop: async () => undefined }
  const folder = join(dataDir, 'db')
  if (!existsSync(join(folder, 'PG_VERSION')))
    throw new Error(`There is no database in ${folder}: set DATABASE_URL, or DATA_DIR of a region that ran before.`)
  const running = join(folder, 'postmaster.pid')
  if (existsSync(running)) {
    const port = readFileSync(running, 'utf8').split('\n')[3] // the fourth line, by PostgreSQL's own documentation
    return { url: `postgres://postgres:postgres@localhost:${port}/sinfonia`, stop: async () => undefined }
  }
  const server = await startPostgres(folder, { port: await freePort(), durable: true })
  return { url: server.url('sinfonia'), stop: server.stop }
}

async function verify(config: Config, url: string): Promise<Verification> {
  const settings = readAuditConfig(config)
  const keys = await verifyingKeys(settings)
  const anchors = await readAnchors(settings.anchors)
  const { db, close } = connect(url, { max: 1, onDrop: (error) => console.error(error.message) })
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        await sql`select set_config('app.role', 'system', true), set_config('statement_timeout', '0', true)`.execute(tx)
        const since = values.since && { since: `${values.since}-01` }
        return verifyAudit(tx, { keys, anchors, keepYears: settings.keepYears, now: new Date(), ...since })
      })
  } finally {
    await close()
  }
}

function tell(found: Verification, seconds: number): void {
  const count = (number: number) => number.toLocaleString('en')
  console.log(
    `${count(found.rows)} rows under ${count(found.seals)} ${found.seals === 1 ? 'seal' : 'seals'} in ${seconds.toFixed(1)} s`,
  )
  console.log(`${count(Math.round(found.rows / seconds))} rows a second; ${count(found.unsealed)} wait for their seal`)
  if (found.forgotten > 0) console.log(`${count(found.forgotten)} older rows were removed when their time was over`)
  if (found.problems.length === 0) console.log('The audit trail is whole.')
  for (const { kind, message } of found.problems) console.error(`${kind.toUpperCase()}: ${message}`)
}

if (values.since && !/^\d{4}-(0[1-9]|1[0-2])$/.test(values.since)) {
  console.error(`--since is "${values.since}": write a month such as 2026-01.`)
  process.exit(2)
}
try {
  const config = readConfig(process.env)
  const { url, stop } = await database(config)
  const begun = performance.now()
  const found = await verify(config, url)
  const seconds = (performance.now() - begun) / 1000
  await stop()
  if (values.json) console.log(JSON.stringify({ ...found, seconds }))
  else tell(found, seconds)
  process.exitCode = found.problems.length === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
