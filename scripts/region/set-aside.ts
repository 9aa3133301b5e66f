// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { withClient } from '../../db/client.ts'

/**
 * Takes indexes, keys, uniqueness and the triggers away from tables that are about to be filled, and notes in
 * `registry.set_aside` how to bring each back; checks stay, and the primary keys that others refer to. Tables under
 * row-level security are opened to their owner, whom COPY would otherwise refuse: `closeTables` undoes that and wakes the
 * triggers. Returns the tables whose rows can be copied as frozen. Part of the caller's transaction.
 */
export async function setAside(client: pg.Client, tables: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ relation: string; drop: string; restore: string[] }>(
    `select c.conrelid::regclass::text as relation,
            format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
            case c.contype when 'f' then array[
              format('alter table %s add constraint %I %s not valid', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)),
              format('alter table %s validate constraint %I', c.conrelid::regclass, c.conname)
            ] else array[
              format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
            ] end as restore,
            c.contype = 'f' as later
     from pg_constraint c
     where c.conrelid = any($1::regclass[]) and c.contype in ('f', 'p', 'u', 'x')
       and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid and f.oid <> c.oid and c.contype <> 'f')
     union all
     select i.indrelid::regclass::text, format('drop index %s', i.indexrelid::regclass), array[pg_get_indexdef(i.indexrelid)], false
     from pg_index i
     where i.indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
     order by later, relation, restore`,
    [tables],
  )
  for (const { relation, drop, restore } of rows) {
    for (const statement of restore)
      await client.query('insert into registry.set_aside (relation, statement) values ($1, $2)', [relation, statement])
    await client.query(drop)
  }
  for (const table of await fenced(client, tables))
    await client.query(`alter table ${table} no force row level security`)
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`)
  // Empty already; but what is emptied in the same transaction needs no write-ahead log where nobody replicates.
  const { rows: alone } = await client.query<{ name: string }>(
    `select t::text as name from unnest($1::regclass[]) t where not exists (select from pg_constraint where contype = 'f' and confrelid = t)`,
    [tables],
  )
  const names = alone.map(({ name }) => name)
  await client.query(`truncate ${names.join(', ')}`)
  return new Set(names)
}

/** Tables among these that stand behind row-level security. */
async function fenced(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select oid::regclass::text as name from pg_class where oid = any($1::regclass[]) and relrowsecurity',
    [tables],
  )
  return rows.map(({ name }) => name)
}

/**
 * Puts the owner of the tables behind row-level security again, wakes their triggers, and declares their foreign keys,
 * which `restore` then checks. Part of the transaction that opened them.
 */
export async function closeTables(client: pg.Client, tables: readonly string[]): Promise<void> {
  for (const table of await fenced(client, tables)) await client.query(`alter table ${table} force row level security`)
  for (const table of tables) await client.query(`alter table ${table} enable trigger user`)
  const { rows } = await client.query<{ statement: string }>(
    `delete from registry.set_aside where statement like '% not valid' returning statement`,
  )
  for (const { statement } of rows) await client.query(statement)
}

interface Restored {
  done: number
  total: number
}

/**
 * Brings back what was set aside, each checked by PostgreSQL against every row, two tables at a time, and counts the
 * tables anew. Each is crossed off with its coming back, so that an interrupted run can go on.
 */
export async function restore(databaseUrl: string, told: (progress: Restored) => void): Promise<void> {
  const { rows: waiting } = await withClient(databaseUrl, (client) =>
    client.query<{ id: string; relation: string; statement: string }>(
      // The largest table first, and its longest statement: the index that keeps periods apart. Nobody waits for it alone at the end.
      `select id, relation, statement from registry.set_aside
       order by pg_relation_size(relation::regclass) desc, relation, statement ilike '% validate constraint %', statement !~* ' exclude using ', id`,
    ),
  )
  let done = 0
  async function bring(client: pg.Client, { id, statement }: { id: string; statement: string }): Promise<void> {
    await client.query('begin')
    await client.query(statement)
    await client.query('delete from registry.set_aside where id = $1', [id])
    await client.query('commit')
    told({ done: (done += 1), total: waiting.length })
  }
  const byTable = [...Map.groupBy(waiting, (one) => one.relation)]
  const worker = (): Promise<void> =>
    withClient(databaseUrl, async (client) => {
      await prepare(client)
      for (let table = byTable.shift(); table; table = byTable.shift()) {
        const [name, all] = table
        for (const one of all) await bring(client, one)
        await client.query(`analyze ${name}`)
      }
    })
  const ends = await Promise.allSettled([worker(), worker()]) // when one fails, the other is not left at work behind our back
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

async function prepare(client: pg.Client): Promise<void> {
  await client.query(
    "set app.role = 'system'; set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '128MB'",
  )
}

/** Throws unless everything that was set aside is in force again, on every row. */
export async function assertRestored(client: pg.Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ what: string }>(
    `select statement as what from registry.set_aside
     union all select conname from pg_constraint where conrelid = any($1::regclass[]) and not convalidated
     union all select indexrelid::regclass::text from pg_index where indrelid = any($1::regclass[]) and not indisvalid
     union all select tgname from pg_trigger where tgrelid = any($1::regclass[]) and tgenabled <> 'O'
     union all select oid::regclass::text from pg_class where oid = any($1::regclass[]) and relrowsecurity and not relforcerowsecurity`,
    [tables],
  )
  if (rows.length > 0) throw new Error(`Not in force after the load: ${rows.map(({ what }) => what).join('; ')}`)
}
