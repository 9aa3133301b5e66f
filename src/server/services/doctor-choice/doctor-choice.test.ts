// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDelegation } from '../../../../test/delegations.ts'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { endByCalendar } from './choose.ts'
import { readRule } from './rules.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())

async function call(who: { id: string }, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) {
  const headers = await t.signIn(who.id)
  return t.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) })
}
const choose = (who: { id: string }, doctorId: string, personId = who.id) =>
  call(who, 'POST', `/people/${personId}/doctor-choices`, { doctorId })
const mine = async (who: { id: string }, personId = who.id) =>
  (await call(who, 'GET', `/people/${personId}/doctor`)).json()
const listOf = async (doctorId: string) => {
  const { rows } = await t.owner.query<{ kept: number; counted: number }>(
    `select p.patients + p.temporary_patients as kept,
            (select count(*)::int from registry.doctor_choice c where c.role_id = p.role_id and c.ended_at is null) as counted
     from registry.primary_care_post p where p.role_id = $1`,
    [doctorId],
  )
  return rows[0]!
}

test('a citizen chooses a doctor, changes to another and leaves; each step is in the history and in the trail', async () => {
  const [first, second] = [await aDoctor(t), await aDoctor(t)]
  const anna = await aPerson(t)
  const none = await mine(anna)
  assert.equal(none.current, null)
  assert.deepEqual(none.kinds, ['MMG'])
  assert.equal(none.municipality.name, 'Napoli')

  const chosen = await choose(anna, first)
  assert.equal(chosen.statusCode, 201, chosen.body)
  assert.equal(chosen.json().from, today)
  assert.deepEqual(await listOf(first), { kept: 1, counted: 1 })

  const changed = await choose(anna, second)
  assert.equal(changed.statusCode, 201, changed.body)
  assert.deepEqual(
    [await listOf(first), await listOf(second)].map(({ kept }) => kept),
    [0, 1],
  )
  const now = await mine(anna)
  assert.equal(now.current.doctorId, second)
  assert.equal(now.doctor.id, second)
  assert.deepEqual(
    now.history.map((one: { doctorId: string; endReason: string; from: string; until: string }) => [
      one.doctorId,
      one.endReason,
      one.from,
      one.until,
    ]),
    [[first, 'CHANGED', today, today]],
  )

  const again = await choose(anna, first)
  assert.equal(again.json().code, 'doctor-choice/too-soon')
  assert.equal(again.json().from, addDays(today, 31))

  const left = await call(anna, 'DELETE', `/people/${anna.id}/doctor`)
  assert.equal(left.json().endReason, 'REVOKED')
  assert.equal((await mine(anna)).current, null)
  assert.equal((await call(anna, 'DELETE', `/people/${anna.id}/doctor`)).json().code, 'doctor-choice/no-doctor')
  const { rows } = await t.owner.query(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'doctor-choice' and action <> 'READ' order by id`,
    [anna.id],
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['CREATE', 'CREATE', 'UPDATE'],
  )
})

test('a sign-in of more than half an hour ago chooses and leaves no doctor: it is asked for again, and nothing has changed', async () => {
  const [own, other] = [await aDoctor(t), await aDoctor(t)]
  const anna = await aPerson(t)
  await hasDoctor(t, anna.id, own)
  const headers = await t.signIn(anna.id)
  const send = (method: 'POST' | 'DELETE', path: string, payload?: object) =>
    t.app.inject({ method, url: `/api/v1/people/${anna.id}${path}`, headers, ...(payload && { payload }) })
  const signedIn = (minutes: number) =>
    t.owner.query(
      `update access.session set authenticated_at = now() - $2 * interval '1 minute' where person_id = $1`,
      [anna.id, minutes],
    )
  await signedIn(31)
  for (const [method, path, payload] of [
    ['POST', '/doctor-choices', { doctorId: other }],
    ['DELETE', '/doctor', undefined],
    ['POST', '/doctor-requests', { doctorId: other, kind: 'EXCEPTION', reason: 'FAMILY' }],
  ] as const) {
    const refused = await send(method, path, payload)
    assert.deepEqual([refused.statusCode, refused.json().code], [403, 'access/step-up-required'], path)
    assert.deepEqual([refused.json().level, refused.json().freshMinutes], [2, 30])
  }
  const seen = await mine(anna)
  assert.equal(seen.current.doctorId, own, 'reading asks for nothing fresh')
  const { rows } = await t.owner.query('select from doctor_choice.request where person_id = $1', [anna.id])
  assert.equal(rows.length, 0)
  await signedIn(29)
  assert.equal((await send('POST', '/doctor-choices', { doctorId: other })).statusCode, 201)
})

test('before choosing one sees what would happen, or why not', async () => {
  const [old, next, far] = [await aDoctor(t), await aDoctor(t), await aDoctor(t, { towns: ['065116'] })]
  const anna = await aPerson(t)
  await hasDoctor(t, anna.id, old)
  const check = (doctorId: string) => call(anna, 'GET', `/people/${anna.id}/doctor-choices/check?doctorId=${doctorId}`)
  const verdict = (await check(next)).json()
  assert.equal(verdict.kind, 'ORDINARY')
  assert.match(verdict.replaces, /^Carla Medico Prova/)
  assert.equal((await check(far)).json().code, 'doctor-choice/out-of-area')
  assert.equal((await check(old)).json().code, 'doctor-choice/same-doctor')
  assert.equal((await check(anna.id)).statusCode, 404, 'no such doctor')
  assert.equal((await mine(anna)).current.doctorId, old, 'nothing was done')
})

test('a mother chooses for her child, a delegate with that service for who delegated her, nobody else for anybody', async () => {
  const [paediatrician, doctor] = [await aDoctor(t, { kind: 'PLS' }), await aDoctor(t)]
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: addDays(today, -4 * 365), parent: mother.id })
  assert.equal((await choose(mother, paediatrician, child.id)).statusCode, 201)
  assert.equal((await mine(mother, child.id)).current.doctorId, paediatrician)
  assert.equal((await choose(mother, doctor, child.id)).json().code, 'doctor-choice/paediatrician-needed')

  const [delegate, forBooking] = [await aPerson(t), await aPerson(t)]
  await aDelegation(t, mother, delegate, { services: ['DOCTOR_CHOICE'] })
  await aDelegation(t, mother, forBooking, { services: ['BOOKING'] })
  assert.equal((await choose(forBooking, doctor, mother.id)).statusCode, 404)
  assert.equal((await choose(delegate, doctor, mother.id)).statusCode, 201)
  assert.equal((await choose(delegate, doctor, child.id)).statusCode, 404)
  assert.equal((await call(forBooking, 'GET', `/people/${mother.id}/doctor`)).statusCode, 404)
})

test('a full list takes whoever has family there, and nobody else; a limit the doctor chose counts', async () => {
  const doctor = await aDoctor(t, { ceiling: 3, selfLimit: 2 })
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2015-05-05', parent: mother.id })
  const stranger = await aPerson(t)
  await hasDoctor(t, child.id, doctor)
  assert.equal((await choose(await aPerson(t), doctor)).statusCode, 201, 'the last place')
  assert.equal((await choose(stranger, doctor)).json().code, 'doctor-choice/full')
  const reunited = await choose(mother, doctor)
  assert.equal(reunited.statusCode, 201, reunited.body)
  assert.equal(reunited.json().kind, 'REUNIFICATION')
  assert.deepEqual(await listOf(doctor), { kept: 3, counted: 3 })
})

test('two hundred citizens race for the last ten places: ten get in, the others are told, and nobody loses the doctor she had', async () => {
  const [wanted, old] = [await aDoctor(t, { ceiling: 30, patients: 20 }), await aDoctor(t)]
  const people = await Promise.all(Array.from({ length: 200 }, () => aPerson(t)))
  for (const { id } of people) await hasDoctor(t, id, old)
  const headers = new Map<string, Awaited<ReturnType<typeof t.signIn>>>()
  for (const { id } of people) headers.set(id, await t.signIn(id))
  const answers = await Promise.all(
    people.map(({ id }) =>
      t.app.inject({
        method: 'POST',
        url: `/api/v1/people/${id}/doctor-choices`,
        headers: headers.get(id)!,
        payload: { doctorId: wanted },
      }),
    ),
  )
  assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 10)
  const refused = answers.filter(({ statusCode }) => statusCode !== 201)
  assert.deepEqual([...new Set(refused.map((answer) => answer.json().code))], ['doctor-choice/full'])
  const { rows } = await t.owner.query<{ doctor: string; n: number }>(
    `select role_id as doctor, count(*)::int as n from registry.doctor_choice where person_id = any($1) and ended_at is null
     group by 1 order by 2`,
    [people.map(({ id }) => id)],
  )
  assert.deepEqual(rows, [
    { doctor: wanted, n: 10 },
    { doctor: old, n: 190 },
  ])
  assert.equal((await listOf(old)).kept, 190)
})

test('one person in many windows ends with one doctor, and no window is told that the service is busy', async () => {
  const doctors = await Promise.all(Array.from({ length: 10 }, () => aDoctor(t)))
  for (let round = 0; round < 10; round += 1) {
    const anna = await aPerson(t)
    const headers = await t.signIn(anna.id)
    const answers = await Promise.all(
      doctors.map((doctorId) =>
        t.app.inject({
          method: 'POST',
          url: `/api/v1/people/${anna.id}/doctor-choices`,
          headers,
          payload: { doctorId },
        }),
      ),
    )
    for (const answer of answers)
      assert.ok(answer.statusCode === 201 || answer.json().code === 'doctor-choice/too-soon', answer.body)
    const { rows } = await t.owner.query(
      'select from registry.doctor_choice where person_id = $1 and ended_at is null',
      [anna.id],
    )
    assert.equal(rows.length, 1)
  }
})

test('the database refuses a change without the new doctor, a second doctor and a list over the ceiling', async () => {
  const doctor = await aDoctor(t, { ceiling: 1 })
  const [anna, berta] = [await aPerson(t), await aPerson(t)]
  await hasDoctor(t, anna.id, doctor)
  await assert.rejects(hasDoctor(t, berta.id, doctor), { constraint: 'doctor_choice_ceiling' })
  await assert.rejects(hasDoctor(t, anna.id, await aDoctor(t)), { constraint: 'doctor_choice_one_at_a_time' })
  const end = `update registry.doctor_choice set ended_at = now(), end_reason = 'CHANGED', valid = '[2020-01-01,2026-01-01)' where person_id = $1`
  await assert.rejects(t.owner.query(end, [anna.id]), { constraint: 'doctor_choice_successor' })
  const other = await aDoctor(t)
  const move = 'update registry.doctor_choice set role_id = $2 where person_id = $1'
  await assert.rejects(t.owner.query(move, [anna.id, other]), { constraint: 'doctor_choice_kept' })
  assert.deepEqual(await listOf(doctor), { kept: 1, counted: 1 })
})

test('the paediatrician ends at the fourteenth birthday, a choice with a term at its end', async () => {
  const [paediatrician, doctor] = [await aDoctor(t, { kind: 'PLS' }), await aDoctor(t)]
  const mother = await aPerson(t)
  const [birthday, later, student] = [
    await aPerson(t, { birthDate: `${Number(today.slice(0, 4)) - 14}${today.slice(4)}`, parent: mother.id }),
    await aPerson(t, { birthDate: addDays(`${Number(today.slice(0, 4)) - 14}${today.slice(4)}`, 1) }),
    await aPerson(t),
  ]
  await hasDoctor(t, birthday.id, paediatrician)
  await hasDoctor(t, later.id, paediatrician)
  await t.owner.query(
    `insert into registry.doctor_choice (id, person_id, role_id, kind, valid, source)
     values (gen_random_uuid(), $1, $2, 'TEMPORARY', daterange('2026-01-01', $3::date), 'test')`,
    [student.id, doctor, today],
  )
  await endByCalendar(t.platform, readRule(t.platform.config))
  const [last] = (await mine(mother, birthday.id)).history
  assert.deepEqual([last.endReason, last.until], ['AGE_LIMIT', addDays(today, -1)])
  assert.equal((await mine(student)).history[0].endReason, 'TERM_ENDED')
  assert.deepEqual(await listOf(paediatrician), { kept: 1, counted: 1 })
  assert.deepEqual(await listOf(doctor), { kept: 0, counted: 0 })
  await endByCalendar(t.platform, readRule(t.platform.config))
  assert.deepEqual(await listOf(paediatrician), { kept: 1, counted: 1 }, 'a second run changes nothing')
})

test('doctors are found by place, name, language, day and free places, page by page, without numbers of patients', async () => {
  const town = '065050'
  const made: string[] = []
  for (let n = 0; n < 7; n += 1)
    made.push(
      await aDoctor(t, { towns: [town], familyName: `Dottoressa Elenco ${n}`, ...(n === 3 && { patients: 1_490 }) }),
    )
  const full = await aDoctor(t, { towns: [town], patients: 1_500, familyName: 'Zeta Piena', languages: ['it', 'en'] })
  const ask = async (query: string) => {
    const answer = await t.app.inject({ url: `/api/v1/doctors?municipality=${town}&${query}` })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json() as { doctors: { id: string; availability: string }[]; nextCursor: string | null }
  }
  const seen: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null && pages < 10; pages += 1) {
    const page: Awaited<ReturnType<typeof ask>> = await ask(`limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.doctors.map(({ id }) => id))
    cursor = page.nextCursor
  }
  assert.deepEqual(seen, [...made, full])
  const availability = Object.fromEntries((await ask('')).doctors.map((one) => [one.id, one.availability]))
  assert.deepEqual([availability[made[0]!], availability[made[3]!], availability[full]], ['free', 'last', 'full'])
  assert.ok(!(await ask('free=true')).doctors.some(({ id }) => id === full))
  assert.deepEqual(
    (await ask('language=en')).doctors.map(({ id }) => id),
    [full],
  )
  assert.deepEqual(
    (await ask('name=zeta')).doctors.map(({ id }) => id),
    [full],
  )
  assert.equal((await ask('weekday=2')).doctors.length, 0)
  assert.equal((await ask('kind=PLS')).doctors.length, 0)
  const body = (await t.app.inject({ url: `/api/v1/doctors/${full}` })).body
  assert.ok(!body.includes('1500') && !body.includes('patients'), 'counts of patients are not public')
  assert.equal((await t.app.inject({ url: '/api/v1/doctors?cursor=abc' })).json().code, 'doctor-choice/wrong-cursor')
})

test('the attestation is a PDF of the doctor one has, and does not exist without one', async () => {
  const anna = await aPerson(t)
  const path = `/people/${anna.id}/doctor/attestation.pdf`
  assert.equal((await call(anna, 'GET', path)).statusCode, 404)
  await choose(anna, await aDoctor(t))
  const pdf = await call(anna, 'GET', path)
  assert.equal(pdf.statusCode, 200)
  assert.equal(pdf.headers['content-type'], 'application/pdf')
  assert.ok(pdf.rawPayload.subarray(0, 5).equals(Buffer.from('%PDF-')))
})
