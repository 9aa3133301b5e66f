// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { withClient } from '../../db/client.ts'
import type { DB } from '../../db/types.ts'
import type { Demo } from '../../src/shared/demo.ts'
import type { Region } from '../../src/server/platform/config.ts'
import type { Tx } from '../../src/server/platform/database.ts'
import { releaseSlots, writeHolidays } from '../../src/server/engines/scheduling/index.ts'
import { addDays, romeDay } from '../../src/server/platform/time.ts'
import { generateAgendas, horizonDays, loadAgendas } from './agendas.ts'
import { fillAgendas, type Patient } from './appointments.ts'
import { loadDelegations } from './demo-delegations.ts'
import { loadRoles } from './demo-roles.ts'
import { demoCast, type DemoCast } from './demo-people.ts'
import { demoPrescriptions } from './demo-prescriptions.ts'
import { exemptionsFor } from './exemptions.ts'
import { addRows, emptyRows, FiscalCodes, households, personTables, type Generated } from './people.ts'
import { generatePlaces, loadPlaces } from './places.ts'
import { loadDoctors, type GeneratedDoctor } from './practitioners.ts'
import { createRandom, type Random } from './random.ts'
import { readServices } from './reference/services.ts'
import { readTerritory } from './reference/territory.ts'
import { days, insertRows, type Row } from './rows.ts'
import { readTerritoryOf } from './territory.ts'

/** Residents of the region that 1:1 stands for. */
const residents = 5_600_000

export interface RegionWish {
  databaseUrl: string
  region: Region
  regionFolder: string
  dataDir: string
  /** 1000 for 1:1000. */
  scale: number
  seed?: number
  now: Date
  log?: (line: string) => void
}

/** True when a region was generated in this database. */
export async function hasRegion(databaseUrl: string): Promise<boolean> {
  const asked = "select from registry.reference_load where name = 'region'"
  return (await withClient(databaseUrl, (client) => client.query(asked))).rowCount === 1
}

/**
 * Fills an empty database with an invented region: people in families, doctors, places, agendas half a year ahead and the
 * appointments already given. The same seed gives the same people; agendas start from today. One transaction: a failed run
 * leaves nothing. Writes `demo.json` for the sandbox. Returns how many people and appointments were made.
 */
export async function generateRegion(wish: RegionWish): Promise<{ people: number; appointments: number }> {
  const { region, regionFolder, scale, seed = 150, now, log = () => undefined } = wish
  const today = romeDay(now)
  return withClient(wish.databaseUrl, async (client) => {
    await client.query('begin')
    await client.query("select set_config('app.role', 'system', true), set_config('synchronous_commit', 'off', true)")
    const territory = await readTerritoryOf(client, today)
    const random = createRandom(seed)
    const codes = new FiscalCodes()
    const wanted = Math.round(residents / scale)
    const cast = demoCast(territory, codes, today)

    log('places, doctors')
    const places = generatePlaces(territory, region.code)
    await loadPlaces(client, places, territory)
    const doctors = await loadDoctors(client, { territory, random, codes, people: wanted })

    log('people')
    const patients = await loadPeople(client, { random, doctors, cast, now, today }, [
      [...cast.people],
      ...households({ random, territory, codes, today }, wanted - cast.people.length),
    ])
    await loadDelegations(client, cast.people, today, now)
    await loadRoles(client, cast.people, today, now)

    log('agendas')
    const agendas = generateAgendas(places, readServices(regionFolder), readTerritory(regionFolder).ownBooking)
    await loadAgendas(client, agendas, today)
    const tx = transactionOf(client)
    await writeHolidays(tx, today)
    await sql`select scheduling.materialise(null, ${today}::date, ${addDays(today, horizonDays)}::date)`.execute(tx)

    // Everything here is one uncommitted transaction: without figures on its rows the next statements take minutes.
    await analyze(client, ['scheduling.schedule', 'scheduling.template', 'scheduling.slot', 'scheduling.holiday'])

    log('appointments')
    const known = new Set(cast.people.map((person) => person.id))
    const appointments = await fillAgendas(
      client,
      agendas,
      patients.filter((patient) => !known.has(patient.id)),
      now,
    )
    await analyze(client, ['scheduling.slot', 'scheduling.appointment'])
    await releaseSlots(tx, now)
    await client.query(
      `insert into registry.reference_load (name, checksum) values ('region', $1)
       on conflict (name) do update set checksum = excluded.checksum, loaded_at = now()`,
      [`1:${scale} ${seed}`],
    )
    await client.query('commit')
    await analyze(client, [...personTables, 'scheduling.slot'])
    return { people: patients.length, appointments }
  })
}

async function analyze(client: pg.Client, names: readonly string[]): Promise<void> {
  for (const name of names) await client.query(`analyze ${name}`)
}

/** The transaction a connection is in, for functions of the rooms; they take turns on the one connection. */
function transactionOf(client: pg.Client): Tx {
  let turn: Promise<void> = Promise.resolve()
  const pool = {
    options: {},
    async connect() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const before = turn
      turn = promise
      await before
      return { query: client.query.bind(client), release: () => resolve() }
    },
    end: async () => undefined,
  }
  const dialect = new PostgresDialect({ pool })
  return new Kysely<DB>({ dialect, plugins: [new CamelCasePlugin()] }) as unknown as Tx // begun on the client itself
}

interface PeopleContext {
  random: Random
  doctors: readonly GeneratedDoctor[]
  cast: DemoCast
  now: Date
  today: string
}

const batch = 4_000

async function loadPeople(
  client: pg.Client,
  context: PeopleContext,
  families: Iterable<readonly Generated[]>,
): Promise<Patient[]> {
  const { random, doctors, cast, today } = context
  const now = context.now.toISOString()
  const stories = new Map(cast.people.map((person) => [person.id, person.story]))
  const lists = Map.groupBy(doctors, (doctor) => `${doctor.aslId} ${doctor.kind}`)
  const patients: Patient[] = []
  let rows = emptyRows()
  let [choices, exemptions, preferences]: [Row[], Row[], Row[]] = [[], [], []]
  const flush = async (): Promise<void> => {
    for (const table of personTables) await insertRows(client, table, rows[table])
    await insertRows(client, 'registry.doctor_choice', choices)
    await insertRows(client, 'registry.person_exemption', exemptions)
    await insertRows(client, 'registry.contact_preference', preferences)
    rows = emptyRows()
    ;[choices, exemptions, preferences] = [[], [], []]
  }
  for (const family of families) {
    for (const person of family) {
      const age = Math.floor((Date.parse(today) - Date.parse(person.birthDate)) / 31_556_952_000)
      patients.push({ id: person.id, sex: person.sex, age })
      addRows(rows, person, patients.length, random, now)
      const story = stories.get(person.id)
      const kind = age < 14 ? 'paediatrician' : 'family-doctor'
      const doctor = random.pick(lists.get(`${person.home.aslId} ${kind}`)!)
      if (!person.fiscalCode.startsWith('STP')) {
        choices.push({
          id: random.uuid(),
          person_id: person.id,
          role_id: doctor.roleId,
          kind: 'ORDINARY',
          valid: days('2020-01-01' > person.birthDate ? '2020-01-01' : person.birthDate),
          source: 'generator',
          channel: 'OFFICE',
          began_at: now,
        })
      }
      exemptions.push(...exemptionsFor(person, age, story ? (story.exemptions ?? []) : undefined, random, today, now))
      if (story?.language) {
        const channels = ['sms', 'email', 'app']
        preferences.push({ person_id: person.id, language: story.language, channels, updated_at: now })
      }
    }
    if (rows['registry.person'].length >= batch) await flush()
  }
  await flush()
  return patients
}

/** Where the hand-out for the sandbox is. */
export const demoFile = (dataDir: string): string => join(dataDir, 'demo.json')

/**
 * Writes the hand-out for the sandbox with prescriptions written today: the people with a story are always the same ones,
 * prescriptions get new numbers every day. Call it at each start.
 */
export async function writeDemo(wish: RegionWish): Promise<Demo> {
  const { region, scale, seed = 150, now } = wish
  return withClient(wish.databaseUrl, async (client) => {
    const { rows } = await client.query<{ day: string }>(
      `select to_char(loaded_at at time zone 'Europe/Rome', 'YYYY-MM-DD') as day from registry.reference_load where name = 'region'`,
    )
    const today = romeDay(now)
    const territory = await readTerritoryOf(client, today)
    const cast = demoCast(territory, new FiscalCodes(), rows[0]?.day ?? today)
    const { rows: doctors } = await client.query<GeneratedDoctor>(
      `select r.id as "roleId", p.fiscal_code as "fiscalCode", p.given_name as "givenName", p.family_name as "familyName",
              r.organisation_id as "aslId", r.role as kind
       from registry.practitioner_role r join registry.practitioner p on p.id = r.practitioner_id
       where r.role = 'family-doctor' order by p.fiscal_code`,
    )
    const { rows: asls } = await client.query<{ id: string; code: string }>(
      `select id, substr(code, 4) as code from registry.organisation where kind = 'asl' and code like $1 || '%'`,
      [region.code],
    )
    const demo: Demo = {
      generatedOn: today,
      scale: `1:${scale}`,
      seed,
      people: cast.listed,
      prescriptions: demoPrescriptions(
        cast,
        doctors,
        readServices(wish.regionFolder),
        new Map(asls.map((asl) => [asl.id, asl.code])),
        today,
      ),
    }
    mkdirSync(wish.dataDir, { recursive: true })
    writeFileSync(demoFile(wish.dataDir), `${JSON.stringify(demo, null, 1)}\n`)
    return demo
  })
}

/** Reads the hand-out back. */
export function readDemo(dataDir: string): Demo {
  return JSON.parse(readFileSync(demoFile(dataDir), 'utf8')) as Demo // written by writeDemo
}
