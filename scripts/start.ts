// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Demo } from '../src/shared/demo.ts'
import { CannotStart, runRegion, type Region } from './run.ts'

const root = resolve(import.meta.dirname, '..')

/** The newest change of what the website is built from. */
function newest(folder: string): number {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  )
}

/** Builds the website when it is missing or older than its sources. */
function buildWeb(): void {
  const built = join(root, 'dist/web/app.html')
  const fresh =
    existsSync(built) &&
    statSync(built).mtimeMs > Math.max(newest(join(root, 'src/web')), newest(join(root, 'src/shared')))
  if (fresh) return
  console.log('Building the website …')
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build-web.ts')], { encoding: 'utf8' })
  if (status !== 0)
    throw new CannotStart(`The website does not build: run "npm run build:web" to see why.\n${stderr.slice(-600)}`)
}

function table(demo: Demo): string {
  const rows = demo.people.map((person) => ({
    name: `${person.givenName} ${person.familyName}`,
    code: person.fiscalCode,
    note: person.note,
  }))
  const width = Math.max(...rows.map((row) => row.name.length))
  return rows.map((row) => `  ${row.name.padEnd(width)}  ${row.code.padEnd(16)}  ${row.note}`).join('\n')
}

function welcome({ config, demo }: Region): string {
  return `
Sinfonia is up: ${config.publicUrl}

  Website           ${config.publicUrl}
  API               ${config.publicUrl}/api-docs
  Prescriptions     ${config.sandboxUrl}/sac/
  SMS and e-mail    ${config.sandboxUrl}/inbox
  Pay a notice      ${config.sandboxUrl}/pagopa

Sign in with SPID and choose one of these invented people:

${table(demo)}

Ctrl-C stops everything. Data stays in ${config.dataDir}; "npm run reset" empties it.`
}

try {
  buildWeb()
  const region = await runRegion({ env: process.env, say: (line) => console.log(line) })
  console.log(welcome(region))
  const stop = async (code: number) => {
    console.log('Stopping …')
    await region.stop()
    process.exit(code)
  }
  process.once('SIGINT', () => void stop(0))
  process.once('SIGTERM', () => void stop(0))
  const sentence = await region.broken
  console.error(sentence)
  await stop(1)
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exit(1)
}
