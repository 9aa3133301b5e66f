// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const url = (id: string) => `/api/v1/people/${id}/contacts`

test('before anybody has said anything: Italian, every channel that needs no consent of the browser', async () => {
  const anna = await aPerson(t, { mobile: '+393331234567' })
  const answer = await t.app.inject({ url: url(anna.id), headers: await t.signIn(anna.id) })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), {
    language: 'it',
    channels: ['sms', 'email', 'app'],
    mobile: { value: '+393331234567', verified: true },
    email: null,
  })
})

test('a person chooses language and channels; the choice and the trace are stored', async () => {
  const anna = await aPerson(t)
  const headers = await t.signIn(anna.id)
  const payload = { language: 'en', channels: ['email', 'app'] }
  const answer = await t.app.inject({ method: 'PUT', url: url(anna.id), headers, payload })
  assert.equal(answer.statusCode, 200)
  const { rows } = await t.owner.query(
    'select language, channels from registry.contact_preference where person_id = $1',
    [anna.id],
  )
  assert.deepEqual(rows, [payload])
  const trace = await t.owner.query(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'contacts'`,
    [anna.id],
  )
  assert.deepEqual(trace.rows, [{ action: 'UPDATE' }])
})

test('a parent chooses for her child; a stranger gets nothing and changes nothing', async () => {
  const mother = await aPerson(t)
  const child = await aPerson(t, { birthDate: '2020-03-02', parent: mother.id })
  const stranger = await aPerson(t)
  const payload = { language: 'en', channels: ['app'] }
  const byMother = await t.app.inject({
    method: 'PUT',
    url: url(child.id),
    headers: await t.signIn(mother.id),
    payload,
  })
  assert.equal(byMother.statusCode, 200)
  const headers = await t.signIn(stranger.id)
  const seen = await t.app.inject({ url: url(child.id), headers })
  assert.ok([403, 404].includes(seen.statusCode), String(seen.statusCode))
  const changed = await t.app.inject({
    method: 'PUT',
    url: url(child.id),
    headers,
    payload: { language: 'it', channels: [] },
  })
  assert.ok([403, 404].includes(changed.statusCode), String(changed.statusCode))
  const { rows } = await t.owner.query('select language from registry.contact_preference where person_id = $1', [
    child.id,
  ])
  assert.deepEqual(rows, [{ language: 'en' }])
})

test('without signing in there is nothing to see; an unknown channel is refused', async () => {
  const anna = await aPerson(t)
  assert.equal((await t.app.inject({ url: url(anna.id) })).statusCode, 401)
  const payload = { language: 'it', channels: ['pigeon'] }
  const refused = await t.app.inject({ method: 'PUT', url: url(anna.id), headers: await t.signIn(anna.id), payload })
  assert.equal(refused.statusCode, 400)
})
