// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'

export type Row = Record<string, unknown>

const batch = 5_000

/**
 * Inserts rows (keys are column names) many at a time: one JSON parameter per statement, turned into rows by PostgreSQL.
 * COPY would be refused on tables under row-level security. `conflict` is the tail of the statement, e.g. a refresh.
 */
export async function insertRows(
  client: pg.Client | pg.PoolClient,
  table: string,
  rows: readonly Row[],
  conflict = '',
): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = Object.keys(first)
    .map((column) => client.escapeIdentifier(column))
    .join(', ')
  const statement = `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb) ${conflict}`
  for (let start = 0; start < rows.length; start += batch) {
    await client.query(statement, [JSON.stringify(rows.slice(start, start + batch))])
  }
}

/** The tail of an insert that refreshes an existing row with the same key. */
export function refresh(key: string, columns: readonly string[]): string {
  return `on conflict (${key}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`
}

/** A range of days: from the first, up to but not including the last; open when not given. */
export function days(from: string | null | undefined, to?: string | null): string {
  return `[${from ?? ''},${to ?? ''})`
}
