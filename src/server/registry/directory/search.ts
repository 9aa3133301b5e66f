// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../../platform/database.ts'

/** A piece of a statement. */
export type Sql = RawBuilder<unknown>

/** How a period relates to the one asked for: the prefixes of FHIR R4, section 3.1.1.4.3. */
export type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'sa' | 'eb' | 'ap'

/** One thing a field may be. Periods are half open, `[from, to)`, in days (`YYYY-MM-DD`) or instants. */
export type Test =
  | { kind: 'code'; value: string; scheme?: string | undefined }
  | { kind: 'text'; value: string; how: 'starts' | 'contains' | 'exact' }
  | { kind: 'period'; relation: Relation; from: string; to: string }
  | { kind: 'near'; latitude: number; longitude: number; km: number }

/** A condition: the field passes one of the tests (`not`: none of them), or has (no) value. */
export type Criterion = { field: string; tests: readonly Test[]; not?: boolean } | { field: string; missing: boolean }

/** How the tests of a field are said in SQL. */
export interface Field {
  where(tests: readonly Test[]): Sql
  /** Whether the field has no value; false for those that always have one. */
  missing?: Sql
}

export interface Sort {
  by: Sql
  type: 'text' | 'date'
}

/** A kind of entry of the directory. */
export interface Kind<Row> {
  columns: Sql
  from: Sql
  id: Sql
  fields: Readonly<Record<string, Field>>
  sorts: Readonly<Record<string, Sort>>
  /** Never filled in; says what rows look like. */
  row?: Row
}

export interface Page {
  limit: number
  sort?: { field: string; descending: boolean } | undefined
  /** Where the page before ended: what it was sorted by, if anything, and its last id. */
  after?: { key: string | null; id: string } | undefined
}

/** An entry with its place in the order asked for. */
export type Placed<Row> = Row & { id: string; sortKey: string | null }

const always = sql`true`
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const any = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`false` : sql`(${sql.join([...conditions], sql` or `)})`

const codes = (tests: readonly Test[]) => tests.filter((test) => test.kind === 'code')
/** What the codes among tests say. */
export const valuesOf = (tests: readonly Test[]): string[] => codes(tests).map(({ value }) => value)

/** Those of them that are ids: what is no id is nobody's. */
export const idsOf = (tests: readonly Test[]): string[] => valuesOf(tests).filter((value) => uuid.test(value))

/** A column of words. */
export const code = (column: Sql, missing?: Sql): Field => ({
  where: (tests) => sql`${column} = any (${valuesOf(tests)}::text[])`,
  ...(missing && { missing }),
})

/** A column of ids. */
export const id = (column: Sql): Field => ({
  where: (tests) => sql`${column} = any (${idsOf(tests)}::uuid[])`,
  missing: sql`${column} is null`,
})

/** A column of words in a list. */
export const codeIn = (column: Sql): Field => ({
  where: (tests) => sql`${column} && ${valuesOf(tests)}::text[]`,
  missing: sql`cardinality(${column}) = 0`,
})

/** A yes or no. */
export const yesNo = (expression: Sql): Field => ({
  where: (tests) => any(valuesOf(tests).map((value) => sql`${expression} = ${value === 'true'}`)),
})

/** Codes of several schemes; each says under which condition the value is one of it. Without a scheme, any of them. */
export function identifiers(schemes: Readonly<Record<string, (value: string) => Sql>>): Field {
  return {
    where: (tests) =>
      any(
        codes(tests).flatMap(({ value, scheme }) => {
          if (scheme !== undefined) return schemes[scheme]?.(value) ?? []
          return Object.values(schemes).map((is) => is(value))
        }),
      ),
  }
}

const pattern = (value: string): string => value.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
const plain = (text: Sql): Sql => sql`upper(unaccent(${text}))`

/** A text, compared without accents and capitals unless it must be exact. For lists short enough to be read through. */
export function text(...columns: readonly Sql[]): Field {
  const one = (column: Sql, test: Test): Sql => {
    if (test.kind !== 'text') return sql`false`
    if (test.how === 'exact') return sql`${column} = ${test.value}`
    const before = test.how === 'contains' ? '%' : ''
    return sql`${plain(column)} like ${before} || ${plain(sql`${pattern(test.value)}::text`)} || '%'`
  }
  return {
    where: (tests) => any(tests.flatMap((test) => columns.map((column) => one(column, test)))),
    missing: sql.join(
      columns.map((column) => sql`${column} is null`),
      sql` and `,
    ),
  }
}

/** A day: a point, so that each relation is one comparison that an index serves. */
export function day(column: Sql): Field {
  const one = (test: Test): Sql => {
    if (test.kind !== 'period') return sql`false`
    const [from, to] = [sql`${test.from}::date`, sql`${test.to}::date`]
    switch (test.relation) {
      case 'eq':
      case 'ap':
        return sql`(${column} >= ${from} and ${column} < ${to})`
      case 'ne':
        return sql`(${column} < ${from} or ${column} >= ${to})`
      case 'lt':
      case 'eb':
        return sql`${column} < ${from}`
      case 'le':
        return sql`${column} < ${to}`
      case 'gt':
      case 'sa':
        return sql`${column} >= ${to}`
      case 'ge':
        return sql`${column} >= ${from}`
    }
  }
  return { where: (tests) => any(tests.map(one)), missing: sql`${column} is null` }
}

/** Days from one to another: ranges that may be open at the end. */
export function days(range: Sql): Field {
  const one = (test: Test): Sql => {
    if (test.kind !== 'period') return sql`false`
    const [from, to] = [sql`${test.from}::date`, sql`${test.to}::date`]
    const asked = sql`daterange(${from}, ${to})`
    switch (test.relation) {
      case 'eq':
        return sql`${range} <@ ${asked}`
      case 'ne':
        return sql`not (${range} <@ ${asked})`
      case 'ap':
        return sql`${range} && ${asked}`
      case 'lt':
        return sql`(lower_inf(${range}) or lower(${range}) < ${from})`
      case 'le':
        return sql`(lower_inf(${range}) or lower(${range}) < ${to})`
      case 'gt':
        return sql`(upper_inf(${range}) or upper(${range}) > ${to})`
      case 'ge':
        return sql`(upper_inf(${range}) or upper(${range}) > ${from})`
      case 'sa':
        return sql`lower(${range}) >= ${to}`
      case 'eb':
        return sql`upper(${range}) <= ${from}`
    }
  }
  return { where: (tests) => any(tests.map(one)) }
}

/** Kilometres of one degree of latitude. */
const kmPerDegree = 111.2

/** Places within a distance: first those in the square around it, then by the great circle. */
export function near(latitude: Sql, longitude: Sql): Field {
  const one = (test: Test): Sql => {
    if (test.kind !== 'near') return sql`false`
    const up = test.km / kmPerDegree
    const across = Math.min(180, up / Math.max(0.01, Math.cos((test.latitude * Math.PI) / 180)))
    return sql`(${latitude} between ${test.latitude - up} and ${test.latitude + up}
      and ${longitude} between ${test.longitude - across} and ${test.longitude + across}
      and 6371 * 2 * asin(least(1, sqrt(power(sin(radians(${latitude} - ${test.latitude}) / 2), 2)
          + cos(radians(${test.latitude})) * cos(radians(${latitude})) * power(sin(radians(${longitude} - ${test.longitude}) / 2), 2)))) <= ${test.km})`
  }
  return { where: (tests) => any(tests.map(one)) }
}

function conditionOf({ fields }: Kind<unknown>, criterion: Criterion): Sql {
  const field = fields[criterion.field]
  if (!field) throw new Error(`The directory has no field ${criterion.field}.`)
  if ('missing' in criterion) return sql`(${field.missing ?? sql`false`}) = ${criterion.missing}`
  return criterion.not ? sql`(${field.where(criterion.tests)}) is not true` : field.where(criterion.tests)
}

function filter(kind: Kind<unknown>, criteria: readonly Criterion[]): Sql {
  return sql.join([always, ...criteria.map((criterion) => conditionOf(kind, criterion))], sql` and `)
}

/** Rows that meet every criterion, in the order asked for and then by id: one page, read with one statement. */
export async function find<Row>(
  tx: Tx,
  kind: Kind<Row>,
  criteria: readonly Criterion[],
  { limit, sort, after }: Page,
): Promise<Placed<Row>[]> {
  const order = sort && kind.sorts[sort.field]
  const key = order ? sql`${order.by}::text` : sql`null::text`
  const way = sort?.descending ? sql`desc` : sql`asc`
  const next = sort?.descending ? sql`<` : sql`>`
  const beyond = after
    ? order
      ? sql`(${order.by} ${next} ${after.key}::${sql.raw(order.type)} or (${order.by} = ${after.key}::${sql.raw(order.type)} and ${kind.id} > ${after.id}::uuid))`
      : sql`${kind.id} > ${after.id}::uuid`
    : always
  const { rows } = await sql<Placed<Row>>`
    select ${kind.columns}, ${key} as "sortKey" from ${kind.from}
    where ${filter(kind, criteria)} and ${beyond}
    order by ${order ? sql`${order.by} ${way}, ` : sql``}${kind.id} limit ${limit}`.execute(tx)
  return rows
}

/** How many rows meet every criterion. */
export async function count(tx: Tx, kind: Kind<unknown>, criteria: readonly Criterion[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from ${kind.from} where ${filter(kind, criteria)}`.execute(tx)
  return rows[0]!.n
}
