// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { browserProgram } from './browser/chromium.ts'
import { serverVariable, testServer, type TestServer } from './postgres.ts'

/** Runs test files (all of `src`, `db`, `scripts` and `test` when none is named) against one PostgreSQL server. */
const named = process.argv.slice(2)
const patterns =
  named.length > 0 ? named : ['{src,db,scripts,bench}/**/*.test.ts', 'test/*.test.ts', 'test/architecture/**/*.test.ts']
const files = globSync(patterns).toSorted()
if (files.length === 0) throw new Error(`No test file matches ${patterns.join(' ')}`)

/** One more than the smallest machine has processors: there is always one that waits for the database or a browser. */
const processes = 3
/**
 * To read the product takes two seconds of a processor, so neighbouring files share a process that reads it once. A journey
 * has a browser and a worker that go on until its process ends, and a script has processes of its own: each gets its own.
 */
const [scripts, journeys] = [files.filter(isScript), files.filter(isJourney)]
const others = files.filter((file) => !isScript(file) && !isJourney(file))
const filesPerProcess = Math.min(8, Math.ceil(others.length / processes))
const shared = [...inGroups(others, filesPerProcess), ...inGroups(journeys, 1)]
// The longest begin, so that the last to end are short: scripts make whole regions, else the larger files are the longer.
const largerFirst = (a: string[], b: string[]): number => sizeOf(b) - sizeOf(a)
const groups = [...inGroups(scripts, 1).toSorted(largerFirst), ...shared.toSorted(largerFirst)]

const server = await testServer()
if (journeys.length > 0) process.env['CHROMIUM_PATH'] = await browserProgram() // unpacked before two processes want it
const failed: string[][] = []
const times: { seconds: number; group: string[] }[] = []
await Promise.all(
  Array.from({ length: processes }, async () => {
    for (let group = groups.shift(); group; group = groups.shift()) {
      const started = performance.now()
      if (!(await passes(group, server))) failed.push(group)
      times.push({ seconds: (performance.now() - started) / 1000, group })
    }
  }),
)
await server.stop()
const slowest = times.toSorted((a, b) => b.seconds - a.seconds).slice(0, 5)
process.stdout.write('\nSlowest:\n')
for (const { seconds, group } of slowest)
  process.stdout.write(`${seconds.toFixed(0).padStart(5)} s  ${group.join(' ')}\n`)
for (const group of failed) process.stderr.write(`\nFailed. Run it alone with: node test/run.ts ${group.join(' ')}\n`)
process.exit(failed.length > 0 ? 1 : 0)

function isScript(file: string): boolean {
  return file.startsWith('scripts')
}

function isJourney(file: string): boolean {
  return file.includes(join('test', 'browser'))
}

function inGroups(all: string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))
}

/** Bytes of the files. */
function sizeOf(group: string[]): number {
  return group.reduce((sum, file) => sum + statSync(file).size, 0)
}

// Not spawnSync: while this process would stand still, nobody would read the log of PostgreSQL, which then waits too.
async function passes(group: string[], { url, folder }: TestServer): Promise<boolean> {
  const tests = spawn(
    process.execPath,
    ['--test', '--test-isolation=none', '--test-force-exit', '--test-reporter=dot', '--test-timeout=240000', ...group],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        [serverVariable]: url(''),
        TMPDIR: folder,
        NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/node'),
      },
    },
  )
  const [status] = (await once(tests, 'close')) as [number | null]
  return status === 0
}
