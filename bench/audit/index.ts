// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { generateKeyPairSync } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { keyIdOf } from '../../src/server/access/audit/chain.ts'
import { sealAudit } from '../../src/server/access/audit/seal.ts'
import { verifyAudit, type Verification } from '../../src/server/access/audit/verify.ts'
import { asSystem, connect, type Connection } from '../../src/server/platform/database.ts'
import { openDatabase } from '../environment.ts'
import { summarise, type Figures } from '../load.ts'
import { one, print, two } from '../table.ts'
import { fill, patients } from './fill.ts'
import { measureRequests, type Requests } from './requests.ts'

const options = {
  rows: { type: 'string', default: '500000' },
  seconds: { type: 'string', default: '10' },
} as const

const say = (line: string) => console.error(line)

/** What rows a second a piece of work handled. */
interface Rate {
  rows: number
  seconds: number
}

interface Result {
  one: Requests
  many: Requests
  sealer: Rate
  verifier: Rate & { found: Verification }
}

/** Measures what the audit row adds to a request, how fast rows are sealed and how fast the chain is verified. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options })
  const [rows, seconds] = [Number(values.rows), Number(values.seconds)]
  if (!(rows >= 1000 && seconds >= 1)) throw new Error('Write --rows of at least 1000 and --seconds of at least 1.')
  const database = await openDatabase(resolve('.data/bench/audit'), true)
  try {
    await migrate(database.url)
    const owner = new pg.Pool({ connectionString: database.url, max: 2, options: '-c app.role=system' })
    const driver = connect(database.url, { max: 8, onDrop: (error) => say(error.message) })
    try {
      const result = await measure(owner, driver, rows, seconds)
      report(result)
      return lineOf(result)
    } finally {
      await owner.end()
      await driver.close()
    }
  } finally {
    await database.stop()
  }
}

async function measure(owner: pg.Pool, driver: Connection, rows: number, seconds: number): Promise<Result> {
  say(`writing ${rows.toLocaleString('en')} rows …`)
  await fill(owner, rows)
  say('measuring requests …')
  const people = await patients(owner)
  await measureRequests(driver, people, 1, Math.min(seconds, 2)) // warms up
  const alone = await measureRequests(driver, people, 1, seconds)
  const many = await measureRequests(driver, people, 8, seconds)

  say('sealing …')
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const now = new Date()
  const sealer = await timed(async () => {
    const seals = await sealAudit(driver.db, privateKey, now)
    return seals.reduce((sum, { rowCount }) => sum + rowCount, 0)
  })
  say('verifying …')
  const keys = new Map([[keyIdOf(publicKey), publicKey]])
  let found: Verification | undefined
  const verifier = await timed(async () => {
    found = await asSystem(driver.db, async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx)
      return verifyAudit(tx, { keys, anchors: [], keepYears: 10, now })
    })
    return found.rows
  })
  if (!found || found.problems.length > 0 || found.rows < rows)
    throw new Error(`The trail is not whole: ${found?.problems[0]?.message ?? `${found?.rows} rows`}`)
  return { one: alone, many, sealer, verifier: { ...verifier, found } }
}

async function timed(work: () => Promise<number>): Promise<Rate> {
  const begun = performance.now()
  const rows = await work()
  return { rows, seconds: (performance.now() - begun) / 1000 }
}

const perSecond = ({ rows, seconds }: Rate) => Math.round(rows / seconds)

function row(what: string, { count, perSecond: rate, p50, p99 }: Figures) {
  return { what, 'p50 ms': two(p50), 'p99 ms': two(p99), 'per second': Math.round(rate), done: count }
}

function requestRows(who: string, { bare, audited, entry, raw }: Requests) {
  return [
    row(`${who}: read without audit row`, summarise(bare)),
    row(`${who}: the same read, audited`, summarise(audited)),
    row(`${who}: audit() alone`, summarise(entry)),
    row(`${who}: its INSERT as raw SQL`, summarise(raw)),
  ]
}

function report({ one: alone, many, sealer, verifier }: Result): void {
  console.log('')
  print([...requestRows('1 client', alone), ...requestRows('8 clients', many)])
  const { bare, audited, entry, raw } = figures(alone)
  console.log(
    `\nan audit row adds ${two(audited.p50 - bare.p50)} ms to the median of a request; audit() takes ${two(entry.p50 / raw.p50)} × the raw INSERT`,
  )
  console.log(`sealed   ${sealer.rows} rows in ${one(sealer.seconds)} s: ${perSecond(sealer)} a second`)
  console.log(`verified ${verifier.rows} rows in ${one(verifier.seconds)} s: ${perSecond(verifier)} a second\n`)
}

const figures = ({ bare, audited, entry, raw }: Requests) => ({
  bare: summarise(bare),
  audited: summarise(audited),
  entry: summarise(entry),
  raw: summarise(raw),
})

function lineOf({ one: alone, many, sealer, verifier }: Result): object {
  const { bare, audited, entry, raw } = figures(alone)
  const busy = figures(many)
  return {
    rows: verifier.rows,
    addedP50Ms: two(audited.p50 - bare.p50),
    addedP99Ms: two(audited.p99 - bare.p99),
    entryP50Ms: two(entry.p50),
    entryP99Ms: two(entry.p99),
    entryRatioToSql: two(entry.p50 / raw.p50),
    busyAddedP50Ms: two(busy.audited.p50 - busy.bare.p50),
    busyThroughputRatio: two(busy.audited.perSecond / busy.bare.perSecond),
    sealedPerSecond: perSecond(sealer),
    verifiedPerSecond: perSecond(verifier),
  }
}
