// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { asSystem, type Db, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { BadCell, type Value } from './cells.ts'
import { kinds, lookups, type Kind, type KindName, type Referred, type Row } from './kinds.ts'

export { kinds, type KindName } from './kinds.ts'

/** What becomes of one row: a new thing, a change (with what changes), nothing to do, or refused (with the reasons). */
export interface RowFate {
  /** Line of the file on which the row ends, the header being line 1. */
  line: number
  key: string
  fate: 'new' | 'changed' | 'same' | 'refused'
  told: string[]
}

export interface FileRow {
  line: number
  /** Text of each cell by column. */
  cells: Readonly<Record<string, string>>
}

interface Planned extends RowFate {
  id: string
  row: Row
}

/** Most rows of one file: they are held in memory together. */
export const mostRows = 200_000
const portion = 1_000

/** The file cannot be read as one of its kind; nothing of it was looked at. */
export class BadFile extends Error {}

/** Refuses a header that lacks a column or has one too many, naming them. @throws BadFile */
export function checkHeader(kind: KindName, header: readonly string[]): void {
  const wanted = Object.keys(kinds[kind].columns)
  const missing = wanted.filter((column) => !header.includes(column))
  const unknown = header.filter((column, at) => !wanted.includes(column) || header.indexOf(column) !== at)
  if (missing.length > 0) throw new BadFile(`The file lacks the columns ${missing.join(', ')}.`)
  if (unknown.length > 0)
    throw new BadFile(`The file has columns that are unknown or there twice: ${unknown.join(', ')}.`)
}

/** Ends the transaction of a dry run. */
class TakenBack extends Error {}

/**
 * Compares a file with the registry and tells the fate of every row, in the order of the file. What is new or changed is
 * written in one transaction, unless a row is refused and `skipRefused` is not set; what the file does not name stays. Without
 * `apply` the same is done and taken back, so that the database has its say too. @throws BadFile
 */
export async function importRows(
  db: Db,
  kind: KindName,
  rows: readonly FileRow[],
  how: { apply: boolean; skipRefused: boolean; source: string },
): Promise<{ fates: RowFate[]; applied: boolean }> {
  if (rows.length > mostRows) throw new BadFile(`The file has more than ${mostRows} rows: split it.`)
  const planned = understand(kinds[kind], rows)
  const refused = () => planned.some(({ fate }) => fate === 'refused')
  let applied = false
  try {
    await asSystem(db, async (tx) => {
      // One import at a time: what is compared must still hold when it is written.
      await sql`select pg_advisory_xact_lock(hashtext('registry.import'))`.execute(tx)
      await compare(tx, kinds[kind], planned)
      const at = await refer(tx, kinds[kind], planned)
      if (refused() && !how.skipRefused) throw new TakenBack()
      await write(tx, kinds[kind], planned, at, how.source)
      if (!how.apply) throw new TakenBack()
      applied = true
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  }
  return { fates: planned.map(({ line, key, fate, told }) => ({ line, key, fate, told })), applied }
}

const keyOf = (kind: Kind, row: Row): string => kind.key.map((column) => String(row[column] ?? '')).join(' / ')

/** Reads the cells of every row; those with a bad one, a contradiction or the key of a row before are refused. */
function understand(kind: Kind, rows: readonly FileRow[]): Planned[] {
  const lines = new Map<string, number>()
  return rows.map(({ line, cells }) => {
    const told: string[] = []
    const row: Record<string, Value> = {}
    for (const [column, cell] of Object.entries(kind.columns)) {
      try {
        row[column] = cell((cells[column] ?? '').trim())
      } catch (error) {
        if (!(error instanceof BadCell)) throw error
        told.push(`${column} ${error.message}`)
      }
    }
    const key = keyOf(kind, told.length > 0 ? cells : row)
    const contradiction = told.length === 0 ? kind.contradiction?.(row) : undefined
    if (contradiction) told.push(contradiction)
    const before = lines.get(key)
    if (before) told.push(`line ${before} has the same ${kind.key.join(', ')}`)
    else lines.set(key, line)
    return { line, key, fate: told.length > 0 ? 'refused' : 'new', told, id: uuidv7(), row }
  })
}

/** Finds which rows the registry has already, and what is different there. */
async function compare(tx: Tx, kind: Kind, planned: readonly Planned[]): Promise<void> {
  const first = kind.key[0]!
  const good = planned.filter(({ fate }) => fate === 'new')
  for (const some of portions(good)) {
    const codes = [...new Set(some.map(({ row }) => String(row[first])))]
    const { rows } = await kind.select(codes).execute(tx)
    const known = new Map(rows.map((found) => byColumn(kind, found)).map((there) => [keyOf(kind, there.row), there]))
    for (const one of some) {
      const there = known.get(one.key)
      if (!there) continue
      one.id = there.id
      one.told = changesOf(kind, there.row, one.row)
      one.fate = one.told.length > 0 ? 'changed' : 'same'
    }
  }
}

/** What was selected, under the names of the columns: the database's names come in camel case. */
function byColumn(kind: Kind, { id, ...found }: Record<string, Value> & { id: string }): { id: string; row: Row } {
  const nameOf = (column: string) => column.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  return {
    id,
    row: Object.fromEntries(Object.keys(kind.columns).map((column) => [column, found[nameOf(column)] ?? null])),
  }
}

const shown = (value: Value | undefined): string => (value === null || value === undefined ? '(empty)' : String(value))

const changesOf = (kind: Kind, before: Row, after: Row): string[] =>
  Object.keys(kind.columns)
    .filter((column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]))
    .map((column) => `${column}: ${shown(before[column])} → ${shown(after[column])}`)

type Ids = Map<string, string>

/**
 * Ids of what the rows point at, by column. A row that points at nothing the registry or an accepted row of the file has is
 * refused, and then those that point at it.
 */
async function refer(tx: Tx, kind: Kind, planned: readonly Planned[]): Promise<ReadonlyMap<string, Ids>> {
  const at = new Map<string, Ids>()
  for (const [column, referred] of Object.entries(kind.refers)) {
    const ids = await lookUp(
      tx,
      referred,
      planned.map(({ row }) => row[column]),
    )
    const ofFile = column === kind.above ? planned.filter(({ fate, key }) => fate === 'new' && !ids.has(key)) : []
    for (const { key, id } of ofFile) ids.set(key, id)
    const lost = () => planned.filter(({ fate, row }) => fate !== 'refused' && pointsAtNothing(row[column], ids))
    for (let some = lost(); some.length > 0; some = lost())
      for (const one of some) {
        if (ofFile.includes(one)) ids.delete(one.key)
        one.fate = 'refused'
        one.told = [`${column}: there is no ${referred} ${shown(one.row[column])}`]
      }
    at.set(column, ids)
  }
  return at
}

const pointsAtNothing = (code: Value | undefined, ids: Ids): boolean => typeof code === 'string' && !ids.has(code)

async function lookUp(tx: Tx, referred: Referred, codes: readonly (Value | undefined)[]): Promise<Ids> {
  const ids: Ids = new Map()
  for (const some of portions([...new Set(codes.filter((code) => typeof code === 'string'))]))
    for (const { code, id } of (await lookups[referred](some).execute(tx)).rows) ids.set(code, id)
  return ids
}

/** Writes what is new or changed, what is pointed at before what points at it. */
async function write(
  tx: Tx,
  kind: Kind,
  planned: readonly Planned[],
  at: ReadonlyMap<string, Ids>,
  source: string,
): Promise<void> {
  const idsOf = (row: Row) =>
    Object.fromEntries(Array.from(at, ([column, ids]) => [column, ids.get(String(row[column])) ?? null]))
  let left = planned.filter(({ fate }) => fate === 'new' || fate === 'changed')
  const coming = new Set(left.filter(({ fate }) => fate === 'new').map(({ id }) => id))
  while (left.length > 0) {
    const [ready, later] = partition(left, ({ row }) => Object.values(idsOf(row)).every((id) => !id || !coming.has(id)))
    if (ready.length === 0) throw ring
    for (const some of portions(ready))
      await Promise.all(some.map(({ id, row }) => kind.write(id, row, idsOf(row), source).execute(tx)))
    for (const { id } of ready) coming.delete(id)
    left = later
  }
  if (kind.above && (await hasRing(tx))) throw ring
}

const ring = new BadFile('Organisations would be above each other in a ring: look at parent_code.')

async function hasRing(tx: Tx): Promise<boolean> {
  const { rows } = await sql`
    with recursive up as (select id, parent_id from registry.organisation
      union all select up.id, o.parent_id from up join registry.organisation o on o.id = up.parent_id
    ) cycle parent_id set again using path
    select 1 from up where again limit 1`.execute(tx)
  return rows.length > 0
}

function partition<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  const [yes, no]: [T[], T[]] = [[], []]
  for (const one of all) (holds(one) ? yes : no).push(one)
  return [yes, no]
}

function* portions<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += portion) yield all.slice(from, from + portion)
}
