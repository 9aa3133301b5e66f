// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { aPerson, aslSalerno } from '../../../../test/region.ts'
import { aProfessional, type Professional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { reassignSome } from '../../registry/doctors/index.ts'
import { endOfMoved } from './life.ts'
import { reassign } from './office.ts'
import { carryOut } from './refusals.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const officer = await aProfessional(t, 'district-officer')
const today = romeDay(new Date())

const call = (who: Professional, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
  t.app.inject({ method, url: `/api/v1/office${path}`, headers: who.headers, ...(payload && { payload }) })

/** A doctor with so many people in her list, each born on a day of her own. */
async function aDoctorWith(people: number): Promise<string> {
  const doctor = await aDoctor(t, { ceiling: 2_000 })
  const client = await t.owner.connect()
  try {
    await client.query("begin; select set_config('app.role', 'system', true)")
    await client.query(
      `with made as (
         insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_code, birth_place_name, citizenship)
         select gen_random_uuid(), 'Lista Prova', 'Persona', 'LISTA PROVA PERSONA', date '1940-01-01' + n, 'F', 'F839', 'NAPOLI', '100'
         from generate_series(1, $2::int) n
         returning id
       )
       insert into registry.doctor_choice (id, person_id, role_id, kind, valid, source, began_at)
       select gen_random_uuid(), id, $1, 'ORDINARY', '[2020-01-01,)', 'test', '2020-01-01' from made`,
      [doctor, people],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  return doctor
}

const open = async (doctorId: string) => {
  const { rows } = await t.owner.query<{ n: number; kept: number }>(
    `select (select count(*)::int from registry.doctor_choice where role_id = $1 and ended_at is null) as n,
            patients + temporary_patients as kept
     from registry.primary_care_post where role_id = $1`,
    [doctorId],
  )
  assert.equal(rows[0]!.n, rows[0]!.kept, 'the counter is right')
  return rows[0]!.n
}

test('a doctor with 450 people retires: two others take whom they can, the oldest first, the rest is told; a stop in between loses nobody', async () => {
  const leaving = await aDoctorWith(450)
  const [first, second] = [
    await aDoctor(t, { ceiling: 300 }),
    await aDoctor(t, { ceiling: 150, patients: 0, selfLimit: 100 }),
  ]
  const decided = await call(officer, 'POST', `/doctors/${leaving}/departure`, {
    lastDay: today,
    reason: 'RETIREMENT',
    targets: [first, second],
  })
  assert.equal(decided.statusCode, 201, decided.body)
  const { id, people, state } = decided.json()
  assert.deepEqual([people, state], [450, 'PLANNED'])
  const page = await t.app.inject({ url: `/api/v1/doctors/${leaving}` })
  assert.equal(page.json().leavingOn, today)
  await reassign(t.platform)
  assert.equal(await open(leaving), 450, 'until her last day is over they stay hers')

  t.setNow(new Date(Date.now() + 86_400_000))
  try {
    await assert.rejects(
      asSystem(t.db, async (tx) => {
        assert.equal((await reassignSome(tx, id, t.platform.now(), 200)).length, 200)
        throw new Error('the machine stops here')
      }),
      /the machine stops here/,
    )
    assert.deepEqual([await open(leaving), await open(first)], [450, 0])
    await reassign(t.platform)
  } finally {
    t.setNow(new Date())
  }
  assert.deepEqual([await open(leaving), await open(first), await open(second)], [0, 300, 100])
  const done = (await call(officer, 'GET', `/departures/${id}`)).json()
  assert.deepEqual([done.state, done.reassigned, done.without], ['DONE', 400, 50])
  const { rows } = await t.owner.query<{ oldest: boolean; gaps: number }>(
    `select max(p.birth_date) filter (where n.id is not null) < min(p.birth_date) filter (where n.id is null) as oldest,
            count(*) filter (where n.id is not null and lower(n.valid) <> upper(o.valid))::int as gaps
     from registry.doctor_choice o
     join registry.person p on p.id = o.person_id
     left join registry.doctor_choice n on n.person_id = o.person_id and n.ended_at is null
     where o.role_id = $1`,
    [leaving],
  )
  assert.deepEqual(rows[0], { oldest: true, gaps: 0 })
  const events = await t.owner.query<{ name: string; n: number }>(
    `select name, count(*)::int as n from platform.event where name like 'doctor-choice.%' group by 1 order by 1`,
  )
  assert.deepEqual(events.rows, [
    { name: 'doctor-choice.chosen', n: 400 },
    { name: 'doctor-choice.departure', n: 1 },
    { name: 'doctor-choice.ended', n: 50 },
  ])
  const trail = await t.owner.query(
    `select count(distinct patient_id)::int as n from access.audit_entry where object_type = 'doctor-choice' and actor_kind = 'system'`,
  )
  assert.equal(trail.rows[0].n, 450)
  await reassign(t.platform)
  assert.equal((await call(officer, 'GET', `/departures/${id}`)).json().reassigned, 400, 'a second run changes nothing')
})

test('a departure is entered once, with doctors who can take over, and taken back until it begins', async () => {
  const [leaving, other, paediatrician] = [await aDoctor(t), await aDoctor(t), await aDoctor(t, { kind: 'PLS' })]
  const wish = { lastDay: addDays(today, 40), reason: 'TRANSFER', targets: [other] }
  const decide = (payload: object) => call(officer, 'POST', `/doctors/${leaving}/departure`, payload)
  for (const targets of [[leaving], [paediatrician]])
    assert.equal((await decide({ ...wish, targets })).json().code, 'doctor-choice/wrong-targets')
  const past = await decide({ ...wish, lastDay: addDays(today, -1) })
  assert.equal(past.json().code, 'doctor-choice/departure-in-the-past')
  assert.equal((await decide({ ...wish, targets: [officer.id] })).statusCode, 422)
  const { id } = (await decide(wish)).json()
  assert.equal((await decide(wish)).json().code, 'doctor-choice/already-leaving')
  assert.equal((await call(officer, 'DELETE', `/departures/${id}`)).json().state, 'CALLED_OFF')
  assert.equal((await call(officer, 'DELETE', `/departures/${id}`)).json().code, 'doctor-choice/departure-begun')
  assert.equal((await t.app.inject({ url: `/api/v1/doctors/${leaving}` })).json().leavingOn, null)
  assert.equal((await decide(wish)).statusCode, 201, 'and it can be entered again')
})

test('an officer of another authority finds none of it', async () => {
  const stranger = await aProfessional(t, 'district-officer', aslSalerno)
  const doctor = await aDoctor(t)
  const wish = { lastDay: today, reason: 'RETIREMENT', targets: [] }
  assert.equal((await call(stranger, 'POST', `/doctors/${doctor}/departure`, wish)).statusCode, 404)
  const { id } = (await call(officer, 'POST', `/doctors/${doctor}/departure`, wish)).json()
  for (const method of ['GET', 'DELETE'] as const)
    assert.equal((await call(stranger, method, `/departures/${id}`)).statusCode, 404)
  const listed = (await call(stranger, 'GET', '/departures')).json().departures
  assert.deepEqual(listed, [])
  assert.equal((await call(officer, 'GET', '/departures/01a22b9b-5abc-7a0a-8608-e5e645966b70')).statusCode, 404)
})

test('the movements of a month add up, on the page and in the table', async () => {
  const doctor = await aDoctorWith(5)
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  const chosen = await t.app.inject({
    method: 'POST',
    url: `/api/v1/people/${anna.id}/doctor-choices`,
    headers,
    payload: { doctorId: doctor },
  })
  assert.equal(chosen.statusCode, 201, chosen.body)
  const month = today.slice(0, 7)
  const { doctors } = (await call(officer, 'GET', `/doctor-movements?month=${month}`)).json()
  for (const one of doctors) assert.equal(one.atStart + one.entered - one.left, one.atEnd)
  const own = doctors.find((one: { doctorId: string }) => one.doctorId === doctor)
  assert.deepEqual([own.atStart, own.entered, own.left, own.atEnd], [5, 1, 0, 6])
  const table = await call(officer, 'GET', `/doctor-movements.csv?month=${month}`)
  assert.equal(table.headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(table.body.split('\r\n').length, doctors.length + 2)
  const before = (await call(officer, 'GET', '/doctor-movements?month=2019-12')).json().doctors
  assert.equal(before.find((one: { doctorId: string }) => one.doctorId === doctor).atEnd, 0, 'nobody was hers then')
  assert.equal((await call(officer, 'GET', '/doctor-movements?month=2026-13')).statusCode, 400)
})

test('a refusal counts from the 16th day, not where no other doctor has places, and not by who limited her list', async () => {
  const area = { towns: ['063049'] as const }
  const doctor = await aDoctor(t, area)
  const { rows } = await t.owner.query<{ catchment_id: string }>(
    'select catchment_id from registry.primary_care_post where role_id = $1',
    [doctor],
  )
  const anna = await aPerson(t)
  await hasDoctor(t, anna.id, doctor)
  const refuse = (who: Professional, wish: object = {}) =>
    call(who, 'POST', `/doctors/${doctor}/refusals`, {
      fiscalCode: anna.code,
      receivedOn: today,
      motive: 'TRUST',
      ...wish,
    })
  const alone = (await refuse(officer)).json()
  assert.deepEqual([alone.state, alone.deniedFor, alone.effectiveOn], ['DENIED', 'NO_OTHER_DOCTOR', null])

  const other = await aDoctor(t, area)
  await t.owner.query('update registry.primary_care_post set catchment_id = $2 where role_id = $1', [
    other,
    rows[0]!.catchment_id,
  ])
  await t.owner.query('update registry.primary_care_post set self_limit = 1 where role_id = $1', [doctor])
  assert.equal((await refuse(officer)).json().deniedFor, 'SELF_LIMITED')
  await t.owner.query('update registry.primary_care_post set self_limit = null where role_id = $1', [doctor])

  assert.equal(
    (await refuse(officer, { receivedOn: addDays(today, 1) })).json().code,
    'doctor-choice/refusal-in-the-future',
  )
  const stranger = await aPerson(t)
  assert.equal((await refuse(officer, { fiscalCode: stranger.code })).json().code, 'doctor-choice/not-in-list')
  assert.equal((await refuse(await aProfessional(t, 'district-officer', aslSalerno))).statusCode, 404)

  const accepted = (await refuse(officer)).json()
  assert.deepEqual([accepted.state, accepted.effectiveOn], ['ACCEPTED', addDays(today, 16)])
  assert.equal((await refuse(officer)).json().code, 'doctor-choice/already-refused')
  assert.equal((await call(officer, 'GET', '/refusals')).json().refusals.length, 3)

  try {
    t.setNow(new Date(Date.now() + 15 * 86_400_000))
    await carryOut(t.platform)
    assert.equal(await open(doctor), 1, 'on the 15th day she is still hers')
    t.setNow(new Date(Date.now() + 16 * 86_400_000))
    await carryOut(t.platform)
    assert.equal(await open(doctor), 0)
  } finally {
    t.setNow(new Date())
  }
  const { rows: ended } = await t.owner.query(
    'select end_reason, upper(valid)::text as day from registry.doctor_choice where person_id = $1',
    [anna.id],
  )
  assert.deepEqual(ended, [{ end_reason: 'REFUSED_BY_DOCTOR', day: addDays(today, 16) }])
})

test('whoever leaves before the day of the refusal keeps the doctor she chose', async () => {
  const [doctor, other] = [await aDoctor(t), await aDoctor(t)]
  const { rows } = await t.owner.query<{ catchment_id: string }>(
    'select catchment_id from registry.primary_care_post where role_id = $1',
    [doctor],
  )
  await t.owner.query('update registry.primary_care_post set catchment_id = $2 where role_id = $1', [
    other,
    rows[0]!.catchment_id,
  ])
  const anna = await aPerson(t)
  await hasDoctor(t, anna.id, doctor)
  const wish = { fiscalCode: anna.code, receivedOn: addDays(today, -16), motive: 'CONDUCT' }
  assert.equal((await call(officer, 'POST', `/doctors/${doctor}/refusals`, wish)).json().state, 'ACCEPTED')
  const headers = await t.signIn(anna.id)
  const chosen = await t.app.inject({
    method: 'POST',
    url: `/api/v1/people/${anna.id}/doctor-choices`,
    headers,
    payload: { doctorId: other },
  })
  assert.equal(chosen.statusCode, 201, chosen.body)
  await carryOut(t.platform)
  assert.equal(await open(other), 1)
  const states = (await call(officer, 'GET', '/refusals')).json().refusals as { doctorId: string; state: string }[]
  assert.equal(states.find((one) => one.doctorId === doctor)?.state, 'OVERTAKEN')
})

test('the old doctor of who moved to another authority is left after thirty days', async () => {
  const { id } = await aPerson(t)
  await hasDoctor(t, id, await aDoctor(t))
  await t.owner.query(`update registry.doctor_choice set began_at = now() - interval '1 year' where person_id = $1`, [
    id,
  ])
  const address = { placeCode: 'H703', line: 'Corso Vecchio 2' }
  const moved = await t.app.inject({
    method: 'POST',
    url: `/api/v1/office/people/${id}/acts`,
    headers: { ...officer.headers, 'idempotency-key': crypto.randomUUID() },
    payload: { act: 'move', on: addDays(today, -29), address },
  })
  assert.equal(moved.statusCode, 200, moved.body)
  await t.settle()
  const reason = async () =>
    (
      await t.owner.query<{ reason: string | null }>(
        'select end_reason as reason from registry.doctor_choice where person_id = $1',
        [id],
      )
    ).rows[0]?.reason
  await endOfMoved(t.platform)
  assert.equal(await reason(), null)
  t.setNow(new Date(Date.now() + 2 * 86_400_000))
  await endOfMoved(t.platform)
  t.setNow(new Date())
  assert.equal(await reason(), 'MOVED')
})
