// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testApp } from '../../../test/setup.ts'
import { answerOf, aPerson, deliver, demoFile, depart, holder, joinFederation, press } from '../../../test/spid.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
let metadata = ''
before(async () => {
  await aPerson(t)
  await demoFile(t, [
    holder,
    { fiscalCode: 'VRDLGU40A01F839I', givenName: 'Luigi', familyName: 'Verdi', birthDate: '1940-01-01' },
  ])
  await joinFederation(t)
  metadata = (await t.app.inject({ url: '/auth/spid/metadata' })).body
})

const register = (body: string) =>
  fetch(`${t.sandbox.url}/spid/service-providers`, {
    method: 'POST',
    headers: { 'content-type': 'application/samlmetadata+xml' },
    body,
  })

test('metadata that AgID would send back are refused with the reason', async () => {
  const refused: [what: RegExp, document: string][] = [
    [/Not readable/, 'ciao'],
    [/White space/, `\n${metadata}`],
    [/AuthnRequestsSigned/, metadata.replace('AuthnRequestsSigned="true"', 'AuthnRequestsSigned="false"')],
    [/Not signed/, metadata.replace('Regione Campania', 'Regione Altra')],
    [/Not signed/, metadata.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')],
    [/No EntityDescriptor/, '<a/>'],
  ]
  for (const [reason, document] of refused) {
    const answer = await register(document)
    assert.equal(answer.status, 422)
    assert.match(((await answer.json()) as { message: string }).message, reason)
  }
  assert.equal((await register(metadata)).status, 201)
})

test('a request that the provider cannot answer ends on a page of its own', async () => {
  const sso = `${t.sandbox.url}/spid/uno/sso`
  const form = (fields: Record<string, string>) => fetch(sso, { method: 'POST', body: new URLSearchParams(fields) })
  const answers: [number, Response][] = [
    [6, await fetch(sso)],
    [6, await form({})],
    [4, await form({ SAMLRequest: 'ciao', RelayState: 'x' })],
    [4, await fetch(`${sso}?SAMLRequest=ciao&RelayState=x`)],
    [10, await form({ SAMLRequest: Buffer.from('<a/>').toString('base64'), RelayState: 'x' })],
  ]
  for (const [error, answer] of answers) {
    assert.equal(answer.status, 403)
    assert.match(await answer.text(), new RegExp(`Errore nr\\. ${error}:`))
  }
  assert.equal((await fetch(`${t.sandbox.url}/spid/tre/metadata`)).status, 404)
})

test('the altered answers can be sent from the page too', async () => {
  const departure = await depart(t)
  const answer = await press(t, departure, 'case', { case: 'xsw3', person: holder.fiscalCode })
  assert.match(Buffer.from(answer.SAMLResponse, 'base64').toString(), /TINIT-VRDLGU40A01F839I/)
  assert.equal((await deliver(t, answer, departure.cookie)).status, 400)
  const correct = await depart(t)
  const first = await press(t, correct, 'case', { case: '1', person: holder.fiscalCode })
  assert.equal((await deliver(t, first, correct.cookie)).status, 303)
  const none = await press(t, await depart(t), 'case', { case: '999', person: holder.fiscalCode })
  assert.match(none.page, /Persona o caso sconosciuto/)
})

test('a provider that is down says so, and works again afterwards', async () => {
  const departure = await depart(t)
  await t.sandbox.app.inject({
    method: 'POST',
    url: '/faults',
    payload: { system: 'spid', operation: 'sso', kind: 'down', times: 1 },
  })
  const body = new URLSearchParams({ SAMLRequest: departure.message, RelayState: departure.relayState })
  assert.equal((await fetch(departure.action, { method: 'POST', body })).status, 503)
  assert.equal((await fetch(departure.action, { method: 'POST', body })).status, 200)
  assert.equal((await deliver(t, await answerOf(t, departure), departure.cookie)).status, 303)
})

test('a login is answered once', async () => {
  const departure = await depart(t)
  await press(t, departure, 'login', { person: holder.fiscalCode })
  const answer = await press(t, departure, 'consent', { decision: 'yes' })
  assert.ok(answer.SAMLResponse)
  const again = await press(t, departure, 'consent', { decision: 'yes' })
  assert.match(again.page, /già stato concluso/)
})
