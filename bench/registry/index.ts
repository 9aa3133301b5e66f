// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openSession } from '../../src/server/access/sessions/index.ts'
import { asSystem, connect, type Connection } from '../../src/server/platform/database.ts'
import { startProcess, type Process } from '../environment.ts'
import { summarise } from '../load.ts'
import { print, two } from '../table.ts'
import { measureChoices } from './choices.ts'
import { folderOf, openRegion, scaleOf } from './region.ts'
import { kinds, measure, searchesFor, type Kind, type Measured } from './searches.ts'

const options = {
  scale: { type: 'string', default: '1:100' },
  seconds: { type: 'string', default: '10' },
  fresh: { type: 'boolean', default: false },
} as const

const say = (line: string) => console.error(line)

/** Numbers of clients in a closed loop: one, as when a desk asks, and as many as keep the machine busy. */
const loads = [1, 8] as const

/** Measures how people are found in a region of the given scale, with the real server; prints a table and returns the figures. */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({ args, options })
  const scale = scaleOf(values.scale)
  const seconds = Number(values.seconds)
  if (!(seconds >= 1)) throw new Error('Write --seconds of at least 1.')
  const database = await openRegion(scale, values.fresh)
  const stops = [() => database.stop()]
  try {
    const server = await startProcess('src/server/main.ts', '/health/live', (port) => ({
      PORT: String(port),
      DATABASE_URL: database.url,
      DATA_DIR: join(folderOf(scale), 'data'),
    }))
    const owner = new pg.Pool({ connectionString: database.url, max: 1, options: '-c app.role=system' })
    const pool = new pg.Pool({
      connectionString: database.url,
      max: Math.max(...loads),
      options: '-c role=sinfonia_app -c app.role=system',
    })
    const driver = connect(database.url, { max: 1, onDrop: (error) => say(error.message) })
    stops.push(
      () => server.stop(),
      () => owner.end(),
      () => pool.end(),
      () => driver.close(),
    )
    return await measureAll({ server, owner, pool, driver }, seconds)
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

/** A clerk of the demo, signed in and at work. */
async function clerk({ db }: Connection, owner: pg.Pool): Promise<Record<string, string>> {
  const { rows } = await owner.query<{ id: string; personId: string }>(
    `select id, person_id as "personId" from access.role_appointment where role = 'clerk' and valid @> current_date order by id limit 1`,
  )
  const { id: appointmentId, personId } = rows[0]!
  const now = new Date()
  const session = await asSystem(db, (tx) =>
    openSession(tx, now, {
      personId,
      method: 'SPID',
      provider: 'https://idp.bench',
      level: 2,
      authenticatedAt: now,
      language: 'it',
      appointmentId,
    }),
  )
  const { rows: opened } = await owner.query<{ token: string }>(
    'select csrf_token as token from access.session where id = $1',
    [session.id],
  )
  return { cookie: `__Host-sid=${session.token}`, 'x-csrf-token': opened[0]!.token }
}

interface Bench {
  server: Process
  owner: pg.Pool
  pool: pg.Pool
  driver: Connection
}

type Line = Measured & { kind: Kind; clients: number }

async function measureAll({ server, owner, pool, driver }: Bench, seconds: number): Promise<object> {
  const { rows } = await owner.query<{ people: number }>('select count(*)::int as people from registry.person')
  const { people } = rows[0]!
  say('choosing people to look for …')
  const searches = await searchesFor(owner, 5_000)
  const target = { url: server.url, headers: await clerk(driver, owner), pool }
  say('measuring searches …')
  const lines: Line[] = []
  for (const clients of loads)
    for (const kind of kinds) {
      await measure(target, searches[kind], clients, Math.min(3, seconds)) // warms up
      lines.push({ ...(await measure(target, searches[kind], clients, seconds)), kind, clients })
    }
  console.log(`\n${people.toLocaleString('en')} people`)
  print(lines.map(rowOf))
  say('measuring changes of the doctor …')
  const changes = summarise(
    await measureChoices({ url: server.url, owner, driver }, { clients: 8, seconds, most: Math.round(seconds * 300) }),
  )
  console.log(
    `\nchanges of the doctor, 8 clients: ${Math.round(changes.perSecond)} a second, ${two(changes.p50)} and ${two(changes.p99)} ms (p50, p99)`,
  )
  const rssMb = server.maxRssMb()
  if (rssMb) console.log(`most memory of the server ${Math.round(rssMb)} MB\n`)
  return {
    people,
    ...Object.fromEntries(lines.map((line) => [nameOf(line), figuresOf(line)])),
    changesPerSecond: Math.round(changes.perSecond),
    changesP99Ms: two(changes.p99),
    rssMb: Math.round(rssMb ?? 0),
  }
}

function rowOf({ kind, clients, api, sql, found, asked }: Line) {
  const [mine, raw] = [summarise(api), summarise(sql)]
  return {
    search: `${kind}, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    'p50 ms': two(mine.p50),
    'p99 ms': two(mine.p99),
    'a second': Math.round(mine.perSecond),
    'SQL p50': two(raw.p50),
    'SQL p99': two(raw.p99),
    'SQL a second': Math.round(raw.perSecond),
    ratio: two(mine.perSecond / raw.perSecond),
    'found %': Math.round((found / asked) * 100),
  }
}

const nameOf = ({ kind, clients }: Line): string =>
  `${kind.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase())}${clients}`

function figuresOf({ api, sql, found, asked }: Line): object {
  const [mine, raw] = [summarise(api), summarise(sql)]
  return {
    p50Ms: two(mine.p50),
    p99Ms: two(mine.p99),
    perSecond: Math.round(mine.perSecond),
    sqlP99Ms: two(raw.p99),
    ratioToSql: two(mine.perSecond / raw.perSecond),
    found: two(found / asked),
  }
}
