// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type pg from 'pg'
import { withClient } from '../../db/client.ts'
import type { Demo, DemoPerson } from '../../src/shared/demo.ts'
import type { Region } from '../../src/server/platform/config.ts'
import { releaseSlots, writeHolidays } from '../../src/server/engines/scheduling/index.ts'
import { addDays, romeDay } from '../../src/server/platform/time.ts'
import { fillAdhesions } from './adhesions.ts'
import { generateAgendas, horizonDays, loadAgendas } from './agendas.ts'
import { fillAgendas, type Patient } from './appointments.ts'
import { loadDelegations } from './demo-delegations.ts'
import { loadOfficeWork } from './demo-office.ts'
import { loadRoles } from './demo-roles.ts'
import { demoCast, type DemoCast } from './demo-people.ts'
import { demoPrescriptions } from './demo-prescriptions.ts'
import { closeTables, assertRestored, restore, setAside } from './set-aside.ts'
import { loadPeople, personTables, settle } from './load-people.ts'
import { FiscalCodes, households, type Generated } from './people.ts'
import { generatePlaces, loadPlaces } from './places.ts'
import { loadDoctors, type GeneratedDoctor } from './practitioners.ts'
import { loadProfessionals } from './professionals.ts'
import { createRandom } from './random.ts'
import { readServices } from './reference/services.ts'
import { readTerritory } from './reference/territory.ts'
import { readTerritoryOf } from './territory.ts'
import { transactionOf } from './transaction.ts'

/** Residents of the region that 1:1 stands for. */
export const residents = 5_600_000

/**
 * Settings of an embedded database that is filled with a large region: tables that are new in a transaction need not be
 * written twice, and nobody tidies up beside the load.
 */
export const forLoading = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=8GB',
  'checkpoint_timeout=30min',
  'shared_buffers=1GB',
  'autovacuum=off',
]

export interface RegionWish {
  databaseUrl: string
  region: Region
  regionFolder: string
  dataDir: string
  /** 1000 for 1:1000. */
  scale: number
  seed?: number
  now: Date
  /** Told each step that begins, and how much of it is done. */
  tell?: (step: string, done?: number, total?: number) => void
}

/** True when a region was generated in this database, to the end. */
export async function hasRegion(databaseUrl: string): Promise<boolean> {
  return (await loaded(databaseUrl, 'region')) !== undefined
}

async function loaded(databaseUrl: string, name: string): Promise<string | undefined> {
  const asked = 'select checksum from registry.reference_load where name = $1'
  const { rows } = await withClient(databaseUrl, (client) => client.query<{ checksum: string }>(asked, [name]))
  return rows[0]?.checksum
}

const note = `insert into registry.reference_load (name, checksum) values ($1, $2)
  on conflict (name) do update set checksum = excluded.checksum, loaded_at = now()`

/**
 * Fills an empty database with an invented region: people in families, doctors, places, agendas half a year ahead and the
 * appointments already given. The same seed gives the same people; agendas start from today. Three steps, each whole or
 * not at all, and a run that was interrupted goes on where it stopped: people are copied without indexes and constraints;
 * these come back and check every row; agendas and appointments. Returns how many people and appointments were made.
 */
export async function generateRegion(wish: RegionWish): Promise<{ people: number; appointments: number }> {
  const { scale, seed = 150, tell = () => undefined } = wish
  const label = `1:${scale} ${seed}`
  const begun = await loaded(wish.databaseUrl, 'region-people')
  if (begun === undefined) await makePeople(wish, label)
  else if (begun !== label)
    throw new Error(
      `This database has the people of another region, ${begun}: finish that one, or take an empty database.`,
    )
  tell('indexes and constraints')
  await restore(wish.databaseUrl, ({ done, total }) => tell('indexes and constraints', done, total))
  return withClient(wish.databaseUrl, async (client) => {
    await assertRestored(client, personTables)
    await analyze(client, [
      'registry.name_form',
      'registry.name_gap',
      'registry.primary_care_post',
      'registry.practitioner',
    ])
    return makeAgendas(client, wish, label)
  })
}

async function makePeople(wish: RegionWish, label: string): Promise<void> {
  const { region, scale, seed = 150, now, tell = () => undefined } = wish
  const today = romeDay(now)
  await withClient(wish.databaseUrl, async (client) => {
    await begin(client)
    const { rowCount } = await client.query('select from registry.person limit 1')
    if (rowCount) throw new Error('This database already has people: take an empty one.')
    const territory = await readTerritoryOf(client, today)
    const random = createRandom(seed)
    const codes = new FiscalCodes()
    const wanted = Math.round(residents / scale)
    const cast = demoCast(territory, codes, today)

    tell('places, doctors')
    const places = generatePlaces(territory, region.code)
    await loadPlaces(client, places, territory)
    const { doctors, areas } = await loadDoctors(client, { territory, random, codes, people: wanted })
    await loadProfessionals(client, { places, territory, codes, seed, people: wanted })

    function* allFamilies(): Generator<readonly Generated[]> {
      yield cast.people
      yield* households({ random, territory, codes, today }, wanted - cast.people.length)
    }
    tell('people', 0, wanted)
    const frozen = await setAside(client, personTables)
    const bearers = await loadPeople(
      client,
      { random, doctors, areas, cast, now, today, frozen, tell: (done) => tell('people', done, wanted) },
      allFamilies(),
    )
    await closeTables(client, personTables)
    await settle(client, bearers)
    await client.query(note, ['region-people', label])
    await client.query('commit')
  })
}

async function begin(client: pg.Client): Promise<void> {
  await client.query('begin')
  await client.query("select set_config('app.role', 'system', true), set_config('synchronous_commit', 'off', true)")
}

/** Agendas, their appointments, and what else the people with a story need. */
async function makeAgendas(
  client: pg.Client,
  { region, regionFolder, now, tell = () => undefined }: RegionWish,
  label: string,
): Promise<{ people: number; appointments: number }> {
  const today = romeDay(now)
  await begin(client)
  const territory = await readTerritoryOf(client, today)
  const cast = demoCast(territory, new FiscalCodes(), today)
  await loadDelegations(client, cast.people, today, now)
  await loadRoles(client, cast.people, today, now)
  const tx = transactionOf(client)
  await loadOfficeWork(client, tx, { people: cast.people, region, regionFolder, today, now })

  tell('agendas')
  const places = generatePlaces(territory, region.code)
  const agendas = generateAgendas(places, readServices(regionFolder), readTerritory(regionFolder).ownBooking)
  await loadAgendas(client, agendas, today)
  await writeHolidays(tx, today)
  await sql`select scheduling.materialise(null, ${today}::date, ${addDays(today, horizonDays)}::date)`.execute(tx)

  // Everything here is one uncommitted transaction: without figures on its rows the next statements take minutes.
  await analyze(client, ['scheduling.schedule', 'scheduling.template', 'scheduling.slot', 'scheduling.holiday'])

  tell('appointments')
  const { rows } = await client.query<{ people: number }>('select count(*)::int as people from registry.person')
  const { people } = rows[0]!
  const known = cast.people.map((person) => person.id)
  const appointments = await fillAgendas(client, agendas, await somePatients(client, known, people, today), now)
  await analyze(client, ['scheduling.slot', 'scheduling.appointment'])
  await releaseSlots(tx, now)
  tell('adhesions')
  await fillAdhesions(client, { region: region.code, known, today, now })
  await analyze(client, ['vaccination.adhesion'])
  await client.query(note, ['region', label])
  await client.query('commit')
  await analyze(client, ['scheduling.slot'])
  return { people, appointments }
}

/** People enough for the agendas, whatever the size of the region. */
const enoughPatients = 50_000

/** Living residents who may be given appointments, from all over the region; never the people with a story. */
async function somePatients(
  client: pg.Client,
  known: readonly string[],
  people: number,
  today: string,
): Promise<Patient[]> {
  const every = Math.max(1, Math.floor(people / enoughPatients))
  const { rows } = await client.query<Patient>(
    `select id, sex, extract(year from age($3::date, birth_date))::int as age
     from (select id, sex, birth_date, row_number() over (order by id) as n from registry.person p
           where deceased_on is null and id <> all ($1::uuid[])
             and exists (select from registry.enrolment e where e.person_id = p.id and e.state = 'ACTIVE')) living
     where n % $2 = 0 order by id`,
    [known, every, today],
  )
  return rows
}

async function analyze(client: pg.Client, names: readonly string[]): Promise<void> {
  for (const name of names) await client.query(`analyze ${name}`)
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
      people: await withCards(client, cast),
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

/** The people of the cast, with the health cards of those who show how to join a campaign without signing in. */
async function withCards(client: pg.Client, { people, listed }: DemoCast): Promise<DemoPerson[]> {
  await client.query("set app.role = 'system'")
  const { rows } = await client.query<{ id: string; number: string }>(
    `select person_id as id, value as number from registry.person_identifier where type = 'TEAM' and person_id = any ($1)`,
    [people.filter(({ story }) => story.card).map(({ id }) => id)],
  )
  const numbers = new Map(rows.map(({ id, number }) => [id, number]))
  return listed.map((person) => {
    const number = numbers.get(person.id)
    const card = people.find(({ id }) => id === person.id)?.story.card
    return { ...person, ...(number && card && { card: { number, ...card } }) }
  })
}

/** Reads the hand-out back. */
export function readDemo(dataDir: string): Demo {
  return JSON.parse(readFileSync(demoFile(dataDir), 'utf8')) as Demo // written by writeDemo
}
