// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, deliver, depart, joinFederation } from '../../../../test/spid.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await joinFederation(t)
})

test('a person signs in with SPID and is sent where she wanted to go', async () => {
  const departure = await depart(t, { returnTo: '/app/prenota?nre=1' })
  const outcome = await deliver(t, await answerOf(t, departure), departure.cookie)
  assert.equal(outcome.status, 303, outcome.page)
  assert.equal(outcome.location, '/app/prenota?nre=1')
  const session = await t.app.inject({ url: '/api/v1/session', headers: { cookie: outcome.session } })
  assert.equal(session.json().signedIn, true)
})
