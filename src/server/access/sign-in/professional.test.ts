// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aRole } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import {
  answerOf,
  aPerson,
  deliver,
  demoFile,
  depart,
  holder,
  joinFederation,
  lastOutcome,
  press,
} from '../../../../test/spid.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const doctor = { ...holder, fiscalCode: 'VRDLGU40A01F839I', birthDate: '1940-01-01' }
before(async () => {
  await aPerson(t)
  await aRole(t, await aPerson(t, doctor), 'doctor')
  await joinFederation(t)
  await demoFile(t, [holder, { ...doctor, roles: ['doctor'] }])
})

const xmlOf = (message: string): string => Buffer.from(message, 'base64').toString()

/** Goes through the provider's own pages with one identity; undefined when the provider already refused. */
async function enter(purpose: string | undefined, use: string, person = doctor, language = 'it') {
  const departure = await depart(t, { language, ...(purpose && { purpose }) })
  const told = await press(t, departure, 'login', { person: person.fiscalCode, use })
  const answer = told.SAMLResponse ? told : await press(t, departure, 'consent', { decision: 'yes' })
  return deliver(t, answer, departure.cookie)
}

test('the request for a professional identity names its use right after the signature, by redirect right after the issuer', async () => {
  const { message } = await depart(t, { purpose: 'P' })
  assert.match(
    xmlOf(message),
    /<\/ds:Signature><samlp:Extensions xmlns:spid="https:\/\/spid.gov.it\/saml-extensions"><spid:Purpose>P<\/spid:Purpose><\/samlp:Extensions><samlp:NameIDPolicy /,
  )
  assert.doesNotMatch(xmlOf((await depart(t)).message), /Extensions|Purpose/)
  await answerOf(t, await depart(t, { purpose: 'P' }), { person: doctor })
})

test('a professional enters with her professional identity, and the session says so', async () => {
  const { status, location, session } = await enter('P', 'professional')
  assert.equal(status, 303)
  assert.equal(location, '/operatori', 'she chooses a role first')
  const sessions = await t.app.inject({ url: '/api/v1/sessions', headers: { cookie: session } })
  assert.deepEqual(
    sessions.json().map((one: { professional: boolean }) => one.professional),
    [true],
  )
  const { rows } = await t.owner.query('select purpose from access.session where purpose is not null')
  assert.deepEqual(rows, [{ purpose: 'P' }])
})

test('with her personal identity the session is an ordinary one', async () => {
  const { session } = await enter(undefined, 'personal')
  const { rows } = await t.owner.query('select purpose from access.session order by id desc limit 1')
  assert.ok(session)
  assert.deepEqual(rows, [{ purpose: null }])
})

for (const [asked, use, person, it, en] of [
  ['P', 'personal', doctor, /identità a uso professionale/, /your professional identity/],
  ['P', 'professional', holder, /identità a uso professionale/, /your professional identity/],
  [undefined, 'professional', doctor, /identità personale/, /your personal identity/],
] as const)
  test(`${use} identity of ${person.fiscalCode} where ${asked ?? 'the personal one'} was asked for: error 30, with words for it`, async () => {
    for (const [language, text] of [['it', it] as const, ['en', en] as const]) {
      const outcome = await enter(asked, use, person, language)
      assert.equal(outcome.status, 403)
      assert.equal(outcome.session, undefined)
      assert.match(outcome.page, text)
      assert.equal(await lastOutcome(t), 'denied/30')
    }
  })

test('uses that the region does not offer, or that do not exist, are refused; CIE knows none', async () => {
  const start = (scheme: string, purpose: string) =>
    t.app.inject({
      method: 'POST',
      url: `/auth/${scheme}/start`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        idp: `${t.sandbox.url}/${scheme === 'cie' ? 'cie/idp' : 'spid/uno'}`,
        purpose,
      }).toString(),
    })
  for (const [scheme, purpose, text] of [
    ['spid', 'PG', /Con questo tipo di identità professionale qui non si entra/],
    ['cie', 'P', /Con questo tipo di identità professionale qui non si entra/],
    ['spid', 'Z', /Accesso non riuscito/],
  ] as const) {
    const page = await start(scheme, purpose)
    assert.equal(page.statusCode, 400)
    assert.match(page.body, text)
  }
})

test('a client is told which ways there are', async () => {
  const ways = await t.app.inject('/api/v1/sign-in-ways')
  assert.deepEqual(ways.json(), { cns: false, professionalPurposes: ['P'] })
})
