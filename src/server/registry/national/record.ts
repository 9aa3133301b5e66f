// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { plainName } from '../../../shared/plain-text.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import { fieldColumns, type PersonField, type Provenance } from '../linkage/index.ts'
import { canonical, type Held, type PersonState } from './state.ts'

/** Parts of a person, each kept and compared by itself. */
export const parts = [
  ...(Object.keys(fieldColumns) as PersonField[]),
  'codes',
  'residence',
  'enrolment',
  'family',
] as const
export type Part = (typeof parts)[number]

const isField = (part: Part): part is PersonField => part in fieldColumns
const isRows = (part: Part): part is keyof typeof rowTables => !isField(part)

type Rows = readonly { id: string; from: Day }[]
export const partOf = (state: PersonState, part: Part): Held | Rows => (isField(part) ? state.own[part] : state[part])

/** Tables of the parts that have rows, with what is read of them. */
const rowTables = {
  codes: {
    table: 'person_identifier',
    columns: ['type', 'value', 'checked', 'source'],
    only: sql`type in ('CF', 'CF_PROVISIONAL', 'TEAM', 'ANPR_ID')`,
  },
  residence: {
    table: 'address',
    columns: ['line', 'postcode', 'istat_code', 'place', 'latitude', 'longitude', 'source'],
    only: sql`kind = 'residence'`,
  },
  enrolment: {
    table: 'enrolment',
    columns: ['asl_id', 'district_id', 'kind', 'state', 'end_reason', 'source'],
    only: sql`end_reason is distinct from 'CANCELLED_ERROR'`,
  },
  family: { table: 'family_link', columns: ['related_id', 'source'], only: sql`relation = 'parent'` },
} as const

const camel = (column: string): string => column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

async function readRows(tx: Tx, part: keyof typeof rowTables, personId: string): Promise<Rows> {
  const { table, columns, only } = rowTables[part]
  const { rows } = await sql<{ id: string; from: Day }>`
    select id, ${sql.join(columns.map((column) => sql.ref(column)))}, lower(valid) as "from", upper(valid) as "end"
    from ${sql.table(`registry.${table}`)}
    where person_id = ${personId} and not isempty(valid) and not lower_inf(valid) and ${only} order by id`.execute(tx)
  return rows
}

/** What the registry holds of a person now. The record is locked until the transaction ends. */
export async function readState(tx: Tx, personId: string): Promise<PersonState> {
  const { rows } = await sql<{ image: Record<string, string | null>; said: Record<string, Provenance> | null }>`
    select to_jsonb(p) as image, (select jsonb_object_agg(s.field, jsonb_build_object('source', s.source, 'observedAt', s.observed_at))
      from registry.person_source s where s.person_id = p.id) as said
    from registry.person p where p.id = ${personId} for update of p`.execute(tx)
  const { image, said } = rows[0]!
  const own = Object.fromEntries(
    (Object.keys(fieldColumns) as PersonField[]).map((field) => {
      const of = said?.[field]
      const provenance = of ? { source: of.source, observedAt: new Date(of.observedAt).toISOString() } : null
      return [field, { value: valueOf(field, image), said: provenance }]
    }),
  )
  const [codes, residence, enrolment, family] = [
    await readRows(tx, 'codes', personId),
    await readRows(tx, 'residence', personId),
    await readRows(tx, 'enrolment', personId),
    await readRows(tx, 'family', personId),
  ]
  return { own, codes, residence, enrolment, family } as PersonState // the columns read are those of each row
}

function valueOf(field: PersonField, image: Record<string, string | null>): string | null {
  const [first, second] = fieldColumns[field].map((column) => image[column] ?? null)
  return second === undefined ? first! : `${first ?? ''}|${second ?? ''}`
}

interface Kept {
  part: Part
  base: unknown
  written: unknown
}

/**
 * What the registry would hold without messages. What others changed since messages were last written counts as its own: a field
 * as it is now; of rows, those that were added, changed or removed.
 */
export async function readBase(tx: Tx, personId: string, current: PersonState): Promise<PersonState> {
  const kept = await tables<'registry'>(tx)
    .selectFrom('registry.nationalPart')
    .select(['part', 'base', 'written'])
    .where('personId', '=', personId)
    .execute()
  const base = structuredClone(current)
  for (const { part, base: before, written } of kept as Kept[]) {
    if (isField(part)) {
      if (canonical(current.own[part]) === canonical(written)) base.own[part] = before as Held
    } else Object.assign(base, { [part]: rowsWithout(current[part], before as Rows, written as Rows) })
  }
  return base
}

function rowsWithout(current: Rows, before: Rows, written: Rows): Rows {
  const text = (rows: Rows) => new Map(rows.map((row) => [row.id, canonical(row)]))
  const [now, then] = [text(current), text(written)]
  const touched = current.filter(({ id }) => now.get(id) !== then.get(id))
  const untouched = before.filter(({ id }) => !then.has(id) || now.get(id) === then.get(id))
  return [...untouched.filter(({ id }) => !touched.some((row) => row.id === id)), ...touched].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
}

const sorted = (value: Held | Rows): Held | Rows =>
  Array.isArray(value) ? (value as Rows).toSorted((a, b) => (a.id < b.id ? -1 : 1)) : value

/** Which parts of two states differ. */
export const changedParts = (before: PersonState, after: PersonState): Part[] =>
  parts.filter((part) => canonical(sorted(partOf(before, part))) !== canonical(sorted(partOf(after, part))))

/** Writes what is new in a state, and keeps what was there without messages beside it. */
export async function writeState(
  tx: Tx,
  personId: string,
  { base, current, next }: { base: PersonState; current: PersonState; next: PersonState },
  now: Date,
): Promise<Part[]> {
  const changed = changedParts(current, next)
  for (const part of changed)
    if (isField(part)) await writeField(tx, personId, part, next.own[part])
    else if (isRows(part)) await writeRows(tx, personId, part, current[part], next[part])
  if (changed.length > 0) await touch(tx, personId, now)
  const differing = new Set(changedParts(base, next))
  for (const part of parts) {
    const own = tables<'registry'>(tx)
    if (!differing.has(part)) {
      await own.deleteFrom('registry.nationalPart').where('personId', '=', personId).where('part', '=', part).execute()
      continue
    }
    const images = {
      base: JSON.stringify(sorted(partOf(base, part))),
      written: JSON.stringify(sorted(partOf(next, part))),
    }
    await own
      .insertInto('registry.nationalPart')
      .values({ personId, part, ...images })
      .onConflict((conflict) => conflict.columns(['personId', 'part']).doUpdateSet(images))
      .execute()
  }
  return changed
}

async function writeField(tx: Tx, personId: string, field: PersonField, { value, said }: Held): Promise<void> {
  const columns = fieldColumns[field]
  const values = columns.length === 1 ? [value] : (value ?? '|').split('|').map((text) => text || null)
  const changes = columns.map((column, i) => sql`${sql.ref(column)} = ${values[i] ?? null}`)
  await sql`update registry.person set ${sql.join(changes)} where id = ${personId}`.execute(tx)
  const own = tables<'registry'>(tx)
  await own.deleteFrom('registry.personSource').where('personId', '=', personId).where('field', '=', field).execute()
  if (said)
    await own
      .insertInto('registry.personSource')
      .values({ personId, field, ...said })
      .execute()
}

/** Rows that are new or different are put in again, after all that give way: two of one kind never share a day. */
async function writeRows(
  tx: Tx,
  personId: string,
  part: keyof typeof rowTables,
  before: Rows,
  after: Rows,
): Promise<void> {
  const { table, columns } = rowTables[part]
  const relation = sql.table(`registry.${table}`)
  const same = (rows: Rows, row: Rows[number]) => rows.some((one) => canonical(one) === canonical(row))
  const gone = before.filter((row) => !same(after, row)).map(({ id }) => id)
  await sql`delete from ${relation} where id = any (${gone}::uuid[])`.execute(tx)
  const extra = { residence: { kind: 'residence' }, family: { relation: 'parent' }, codes: {}, enrolment: {} }[part]
  const names = ['id', 'person_id', ...columns, ...Object.keys(extra)]
  for (const row of after.filter((one) => !same(before, one))) {
    const of: Record<string, unknown> = { ...row, personId, ...extra }
    const values = names.map((name) => sql`${of[camel(name)] ?? null}`)
    await sql`insert into ${relation} (${sql.join(names.map((name) => sql.ref(snake(name))))}, valid)
      values (${sql.join(values)}, daterange(${row.from}::date, ${(of['end'] as Day | null) ?? null}::date))`.execute(
      tx,
    )
  }
}

async function touch(tx: Tx, id: string, now: Date): Promise<void> {
  const { rows } = await sql<{ family: string; given: string }>`
    update registry.person set version = version + 1, updated_at = ${now} where id = ${id}
    returning family_name as family, given_name as given`.execute(tx)
  const { family, given } = rows[0]!
  await sql`update registry.person set search_name = ${plainName(family, given)} where id = ${id}`.execute(tx)
}
