// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { KeyObject } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import type { Anchor } from './anchors.ts'
import {
  beginning,
  currentForm,
  digestOf,
  hashOf,
  isSigned,
  unpack,
  type Row,
  type Seal,
  type SealedRow,
} from './chain.ts'
import { lastSeal, monthOf, nextMonth, readRows, readSeals, sealedUpTo } from './rows.ts'

/** What is wrong with the audit trail, and where exactly. */
export interface Problem {
  kind: 'removed' | 'changed' | 're-ordered' | 'inserted' | 'seal' | 'anchor' | 'unsealed'
  /** Number of the seal concerned. */
  seal?: number
  /** Id of the row concerned. */
  row?: string
  message: string
}

export interface Verification {
  /** Rows compared with their hash. */
  rows: number
  seals: number
  /** Rows of months that were forgotten at the end of their time; their seals still hold the chain together. */
  forgotten: number
  /** Rows too young to be sealed. */
  unsealed: number
  problems: Problem[]
}

export interface Evidence {
  keys: ReadonlyMap<string, KeyObject>
  anchors: readonly Anchor[]
  keepYears: number
  now: Date
  /** First day of the month to begin with; the seal before it is taken as it is. */
  since?: string
}

/** Milliseconds after which a row without a seal means that sealing stands still or that the row was slipped in. */
const longestUnsealed = 15 * 60_000
/** Problems after which the verifier stops: the first ones tell where to look. */
const mostProblems = 20

/**
 * Reads the whole trail in one snapshot (open the transaction as repeatable read) and compares each row with the hash that was
 * sealed, each seal with its signature and with the seal before, and the newest seal with what was noted elsewhere.
 */
export async function verifyAudit(tx: Tx, evidence: Evidence): Promise<Verification> {
  const found: Verification = { rows: 0, seals: 0, forgotten: 0, unsealed: 0, problems: [] }
  let before = evidence.since ? await sealBefore(tx, evidence.since) : undefined
  const upTo = new Map<string, number>()
  for await (const seal of seals(tx, before?.number ?? 0)) {
    found.seals += 1
    found.problems.push(...sealProblems(seal, before, upTo.get(seal.month), evidence))
    await checkRows(tx, seal, evidence, found)
    upTo.set(seal.month, seal.toPosition)
    before = seal
    if (found.problems.length >= mostProblems) return found
  }
  found.problems.push(...(await anchorProblems(tx, evidence)))
  await checkUnsealed(tx, evidence, found)
  return found
}

async function* seals(tx: Tx, after: number): AsyncGenerator<Seal> {
  const page = 500
  for (let number = after; ;) {
    const next = await readSeals(tx, number, page)
    yield* next
    if (next.length < page) return
    number = next.at(-1)!.number
  }
}

async function sealBefore(tx: Tx, month: string): Promise<Seal | undefined> {
  const { rows } = await sql<{ first: number | null }>`
    select min(number) as first from access.audit_seal where month >= ${month}`.execute(tx)
  const first = rows[0]?.first
  if (!first) return lastSeal(tx)
  return first > 1 ? (await readSeals(tx, first - 2, 1))[0] : undefined
}

const day = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`

function sealProblems(
  seal: Seal,
  before: Seal | undefined,
  goesOnFrom: number | undefined,
  { keys, since }: Evidence,
): Problem[] {
  const say = (message: string): Problem => ({ kind: 'seal', seal: seal.number, message })
  const expected = (before?.number ?? 0) + 1
  if (seal.number !== expected)
    return [say(`Seal ${expected} is gone: ${seal.number} follows (sealed ${day(seal.sealedAt)}).`)]
  if (!keys.has(seal.keyId)) return [say(`Seal ${seal.number} is signed with a key that is not known (${seal.keyId}).`)]
  if (!isSigned(keys, seal)) return [say(`Seal ${seal.number} was changed: its signature does not hold.`)]
  const follows =
    seal.previous.equals(before?.head ?? beginning) &&
    seal.total === (before?.total ?? 0) + seal.rowCount &&
    (goesOnFrom === undefined && since !== undefined ? true : seal.fromPosition === (goesOnFrom ?? 0))
  return follows ? [] : [say(`Seal ${seal.number} does not go on from seal ${seal.number - 1}.`)]
}

async function checkRows(tx: Tx, seal: Seal, evidence: Evidence, found: Verification): Promise<void> {
  const kept = await keptRows(tx, seal)
  if (isForgotten(seal, evidence)) {
    found.forgotten += seal.rowCount
    return
  }
  if (seal.form !== currentForm) throw new Error(`Seal ${seal.number} has form ${seal.form}: use a newer verifier.`)
  if (!kept || !digestOf(kept).equals(seal.rowsDigest)) {
    const message = `The list of rows of seal ${seal.number} is ${kept ? 'changed' : 'gone'}.`
    found.problems.push({ kind: 'seal', seal: seal.number, message })
    return
  }
  const sealed = unpack(kept)
  const rows = await readRows(tx, { month: seal.month, from: seal.fromPosition, to: seal.toPosition })
  found.rows += rows.length
  found.problems.push(...(await compare(tx, seal, sealed, rows)))
}

async function keptRows(tx: Tx, { number }: Seal): Promise<Buffer | undefined> {
  const { rows } = await sql<{
    rows: Buffer
  }>`select rows from access.audit_seal_rows where number = ${number}`.execute(tx)
  return rows[0]?.rows
}

/** Whether the law of retention let the month of a seal go: the seal is signed, so its age cannot be made up. */
function isForgotten({ month }: Seal, { now, keepYears }: Evidence): boolean {
  const oldest = new Date(now)
  oldest.setUTCFullYear(oldest.getUTCFullYear() - keepYears)
  return month < monthOf(oldest)
}

/** Differences between what was sealed and what is there, in the order of the chain. */
async function compare(tx: Tx, seal: Seal, sealed: readonly SealedRow[], rows: readonly Row[]): Promise<Problem[]> {
  const problems: Problem[] = []
  const there = new Map(rows.map((row) => [row.id, row]))
  const known = new Set(sealed.map(({ id }) => id))
  const order = rows.filter(({ id }) => known.has(id))
  let place = 0
  for (const [i, { id, hash }] of sealed.entries()) {
    const row = there.get(id)
    const say = (kind: Problem['kind'], what: string) =>
      problems.push({
        kind,
        seal: seal.number,
        row: id,
        message: `Row ${id} (number ${i + 1} of ${sealed.length} under seal ${seal.number}) ${what}.`,
      })
    if (!row) {
      const elsewhere = await isElsewhere(tx, id)
      say(elsewhere ? 're-ordered' : 'removed', elsewhere ? 'was moved to another place' : 'was removed')
      continue
    }
    if (order[place]?.id !== id && !problems.some(({ kind }) => kind === 're-ordered'))
      say('re-ordered', `is not in its place: ${order[place]?.id ?? 'nothing'} is there`)
    place += 1
    const previous = sealed[i - 1]?.hash ?? seal.previous
    if (!hashOf(previous, row).equals(hash)) say('changed', 'was changed')
  }
  for (const { id } of rows.filter((row) => !known.has(row.id)))
    problems.push({
      kind: 'inserted',
      seal: seal.number,
      row: id,
      message: `Row ${id} was slipped in under seal ${seal.number}.`,
    })
  return problems
}

async function isElsewhere(tx: Tx, id: string): Promise<boolean> {
  const { rows } = await sql`select from access.audit_entry where id = ${id}::uuid limit 1`.execute(tx)
  return rows.length > 0
}

/** Seals noted outside of the database that the database no longer has. */
async function anchorProblems(tx: Tx, { anchors, keys }: Evidence): Promise<Problem[]> {
  const newest = await lastSeal(tx)
  const problems: Problem[] = []
  for (const { number, head, sealedAt, keyId } of anchors.filter((anchor) => keys.has(anchor.keyId))) {
    const seal = (await readSeals(tx, number - 1, 1)).find((one) => one.number === number)
    if (seal?.head.toString('hex') === head) continue
    const message = seal
      ? `Seal ${number} is not the one noted on ${sealedAt} (key ${keyId}).`
      : `The newest rows were removed: seal ${number} was noted on ${sealedAt}, the last there is ${newest?.number ?? 0}.`
    problems.push({ kind: 'anchor', seal: number, message })
  }
  return problems.slice(0, 1)
}

/** Counts rows after the last seal of each month; old ones, or rows of months that were closed long ago, are a problem. */
async function checkUnsealed(tx: Tx, { now, since }: Evidence, found: Verification): Promise<void> {
  const done = await sealedUpTo(tx)
  const limit = new Date(now.getTime() - longestUnsealed)
  for (const { month, starts, ends } of await ranges(tx, now, since)) {
    const { rows } = await sql<{ count: number; oldest: Date | null; id: string | null }>`
      select count(*) as count, min(at) as oldest, (array_agg(id::text order by at))[1] as id from access.audit_entry
      where at >= ${starts}::timestamptz and at < ${ends}::timestamptz and position >= ${done.get(month) ?? 0}`.execute(
      tx,
    )
    const { count, oldest, id } = rows[0]!
    found.unsealed += count
    if (!oldest || (oldest > limit && oldest < now)) continue
    const message = `${count} rows have no seal, the oldest from ${day(oldest)}: ${id}.`
    found.problems.push({ kind: 'unsealed', ...(id && { row: id }), message })
  }
}

/** Every month that rows may lie in, and what lies before and after them all. */
async function ranges(tx: Tx, now: Date, since: string | undefined) {
  const { rows } = await sql<{ month: string }>`
    select to_char(to_date(right(c.relname, 7), 'YYYY_MM'), 'YYYY-MM-DD') as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'access.audit_entry'::regclass and c.relname ~ '_\\d{4}_\\d\\d$'`.execute(tx)
  const known = [...rows.map((row) => row.month), monthOf(now)].toSorted()
  const first = since ?? known[0]!
  const end = nextMonth(known.at(-1)!)
  const all = since ? [] : [{ month: '', starts: '-infinity', ends: `${first}T00:00:00Z` }]
  for (let month = first; month < end; month = nextMonth(month))
    all.push({ month, starts: `${month}T00:00:00Z`, ends: `${nextMonth(month)}T00:00:00Z` })
  return [...all, { month: '', starts: `${end}T00:00:00Z`, ends: 'infinity' }]
}
