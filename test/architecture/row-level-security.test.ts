// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { asSystem, tables, withActor } from '../../src/server/platform/database.ts'
import { systemActor, type Actor } from '../../src/server/platform/actor.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { bookingBench, lineOf } from '../booking.ts'
import { aRowAbout } from '../rows.ts'
import { aDelegation } from '../delegations.ts'
import { aPrescription } from '../prescriptions.ts'
import { aPerson } from '../region.ts'
import { aProfessional } from '../roles.ts'
import { testApp } from '../setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

/** Tables that name people or hold their numbers, and why everybody's queries may read them. */
const exceptions: Record<string, string> = {
  'access.delegation_rule': 'rules of the region, about nobody',
  'access.revocation_list': 'public lists of authorities of cards, by serial number',
  'access.trusted_list': 'the public list of authorities of cards',
  'exemptions.code_rule': 'rules of the region, about nobody',
  'partner.change': 'the history of a partner’s client; names only the professional who acted',
  'payments.creditor': 'fiscal codes of organisations',
  'payments.reporting_flow': 'fiscal codes of organisations',
  'payments.reporting_line': 'fiscal codes of organisations',
  'registry.location': 'addresses of places',
  'registry.organisation': 'fiscal codes of organisations',
  'registry.practitioner': 'the public list of doctors',
  'registry.primary_care_post': 'how to reach a doctor, as her surgery says to everybody',
  'registry.surgery': 'addresses of surgeries',
}

interface TableRow {
  name: string
  enabled: boolean
  forced: boolean
  policies: number
}

/** Every table of ours with a column that points to a person or holds what is hers, and whatever else is fenced. */
const { rows: found } = await t.owner.query<TableRow>(`
  select n.nspname || '.' || k.relname as name, k.relrowsecurity as enabled, k.relforcerowsecurity as forced,
         (select count(*)::int from pg_policy p where p.polrelid = k.oid) as policies
  from pg_class k join pg_namespace n on n.oid = k.relnamespace
  where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'pgboss', 'public')
    and k.relkind in ('r', 'p') and not k.relispartition
    and (k.relrowsecurity or exists (select from pg_attribute a where a.attrelid = k.oid and a.attnum > 0 and a.attname ~
      '(person|patient|delegat|payer|booked_by|opened_by|chosen_by|recipient|subject$|session_id|child|parent_id|guardian|mobile|phone|fiscal_code|birth_date|account_id|address|email)'))
  order by 1`)
const protectedTables = found.filter(({ name }) => !(name in exceptions)).map(({ name }) => name)

interface DatabaseActor {
  name: string
  role: string
  patients: string
  person: string
}

/** Runs statements as the application would for an actor, and takes everything back. */
async function as<T>(actor: DatabaseActor, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await t.owner.connect()
  try {
    await client.query('begin; set local role sinfonia_app')
    await client.query(
      "select set_config('app.role', $1, true), set_config('app.patients', $2, true), set_config('app.person', $3, true)",
      [actor.role, actor.patients, actor.person],
    )
    return await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const bench = await bookingBench(t)
const anna = await bench.citizen()
const delegate = await aPerson(t)
await aPerson(t, { birthDate: '2018-05-05', parent: anna.id, exemptions: ['E01'] })
await aDelegation(t, anna, delegate)
await aProfessional(t, 'clerk')
const { code } = await bench.bookable()
const booked = await bench.books(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
await t.settle()

const stranger = uuidv7()
const none = { patients: '{}', person: '' }
const actors: DatabaseActor[] = [
  { name: 'a connection that says nothing', role: '', ...none },
  { name: 'nobody signed in', role: 'public', ...none },
  { name: 'a citizen who is a stranger', role: 'citizen', patients: `{${stranger}}`, person: stranger },
  { name: 'a professional', role: 'professional', patients: '{}', person: stranger },
  { name: 'a partner', role: 'partner', ...none },
]
const system: DatabaseActor = { name: 'the system', role: 'system', ...none }

const acting = (role: string, patients: string[], person: string): DatabaseActor => ({
  name: role,
  role,
  patients: `{${patients.join()}}`,
  person,
})
const seen = async (actor: DatabaseActor, name: string): Promise<boolean> =>
  ((await as(actor, (client) => client.query(`select from ${name} limit 1`))).rowCount ?? 0) > 0

// What the story did not reach is tried too, with a row about her.
for (const name of protectedTables)
  if (!(await seen(acting('citizen', [anna.id], anna.id), name))) await aRowAbout(t.owner, name, anna.id)

test('every table that holds something of a person stands behind row-level security, also for its owner', () => {
  const open = found.filter(
    ({ name, enabled, forced, policies }) => !(name in exceptions) && !(enabled && forced && policies > 0),
  )
  assert.deepEqual(open, [])
  assert.ok(protectedTables.length >= 40, String(protectedTables.length))
  for (const name of ['registry.person', 'access.session', 'booking.booking', 'access.audit_entry'])
    assert.ok(protectedTables.includes(name), name)
  const known = new Set(found.map(({ name }) => name))
  for (const name of Object.keys(exceptions)) assert.ok(known.has(name), `${name} is no longer an exception`)
})

/** The code PostgreSQL refused a statement with; undefined when it went through, with the rows it touched. */
async function outcome(client: pg.PoolClient, text: string, values: unknown[] = []) {
  await client.query('savepoint before')
  try {
    return { touched: (await client.query(text, values)).rowCount }
  } catch (error) {
    await client.query('rollback to before')
    return { code: (error as { code: string }).code }
  }
}

for (const actor of actors)
  test(`as ${actor.name}, no table shows, takes, changes or loses a row of somebody`, async () => {
    for (const name of protectedTables) {
      const { rows } = await t.owner.query<{ row: object; columns: string[] }>(
        `select to_jsonb(x) as row, array(select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0
           and not attisdropped and attidentity = '' and attgenerated = '' order by attnum) as columns
         from ${name} x limit 1`,
        [name],
      )
      const { row, columns } = rows[0]!
      const [column] = columns
      await as(actor, async (client) => {
        assert.deepEqual(await outcome(client, `select from ${name}`), { touched: 0 }, `${name}: select`)
        for (const statement of [`update ${name} set ${column} = ${column}`, `delete from ${name}`]) {
          const { touched = 0, code = '42501' } = await outcome(client, statement)
          assert.deepEqual([touched, code], [0, '42501'], `${name}: ${statement}`)
        }
        const insert = `insert into ${name} (${columns.join()}) select ${columns.join()} from jsonb_populate_record(null::${name}, $1)`
        assert.deepEqual(await outcome(client, insert, [JSON.stringify(row)]), { code: '42501' }, `${name}: insert`)
      })
    }
  })

test('a citizen sees her own rows and no others; the system sees all', async () => {
  const own: DatabaseActor = { name: 'anna', role: 'citizen', patients: `{${anna.id}}`, person: anna.id }
  for (const name of ['booking.booking', 'booking.prescription', 'scheduling.appointment', 'payments.debt']) {
    const mine = await as(own, (client) => client.query<{ patient_id: string }>(`select patient_id from ${name}`))
    assert.ok(mine.rows.length > 0, name)
    for (const row of mine.rows) assert.equal(row.patient_id, anna.id, name)
  }
  const sessions = await as(own, (client) =>
    client.query<{ person_id: string }>('select person_id from access.session'),
  )
  assert.deepEqual([...new Set(sessions.rows.map((row) => row.person_id))], [anna.id])
  const all = await as(system, (client) => client.query('select from access.session'))
  assert.ok(all.rowCount! > sessions.rowCount!)
})

/** Tables about people that only the system's own work sees: signing in, codes, what auditors and the help desk read. */
const systemOnly = `access.access_alert access.account_challenge access.account_device access.account_half_session
  access.account_passkey access.allowance access.card_check access.card_code access.card_hand_over access.card_request
  access.oidc_request access.oidc_token access.one_time_code access.pending_sign_in access.sign_in_log access.sign_in_request
  access.sign_out_request access.text_message help.request notifications.letter_file registry.linkage_case registry.merge
  registry.merge_row registry.national_decision registry.national_difference registry.national_message registry.national_part registry.national_subject`.split(
  /\s+/,
)
/** Whoever signed in sees these of herself alone, in whatever role and for whomever she acts. */
const ofWhoSignedIn = ['access.session']

test('of a person’s rows she, and who acts for her, see what is hers; in a role she sees only her sessions; the system sees all', async () => {
  const delegate = uuidv7()
  for (const name of protectedTables) {
    const closed = systemOnly.includes(name)
    const ofSession = ofWhoSignedIn.includes(name)
    const rows: [DatabaseActor, boolean][] = [
      [acting('citizen', [anna.id], anna.id), !closed],
      [acting('citizen', [delegate, anna.id], delegate), !closed && !ofSession],
      [acting('professional', [], anna.id), ofSession],
      [system, true],
    ]
    for (const [actor, sees] of rows) assert.equal(await seen(actor, name), sees, `${name}: ${JSON.stringify(actor)}`)
  }
  for (const name of [...systemOnly, ...ofWhoSignedIn]) assert.ok(protectedTables.includes(name), name)
})

test('queries of ours that forget their condition show strangers nothing, of whatever table and kind', async () => {
  const kinds: Actor['kind'][] = ['public', 'citizen', 'professional', 'partner', 'machine']
  const counted = (actor: Actor, name: string) =>
    withActor(t.db, actor, async (tx) => {
      const { rows } = await sql<{ rows: number }>`select count(*)::int as rows from ${sql.table(name)}`.execute(tx)
      return rows[0]!.rows
    })
  for (const name of protectedTables)
    for (const kind of kinds) {
      const actor: Actor = { ...systemActor(uuidv7()), kind, personId: stranger, patients: [stranger] }
      assert.equal(await counted(actor, name), 0, `${name}: ${kind}`)
    }
})

test('a query of ours that forgets its condition shows her own to the patient', async () => {
  const broken = (actor: Actor) =>
    withActor(t.db, actor, (tx) => tables<'booking'>(tx).selectFrom('booking.booking').select('id').execute())
  const citizen = (id: string): Actor => ({ ...systemActor(uuidv7()), kind: 'citizen', personId: id, patients: [id] })
  assert.deepEqual(await broken(citizen(stranger)), [])
  assert.deepEqual(await broken(citizen(anna.id)), [{ id: booked.id }])
  const everything = await asSystem(t.db, (tx) =>
    tables<'booking'>(tx).selectFrom('booking.booking').select('id').execute(),
  )
  assert.ok(everything.length >= 1)
})
