// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { after, test } from 'node:test'
import { organisationId } from '../../../../scripts/region/reference/organisations.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aProfessional, aRole, type Professional } from '../../../../test/roles.ts'
import { testApp, type SignedIn } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { tidy } from './appointments.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())
const region = organisationId('150')

const ask = (headers: SignedIn, method: 'GET' | 'POST', url: string, payload?: object) =>
  t.app.inject({ method, url: `/api/v1${url}`, headers: { ...headers }, ...(payload && { payload }) })
const wish = (fiscalCode: string, more: object = {}) => ({
  fiscalCode,
  role: 'clerk',
  organisationId: aslNapoli1,
  from: today,
  actReference: 'Delibera 12/2026',
  ...more,
})
async function gives(admin: Professional, payload: object, status = 201) {
  const answer = await ask(admin.headers, 'POST', '/role-appointments', payload)
  assert.equal(answer.statusCode, status, answer.body)
  return answer.json<{ id: string; code: string; state: string; changes: { step: string; by: string | null }[] }>()
}
const step = (admin: Professional, id: string, name: string) =>
  ask(admin.headers, 'POST', `/role-appointments/${id}/steps`, { step: name, reason: 'prova' })

/** The session cookie of an answer, with the token for changes. */
async function cookieOf(answer: Awaited<ReturnType<typeof ask>>): Promise<SignedIn> {
  const cookie = answer.cookies.find(({ name }) => name === '__Host-sid')
  assert.ok(cookie?.httpOnly && cookie.secure)
  const headers = { cookie: `__Host-sid=${cookie.value}`, 'x-csrf-token': '' }
  return { ...headers, 'x-csrf-token': (await ask(headers, 'GET', '/session')).json<{ csrfToken: string }>().csrfToken }
}

test('an administrator gives a role; the person chooses it, acts in it alone, and becomes a citizen again', async () => {
  const admin = await aProfessional(t, 'administrator')
  const anna = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2018-05-05', parent: anna.id })
  const given = await gives(admin, wish(anna.code, { role: 'auditor', organisationId: region }), 403)
  assert.equal(given.code, 'roles/other-organisation')
  const { id } = await gives(admin, wish(anna.code, { unit: 'Sportello 3', until: addDays(today, 30) }))
  const asCitizen = await t.signIn(anna.id)
  const held = (await ask(asCitizen, 'GET', '/roles')).json<
    { appointmentId: string; role: string; current: boolean }[]
  >()
  assert.deepEqual(
    held.map(({ appointmentId, role, current }) => [appointmentId, role, current]),
    [[id, 'clerk', false]],
  )
  const chosen = await ask(asCitizen, 'POST', '/roles/acting', { appointmentId: id })
  assert.equal(chosen.statusCode, 204, chosen.body)
  const asClerk = await cookieOf(chosen)
  assert.equal((await ask(asCitizen, 'GET', '/roles')).statusCode, 401, 'the first session is over')
  const session = (await ask(asClerk, 'GET', '/session')).json<{ role: { code: string }; actsFor: object[] }>()
  assert.equal(session.role.code, 'clerk')
  assert.deepEqual(session.actsFor, [])
  for (const [who, url] of [
    [asClerk, `/people/${anna.id}/contacts`],
    [asClerk, '/bookings'],
    [asClerk, `/people/${child.id}/accesses`],
  ] as const)
    assert.equal((await ask(who, 'GET', url)).json<{ code: string }>().code, 'access/role-required', url)
  assert.equal((await ask(asClerk, 'GET', '/desk/delegations')).statusCode, 200)
  const back = await cookieOf(await ask(asClerk, 'POST', '/roles/acting', { appointmentId: null }))
  assert.equal((await ask(back, 'GET', '/bookings')).statusCode, 200)
  assert.equal((await ask(back, 'GET', '/desk/delegations')).json<{ code: string }>().code, 'access/role-required')
})

test('suspending or ending an appointment ends the sessions that act in it, at once; resuming gives it back', async () => {
  const admin = await aProfessional(t, 'administrator')
  const clerk = await aProfessional(t, 'clerk')
  assert.equal((await ask(clerk.headers, 'GET', '/desk/delegations')).statusCode, 200)
  assert.equal((await step(admin, clerk.appointmentId, 'suspend')).statusCode, 200)
  assert.equal((await ask(clerk.headers, 'GET', '/desk/delegations')).statusCode, 401)
  const citizen = await t.signIn(clerk.id)
  const refused = await ask(citizen, 'POST', '/roles/acting', { appointmentId: clerk.appointmentId })
  assert.equal(refused.json<{ code: string }>().code, 'roles/not-held')
  assert.equal((await step(admin, clerk.appointmentId, 'resume')).statusCode, 200)
  const again = await ask(citizen, 'POST', '/roles/acting', { appointmentId: clerk.appointmentId })
  assert.equal(again.statusCode, 204)
  assert.equal((await step(admin, clerk.appointmentId, 'end')).statusCode, 200)
  for (const name of ['resume', 'suspend', 'end', 'confirm'])
    assert.equal((await step(admin, clerk.appointmentId, name)).json<{ code: string }>().code, 'roles/wrong-state')
  const seen = await ask(admin.headers, 'GET', `/role-appointments/${clerk.appointmentId}`)
  const { changes } = seen.json<{ changes: { step: string }[] }>()
  assert.deepEqual(
    changes.map((change) => change.step),
    ['granted', 'suspended', 'resumed', 'ended'],
  )
})

test('nobody gives roles beyond her organisation, to herself, to strangers, twice, or backwards', async () => {
  const admin = await aProfessional(t, 'administrator')
  const salerno = await aProfessional(t, 'administrator', aslSalerno)
  const anna = await aPerson(t)
  const refusals: [object, number, string][] = [
    [wish(anna.code, { organisationId: aslSalerno }), 403, 'roles/other-organisation'],
    [wish(anna.code, { role: 'auditor' }), 403, 'roles/region-only'],
    [wish(admin.code, { role: 'doctor' }), 409, 'roles/not-to-oneself'],
    [wish('RSSMRA80A01H501U'), 409, 'roles/unknown-person'],
    [wish(anna.code, { from: addDays(today, 2), until: today }), 400, 'roles/wrong-period'],
    [wish(anna.code, { role: 'king' }), 400, 'platform/invalid-request'],
  ]
  for (const [payload, status, code] of refusals) assert.equal((await gives(admin, payload, status)).code, code)
  const { id } = await gives(admin, wish(anna.code))
  assert.equal((await gives(admin, wish(anna.code), 409)).code, 'roles/already-given')
  for (const answer of [
    await ask(salerno.headers, 'GET', `/role-appointments/${id}`),
    await step(salerno, id, 'end'),
    await ask(salerno.headers, 'GET', `/role-appointments?organisationId=${aslNapoli1}`),
  ])
    assert.ok([403, 404].includes(answer.statusCode), answer.body)
  const clerk = await t.signIn(anna.id, 2, id)
  assert.equal((await ask(clerk, 'GET', '/role-appointments')).json<{ code: string }>().code, 'access/role-required')
  const stolen = await ask(await t.signIn(salerno.id), 'POST', '/roles/acting', { appointmentId: id })
  assert.equal(stolen.json<{ code: string }>().code, 'roles/not-held')
})

test('a hundred grants at once leave one appointment', async () => {
  const admin = await aProfessional(t, 'administrator')
  const anna = await aPerson(t)
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => ask(admin.headers, 'POST', '/role-appointments', wish(anna.code))),
  )
  const statuses = Map.groupBy(answers, (answer) => answer.statusCode)
  assert.equal(statuses.get(201)?.length, 1)
  assert.equal(statuses.get(409)?.length, 99)
})

test('the list is searched, filtered, paged and exported, and every look is in the trail', async () => {
  const admin = await aProfessional(t, 'administrator', aslSalerno)
  for (let n = 0; n < 27; n += 1)
    await aRole(t, (await aPerson(t, { familyName: 'Zeta Prova' })).id, 'nurse', aslSalerno)
  const first = (await ask(admin.headers, 'GET', '/role-appointments?name=zeta&role=nurse')).json<{
    items: { person: { id: string } }[]
    nextCursor: string
  }>()
  assert.equal(first.items.length, 25)
  const second = (
    await ask(admin.headers, 'GET', `/role-appointments?name=zeta&role=nurse&cursor=${first.nextCursor}`)
  ).json<{ items: { person: { id: string } }[]; nextCursor: null }>()
  assert.equal(second.items.length, 2)
  assert.equal(second.nextCursor, null)
  const wrong = await ask(admin.headers, 'GET', `/role-appointments?cursor=${'A'.repeat(60)}`)
  assert.equal(wrong.json<{ code: string }>().code, 'roles/wrong-cursor')
  const csv = await ask(admin.headers, 'GET', '/role-appointments/export?role=nurse')
  assert.equal(csv.body.split('\n').filter((line) => line.includes('nurse')).length, 27)
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(distinct patient_id)::int as n from access.audit_entry where role = 'administrator' and object_type = 'role-appointment' and person_id = $1`,
    [admin.id],
  )
  assert.ok(rows[0]!.n >= 27)
})

test('what is over ends at night, what nobody used is suspended, and yesterday’s appointment opens nothing today', async () => {
  const anna = await aProfessional(t, 'nurse')
  await t.owner.query(
    'update access.role_appointment set valid = daterange(lower(valid) - 10, lower(valid)) where id = $1',
    [anna.appointmentId],
  )
  assert.equal((await ask(anna.headers, 'GET', '/roles')).statusCode, 401)
  const lisa = await aProfessional(t, 'nurse')
  const later = new Date(Date.now() + 181 * 86_400_000)
  await asSystem(t.db, (tx) => tidy(tx, later))
  const { rows } = await t.owner.query<{ id: string; state: string }>(
    'select id, state from access.role_appointment where id = any($1)',
    [[anna.appointmentId, lisa.appointmentId]],
  )
  const states = new Map(rows.map((row) => [row.id, row.state]))
  assert.equal(states.get(anna.appointmentId), 'ended')
  assert.equal(states.get(lisa.appointmentId), 'suspended')
})

test('the database itself refuses a changed person or role, an ended appointment that lives again, and a lost history', async () => {
  const { appointmentId } = await aProfessional(t, 'doctor')
  const tries = [
    "update access.role_appointment set role = 'auditor' where id = $1",
    'update access.role_appointment set person_id = granted_by where id = $1',
    'delete from access.role_appointment where id = $1',
    'delete from access.role_appointment_change where appointment_id = $1',
    'update access.role_appointment_change set changed_by = null where appointment_id = $1',
  ]
  const client = await t.owner.connect()
  try {
    for (const statement of tries) {
      await client.query("begin; set local role sinfonia_app; select set_config('app.role', 'system', true)")
      const refused = /permission denied|stays what it was|null value/
      await assert.rejects(client.query(statement, [appointmentId]), refused, statement)
      await client.query('rollback')
    }
  } finally {
    client.release()
  }
})

test('the first administrator is entered by a command, which says what is wrong', async () => {
  const anna = await aPerson(t)
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/administrator.ts', ...args], {
      cwd: resolve(import.meta.dirname, '../../../..'),
      env: { ...process.env, DATABASE_URL: t.databaseUrl },
      encoding: 'utf8',
    })
  const wish = ['--fiscal-code', anna.code, '--organisation', '150204', '--act', 'Delibera 1/2026']
  const done = run(...wish)
  assert.equal(done.status, 0, done.stderr)
  assert.match(done.stdout, /an access administrator of ASL/)
  const held = (await ask(await t.signIn(anna.id), 'GET', '/roles')).json<{ role: string }[]>()
  assert.deepEqual(
    held.map(({ role }) => role),
    ['administrator'],
  )
  for (const [args, said] of [
    [wish, /already|exclusion|role_appointment_once/],
    [['--fiscal-code', 'X', '--organisation', '150', '--act', 'abc'], /not a fiscal code/],
    [['--fiscal-code', anna.code, '--organisation', 'nowhere', '--act', 'abc'], /none with the code/],
  ] as const) {
    const refused = run(...args)
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, said)
  }
})
