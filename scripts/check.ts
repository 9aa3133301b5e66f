// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawnSync } from 'node:child_process'

/** Everything that must hold before a change lands, in the order in which failures are cheapest. `npm test` runs it. */
const steps: [name: string, command: string[]][] = [
  ['types', ['npm', 'run', '-s', 'types']],
  ['lint and format', ['npm', 'run', '-s', 'lint']],
  ['borders', ['npm', 'run', '-s', 'borders']],
  ['generated files are current', ['node', 'scripts/generate.ts', '--check']],
  ['website builds', ['npm', 'run', '-s', 'build:web']],
  ['unit, integration and architecture tests', ['node', 'test/run.ts']],
  ['browser journeys', ['node', 'test/run.ts', 'test/browser/**/*.test.ts']],
]

/** A step that takes longer, in milliseconds, hangs: it is ended and has failed. */
const longest = 10 * 60_000

const times: string[] = []
for (const [name, [command = '', ...args]] of steps) {
  console.log(`\n── ${name}`)
  const started = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'inherit', timeout: longest })
  times.push(`${((performance.now() - started) / 1000).toFixed(0).padStart(5)} s  ${name}`)
  if (status !== 0) {
    console.error(`\nFailed: ${name}. Run it alone with: ${[command, ...args].join(' ')}`)
    process.exit(1)
  }
}
console.log(`\nAll green.\n${times.join('\n')}`)
