// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDoctor, hasDoctor } from '../../../../test/doctors.ts'
import { noticesBench } from '../../../../test/notifications.ts'
import { aPerson, aslSalerno } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { passOnUnanswered } from './requests.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { inboxOf } = noticesBench(t)
const today = romeDay(new Date())
const officer = await aProfessional(t, 'district-officer')
const stranger = await aProfessional(t, 'district-officer', aslSalerno)
const far = ['065116'] as const

const call = async (headers: object, method: 'GET' | 'POST', url: string, payload?: object) => {
  const answer = await t.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: { ...headers },
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json() }
}
const ask = async (personId: string, payload: object, by = personId) =>
  call(await t.signIn(by), 'POST', `/people/${personId}/doctor-requests`, payload)
const step = (id: string, payload: object, who = officer) =>
  call(who.headers, 'POST', `/office/doctor-requests/${id}/steps`, payload)
const onPaper = {
  broughtBy: 'SELF',
  documentKind: 'IDENTITY_CARD',
  documentNumber: 'CA00000AA',
  scanReference: 'PROT-2030-1',
}
const enter = (payload: object, who = officer) => call(who.headers, 'POST', '/office/doctor-requests', payload)
const choiceOf = async (personId: string) =>
  (
    await t.owner.query<{ role_id: string; kind: string; until: string | null; channel: string }>(
      `select role_id, kind, (upper(valid) - 1)::text as until, channel from registry.doctor_choice where person_id = $1 and ended_at is null`,
      [personId],
    )
  ).rows

test('a doctor of another area is asked for online, accepted by the doctor, granted by the office, and the person is told', async () => {
  const [mine, other] = [await aDoctor(t), await aDoctor(t, { towns: far, familyName: 'Lontana' })]
  const anna = await aPerson(t, { email: 'fuoriambito@posta.example' })
  await hasDoctor(t, anna.id, mine)
  const asked = await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })
  assert.equal(asked.status, 201, JSON.stringify(asked.body))
  assert.equal(asked.body.state, 'WAIT_DOCTOR')
  assert.equal((await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })).body.code, 'doctor-choice/request-open')
  const { id } = asked.body
  assert.equal((await step(id, { step: 'accept' })).body.code, 'doctor-choice/doctor-has-not-accepted')
  assert.equal((await step(id, { step: 'accept' }, stranger)).status, 404)
  assert.equal((await step(id, { step: 'doctor-accepts' })).body.state, 'WAIT_OFFICE')
  assert.equal((await step(id, { step: 'accept' })).body.state, 'DONE')
  assert.deepEqual(await choiceOf(anna.id), [{ role_id: other, kind: 'OUT_OF_AREA', until: null, channel: 'OFFICE' }])
  assert.equal((await step(id, { step: 'accept' })).body.code, 'doctor-choice/request-state')
  await t.settle()
  const titles = (await inboxOf('fuoriambito@posta.example')).map(({ subject }) => subject)
  assert.deepEqual(titles.toSorted(), ['Medico scelto', 'Richiesta ricevuta'])
})

test('the office asks for more, the person answers, the office refuses with the reason, and she reads it', async () => {
  const other = await aDoctor(t, { towns: far })
  const anna = await aPerson(t, { email: 'altro@posta.example' })
  const { id } = (await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })).body
  await step(id, { step: 'doctor-accepts' })
  assert.equal((await step(id, { step: 'ask' })).body.code, 'doctor-choice/text-missing')
  assert.equal(
    (await step(id, { step: 'ask', text: 'Serve la dichiarazione di domicilio.' })).body.state,
    'WAIT_CITIZEN',
  )
  const headers = await t.signIn(anna.id)
  const own = `/people/${anna.id}/doctor-requests`
  const answer = { step: 'answer', text: 'Consegnata allo sportello.' }
  const stranger2 = await aPerson(t)
  assert.equal((await call(await t.signIn(stranger2.id), 'POST', `${own}/${id}/steps`, answer)).status, 404)
  const signedIn = (minutes: number) =>
    t.owner.query(
      `update access.session set authenticated_at = now() - $2 * interval '1 minute' where person_id = $1`,
      [anna.id, minutes],
    )
  await signedIn(31)
  for (const late of [answer, { step: 'withdraw' }])
    assert.equal((await call(headers, 'POST', `${own}/${id}/steps`, late)).body.code, 'access/step-up-required')
  assert.equal((await call(headers, 'GET', own)).body.requests[0].state, 'WAIT_CITIZEN', 'nothing has changed')
  await signedIn(0)
  assert.equal((await call(headers, 'POST', `${own}/${id}/steps`, answer)).body.state, 'WAIT_OFFICE')
  const listed = (await call(officer.headers, 'GET', '/office/doctor-requests?state=WAIT_OFFICE')).body.requests
  assert.equal(listed.find((one: { id: string }) => one.id === id).answer, 'Consegnata allo sportello.')
  assert.equal((await step(id, { step: 'refuse', text: 'Il domicilio è in un’altra zona.' })).body.state, 'REJECTED')
  const [seen] = (await call(headers, 'GET', own)).body.requests
  assert.deepEqual([seen.state, seen.refusal], ['REJECTED', 'Il domicilio è in un’altra zona.'])
  assert.equal(seen.documentNumber, undefined, 'papers stay with the office')
  await t.settle()
  const titles = (await inboxOf('altro@posta.example')).map(({ subject }) => subject)
  assert.ok(titles.includes('Manca qualcosa alla richiesta') && titles.includes('Richiesta non accolta'))
  const again = await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })
  const withdrawn = await call(headers, 'POST', `${own}/${again.body.id}/steps`, { step: 'withdraw' })
  assert.equal(withdrawn.body.state, 'WITHDRAWN')
  assert.deepEqual(await choiceOf(anna.id), [])
})

test('on paper a choice and a revocation count at once, with who brought it; outside of the rules they are refused', async () => {
  const doctor = await aDoctor(t)
  const anna = await aPerson(t)
  const wish = { ...onPaper, fiscalCode: anna.code, doctorId: doctor, kind: 'ORDINARY' }
  assert.equal((await enter({ ...wish, broughtBy: 'PARENT' })).body.code, 'doctor-choice/bearer-missing')
  assert.equal((await enter(wish, stranger)).status, 404)
  const unknown = { ...wish, fiscalCode: 'RSSMRA80A01H501U' }
  assert.equal((await enter(unknown)).body.code, 'doctor-choice/unknown-person')
  const made = await enter({ ...wish, broughtBy: 'DELEGATE', bearerName: 'Mario Prova' })
  assert.deepEqual([made.status, made.body.state, made.body.bearerName], [201, 'DONE', 'Mario Prova'])
  assert.equal((await choiceOf(anna.id))[0]!.channel, 'OFFICE')
  assert.equal((await enter(wish)).body.code, 'doctor-choice/same-doctor')
  const left = await enter({ ...onPaper, fiscalCode: anna.code, kind: 'REVOKE' })
  assert.equal(left.body.state, 'DONE', JSON.stringify(left.body))
  assert.deepEqual(await choiceOf(anna.id), [])
  const { rows } = await t.owner.query(
    `select count(*)::int as n from access.audit_entry where patient_id = $1 and action in ('CREATE', 'UPDATE')`,
    [anna.id],
  )
  assert.ok(rows[0].n >= 4)
})

test('a temporary domicile gives a doctor from three months to a year, beside the ceiling as far as the agreement goes', async () => {
  const doctor = await aDoctor(t, { towns: far, ceiling: 1, patients: 1, temporaryCeiling: 1 })
  const enterUntil = async (until: string, reason = 'STUDY') => {
    const person = await aPerson(t)
    const made = await enter({
      ...onPaper,
      fiscalCode: person.code,
      doctorId: doctor,
      kind: 'TEMPORARY',
      reason,
      until,
    })
    return { ...made, person }
  }
  assert.equal((await enterUntil(addDays(today, 60))).body.code, 'doctor-choice/wrong-period')
  assert.equal((await enterUntil(addDays(today, 400))).body.code, 'doctor-choice/wrong-period')
  assert.equal((await enterUntil(addDays(today, 200), 'NEWBORN')).body.code, 'doctor-choice/wrong-reason')
  const until = addDays(today, 200)
  const [first, second] = [await enterUntil(until), await enterUntil(until)]
  assert.equal((await step(first.body.id, { step: 'accept' })).body.state, 'DONE')
  assert.deepEqual((await choiceOf(first.person.id))[0], {
    role_id: doctor,
    kind: 'TEMPORARY',
    until,
    channel: 'OFFICE',
  })
  assert.equal((await step(second.body.id, { step: 'accept' })).body.code, 'doctor-choice/full')
})

test('a child stays with the paediatrician until 16 if she accepts; at 12 it is too early', async () => {
  const doctor = await aDoctor(t, { kind: 'PLS' })
  const mother = await aPerson(t)
  const born = (age: number) => `${Number(today.slice(0, 4)) - age}${today.slice(4)}`
  const young = await aPerson(t, { birthDate: addDays(born(12), -5), parent: mother.id })
  const child = await aPerson(t, { birthDate: addDays(born(13), -200), parent: mother.id })
  await hasDoctor(t, child.id, doctor)
  const wish = { doctorId: doctor, kind: 'OVER_14' }
  assert.equal((await ask(young.id, wish, mother.id)).body.code, 'doctor-choice/no-extension')
  const { id } = (await ask(child.id, wish, mother.id)).body
  await step(id, { step: 'doctor-accepts' })
  assert.equal((await step(id, { step: 'accept' })).body.state, 'DONE')
  const [choice] = await choiceOf(child.id)
  const sixteenth = `${Number(addDays(born(13), -200).slice(0, 4)) + 16}${addDays(born(13), -200).slice(4)}`
  assert.deepEqual([choice!.kind, choice!.until], ['OVER_14', addDays(sixteenth, -1)])
})

test('of twenty exceptions granted at the same moment as many get in as the post allows, and nobody is left with two doctors or none', async () => {
  const doctor = await aDoctor(t, { ceiling: 5, patients: 5 })
  await t.owner.query('update registry.primary_care_post set exception_places = 7 where role_id = $1', [doctor])
  const before = await aDoctor(t)
  const people = await Promise.all(Array.from({ length: 20 }, () => aPerson(t)))
  const ids: string[] = []
  for (const { id, code } of people) {
    await hasDoctor(t, id, before)
    const made = await enter({
      ...onPaper,
      fiscalCode: code,
      doctorId: doctor,
      kind: 'EXCEPTION',
      reason: 'CONTINUITY',
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    ids.push(made.body.id)
  }
  const outcomes = await Promise.all(ids.map((id) => step(id, { step: 'accept' })))
  assert.equal(outcomes.filter(({ status }) => status === 200).length, 7)
  for (const { status, body } of outcomes) if (status !== 200) assert.equal(body.code, 'doctor-choice/full')
  const { rows } = await t.owner.query(
    `select count(*)::int as n, count(distinct person_id)::int as people, count(*) filter (where role_id = $2)::int as entered
     from registry.doctor_choice where person_id = any($1) and ended_at is null`,
    [people.map(({ id }) => id), doctor],
  )
  assert.deepEqual(rows[0], { n: 20, people: 20, entered: 7 })
  const old = await aPerson(t)
  const wish = { ...onPaper, fiscalCode: old.code, doctorId: doctor, kind: 'EXCEPTION' }
  assert.equal((await enter({ ...wish, reason: 'NEWBORN' })).body.code, 'doctor-choice/no-exception')
  const ordinary = await enter({ ...wish, kind: 'ORDINARY' })
  assert.equal(ordinary.body.code, 'doctor-choice/full')
})

test('two officers who decide the same request at once decide it once', async () => {
  const other = await aDoctor(t, { towns: far })
  const anna = await aPerson(t)
  const { id } = (await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })).body
  await step(id, { step: 'doctor-accepts' })
  const both = await Promise.all([step(id, { step: 'accept' }), step(id, { step: 'refuse', text: 'Non si può.' })])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 409])
})

test('what a doctor does not answer in ten days goes to the office', async () => {
  const other = await aDoctor(t, { towns: far })
  const anna = await aPerson(t)
  const { id } = (await ask(anna.id, { doctorId: other, kind: 'OUT_OF_AREA' })).body
  const state = async () =>
    (await t.owner.query<{ state: string }>('select state from doctor_choice.request where id = $1', [id])).rows[0]!
      .state
  await passOnUnanswered(t.platform, 10)
  assert.equal(await state(), 'WAIT_DOCTOR')
  await t.owner.query(`update doctor_choice.request set created_at = created_at - interval '11 days' where id = $1`, [
    id,
  ])
  await passOnUnanswered(t.platform, 10)
  assert.equal(await state(), 'WAIT_OFFICE')
  assert.equal((await step(id, { step: 'accept' })).body.code, 'doctor-choice/doctor-has-not-accepted')
  await step(id, { step: 'doctor-accepts' })
  assert.equal((await step(id, { step: 'accept' })).body.state, 'DONE')
})
