// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/database.ts'
import { inOrder, type Row, type Seal } from './chain.ts'

/**
 * Every column of a row but its position, as text and in an order that never changes (form 1). A column added later goes
 * into a new form.
 */
const rowColumns = sql`id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor_kind,
  person_id::text, session_id::text, role, organisation_id::text, appointment_id::text, client_id, method, level::text,
  patient_id::text, on_behalf_of::text, action, object_type, object_id::text, purpose, reason, outcome, request_id::text,
  host(address) as address`

type Read = { id: string; position: number } & Record<string, string | null>

function rowOf({ position, ...columns }: Read): Row {
  return { id: columns.id, position, values: Object.values(columns) }
}

/** Where rows are looked for: those of a month (UTC) from a position on, up to another. */
export interface Stretch {
  month: string
  from: number
  /** Exclusive. */
  to: number
}

/** The month after a month, both as first days. */
export function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return new Date(Date.UTC(year!, number!, 1)).toISOString().slice(0, 10)
}

/** The month (UTC) of an instant, as its first day. */
export const monthOf = (instant: Date): string => `${instant.toISOString().slice(0, 7)}-01`

/** Rows of a stretch in the order of the chain; `atLeast` of them when there are so many, and then whole transactions. */
export async function readRows(tx: Db | Tx, { month, from, to }: Stretch, atLeast?: number): Promise<Row[]> {
  const limit = atLeast === undefined ? sql`` : sql`fetch first ${atLeast} rows with ties`
  const { rows } = await sql<Read>`
    select position, ${rowColumns} from access.audit_entry
    where at >= ${`${month}T00:00:00Z`}::timestamptz and at < ${`${nextMonth(month)}T00:00:00Z`}::timestamptz
      and position >= ${from} and position < ${to}
    order by position ${limit}`.execute(tx.withoutPlugins())
  return inOrder(rows.map(rowOf))
}

type StoredSeal = Record<'number' | 'from_position' | 'to_position' | 'row_count' | 'total' | 'form', number> &
  Record<'previous' | 'head' | 'rows_digest' | 'signature', Buffer> & { month: string; sealed_at: Date; key_id: string }

const sealOf = (row: StoredSeal): Seal => ({
  number: row.number,
  month: row.month,
  fromPosition: row.from_position,
  toPosition: row.to_position,
  rowCount: row.row_count,
  total: row.total,
  previous: row.previous,
  head: row.head,
  rowsDigest: row.rows_digest,
  form: row.form,
  sealedAt: row.sealed_at,
  keyId: row.key_id,
  signature: row.signature,
})

/** Seals in order, from after a number on. */
export async function readSeals(tx: Db | Tx, after: number, limit: number): Promise<Seal[]> {
  const { rows } = await sql<StoredSeal>`
    select * from access.audit_seal where number > ${after} order by number limit ${limit}`.execute(tx.withoutPlugins())
  return rows.map(sealOf)
}

/** The newest seal, if any. */
export async function lastSeal(tx: Db | Tx): Promise<Seal | undefined> {
  const { rows } = await sql<StoredSeal>`select * from access.audit_seal order by number desc limit 1`.execute(
    tx.withoutPlugins(),
  )
  return rows[0] && sealOf(rows[0])
}

/** Where the next seal of each month begins: after its last one. */
export async function sealedUpTo(tx: Db | Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ month: string; upTo: number }>`
    select month, max(to_position) as "upTo" from access.audit_seal group by month`.execute(tx.withoutPlugins())
  return new Map(rows.map(({ month, upTo }) => [month, upTo]))
}
