// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'

/** A row may still be on its way for this long, in milliseconds: no transaction of ours lives longer. */
const settled = 5 * 60_000
/** Rows under one seal, at most. */
const mostRows = 20_000

type Seal = {
  number: number
  firstId: string
  lastId: string
  rowCount: number
  digest: Buffer
  sealedAt: Date
  chain: Buffer
}

/** Every column of a row as one text, in an order that never changes. */
const rowText = sql<string>`concat_ws('|', id, at at time zone 'UTC', kind, provider, request_id, request_issued_at at time zone 'UTC',
  response_id, response_issued_at at time zone 'UTC', response_issuer, assertion_id, subject, subject_qualifier, outcome,
  session_id, key_id, encode(document, 'hex'))`

/**
 * Seals what has come into the register since the last seal. Runs as a job: a login pays nothing for it. Two workers
 * at once make one chain, the second waits for the first.
 *
 * @returns how many rows were sealed
 */
export async function sealLog(db: Db, key: Buffer, now: Date): Promise<number> {
  return asSystem(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('access.sign_in_seal'))`.execute(tx)
    const last = await lastSeal(tx)
    const before = new Date(now.getTime() - settled)
    const rows = await rowsAfter(tx, last?.lastId, undefined, before)
    const [first] = rows
    const end = rows.at(-1)
    if (!first || !end) return 0
    const seal = {
      number: (last?.number ?? 0) + 1,
      firstId: first.id,
      lastId: end.id,
      rowCount: rows.length,
      digest: digestOf(rows),
      sealedAt: now,
    }
    const chain = chainOf(key, seal, last?.chain)
    await tables<'access'>(tx)
      .insertInto('access.signInSeal')
      .values({ ...seal, chain })
      .execute()
    return rows.length
  })
}

/**
 * Checks the whole register against its seals.
 *
 * @returns the number of the first seal that does not hold and why; undefined when all hold
 */
export function brokenSeal(db: Db, key: Buffer, now: Date): Promise<Broken | undefined> {
  return asSystem(db, (tx) => firstBroken(tx, key, now))
}

interface Broken {
  number: number
  reason: 'chain' | 'rows'
}

async function firstBroken(tx: Tx, key: Buffer, now: Date): Promise<Broken | undefined> {
  const seals: Seal[] = await tables<'access'>(tx)
    .selectFrom('access.signInSeal')
    .selectAll()
    .orderBy('number')
    .execute()
  let previous: Seal | undefined
  for (const seal of seals) {
    const follows = seal.number === (previous?.number ?? 0) + 1
    if (!follows || !chainOf(key, seal, previous?.chain).equals(seal.chain))
      return { number: seal.number, reason: 'chain' }
    const rows = await rowsAfter(tx, previous?.lastId, seal.lastId)
    // What is older than 24 months is forgotten by law, and then the seal stands for rows that are gone.
    const forgotten = rows.length === 0 && monthsBefore(now, 24) > seal.sealedAt
    const whole = rows.length === seal.rowCount && digestOf(rows).equals(seal.digest)
    if (!forgotten && !whole) return { number: seal.number, reason: 'rows' }
    previous = seal
  }
  return undefined
}

function monthsBefore(moment: Date, months: number): Date {
  const earlier = new Date(moment)
  earlier.setUTCMonth(earlier.getUTCMonth() - months)
  return earlier
}

async function lastSeal(tx: Tx): Promise<Seal | undefined> {
  return tables<'access'>(tx)
    .selectFrom('access.signInSeal')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
}

type Row = { id: string; text: string }

async function rowsAfter(tx: Tx, after: string | undefined, upTo?: string, before?: Date): Promise<Row[]> {
  let query = tables<'access'>(tx)
    .selectFrom('access.signInLog')
    .select(['id', rowText.as('text')])
    .orderBy('id')
  if (after) query = query.where('id', '>', after)
  if (upTo) query = query.where('id', '<=', upTo)
  if (before) query = query.where('at', '<', before).limit(mostRows)
  return query.execute()
}

function digestOf(rows: readonly Row[]): Buffer {
  const hash = createHash('sha256')
  for (const { text } of rows) hash.update(`${text.length}:${text}\n`)
  return hash.digest()
}

function chainOf(key: Buffer, seal: Omit<Seal, 'chain'>, previous: Buffer | undefined): Buffer {
  return createHmac('sha256', key)
    .update(`${seal.number}|${seal.firstId}|${seal.lastId}|${seal.rowCount}|${seal.sealedAt.getTime()}|`)
    .update(seal.digest)
    .update(previous ?? Buffer.alloc(32))
    .digest()
}
