// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { spawnSync } from 'node:child_process'
import { serverVariable, testServer } from './postgres.ts'

/** Runs test files (all of `src`, `db`, `scripts` and `test` when none is named) against one PostgreSQL server. */
const named = process.argv.slice(2)
const files =
  named.length > 0 ? named : ['{src,db,scripts,bench}/**/*.test.ts', 'test/*.test.ts', 'test/architecture/**/*.test.ts']
const server = await testServer()
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-reporter=dot', '--test-timeout=240000', ...files],
  {
    stdio: 'inherit',
    env: { ...process.env, [serverVariable]: server.url('').replace(/\/$/, '') },
  },
)
await server.stop()
process.exit(status ?? 1)
