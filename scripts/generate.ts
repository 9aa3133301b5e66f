// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { migrate } from '../db/migrate.ts'
import { createApp } from '../src/server/app.ts'
import { readConfig } from '../src/server/platform/config.ts'
import { rooms } from '../src/server/rooms.ts'
import { accessMatrix } from './access-matrix.ts'
import { ensureDatabase, freePort, startPostgres, throwAwayFolder } from './postgres.ts'

/**
 * Writes the generated files: `db/types.ts` from the migrated schema, `openapi.json` from the routes and
 * `src/web/api.schema.ts` from `openapi.json`, and the page of who may do what. With `--check` it fails when a committed one differs.
 */
const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const folder = throwAwayFolder()
const server = await startPostgres(join(folder, 'db'), { port: await freePort(), durable: false })
try {
  await ensureDatabase(server.url('postgres'), 'sinfonia')
  const databaseUrl = server.url('sinfonia')
  await migrate(databaseUrl)
  execFileSync(
    bin('kysely-codegen'),
    [
      '--dialect',
      'postgres',
      '--url',
      databaseUrl,
      '--camel-case',
      '--date-parser',
      'string',
      '--numeric-parser',
      'number',
      '--default-schema',
      'public',
      '--exclude-pattern',
      '{public,pgboss}.*',
      '--type-mapping',
      '{"int8":"number"}',
      '--out-file',
      join(root, 'db/types.ts'),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const { app, close } = await createApp(
    readConfig({ DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', DATA_DIR: folder }),
  )
  await app.ready()
  writeFileSync(join(root, 'openapi.json'), `${JSON.stringify(app.swagger(), null, 2)}\n`)
  writeFileSync(join(root, 'docs/access-matrix.md'), accessMatrix(app.swagger(), rooms))
  await close()
  execFileSync(bin('openapi-typescript'), ['openapi.json', '-o', 'src/web/api.schema.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
if (process.argv.includes('--check')) {
  const changed = execFileSync(
    'git',
    ['status', '--porcelain', 'db/types.ts', 'openapi.json', 'src/web/api.schema.ts', 'docs/access-matrix.md'],
    { cwd: root, encoding: 'utf8' },
  )
  if (changed) {
    console.error(`Generated files are not current: run npm run generate and commit.\n${changed}`)
    process.exit(1)
  }
}
