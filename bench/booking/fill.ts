// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import pg from 'pg'
import { loadReference } from '../../scripts/region/reference.ts'
import { computeFiscalCode } from '../../src/shared/fiscal-code.ts'

export interface Size {
  agendas: number
  slots: number
  people: number
}

/** A region with about this many slots: with more of them both the agendas and the days of each grow. */
export function sizeFor(slots: number): Size {
  return { slots, agendas: Math.max(10, Math.round(5_000 * Math.sqrt(slots / 2_000_000))), people: 20_000 }
}

interface Pattern {
  weeks: number
  sessions: number
  slotsPerSession: number
}

/** A weekly pattern that gives about this many slots per agenda: half a year of few sessions, or a year of full weeks. */
export function patternFor(slotsPerAgenda: number): Pattern {
  const weeks = slotsPerAgenda > 600 ? 52 : 26
  const perWeek = Math.max(1, slotsPerAgenda / weeks)
  const sessions = Math.min(5, Math.max(1, Math.round(perWeek / 4)))
  return { weeks, sessions, slotsPerSession: Math.max(1, Math.round(perWeek / sessions)) }
}

const minutes = 20

/** Share of slots without a free seat: the next weeks nearly full, the far ones half empty. */
const demand = `case
  when p.reserved_for = 0 then 0.75
  when p.starts_at < now() + interval '14 days' then 0.97
  when p.starts_at < now() + interval '30 days' then 0.93
  when p.starts_at < now() + interval '60 days' then 0.80
  when p.starts_at < now() + interval '120 days' then 0.50
  else 0.25 end`

/**
 * Fills a migrated database with a whole region's agendas and slots, shaped by demand, in set-based SQL as its owner.
 * Popular services have many agendas, rare ones few. Does nothing when it was filled to the same size before.
 */
export async function fill(databaseUrl: string, size: Size, log: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const mark = JSON.stringify({ ...size, version: 2 })
    await client.query('create table if not exists public.bench (filled text)')
    const { rows } = await client.query<{ filled: string }>('select filled from public.bench')
    if (rows[0]?.filled === mark) return log('database is filled already')
    const begun = await client.query('select from scheduling.schedule limit 1')
    if (rows.length > 0 || begun.rows.length > 0)
      throw new Error('The database holds something else: run with --fresh, or with DATABASE_URL on an empty one.')
    await loadReference(databaseUrl)
    await client.query("set app.role = 'system'")
    await client.query('select setseed(0.42)')
    await places(client)
    await people(client, size.people)
    await agendas(client, size)
    log('agendas and patterns written')
    await slots(client, size)
    await client.query('analyze')
    await client.query('insert into public.bench values ($1)', [mark])
  } finally {
    await client.end()
  }
}

async function places(client: pg.Client): Promise<void> {
  await client.query(`
    insert into registry.location (id, organisation_id, asl_id, code, name, address, istat_code, latitude, longitude)
    select gen_random_uuid(), a.asl_id, a.asl_id, 'B' || row_number() over (order by m.istat_code, n), 'Poliambulatorio ' || m.name || ' ' || n,
           'Via Roma ' || n, m.istat_code, m.latitude + random() * 0.03, m.longitude + random() * 0.03
    from registry.municipality m
    join registry.municipality_assignment a on a.istat_code = m.istat_code and a.valid @> current_date
    cross join lateral generate_series(1, least(60, 1 + m.population / 8000)) n
    where m.in_region and m.latitude is not null`)
}

/** Adults of the region, each with a fiscal code of her own, a home and her health authority. */
async function people(client: pg.Client, count: number): Promise<void> {
  const facts = Array.from({ length: count }, (_, n) => personNumber(n))
  await client.query(
    `create temporary table newcomer as
     select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, n, code, family_name, birth_date::date
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality u(code, family_name, birth_date, n)`,
    [facts.map(({ code }) => code), facts.map(({ familyName }) => familyName), facts.map(({ birthDate }) => birthDate)],
  )
  await client.query(`
    insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_code, birth_place_name, citizenship)
    select id, family_name, 'Anna', upper(family_name) || ' ANNA', birth_date, 'F', 'F839', 'NAPOLI', '100' from newcomer`)
  await client.query(`
    insert into registry.person_identifier (id, person_id, type, value, valid, checked, source)
    select gen_random_uuid(), id, 'CF', code, '[1900-01-01,)', true, 'bench' from newcomer`)
  await client.query(`
    with town as (
      select m.istat_code, m.name, m.latitude, m.longitude, a.asl_id, row_number() over (order by m.istat_code) as nth, count(*) over () as towns
      from registry.municipality m
      join registry.municipality_assignment a on a.istat_code = m.istat_code and a.valid @> current_date
      where m.in_region and m.latitude is not null
    ), home as (
      insert into registry.address (id, person_id, kind, line, istat_code, place, latitude, longitude, valid, source)
      select gen_random_uuid(), p.id, 'residence', 'Via Roma 1', t.istat_code, t.name, t.latitude, t.longitude, '[1900-01-01,)', 'bench'
      from newcomer p join town t on t.nth = 1 + p.n % t.towns
    )
    insert into registry.enrolment (id, person_id, asl_id, kind, state, valid, source)
    select gen_random_uuid(), p.id, t.asl_id, 'RESIDENT', 'ACTIVE', '[1900-01-01,)', 'bench'
    from newcomer p join town t on t.nth = 1 + p.n % t.towns`)
}

const consonants = 'BCDFGLMNPRSTVZ'

function personNumber(n: number): { code: string; familyName: string; birthDate: string } {
  const letter = (place: number) => consonants[Math.floor(n / consonants.length ** place) % consonants.length]!
  const familyName = `${letter(2)}o${letter(1).toLowerCase()}a${letter(0).toLowerCase()}o Prova`
  const generation = Math.floor(n / consonants.length ** 3)
  const two = (number: number) => String(number).padStart(2, '0')
  const birthDate = `${1950 + (generation % 50)}-${two(1 + (n % 12))}-${two(1 + (n % 28))}`
  const birth = { familyName, givenName: 'Anna', birthDate, sex: 'F', birthPlaceCode: 'F839' } as const
  return { code: computeFiscalCode(birth), familyName, birthDate }
}

async function agendas(client: pg.Client, { agendas: count, slots }: Size): Promise<void> {
  const { weeks, sessions, slotsPerSession } = patternFor(slots / count)
  await client.query(
    `insert into scheduling.schedule (id, code, name, organisation_id, location_id, asl_id, access_type, horizon_days, istat_code, latitude, longitude)
     select gen_random_uuid(), 'B' || n, 'Agenda ' || n, l.organisation_id, l.id, l.asl_id, 'first', $2::int * 7, l.istat_code, l.latitude, l.longitude
     from generate_series(1, $1::int) n
     join (select *, row_number() over (order by code) as nth, count(*) over () as places from registry.location) l
       on l.nth = 1 + (n * 7919::bigint) % l.places`,
    [count, weeks],
  )
  // Two services per agenda, chosen so that the share of a service falls with its number.
  await client.query(`
    insert into scheduling.schedule_service (schedule_id, service_id)
    select s.id, v.id
    from scheduling.schedule s
    cross join lateral (select floor(power(random(), 1.5) * n.services)::int as a, n.services from (select count(*) as services from registry.service where s.id is not null) n) pick
    cross join lateral (values (pick.a), ((pick.a + 1) % pick.services)) chosen(nth)
    join (select id, row_number() over (order by code) - 1 as nth from registry.service) v on v.nth = chosen.nth`)
  await client.query(
    `insert into scheduling.template (id, schedule_id, weekday, starts, ends, slot_minutes, quotas, valid)
     select gen_random_uuid(), s.id, 1 + (d + abs(hashtext(s.code))) % 5, '08:00', '08:00'::time + make_interval(mins => $2::int * $3::int), $3, '{1}', '(,)'
     from scheduling.schedule s cross join generate_series(1, $1::int) d`,
    [sessions, slotsPerSession, minutes],
  )
}

/** The bulk path: no index, no foreign key while rows come in, all of them checked at the end. */
async function slots(client: pg.Client, { agendas: count, slots: target }: Size): Promise<void> {
  const { weeks } = patternFor(target / count)
  await client.query('drop index scheduling.slot_free, scheduling.slot_free_to_show')
  await client.query('alter table scheduling.appointment drop constraint appointment_slot')
  await client.query(`alter table scheduling.slot drop constraint slot_pkey, drop constraint slot_schedule_id_fkey,
    drop constraint slot_template_id_fkey`)
  await client.query(
    `insert into scheduling.slot (schedule_id, id, template_id, group_no, starts_at, ends_at, capacity, reserved_for, open_to, free_seats)
     select p.schedule_id, p.id, p.template_id, p.group_no, p.starts_at, p.ends_at, p.capacity, p.reserved_for, p.reserved_for,
            case when random() < ${demand} then '{}' else '{1}'::smallint[] end
     from scheduling.planned_slots(null, current_date + 1, current_date + $1::int) p`,
    [weeks * 7],
  )
  await client.query("set maintenance_work_mem = '1GB'")
  await client.query('alter table scheduling.slot add constraint slot_pkey primary key (schedule_id, id)')
  await client.query('create index slot_free on scheduling.slot (schedule_id, open_to, id) where has_room')
  await client.query(
    'create index slot_free_to_show on scheduling.slot (group_no, open_to, id) include (schedule_id, starts_at, ends_at) where has_room',
  )
  await client.query(`alter table scheduling.slot
    add constraint slot_schedule_id_fkey foreign key (schedule_id) references scheduling.schedule (id),
    add constraint slot_template_id_fkey foreign key (template_id) references scheduling.template (id)`)
  await client.query(`alter table scheduling.appointment add constraint appointment_slot
    foreign key (schedule_id, slot_id) references scheduling.slot (schedule_id, id)`)
  await client.query('update scheduling.schedule set materialised_to = current_date + horizon_days')
  await client.query('vacuum analyze scheduling.slot')
}
