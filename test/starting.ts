// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../scripts/postgres.ts'

const root = resolve(import.meta.dirname, '..')
const folders: string[] = []
const running = new Set<ChildProcess>()

/** An empty folder, into which also the user of the embedded server may pass. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sinfonia-start-'))
  chmodSync(folder, 0o711)
  folders.push(folder)
  return folder
}

/** No start and no stop takes longer than this, in milliseconds, beside all the other tests on the slowest machine they know. */
const patience = 150_000

/** Ends what a failed test left running, and removes the folders. */
export function cleanUp(): void {
  for (const { pid } of running) process.kill(-pid!, 'SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** A data folder and free ports: all that a start needs to be told beside others. */
export async function settings(dataDir = aFolder()) {
  const [port, sandbox, smtp, cards] = [await freePort(), await freePort(), await freePort(), await freePort()]
  return {
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandbox),
    SANDBOX_SMTP_PORT: String(smtp),
    CNS_PORT: String(cards),
    DATABASE_URL: '',
    // These tests may run inside a machine of which somebody already set the size or the addresses.
    REGION_SCALE: '',
    PUBLIC_URL: '',
    SANDBOX_URL: '',
  }
}
export type Settings = Awaited<ReturnType<typeof settings>>

export interface Started {
  pid: number
  said: () => string
  /** Exit code; a signal's name when one ended it. */
  ended(): Promise<number | string | null>
  /** Waits until something was said; fails with everything that was said when the program ends instead. */
  says(text: string, times?: number): Promise<void>
}

/** Starts `npm <args>` or a file under scripts/ as a terminal does: with a process group of its own. */
export function run(
  program: string,
  env: Partial<Settings> & Record<string, string>,
  args: string[] = [],
  input?: string,
): Started {
  const [file, first] = program === 'npm' ? ['npm', []] : [process.execPath, [join(root, 'scripts', program)]]
  const child = spawn(file, [...first, ...args], { cwd: root, detached: true, env: { ...process.env, ...env } })
  running.add(child)
  child.stdin.end(input ?? '')
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  let over = false
  const closed = once(child, 'close').then(([code, signal]) => {
    over = true
    running.delete(child)
    return (code ?? signal) as number | string | null
  })
  const ended = async () => {
    const late = sleep(patience, undefined, { ref: false }).then(() => assert.fail(`It does not end:\n${text}`))
    return Promise.race([closed, late])
  }
  return {
    pid: child.pid!,
    said: () => text,
    ended,
    async says(wanted, times = 1) {
      const last = Date.now() + patience
      while (text.split(wanted).length <= times) {
        assert.ok(!over && Date.now() < last, text)
        await sleep(50)
      }
    },
  }
}

/** The sentence, and nothing else, with which a start that cannot work ends; exit code 1. */
export async function refusal(env: Partial<Settings>): Promise<string> {
  const started = run('start.ts', env)
  assert.equal(await started.ended(), 1, started.said())
  const lines = started
    .said()
    .split('\n')
    .filter((line) => line && !line.endsWith('…'))
  assert.equal(lines.length, 1, started.said())
  return lines[0]!
}

/** Numbers of the processes that have the folder in their settings or arguments, and a part of the command line. */
export function processesOn(folder: string, part = ''): number[] {
  return execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .filter((line) => line.includes(folder) && line.includes(part) && !line.includes(' ps axeww'))
    .map((line) => Number(line.trim().split(' ')[0]))
}

/** Insists that within ten seconds nothing runs on a folder. */
export async function noneLeft(folder: string): Promise<void> {
  for (let waited = 0; processesOn(folder).length > 0 && waited < 100; waited += 1) await sleep(100)
  assert.deepEqual(processesOn(folder), [])
}
