// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPostgres, stopLeftOver, type EmbeddedServer } from './postgres.ts'

/**
 * The embedded database of `npm start`, as a process of its own in a process group of its own: Ctrl-C reaches the server
 * first, and when the parent is gone for whatever reason the database stops too.
 */
const [folder = '', wishedPort = '', ...settings] = process.argv.slice(2)
const data = join(folder, 'db')
const complete = join(folder, 'db.complete')

async function start(): Promise<EmbeddedServer> {
  if (existsSync(data) && !existsSync(complete) && readdirSync(data).length > 0) {
    throw new Error(
      `The database folder ${data} is half-written, left by an interrupted first start: run "npm run reset" and start again.`,
    )
  }
  await stopLeftOver(data)
  mkdirSync(folder, { recursive: true })
  if (process.getuid?.() === 0) chmodSync(folder, 0o711) // the database runs as another user when we are root
  try {
    const server = await startPostgres(data, {
      port: Number(wishedPort) || (await freePort()),
      durable: true,
      settings,
    })
    writeFileSync(complete, 'The database folder is whole.\n')
    return server
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `The database in ${data} does not start (${reason}): run "npm run reset" to begin with an empty one.`,
      { cause: error },
    )
  }
}

let server: EmbeddedServer | undefined
let asked = false
function stop(): void {
  asked = true
  void server?.stop()
}
process.once('disconnect', stop)
process.once('SIGTERM', stop)
try {
  server = await start()
  if (asked) await server.stop() // while it was starting
  else process.send?.({ url: server.url('') })
  await server.ended
  process.exit(asked ? 0 : 1) // the parent hears of a database that ended by itself
} catch (error) {
  if (!process.connected) process.exit(1)
  process.send?.({ error: error instanceof Error ? error.message : String(error) }, () => process.exit(1))
}
