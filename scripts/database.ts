// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startPostgres, type EmbeddedServer } from './postgres.ts'

/**
 * The embedded database of `npm start`, as a process of its own in a process group of its own: Ctrl-C reaches the server
 * first, and when the parent is gone for whatever reason the database stops too.
 */
const [folder = '', wishedPort = ''] = process.argv.slice(2)
const data = join(folder, 'db')
const complete = join(folder, 'db.complete')
const postmaster = join(data, 'postmaster.pid')

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // alive, but not ours
  }
}

/** A database left behind by a start that was killed: it is asked to stop before a new one takes the folder. */
async function stopLeftOver(): Promise<void> {
  if (!existsSync(postmaster)) return
  const pid = Number(readFileSync(postmaster, 'utf8').split('\n')[0])
  if (!pid || !alive(pid)) {
    rmSync(postmaster)
    return
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; alive(pid) && waited < 100; waited += 1) await new Promise((done) => setTimeout(done, 100))
  if (alive(pid)) throw new Error(`An old database process (${pid}) does not stop: stop it, then start again.`)
}

async function start(): Promise<EmbeddedServer> {
  if (existsSync(data) && !existsSync(complete)) {
    throw new Error(
      `The database folder ${data} is half-written, left by an interrupted first start: run "npm run reset" and start again.`,
    )
  }
  await stopLeftOver()
  mkdirSync(folder, { recursive: true })
  if (process.getuid?.() === 0) chmodSync(folder, 0o711) // the database runs as another user when we are root
  try {
    const server = await startPostgres(data, {
      port: Number(wishedPort) || (await freePort()),
      durable: true,
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

try {
  const server = await start()
  process.send?.({ url: server.url('') })
  let asked = false
  const stop = async () => {
    asked = true
    await server.stop()
  }
  process.once('disconnect', () => void stop())
  process.once('SIGTERM', () => void stop())
  await server.ended
  process.exit(asked ? 0 : 1) // the parent hears of a database that ended by itself
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) }, () => process.exit(1))
}
