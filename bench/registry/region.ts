// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { forLoading, generateRegion, hasRegion } from '../../scripts/region/generate.ts'
import { showProgress } from '../../scripts/region/progress.ts'
import { loadReference } from '../../scripts/region/reference.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { openDatabase, type Database } from '../environment.ts'

/** The folder of the region of a scale, kept between runs. */
export const folderOf = (scale: number): string => resolve('.data/bench', `registry-${scale}`)

/** Reads `--scale`. */
export function scaleOf(value: string): number {
  const scale = Number(/^1:([1-9]\d{0,4})$/.exec(value)?.[1])
  if (!scale) throw new Error('Write --scale 1:1, 1:100 …')
  return scale
}

/** A database with the region of a scale; when it is not there yet it is made, with the settings of `npm run region`. */
export async function openRegion(scale: number, fresh: boolean): Promise<Database> {
  const folder = folderOf(scale)
  const made = join(folder, 'region.made')
  const open = async (empty: boolean, settings: readonly string[]): Promise<Database> => {
    const database = await openDatabase(folder, empty, settings)
    try {
      await fill(database.url, join(folder, 'data'), scale)
    } catch (error) {
      await database.stop()
      throw error
    }
    return database
  }
  if (fresh || !existsSync(made)) {
    const loading = await open(fresh, forLoading)
    await loading.stop()
    writeFileSync(made, '')
  }
  return open(false, [])
}

async function fill(databaseUrl: string, dataDir: string, scale: number): Promise<void> {
  const config = readConfig({ ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: dataDir })
  await migrate(databaseUrl)
  await loadReference(databaseUrl, config.region, config.regionFolder)
  if (await hasRegion(databaseUrl)) return
  console.error(`making the region 1:${scale} …`)
  const { tell, end } = showProgress(process.stderr)
  await generateRegion({ ...config, scale, now: new Date(), tell }).finally(end)
}
