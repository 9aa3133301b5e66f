// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../../db/migrate.ts'
import { connect, type Connection } from '../../src/server/platform/database.ts'
import { connectSearches, type Searches } from '../../src/server/platform/searches.ts'
import { openDatabase, startProcess, type Database, type Process } from '../environment.ts'
import { bookAll, doubleBookings, overHttp, type Attempt, type BookFigures } from './book.ts'
import { citizens, freeSlots, personId, reset } from './citizens.ts'
import { byEngine, bySql } from './engine.ts'
import { fill, sizeFor } from './fill.ts'
import { lineOf, report, type Result } from './report.ts'
import { measureSearch } from './search.ts'

const options = {
  slots: { type: 'string', default: '2000000' },
  seconds: { type: 'string', default: '15' },
  fresh: { type: 'boolean', default: false },
} as const

const say = (line: string) => console.error(line)

interface Bench {
  database: Database
  server: Process
  sandbox: Process
  /** Past row-level security, to prepare and to look. */
  owner: pg.Pool
  /** As the server connects. */
  driver: Connection
  searches: Searches
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is "${text}": write a whole number.`)
  return number
}

/** Measures search and booking on a filled database with the real server; prints a table and returns the figures. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options })
  const slots = positive('slots', values.slots)
  const seconds = positive('seconds', values.seconds)
  const folder = resolve('.data/bench', String(slots))
  const database = await openDatabase(folder, values.fresh)
  const stops = [() => database.stop()]
  try {
    await migrate(database.url)
    await fill(database.url, sizeFor(slots), say)
    const dataDir = join(folder, 'data')
    const start = async (file: string, health: string, env: (port: number) => Record<string, string>) => {
      const started = await startProcess(file, health, env)
      stops.push(() => started.stop())
      return started
    }
    const sandbox = await start('src/sandbox/main.ts', '/health', (port) => ({
      SANDBOX_PORT: String(port),
      SANDBOX_SMTP_PORT: '0',
      SANDBOX_URL: `http://127.0.0.1:${port}`,
      SANDBOX_DATABASE_URL: database.sandboxUrl,
      DATA_DIR: dataDir,
    }))
    const server = await start('src/server/main.ts', '/health/live', (port) => ({
      PORT: String(port),
      DATABASE_URL: database.url,
      SANDBOX_URL: sandbox.url,
      DATA_DIR: dataDir,
      PUBLIC_REQUESTS_PER_MINUTE: '0',
    }))
    const owner = new pg.Pool({ connectionString: database.url, max: 2, options: '-c app.role=system' })
    const onDrop = (error: Error) => say(error.message)
    const driver = connect(database.url, { onDrop })
    const searches = connectSearches(database.url, { onDrop })
    stops.push(
      () => owner.end(),
      () => driver.close(),
      () => searches.close(),
    )
    const result = await measure({ database, server, sandbox, owner, driver, searches }, seconds)
    report(result)
    return lineOf(result)
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

async function measure(bench: Bench, seconds: number): Promise<Result> {
  const { server, owner, searches } = bench
  await reset(owner)
  const { rows } = await owner.query<{ slots: number }>('select count(*)::int as slots from scheduling.slot')
  say('measuring searches …')
  const search = await measureSearch(server.url, owner, searches, seconds)
  const books = await measureBooking(bench, seconds)
  return { slots: rows[0]!.slots, search, ...books, doubles: await doubleBookings(owner), rssMb: server.maxRssMb() }
}

/** People of one run: first those with a session and a prescription, then those of the engine, then those of raw SQL. */
const shares = [0.2, 0.6, 1] as const
/** Free slots without which a booking bench says nothing. */
const fewest = 1_000
/** Share of each that only warms up, for some seconds at most. */
const warmUp = { share: 0.15, seconds: 4 } as const

async function measureBooking({ database, server, sandbox, owner, driver }: Bench, seconds: number) {
  const wanted = await freeSlots(owner, 20_000)
  if (wanted.length < fewest) throw new Error(`Only ${wanted.length} free slots to book: fill in more with --slots.`)
  const [citizensEnd, engineEnd, sqlEnd] = shares.map((share) => 2 * Math.floor((wanted.length * share) / 2))
  say('preparing citizens …')
  const people = await citizens(wanted.slice(0, citizensEnd), {
    server: server.url,
    sandbox: sandbox.url,
    database: database.url,
    sandboxDatabase: database.sandboxUrl,
  })
  const book = async (from: number, to: number, attempt: Attempt): Promise<BookFigures> => {
    const warm = from + 2 * Math.floor(((to - from) * warmUp.share) / 2)
    await bookAll(Math.min(warmUp.seconds, seconds), { from, to: warm }, wanted, attempt)
    return bookAll(seconds, { from: warm, to }, wanted, attempt)
  }
  say('measuring bookings …')
  const http = await overHttp(server.url, people)
  const citizen = await book(0, citizensEnd!, http.attempt)
  http.close()
  const engine = await book(citizensEnd!, engineEnd!, (_, person, wish) =>
    byEngine(driver.db, personId(person + 1), wish),
  )
  const sql = await book(engineEnd!, sqlEnd!, (_, person, wish) => bySql(driver.pool, personId(person + 1), wish))
  return { citizen, engine, sql }
}
