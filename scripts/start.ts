// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Demo, DemoPerson } from '../src/shared/demo.ts'
import { CannotStart } from './preconditions.ts'
import { runRegion, Stopped, type Region } from './run.ts'

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
async function buildWeb(): Promise<void> {
  const built = join(root, 'dist/web/service-worker.js') // written last
  const sources = ['src/web', 'src/shared', 'config'].map((folder) => newest(join(root, folder)))
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return
  console.log('Building the website …')
  const child = fork(join(root, 'scripts/build-web.ts'), [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0)
    throw new CannotStart(`The website does not build: run "npm run build:web" to see why.\n${said.slice(-600)}`)
}

const { LC_ALL, LC_MESSAGES, LANG } = process.env
const italian = (LC_ALL || LC_MESSAGES || LANG || '').startsWith('it')

/** Who can be tried: first those who sign in, then those for whom others act. */
function table(demo: Demo): string {
  const width = Math.max(...demo.people.map((person) => person.givenName.length + person.familyName.length + 1))
  const line = ({ givenName, familyName, fiscalCode, note, noteEn }: DemoPerson): string =>
    `  ${`${givenName} ${familyName}`.padEnd(width)}  ${fiscalCode.padEnd(16)}  ${italian ? note : noteEn}`
  const lines = (wanted: (person: DemoPerson) => boolean): string => demo.people.filter(wanted).map(line).join('\n')
  return `Sign in with SPID (click a person, no password) as one of these invented people:

${lines(({ spid, roles }) => spid && roles.length === 0)}

These work for the health service, and choose a role after signing in:

${lines(({ roles }) => roles.length > 0)}

They have no SPID; others act for them, or a desk does:

${lines(({ spid }) => !spid)}

Citizens have prescriptions ready: ${demo.prescriptions.length} in all, listed with what they show on the Prescriptions page.`
}

/** Who can be tried without signing in, with the number of the card. */
function cards(demo: Demo): string {
  return demo.people
    .flatMap(({ givenName, fiscalCode, card }) =>
      card ? [`  ${givenName.padEnd(8)}  ${fiscalCode}  ${card.number}  ${italian ? card.note : card.noteEn}`] : [],
    )
    .join('\n')
}

function welcome({ config, demo }: Region): string {
  return `
Sinfonia is up: ${config.publicUrl}

  Website           ${config.publicUrl}
  API               ${config.publicUrl}/api-docs
  Prescriptions     ${config.sandboxUrl}/sac/
  SMS and e-mail    ${config.sandboxUrl}/inbox
  Pay a notice      ${config.sandboxUrl}/pagopa

${table(demo)}

Join a vaccination campaign without signing in (${config.publicUrl}/vaccinazioni): fiscal code, health card, any Italian
mobile number such as 333 123 4567. The code arrives at ${config.sandboxUrl}/inbox.

${cards(demo)}

Ctrl-C stops everything. Data stays in ${config.dataDir}; "npm run reset" empties it.`
}

const asked = new AbortController()
// At Ctrl-C the signal comes twice: from the terminal, and from npm, which hands on its own.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => asked.abort())
asked.signal.addEventListener('abort', () => console.log('Stopping …'))
try {
  const region = await runRegion({ env: process.env, say: (line) => console.log(line), signal: asked.signal, buildWeb })
  console.log(welcome(region))
  const sentence = await Promise.race([region.broken, once(asked.signal, 'abort').then(() => undefined)])
  if (sentence) console.error(sentence)
  await region.stop()
  process.exit(sentence ? 1 : 0)
} catch (error) {
  if (error instanceof Stopped) process.exit(0)
  if (!(error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exit(1)
}
