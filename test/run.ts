// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { serverVariable, testServer } from './postgres.ts'

/** Runs test files (all of `src`, `db`, `scripts` and `test` when none is named) against one PostgreSQL server. */
const named = process.argv.slice(2)
const files =
  named.length > 0 ? named : ['{src,db,scripts,bench}/**/*.test.ts', 'test/*.test.ts', 'test/architecture/**/*.test.ts']
const server = await testServer()
// Not spawnSync: while this process would stand still, nobody would read the log of PostgreSQL, which then waits too.
const tests = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=dot', '--test-timeout=240000', ...files],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      [serverVariable]: server.url(''),
      TMPDIR: server.folder,
      // Each file is a process of its own that reads most of the product: compiled once, it starts in half the time.
      NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/node'),
    },
  },
)
const [status] = (await once(tests, 'close')) as [number | null]
await server.stop()
process.exit(status ?? 1)
