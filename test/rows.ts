// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'

interface Column {
  name: string
  type: string
  kind: string
  required: boolean
  /** What a foreign key points to, when it is of one column. */
  parent: string | null
  parentColumn: string | null
}

const columnsOf = `
  select a.attname as name, format_type(t.oid, null) as type, t.typtype as kind,
         a.attnotnull and not a.atthasdef as required, c.confrelid::regclass::text as parent,
         (select attname from pg_attribute p where p.attrelid = c.confrelid and p.attnum = c.confkey[1]) as "parentColumn"
  from pg_attribute a
  join pg_type t on t.oid = case (select typtype from pg_type where oid = a.atttypid) when 'd'
    then (select typbasetype from pg_type where oid = a.atttypid) else a.atttypid end
  left join pg_constraint c on c.conrelid = a.attrelid and c.contype = 'f' and c.conkey = array[a.attnum]
  where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
  order by a.attnum`

const plain: Record<string, string> = {
  uuid: `gen_random_uuid()`,
  bytea: `'\\x00'`,
  date: `current_date`,
  boolean: `true`,
  json: `'{}'`,
  jsonb: `'{}'`,
  inet: `'127.0.0.1'`,
  'timestamp with time zone': `now()`,
  'time without time zone': `'12:00'`,
}
const number = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'])

function valueFor({ type, kind }: Column): string {
  if (type.endsWith('[]')) return `'{}'`
  if (kind === 'r') return `'empty'::${type}`
  return plain[type] ?? (number.has(type) ? '1' : `'x'`)
}

/**
 * Puts a row about a person into a table that no story reaches: what holds rows together (checks, references) is put aside, so
 * that it works for tables that come later too. References to what is hers point to it.
 */
export async function aRowAbout(owner: pg.Pool, table: string, personId: string): Promise<void> {
  const { rows: columns } = await owner.query<Column>(columnsOf, [table])
  const { rows: checks } = await owner.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('c', 'x')`,
    [table],
  )
  const client = await owner.connect()
  try {
    await client.query(`begin; set local session_replication_role = replica; set local "app.role" = 'system'`)
    for (const { name } of checks) await client.query(`alter table ${table} drop constraint ${name}`)
    const about = (column: Column): string | undefined => {
      const { name, parent, parentColumn, required } = column
      if (parent === 'registry.person' || /^(patient|person)_id$/.test(name)) return `'${personId}'`
      if (parent) return `coalesce((select ${parentColumn} from ${parent} limit 1), ${valueFor(column)})`
      return required ? valueFor(column) : undefined
    }
    const set = columns.flatMap((column) => {
      const value = about(column)
      return value ? [[column.name, value]] : []
    })
    await client.query(
      `insert into ${table} (${set.map(([name]) => name).join()}) select ${set.map(([, value]) => value).join()}`,
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`No row for ${table}`, { cause: error })
  } finally {
    client.release()
  }
}
