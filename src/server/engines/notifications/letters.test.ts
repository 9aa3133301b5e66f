// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readPdf } from '../../../../test/pdf.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { romeDay } from '../../platform/time.ts'
import { notify } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const officer = await aProfessional(t, 'district-officer')
const stranger = await aProfessional(t, 'district-officer', aslSalerno)

const tell = (patientId: string) =>
  asSystem(t.db, (tx) =>
    notify(tx, t.platform, {
      patientId,
      about: { kind: 'doctor-choice', id: uuidv7() },
      template: 'doctor.news',
      parameters: { what: 'leaving', doctor: 'Carla Abate', day: '2030-03-31' },
      letterFrom: aslNapoli1,
    }),
  )
const call = (path: string, method: 'GET' | 'POST' = 'GET', who = officer) =>
  t.app.inject({ method, url: `/api/v1/office${path}`, headers: who.headers })
const overview = async (who = officer) => (await call('/letters', 'GET', who)).json()

test('only who is reached by no other way gets a letter, addressed to who reads for a child', async () => {
  const reached = await aPerson(t, { email: 'raggiunta@posta.example' })
  const alone = await aPerson(t, { givenName: 'Rosa' })
  const mother = await aPerson(t, { givenName: 'Giulia' })
  const child = await aPerson(t, { givenName: 'Luca', birthDate: '2020-02-02', parent: mother.id })
  const homeless = await aPerson(t)
  await t.owner.query('delete from registry.address where person_id = $1', [homeless.id])
  for (const { id } of [reached, alone, child, homeless]) await tell(id)
  await t.settle()
  assert.equal((await overview()).waiting, 2)
  assert.equal((await overview(stranger)).waiting, 0, 'each authority posts its own')
  assert.equal((await call('/letter-batches', 'POST', stranger)).json().code, 'notifications/no-letters')

  const [one, two] = await Promise.all([call('/letter-batches', 'POST'), call('/letter-batches', 'POST')])
  assert.deepEqual([one.statusCode, two.statusCode].toSorted(), [201, 409], 'each letter is printed once')
  const { id } = [one, two].find(({ statusCode }) => statusCode === 201)!.json()
  assert.equal((await call(`/letter-batches/${id}/posted`, 'POST')).json().code, 'notifications/letters-not-printed')
  await t.settle()
  const [batch] = (await overview()).batches
  assert.deepEqual([batch.letters, batch.printed, batch.files], [2, 2, [{ number: 1, letters: 2 }]])

  assert.equal((await call(`/letter-batches/${id}/files/1`, 'GET', stranger)).statusCode, 404)
  const file = await call(`/letter-batches/${id}/files/1`)
  assert.equal(file.headers['content-type'], 'application/pdf')
  const { text, pages, roles } = readPdf(file.rawPayload)
  assert.deepEqual([pages, roles['H1']], [2, 2])
  for (const words of ['Rosa ', 'Giulia ', 'Via di Prova 1', '31 marzo 2030', 'Il medico sta per cessare (Luca)'])
    assert.ok(text.includes(words), words)
  const { rows } = await t.owner.query(
    `select count(*)::int as n from access.audit_entry where object_type = 'letter' and action = 'PRINT' and patient_id = any($1)`,
    [[alone.id, mother.id]],
  )
  assert.equal(rows[0].n, 2)

  assert.notEqual((await call(`/letter-batches/${id}/posted`, 'POST')).json().postedAt, null)
  assert.equal((await call(`/letter-batches/${id}/files/1`)).statusCode, 404, 'the file is emptied')
  assert.equal((await call(`/letter-batches/${id}/posted`, 'POST', stranger)).statusCode, 404)
})

test('no letter is printed for who died, whether it waited or not', async () => {
  const dead = await aPerson(t)
  await tell(dead.id)
  await t.settle()
  assert.equal((await overview()).waiting, 1)
  const died = await t.app.inject({
    method: 'POST',
    url: `/api/v1/office/people/${dead.id}/acts`,
    headers: { ...officer.headers, 'idempotency-key': uuidv7() },
    payload: { act: 'death', on: romeDay(new Date()) },
  })
  assert.equal(died.statusCode, 200, died.body)
  await tell(dead.id)
  await t.settle()
  assert.equal((await overview()).waiting, 0)
  assert.equal((await call('/letter-batches', 'POST')).json().code, 'notifications/no-letters')
})

test('thousands are printed file by file, in order, and progress can be followed; a stop in between repeats none', async () => {
  const person = await aPerson(t)
  const client = await t.owner.connect()
  try {
    await client.query("begin; select set_config('app.role', 'system', true)")
    await client.query(
      `with told as (
         insert into notifications.notice (id, patient_id, template, parameters, about_kind, about_id, created_at, spread_at)
         select gen_random_uuid(), $1, 'doctor.news', '{"what":"staying","doctor":"Carla Abate","day":null}', 'departure', gen_random_uuid(), now(), now()
         from generate_series(1, 1205) returning id)
       insert into notifications.letter (id, notice_id, recipient_id, organisation_id, language, created_at)
       select gen_random_uuid(), id, $1, $2, 'en', now() from told`,
      [person.id, aslNapoli1],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  const { id, letters } = (await call('/letter-batches', 'POST')).json()
  assert.equal(letters, 1205)
  await t.settle()
  const [batch] = (await overview()).batches
  assert.equal(batch.printed, 1205)
  assert.deepEqual(
    batch.files.map((file: { letters: number }) => file.letters),
    [...Array.from({ length: 12 }, () => 100), 5],
  )
  const last = readPdf((await call(`/letter-batches/${id}/files/13`)).rawPayload)
  assert.equal(last.pages, 5)
  assert.ok(last.text.includes('The doctor stays'), 'in the language of the reader')
})
