// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { join, resolve } from 'node:path'
import { stopLeftOver } from './postgres.ts'
import { runningOn } from './preconditions.ts'

/** Empties the data folder: database, keys and demo. Asks first, unless `--yes`. */
const folder = resolve(process.env['DATA_DIR'] || '.data')
const pid = runningOn(folder)
if (pid !== undefined) {
  console.error(`Sinfonia runs on ${folder} (process ${pid}): stop it first.`)
  process.exit(1)
}
if (!existsSync(folder)) {
  console.log(`Nothing to empty: ${folder} does not exist.`)
  process.exit(0)
}
if (!process.argv.includes('--yes')) {
  const ask = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await Promise.race([
    ask.question(`Everything in ${folder} will be lost: people, bookings, keys. Type yes to go on: `),
    once(ask, 'close').then(() => ''), // nobody is there to answer
  ])
  ask.close()
  if (answer.trim() !== 'yes') {
    console.log('Nothing was changed: answer yes, or run "npm run reset -- --yes".')
    process.exit(1)
  }
}
await stopLeftOver(join(folder, 'db'))
rmSync(folder, { recursive: true, force: true })
console.log(`Emptied ${folder}.`)
if (process.env['DATABASE_URL']) console.log('The database of DATABASE_URL is untouched: empty it on its server.')
