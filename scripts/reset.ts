// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { resolve } from 'node:path'
import { runningOn } from './run.ts'

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
  const answer = await ask.question(`Everything in ${folder} will be lost: people, bookings, keys. Type yes to go on: `)
  ask.close()
  if (answer.trim() !== 'yes') {
    console.log('Nothing was changed.')
    process.exit(0)
  }
}
rmSync(folder, { recursive: true, force: true })
console.log(`Emptied ${folder}.`)
