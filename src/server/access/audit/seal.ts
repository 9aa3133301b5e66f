// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import { asSystem, type Db, type Tx } from '../../platform/database.ts'
import { beginning, chain, currentForm, digestOf, pack, signSeal, type Row, type Seal } from './chain.ts'
import { lastSeal, monthOf, nextMonth, readRows, sealedUpTo } from './rows.ts'

/** Rows under one seal; more only when one transaction wrote more. */
const mostRows = 10_000

/**
 * Seals every committed row that no seal covers yet. Requests pay nothing for it: rows are chained afterwards, in batches, by
 * one worker at a time.
 *
 * A row's place in the chain is the number of its transaction. PostgreSQL tells below which number no transaction is under way
 * any more; what lies below is complete, so a transaction that commits late is simply sealed later and never falls behind.
 *
 * @returns the seals made, none when another worker is sealing or nothing is new
 */
export async function sealAudit(db: Db, key: KeyObject, now: Date): Promise<Seal[]> {
  const made: Seal[] = []
  for (;;) {
    const seal = await asSystem(db, (tx) => sealNext(tx, key, now))
    if (!seal) return made
    made.push(seal)
  }
}

async function sealNext(tx: Tx, key: KeyObject, now: Date): Promise<Seal | undefined> {
  const { rows: mine } = await sql<{ mine: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('access.audit_seal')) as mine`.execute(tx)
  if (!mine[0]!.mine) return undefined
  const last = await lastSeal(tx)
  const complete = await completeBelow(tx)
  const done = await sealedUpTo(tx)
  mustGoOn(complete, done)
  for (const month of await monthsToSeal(tx, last, now)) {
    const from = done.get(month) ?? 0
    const rows = await readRows(tx, { month, from, to: complete }, mostRows)
    if (rows.length === 0) continue
    const to = rows.length < mostRows ? complete : rows.at(-1)!.position + 1
    return writeSeal(tx, key, { last, month, from, to, rows, now })
  }
  return undefined
}

/** The position below which every transaction has ended. */
async function completeBelow(tx: Tx): Promise<number> {
  const { rows } = await sql<{ below: number }>`
    select access.audit_position(pg_snapshot_xmin(pg_current_snapshot())) as below`.execute(tx)
  return rows[0]!.below
}

/** A dump put into a fresh server starts counting again: sealing waits until the owner has told it to go on. */
function mustGoOn(complete: number, done: ReadonlyMap<string, number>): void {
  if (complete >= Math.max(0, ...done.values())) return
  throw new Error(
    'The audit trail comes from another server: run "select access.continue_audit_after_restore()" as its owner.',
  )
}

/** From the month before the last seal to this one, or from the oldest row when nothing was sealed yet. */
async function monthsToSeal(tx: Tx, last: Seal | undefined, now: Date): Promise<string[]> {
  const { rows } = await sql<{ oldest: Date | null }>`
    select min(at) as oldest from access.audit_entry where ${last === undefined}`.execute(tx)
  const first = last ? monthBefore(last.sealedAt) : rows[0]?.oldest && monthOf(rows[0].oldest)
  const months: string[] = []
  for (let month = first; month && month <= monthOf(now); month = nextMonth(month)) months.push(month)
  return months
}

const monthBefore = (instant: Date): string =>
  monthOf(new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() - 1, 1)))

interface Batch {
  last: Seal | undefined
  month: string
  from: number
  to: number
  rows: readonly Row[]
  now: Date
}

async function writeSeal(tx: Tx, key: KeyObject, { last, month, from, to, rows, now }: Batch): Promise<Seal> {
  const previous = last?.head ?? beginning
  const sealed = chain(previous, rows)
  const packed = pack(sealed)
  const seal = signSeal(key, {
    number: (last?.number ?? 0) + 1,
    month,
    fromPosition: from,
    toPosition: to,
    rowCount: rows.length,
    total: (last?.total ?? 0) + rows.length,
    previous,
    head: sealed.at(-1)!.hash,
    rowsDigest: digestOf(packed),
    form: currentForm,
    sealedAt: now,
  })
  const stored = tx.withoutPlugins()
  await sql`
    insert into access.audit_seal (number, month, from_position, to_position, row_count, total, previous, head, rows_digest,
      form, sealed_at, key_id, signature)
    values (${seal.number}, ${month}, ${from}, ${to}, ${seal.rowCount}, ${seal.total}, ${previous}, ${seal.head},
      ${seal.rowsDigest}, ${seal.form}, ${now}, ${seal.keyId}, ${seal.signature})`.execute(stored)
  await sql`insert into access.audit_seal_rows (number, month, rows) values (${seal.number}, ${month}, ${packed})`.execute(
    stored,
  )
  return seal
}
