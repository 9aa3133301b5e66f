// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { PgBoss } from 'pg-boss'
import type pg from 'pg'
import { withClient } from './client.ts'

const folder = new URL('./migrations/', import.meta.url)

interface Migration {
  name: string
  sql: string
  checksum: string
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

const supported = { lowest: 150_000, highest: 189_999 }

/**
 * Brings a database to the newest schema: applies the missing files of `db/migrations` in order, each in its own
 * transaction (a first line `-- no-transaction` runs the file alone), then installs the job queue.
 * Refuses when an applied file was changed or the server's version is not supported (15 to 18).
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const done: string[] = []
  await withClient(databaseUrl, async (client) => {
    const version = Number(
      (await client.query<{ v: string }>("select current_setting('server_version_num') as v")).rows[0]!.v,
    )
    if (version < supported.lowest || version > supported.highest) {
      throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is not supported: use a server from 15 to 18.`)
    }
    // One migrator at a time, also when several processes start together.
    await client.query("select pg_advisory_lock(hashtext('sinfonia.migrate'))")
    await client.query(
      'create table if not exists public.migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    )
    const applied = new Map(
      (await client.query<{ name: string; checksum: string }>('select name, checksum from public.migration')).rows.map(
        (row) => [row.name, row.checksum],
      ),
    )
    for (const { name, sql, checksum } of await readMigrations()) {
      const before = applied.get(name)
      if (before === checksum) continue
      if (before) throw new Error(`${name} was changed after it had been applied: put it back and add a new migration.`)
      await apply(client, name, sql, checksum)
      done.push(name)
    }
  })
  await installQueue(databaseUrl)
  return done
}

async function apply(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  const alone = sql.startsWith('-- no-transaction')
  try {
    if (!alone) await client.query('begin')
    await client.query(sql)
    await client.query('insert into public.migration (name, checksum) values ($1, $2)', [name, checksum])
    if (!alone) await client.query('commit')
  } catch (error) {
    if (!alone) await client.query('rollback')
    throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

async function installQueue(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: databaseUrl, supervise: false, schedule: false, max: 2 })
  boss.on('error', () => undefined) // start() below reports its own failure
  await boss.start()
  await boss.stop({ graceful: false })
  await withClient(databaseUrl, (client) =>
    client.query(`
      grant usage on schema pgboss to sinfonia_app;
      grant select, insert, update, delete on all tables in schema pgboss to sinfonia_app;
      grant execute on all functions in schema pgboss to sinfonia_app;
      grant usage, select on all sequences in schema pgboss to sinfonia_app`),
  )
}

if (import.meta.main) {
  const url = process.env['DATABASE_URL']
  if (!url) {
    console.error('DATABASE_URL is not set: give the address of the database to migrate.')
    process.exit(1)
  }
  const done = await migrate(url)
  console.log(done.length === 0 ? 'Nothing to apply: the schema is current.' : `Applied ${done.join(', ')}.`)
}
