// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { addressOf, ensureDatabase, freePort, startPostgres } from '../scripts/postgres.ts'
import { serverArguments } from '../src/server/platform/process.ts'

const root = resolve(import.meta.dirname, '..')

export interface Database {
  url: string
  /** The national sandbox's own. */
  sandboxUrl: string
  stop(): Promise<void>
}

/** PostgreSQL on a folder that is kept between runs, with durable commits and settings of its own; or the one of DATABASE_URL. */
export async function openDatabase(
  folder: string,
  fresh: boolean,
  settings: readonly string[] = [],
): Promise<Database> {
  const given = process.env['DATABASE_URL']
  if (given) {
    const name = `${new URL(given).pathname.slice(1)}_sandbox`
    await ensureDatabase(given, name)
    return { url: given, sandboxUrl: addressOf(given, name), stop: async () => undefined }
  }
  const data = join(folder, 'db')
  if (fresh) rmSync(data, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (process.getuid?.() === 0) chmodSync(folder, 0o711) // the database runs as another user when we are root
  const server = await startPostgres(data, { port: await freePort(), durable: true, settings })
  for (const name of ['sinfonia', 'sandbox']) await ensureDatabase(server.url('postgres'), name)
  return { url: server.url('sinfonia'), sandboxUrl: server.url('sandbox'), stop: server.stop }
}

export interface Process {
  url: string
  /** The most memory it has had resident so far, in MB; undefined where the system does not tell. */
  maxRssMb(): number | undefined
  /** Processor time it has used so far, in seconds; undefined where the system does not tell. */
  cpuSeconds(): number | undefined
  stop(): Promise<void>
}

async function untilUp(url: string, gone: Promise<unknown>): Promise<void> {
  let ended = false
  void gone.then(() => (ended = true))
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (ended) throw new Error(`${url}: the process ended before it was up.`)
    const answer = await fetch(url).catch(() => undefined) // nobody listens yet
    if (answer?.ok) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`${url}: not up within 30 s.`)
}

/**
 * Starts one of the product's programs as a process of its own, as `npm start` does, and waits until `health` answers.
 * BENCH_NODE_ARGS adds arguments for node, e.g. `--cpu-prof`.
 */
export async function startProcess(
  file: string,
  health: string,
  environment: (port: number) => Record<string, string>,
): Promise<Process> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const more = (process.env['BENCH_NODE_ARGS'] ?? '').split(' ').filter(Boolean)
  const child = spawn(process.execPath, [...serverArguments, ...more, join(root, file)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // it ends when we are gone,
    env: { ...process.env, ...environment(port) },
  })
  const gone = once(child, 'exit')
  await untilUp(url + health, gone)
  return {
    url,
    maxRssMb() {
      if (process.platform !== 'linux') return undefined
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
      return peak ? Number(peak[1]) / 1024 : undefined
    },
    cpuSeconds() {
      if (process.platform !== 'linux') return undefined
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) / 100 // user and system time in ticks, of which Linux counts 100 a second
    },
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
