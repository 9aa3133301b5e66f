// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
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
  type Departure,
  type Holder,
  type Outcome,
  type ProviderId,
} from '../../../../test/spid.ts'

/** Who else uses the computer of the holder. */
const other = { fiscalCode: 'VRDLGU40A01F839I', givenName: 'Luigi', familyName: 'Verdi', birthDate: '1940-01-01' }
const unknown = { fiscalCode: 'RSSMRA79B11C566R', givenName: 'Mario', familyName: 'Rossi', birthDate: '1979-02-11' }

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await aPerson(t, other)
  await demoFile(t, [holder, other])
  await joinFederation(t, 'spid')
  await joinFederation(t, 'cie')
})

const bring = async (departure: Departure, person: Holder, cookie: string | undefined = departure.cookie) =>
  deliver(t, await answerOf(t, departure, { person }), cookie)
const enter = async (person: Holder, provider: ProviderId = 'uno'): Promise<string> => {
  const { session } = await bring(await depart(t, { provider }), person)
  assert.ok(session)
  return session
}
const sessionOf = async (cookie: string): Promise<{ signedIn: boolean; person?: { givenName: string } }> =>
  (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json()
const leave = (cookie: string | undefined, returnTo: string) =>
  t.app.inject({
    method: 'POST',
    url: '/auth/leave',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie && { cookie }) },
    payload: new URLSearchParams({ returnTo }).toString(),
  })

function turnedAway(outcome: Outcome): void {
  assert.equal(outcome.status, 403, outcome.page)
  assert.equal(outcome.session, undefined, 'nobody is let in')
  assert.match(outcome.page, /Questa identità è di un’altra persona/)
  assert.doesNotMatch(outcome.page, /Giovanna|Luigi|Verdi|Esposito/, 'the page names nobody')
}

for (const provider of ['uno', 'idp'] as const) {
  test(`a step-up through ${provider} by the person herself opens a new session in place of the old one`, async () => {
    const first = await enter(holder, provider)
    const departure = await depart(t, { provider, level: '3', stepUp: 'yes', cookie: first, returnTo: '/app/profilo' })
    const outcome = await bring(departure, holder)
    assert.equal(outcome.status, 303, outcome.page)
    assert.equal(outcome.location, '/app/profilo')
    assert.equal((await sessionOf(first)).signedIn, false)
    assert.equal((await sessionOf(outcome.session ?? '')).person?.givenName, 'Giovanna')
  })

  test(`a step-up through ${provider} with somebody else’s identity changes nothing and says so`, async () => {
    const first = await enter(holder, provider)
    const departure = await depart(t, { provider, stepUp: 'yes', cookie: first, returnTo: '/app/profilo' })
    const answer = await answerOf(t, departure, { person: other })
    turnedAway(await deliver(t, answer, departure.cookie))
    assert.equal(await lastOutcome(t), 'person/other')
    assert.equal((await sessionOf(first)).person?.givenName, 'Giovanna', 'the session that was there goes on')
    assert.equal((await deliver(t, answer, departure.cookie)).status, 403)
    assert.equal(await lastOutcome(t), 'request/already-answered', 'the request is used up')
  })
}

test('SPID confirms a session that was opened with CIE: the person counts, not the way', async () => {
  const first = await enter(holder, 'idp')
  const same = await depart(t, { stepUp: 'yes', cookie: first })
  turnedAway(await bring(same, other))
  const again = await depart(t, { stepUp: 'yes', cookie: first })
  assert.equal((await bring(again, holder)).status, 303)
})

test('in a step-up one whom the registry does not know is somebody else too', async () => {
  const departure = await depart(t, { stepUp: 'yes', cookie: await enter(holder) })
  turnedAway(await bring(departure, unknown))
})

test('the rule is kept with the request: the browser can neither drop it nor ask who would be let in', async () => {
  const first = await enter(holder)
  const departure = await depart(t, { stepUp: 'yes', cookie: first })
  turnedAway(await bring(departure, other, undefined))
  const plain = await depart(t, { cookie: first })
  assert.equal((await bring(plain, other)).status, 303, 'and a plain sign-in asks for nobody')
})

test('the rule outlives the session: who signed out meanwhile is not replaced by somebody else', async () => {
  const first = await enter(holder)
  const departure = await depart(t, { stepUp: 'yes', cookie: first })
  assert.equal((await leave(first, '/app')).statusCode, 303)
  turnedAway(await bring(departure, other))
})

test('somebody else who chooses to sign in at the same computer still can', async () => {
  const first = await enter(holder)
  const departure = await depart(t, { cookie: first })
  const outcome = await bring(departure, other)
  assert.equal(outcome.status, 303)
  assert.equal((await sessionOf(outcome.session ?? '')).person?.givenName, 'Luigi')
  assert.equal((await sessionOf(first)).signedIn, false)
})

test('a step-up that nobody is signed in for is a plain sign-in', async () => {
  assert.equal((await bring(await depart(t, { stepUp: 'yes' }), other)).status, 303)
})

test('the page shows the way on: leave and sign in anew, or confirm with one’s own identity', async () => {
  const first = await enter(holder)
  const departure = await depart(t, { stepUp: 'yes', cookie: first, returnTo: '/app/profilo' })
  const { page } = await bring(departure, other)
  assert.match(
    page,
    /<form method="post" action="\/auth\/leave"><input type="hidden" name="returnTo" value="\/app\/profilo">/,
  )
  assert.match(page, /href="\/accedi\?returnTo=%2Fapp%2Fprofilo&amp;stepUp=yes"/)
  const left = await leave(first, '/app/profilo')
  assert.equal(left.headers.location, '/accedi?returnTo=%2Fapp%2Fprofilo')
  assert.match(String(left.headers['set-cookie']), /__Host-sid=;/)
  assert.equal((await sessionOf(first)).signedIn, false)
  assert.equal((await leave(undefined, 'https://altrove.example')).headers.location, '/accedi?returnTo=%2Fapp')
  const english = await depart(t, { stepUp: 'yes', cookie: await enter(holder), language: 'en' })
  assert.match((await bring(english, other)).page, /This identity is somebody else’s/)
})
