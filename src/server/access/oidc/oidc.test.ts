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

test('in a step-up only the person who is signed in counts; the session there goes on', async () => {
  const other = await aPerson(t, {
    fiscalCode: 'VRDLGU40A01F839I',
    givenName: 'Luigi',
    familyName: 'Verdi',
    birthDate: '1940-01-01',
  })
  const { cookie: session } = await t.signIn(other)
  const isOpen = async (): Promise<boolean> =>
    (await t.app.inject({ url: '/api/v1/session', headers: { cookie: session } })).json().signedIn
  const bringHers = async (fields: Record<string, string>) => {
    const departure = await leave(t, fields, { headers: { cookie: session } })
    return bring(t, await comeBack(t, departure), departure.cookie)
  }
  const turnedAway = await bringHers({ stepUp: 'yes', returnTo: '/app/profilo' })
  assert.equal(turnedAway.status, 403)
  assert.equal(turnedAway.session, undefined)
  assert.match(turnedAway.page, /Questa identità è di un’altra persona[^]*action="\/auth\/leave"/)
  assert.equal(await lastOutcome(t), 'person/other')
  assert.equal(await isOpen(), true)
  assert.equal((await bringHers({})).status, 303, 'a plain sign-in asks for nobody')
  assert.equal(await isOpen(), false)
  const own = await t.signIn(personId)
  const again = await leave(t, { stepUp: 'yes' }, { headers: { cookie: own.cookie } })
  assert.equal((await bring(t, await comeBack(t, again), again.cookie)).status, 303)
})
