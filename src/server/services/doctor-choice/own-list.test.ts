// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aDoctor, hasDoctor, type DoctorWish } from '../../../../test/doctors.ts'
import { readPdf } from '../../../../test/pdf.ts'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { romeDay } from '../../platform/time.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const today = romeDay(new Date())
const month = today.slice(0, 7)

/** Somebody who signs in as a doctor and has a post. */
async function aSignedInDoctor(wish: DoctorWish = {}) {
  const professional = await aProfessional(t, 'doctor')
  const doctorId = await aDoctor(t, { ...wish, fiscalCode: professional.code })
  const call = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const answer = await t.app.inject({
      method,
      url: `/api/v1/doctor${path}`,
      headers: { ...professional.headers },
      ...(payload && { payload }),
    })
    return {
      status: answer.statusCode,
      text: answer.body,
      body: answer.body.startsWith('{') ? answer.json() : undefined,
    }
  }
  return { ...professional, doctorId, call }
}

test('a doctor finds the people of her list by name, age and kind, a page at a time, and nobody of another list', async () => {
  const doctor = await aSignedInDoctor()
  const other = await aDoctor(t)
  const rossi = await aPerson(t, { familyName: 'Rossi Prova', birthDate: '1930-01-01' })
  const child = await aPerson(t, { familyName: 'Verdi Prova', birthDate: `${Number(today.slice(0, 4)) - 10}-01-01` })
  for (const { id } of [rossi, child]) await hasDoctor(t, id, doctor.doctorId)
  const elsewhere = await aPerson(t, { familyName: 'Rossi Altrove' })
  await hasDoctor(t, elsewhere.id, other)
  const names = async (search: object) =>
    (await doctor.call('POST', '/patient-searches', search)).body.patients.map(
      (one: { familyName: string }) => one.familyName,
    )
  assert.deepEqual(await names({}), ['Rossi Prova', 'Verdi Prova'])
  assert.deepEqual(await names({ name: 'ross' }), ['Rossi Prova'])
  assert.deepEqual(await names({ name: '%' }), [])
  assert.deepEqual(await names({ minAge: 65 }), ['Rossi Prova'])
  assert.deepEqual(await names({ maxAge: 13 }), ['Verdi Prova'])
  assert.deepEqual(await names({ temporary: true }), [])
  assert.equal(
    (await doctor.call('POST', '/patient-searches', { cursor: 'x' })).body.code,
    'doctor-choice/wrong-cursor',
  )
  const { rows } = await t.owner.query(
    `select count(*)::int as n from access.audit_entry where patient_id = $1 and action = 'SEARCH' and object_type = 'doctor-choice'`,
    [rossi.id],
  )
  assert.ok(rows[0].n >= 3, 'every look is in the trail')

  const csv = await doctor.call('POST', '/patient-exports', { name: 'rossi' })
  assert.equal(csv.text.trim().split('\r\n').length, 2)
  assert.ok(csv.text.includes(rossi.code))
})

test('pages of fifty follow each other without a gap or a double', async () => {
  const doctor = await aSignedInDoctor()
  for (let n = 0; n < 60; n += 1) await hasDoctor(t, (await aPerson(t)).id, doctor.doctorId)
  const first = (await doctor.call('POST', '/patient-searches', {})).body
  const second = (await doctor.call('POST', '/patient-searches', { cursor: first.nextCursor })).body
  assert.deepEqual([first.patients.length, second.patients.length, second.nextCursor], [50, 10, null])
  const all = [...first.patients, ...second.patients].map((one: { personId: string }) => one.personId)
  assert.equal(new Set(all).size, 60)
})

test('the movements of the month say who came and who left, not why', async () => {
  const doctor = await aSignedInDoctor()
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  const url = `/api/v1/people/${anna.id}`
  const payload = { doctorId: doctor.doctorId }
  assert.equal((await t.app.inject({ method: 'POST', url: `${url}/doctor-choices`, headers, payload })).statusCode, 201)
  assert.equal((await t.app.inject({ method: 'DELETE', url: `${url}/doctor`, headers })).statusCode, 200)
  const { movements } = (await doctor.call('GET', `/movements?month=${month}`)).body
  assert.deepEqual(
    movements.map((one: { what: string }) => one.what),
    ['left', 'entered'],
  )
  assert.equal(JSON.stringify(movements).includes('REVOKED'), false)
})

test('a doctor accepts who asks from another area, or does not; another doctor finds nothing', async () => {
  const doctor = await aSignedInDoctor({ towns: ['065116'] })
  const other = await aSignedInDoctor()
  const ask = async () => {
    const anna = await aPerson(t)
    const answer = await t.app.inject({
      method: 'POST',
      url: `/api/v1/people/${anna.id}/doctor-requests`,
      headers: await t.signIn(anna.id),
      payload: { doctorId: doctor.doctorId, kind: 'OUT_OF_AREA' },
    })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json<{ id: string }>().id
  }
  const [yes, no] = [await ask(), await ask()]
  const waiting = (await doctor.call('GET', '/requests')).body.requests
  assert.deepEqual(waiting.map((one: { id: string }) => one.id).toSorted(), [yes, no].toSorted())
  assert.equal(waiting[0].documentNumber, undefined)
  assert.equal((await other.call('POST', `/requests/${yes}/answer`, { accepts: true })).status, 404)
  assert.equal((await doctor.call('POST', `/requests/${yes}/answer`, { accepts: true })).status, 204)
  assert.equal((await doctor.call('POST', `/requests/${no}/answer`, { accepts: false })).status, 204)
  assert.equal(
    (await doctor.call('POST', `/requests/${no}/answer`, { accepts: true })).body.code,
    'doctor-choice/request-state',
  )
  const { rows } = await t.owner.query('select state from doctor_choice.request where id = any($1) order by state', [
    [yes, no],
  ])
  assert.deepEqual(rows, [{ state: 'REJECTED' }, { state: 'WAIT_OFFICE' }])
})

test('a doctor gives up somebody’s care with a reason; not of another list, and not where nobody else has places', async () => {
  const doctor = await aSignedInDoctor()
  const [anna, stranger] = [await aPerson(t), await aPerson(t)]
  await hasDoctor(t, anna.id, doctor.doctorId)
  const refuse = (personId: string) => doctor.call('POST', '/refusals', { personId, motive: 'TRUST' })
  assert.equal((await refuse(stranger.id)).body.code, 'doctor-choice/not-in-list')
  assert.equal((await refuse(anna.id)).body.deniedFor, 'NO_OTHER_DOCTOR')
  const other = await aDoctor(t)
  await t.owner.query(
    `update registry.primary_care_post set catchment_id = (select catchment_id from registry.primary_care_post where role_id = $1)
     where role_id = $2`,
    [doctor.doctorId, other],
  )
  assert.equal((await refuse(anna.id)).body.state, 'ACCEPTED')
  assert.equal((await refuse(anna.id)).body.code, 'doctor-choice/already-refused')
})

test('a hospital doctor without a post of primary care is told so', async () => {
  const { headers } = await aProfessional(t, 'doctor')
  const answer = await t.app.inject({ url: `/api/v1/doctor/movements?month=${month}`, headers })
  assert.deepEqual([answer.statusCode, answer.json().code], [404, 'doctor-choice/no-post'])
})

test('anybody checks the code of an attestation: whether it holds and since when, and the same of a code that never was', async () => {
  const doctor = await aDoctor(t)
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  const url = `/api/v1/people/${anna.id}`
  const payload = { doctorId: doctor }
  assert.equal((await t.app.inject({ method: 'POST', url: `${url}/doctor-choices`, headers, payload })).statusCode, 201)
  const { rows } = await t.owner.query<{ code: string }>(
    'select code from registry.doctor_choice where person_id = $1',
    [anna.id],
  )
  const verify = async (code: string) =>
    (await t.app.inject({ method: 'POST', url: '/api/v1/doctor-attestations/verify', payload: { code } })).json()
  const { code } = rows[0]!
  assert.deepEqual(await verify(code.toLowerCase().replaceAll('-', ' ')), {
    valid: true,
    from: today,
    checkedOn: today,
  })
  const paper = await t.app.inject({ url: `${url}/doctor/attestation.pdf`, headers })
  assert.ok(readPdf(paper.rawPayload).text.replaceAll('\n', ' ').includes('controlla se vale ancora'))
  const none = { valid: false, from: null, checkedOn: today }
  assert.deepEqual(await verify('AAAA-AAAA-AAAA'), none)
  assert.equal((await t.app.inject({ method: 'DELETE', url: `${url}/doctor`, headers })).statusCode, 200)
  assert.deepEqual(await verify(code), none, 'of a choice that has ended')
  const many = await Promise.all(Array.from({ length: 25 }, () => verify(code)))
  assert.ok(
    many.some((answer) => answer.code !== undefined),
    'guessing is slowed down',
  )
})
