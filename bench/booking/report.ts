// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { BookFigures } from './book.ts'
import type { Figures } from '../load.ts'
import type { SearchFigures } from './search.ts'
import { one, print, two } from '../table.ts'

export interface Result {
  slots: number
  search: SearchFigures
  citizen: BookFigures
  engine: BookFigures
  sql: BookFigures
  doubles: number
  rssMb: number | undefined
}

function row(name: string, figures: Figures, ratio?: number) {
  return {
    what: name,
    'per second': Math.round(figures.perSecond),
    'p50 ms': one(figures.p50),
    'p95 ms': one(figures.p95),
    'p99 ms': one(figures.p99),
    done: figures.count,
    'to raw SQL': ratio === undefined ? '' : two(ratio),
  }
}

/** Prints the table. */
export function report(result: Result): void {
  const { search, citizen, engine, sql, doubles, rssMb } = result
  console.log(`\n${result.slots.toLocaleString('en')} slots; a search shows ${one(search.offers)} offers on average\n`)
  print([
    row('search over HTTP, 32 clients', search.api, search.api.perSecond / search.sql.perSecond),
    row('the same, raw SQL', search.sql),
    row('citizen books over HTTP, 64 clients', citizen, citizen.perSecond / sql.perSecond),
    row('engine alone: hold + confirm', engine, engine.perSecond / sql.perSecond),
    row('the same, raw SQL', sql),
  ])
  console.log(`\nlost races for a slot: ${citizen.lost} + ${engine.lost} + ${sql.lost}; double bookings: ${doubles}`)
  console.log(`most memory of the server: ${rssMb === undefined ? 'unknown' : `${Math.round(rssMb)} MB`}\n`)
}

/** The figures for machines. */
export function lineOf({ slots, search, citizen, engine, sql, doubles, rssMb }: Result): object {
  return {
    slots,
    searchP50Ms: one(search.api.p50),
    searchP95Ms: one(search.api.p95),
    searchP99Ms: one(search.api.p99),
    searchPerSecond: Math.round(search.api.perSecond),
    searchRatioToSql: two(search.api.perSecond / search.sql.perSecond),
    citizenBookPerSecond: Math.round(citizen.perSecond),
    citizenBookP99Ms: one(citizen.p99),
    citizenBookRatioToSql: two(citizen.perSecond / sql.perSecond),
    bookPerSecond: Math.round(engine.perSecond),
    bookP99Ms: one(engine.p99),
    bookRatioToSql: two(engine.perSecond / sql.perSecond),
    doubleBookings: doubles,
    serverMaxRssMb: rssMb === undefined ? null : Math.round(rssMb),
  }
}
