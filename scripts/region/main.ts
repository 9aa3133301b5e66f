// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { parseArgs } from 'node:util'
import { withClient } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { addressOf, ensureDatabase } from '../postgres.ts'
import { CannotStart, checkServer, leaveFolder, settings, takeFolder } from '../preconditions.ts'
import { embedded } from '../run.ts'
import { forLoading, generateRegion, hasRegion, writeDemo } from './generate.ts'
import { showProgress } from './progress.ts'
import { loadReference } from './reference.ts'

// npm run region -- --scale 1:1 [--seed 150]: fills the empty database of DATABASE_URL, or the embedded one of DATA_DIR.

function wishOf(args: string[]): { scale: number; seed: number } {
  const { values } = parseArgs({
    args,
    options: { scale: { type: 'string', default: '1:1000' }, seed: { type: 'string', default: '150' } },
  })
  const scale = Number(/^1:([1-9]\d{0,4})$/.exec(values.scale)?.[1])
  const seed = Number(values.seed)
  if (!scale) throw new CannotStart(`--scale ${values.scale} is not a scale: write 1:1, 1:100 or 1:1000.`)
  if (!Number.isSafeInteger(seed) || seed < 0) throw new CannotStart('--seed is a whole number from 0.')
  return { scale, seed }
}

/** What is in the registry now, for the last line. */
async function counts(databaseUrl: string): Promise<string> {
  const { rows } = await withClient(databaseUrl, async (client) => {
    await client.query("set app.role = 'system'")
    return client.query<{ what: string; count: string }>(
      `select 'people' as what, count(*) from registry.person
       union all select 'codes', count(*) from registry.person_identifier
       union all select 'family ties', count(*) from registry.family_link
       union all select 'choices of a doctor', count(*) from registry.doctor_choice
       union all select 'family doctors', count(*) from registry.primary_care_post where kind = 'MMG'
       union all select 'paediatricians', count(*) from registry.primary_care_post where kind = 'PLS'
       union all select 'professionals', count(*) from registry.practitioner
       union all select 'places', count(*) from registry.location`,
    )
  })
  return rows.map(({ what, count }) => `${Number(count).toLocaleString('en')} ${what}`).join(', ')
}

async function fill(databaseUrl: string, wish: { scale: number; seed: number }): Promise<void> {
  const config = settings({ ...process.env, DATABASE_URL: databaseUrl })
  await migrate(databaseUrl)
  await loadReference(databaseUrl, config.region, config.regionFolder)
  if (await hasRegion(databaseUrl))
    throw new CannotStart('This database has a region already: run "npm run reset", or give an empty database.')
  const begun = performance.now()
  const { tell, end } = showProgress(process.stdout)
  const region = { ...config, ...wish, now: new Date(), tell }
  const { appointments } = await generateRegion(region).finally(end)
  await writeDemo(region)
  const seconds = Math.round((performance.now() - begun) / 1000)
  const all = await counts(databaseUrl)
  console.log(
    `Made the region 1:${wish.scale} in ${seconds} s: ${all}, ${appointments.toLocaleString('en')} appointments.`,
  )
}

async function run(): Promise<void> {
  const wish = wishOf(process.argv.slice(2))
  const config = settings(process.env)
  if (config.databaseUrl) {
    await checkServer(config.databaseUrl)
    return fill(config.databaseUrl, wish)
  }
  takeFolder(config.dataDir)
  const database = embedded(config.dataDir, forLoading)
  try {
    const url = await database.url
    await ensureDatabase(addressOf(url, 'postgres'), 'sinfonia')
    await fill(addressOf(url, 'sinfonia'), wish)
  } finally {
    if (database.process.connected) {
      const ended = new Promise((done) => database.process.once('exit', done))
      database.process.disconnect()
      await ended
    }
    leaveFolder(config.dataDir)
  }
}

try {
  await run()
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exitCode = 1
}
