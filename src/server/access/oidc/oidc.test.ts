// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bring, comeBack, leave } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, demoFile, lastOutcome } from '../../../../test/spid.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
let personId: string
before(async () => {
  personId = await aPerson(t)
  await demoFile(t)
  await t.settle()
})

test('a person signs in with CIE by OpenID Connect and is sent where she wanted to go', async () => {
  const departure = await leave(t, { returnTo: '/app/prenota?nre=1' })
  const outcome = await bring(t, await comeBack(t, departure), departure.cookie)
  assert.equal(outcome.status, 303, `${await lastOutcome(t)} ${outcome.page}`)
  assert.equal(outcome.location, '/app/prenota?nre=1')
  const { rows } = await t.owner.query('select person_id, method, level, provider from access.session')
  assert.deepEqual(rows, [{ person_id: personId, method: 'CIE', level: 2, provider: `${t.sandbox.url}/cie-oidc/op` }])
  assert.equal(await lastOutcome(t), 'accepted')
})
