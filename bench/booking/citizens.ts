// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import pg from 'pg'
import { openClient } from '../http-client.ts'
import { seededRandom } from '../load.ts'

/** A free slot that somebody will ask for. */
export interface Wanted {
  scheduleId: string
  slotId: string
  serviceId: string
  code: string
  catalogueCode: string
}

/** A citizen who is signed in and has looked up a prescription. */
export interface Citizen {
  personId: string
  prescriptionId: string
  headers: Record<string, string>
}

/** Takes back what earlier runs booked, so that each run begins with the same free slots. */
export async function reset(owner: pg.Pool): Promise<void> {
  await owner.query(`
    update scheduling.slot l set free_seats = '{1}', last_seat = null
    from scheduling.appointment a where a.schedule_id = l.schedule_id and a.slot_id = l.id`)
  await owner.query(`truncate scheduling.appointment, booking.booking, booking.prescription, prescriptions.custody,
    prescriptions.exchange, payments.debt, access.session, platform.event cascade`)
  await owner.query('vacuum analyze scheduling.appointment, booking.booking, booking.booking_line, access.session')
}

/** Free slots of the next three months in no order, but in pairs of one service: two people may want the same one. */
export async function freeSlots(owner: pg.Pool, count: number): Promise<Wanted[]> {
  const { rows: size } = await owner.query<{ slots: number }>(
    `select greatest(reltuples, 1) as slots from pg_class where oid = 'scheduling.slot'::regclass`,
  )
  const { rows } = await owner.query<Wanted>(
    `select l.schedule_id as "scheduleId", l.id as "slotId", v.service_id as "serviceId", v.code, v.catalogue_code as "catalogueCode"
     from scheduling.slot l tablesample system ($2) repeatable (1)
     cross join lateral (
       select ss.service_id, own.code, own.code as catalogue_code
       from scheduling.schedule_service ss
       join registry.service_code own on own.service_id = ss.service_id and own.system = 'CATALOGUE' and own.valid @> current_date
       where ss.schedule_id = l.schedule_id limit 1
     ) v
     where l.has_room and l.open_to = 3 and l.starts_at between now() + interval '2 days' and now() + interval '90 days'
     order by md5(l.id::text) limit $1`,
    [count, Math.min(100, (count * 25 * 100) / size[0]!.slots)],
  )
  const pairs = [...Map.groupBy(rows, (row) => row.serviceId).values()].flatMap(inPairs)
  const random = seededRandom(2)
  return pairs
    .map((pair) => ({ pair, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .flatMap(({ pair }) => pair)
}

function inPairs<T>(items: readonly T[]): [T, T][] {
  return Array.from({ length: Math.floor(items.length / 2) }, (_, i) => [items[2 * i]!, items[2 * i + 1]!])
}

const token = (n: number) => `bench-${n}`
const csrf = 'bench'
const headersOf = (n: number) => ({ cookie: `__Host-sid=${token(n)}`, 'x-csrf-token': csrf })

async function signIn(owner: pg.Client, count: number): Promise<void> {
  await owner.query(
    `insert into access.session (token_hash, id, person_id, csrf_token, method, provider, level, authenticated_at, idle_expires_at, expires_at)
     select sha256(convert_to('bench-' || n, 'UTF8')), gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
            $2, 'SPID', 'https://idp.bench', 2, now(), now() + interval '8 hours', now() + interval '8 hours'
     from generate_series(1, $1::int) n`,
    [count, csrf],
  )
}

/** Id of the n-th person that `fill` made, from 1. */
export const personId = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

/** One real prescription, looked up by the first citizen over HTTP and SOAP: the others are made like it. */
async function template(owner: pg.Client, urls: { server: string; sandbox: string }): Promise<string> {
  const { rows } = await owner.query<{ value: string }>(
    'select value from registry.person_identifier where person_id = $1',
    [personId(1)],
  )
  const sent = await fetch(`${urls.sandbox}/sac/prescriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fiscalCode: rows[0]!.value }),
  })
  assert.equal(sent.status, 201)
  const { nre } = (await sent.json()) as { nre: string }
  const client = await openClient(urls.server)
  const body = { patientId: personId(1), nre }
  const looked = await client.ask({
    method: 'POST',
    path: '/api/v1/prescription-lookups',
    headers: headersOf(1),
    body,
  })
  client.close()
  assert.equal(looked.status, 200, looked.body)
  return nre
}

/**
 * Citizens with a live session and a prescription for a slot's service, on the SAC as in our database. One prescription is
 * really sent and looked up; the others are copies of its rows, since looking up is not what is measured.
 */
export async function citizens(
  wanted: readonly Wanted[],
  urls: { server: string; sandbox: string; database: string; sandboxDatabase: string },
): Promise<Citizen[]> {
  const ours = new pg.Client({ connectionString: urls.database })
  const theirs = new pg.Client({ connectionString: urls.sandboxDatabase })
  await ours.connect()
  await theirs.connect()
  try {
    await ours.query("set app.role = 'system'")
    await theirs.query('truncate sac_prescription')
    await signIn(ours, wanted.length)
    const nre = await template(ours, urls)
    const { rows } = await ours.query<{ id: string; patientId: string; nre: string; patientCode: string }>(
      `insert into booking.prescription (id, patient_id, nre, patient_code, priority, issued_on, book_by, first_contact_at, checked_at, content)
       select gen_random_uuid(), i.person_id, '1500S5' || lpad(u.n::text, 9, '0'), i.value, t.priority, t.issued_on, t.book_by,
              t.first_contact_at, t.checked_at,
              t.content || jsonb_build_object('nre', '1500S5' || lpad(u.n::text, 9, '0'), 'lines', jsonb_build_array(t.content -> 'lines' -> 0
                || jsonb_build_object('line', 1, 'code', u.code, 'catalogueCode', u.catalogue_code, 'firstAccess', null)))
       from booking.prescription t
       cross join unnest($2::text[], $3::text[]) with ordinality u(code, catalogue_code, n)
       join registry.person_identifier i on i.person_id = ('00000000-0000-7000-8000-' || lpad(to_hex(u.n), 12, '0'))::uuid
       where t.nre = $1
       returning id, patient_id as "patientId", nre, patient_code as "patientCode"`,
      [nre, wanted.map(({ code }) => code), wanted.map(({ catalogueCode }) => catalogueCode)],
    )
    await theirs.query(
      `insert into sac_prescription (nre, patient_code, kind, state, issued_on, content)
       select u.nre, u.code, t.kind, 3, t.issued_on, t.content || jsonb_build_object('nre', u.nre, 'fiscalCode', u.code)
       from sac_prescription t cross join unnest($2::text[], $3::text[]) u(nre, code) where t.nre = $1`,
      [nre, rows.map((row) => row.nre), rows.map((row) => row.patientCode)],
    )
    for (const client of [ours, theirs]) await client.query('analyze')
    const of = new Map(rows.map((row) => [row.patientId, row.id]))
    return wanted.map((_, i) => ({
      personId: personId(i + 1),
      prescriptionId: of.get(personId(i + 1))!,
      headers: headersOf(i + 1),
    }))
  } finally {
    await ours.end()
    await theirs.end()
  }
}
