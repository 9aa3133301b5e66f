// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import { anAccount, textsTo, type Owner } from '../../../../test/accounts.ts'
import { testApp } from '../../../../test/setup.ts'
import { anAuthenticator, type Bend } from '../../../../test/webauthn.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const site = { origin: new URL(t.platform.config.publicUrl).origin, rpId: 'localhost' }

const browserCookie = (answer: { cookies: { name: string; value: string }[] }): string => {
  const found = answer.cookies.find(({ name }) => name === '__Host-passkey')
  assert.ok(found)
  return `__Host-passkey=${found.value}`
}
const post = (url: string, headers: Record<string, string>, payload?: object) =>
  t.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, ...(payload && { payload }) })

async function register(owner: Owner, device: ReturnType<typeof anAuthenticator>, bend: Bend = {}, name = 'Telefono') {
  const options = await post('/account/passkeys/options', owner.strong)
  assert.equal(options.statusCode, 200, options.body)
  const headers = { ...owner.strong, cookie: `${owner.strong.cookie}; ${browserCookie(options)}` }
  return post('/account/passkeys', headers, { name, credential: device.register(options.json().challenge, bend) })
}
async function challenge() {
  const options = await post('/passkey-sign-ins/options', {})
  return { cookie: browserCookie(options), value: options.json().challenge as string, options: options.json() }
}
async function signIn(device: ReturnType<typeof anAuthenticator>, bend: Bend = {}) {
  const { cookie, value } = await challenge()
  return post('/passkey-sign-ins', { cookie }, device.answer(value, bend))
}
const refused = (answer: { statusCode: number; json(): { code: string } }, why: string) => {
  assert.equal(answer.statusCode, 403, why)
  assert.equal(answer.json().code, 'accounts/passkey-refused', why)
}

test('a passkey made with a strong identity opens a session of level 1; the options name nobody', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  const options = (await post('/account/passkeys/options', owner.strong)).json()
  assert.deepEqual(options.authenticatorSelection, {
    residentKey: 'required',
    userVerification: 'required',
    requireResidentKey: true,
  })
  assert.equal(options.attestation, 'none')
  assert.equal((await register(owner, device)).statusCode, 201)
  assert.ok((await textsTo(t, owner.mobile)).some((text) => /aggiunta una passkey/.test(text)))
  const { options: asked } = await challenge()
  assert.deepEqual(asked.allowCredentials ?? [], [], 'discoverable: no account is named')
  const entered = await signIn(device)
  assert.equal(entered.statusCode, 204, entered.body)
  const cookie = entered.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const session = (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json()
  assert.equal(session.person.id, owner.personId)
  assert.equal(session.level, 1)
})

test('whatever is wrong with an answer, it is refused in the same words', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device)
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const bends: Record<string, Bend> = {
    'another site': { origin: 'https://sinfonia.evil.example' },
    'a key for another site': { rpId: 'evil.example' },
    'a challenge of its own': { challenge: Buffer.from('x'.repeat(32)).toString('base64url') },
    'an answer for making a key': { type: 'webauthn.create' },
    'nobody was verified': { verified: false },
    'the signature of another key': { key: stranger },
  }
  for (const [why, bend] of Object.entries(bends)) refused(await signIn(device, bend), why)
  refused(await signIn(anAuthenticator(site)), 'a key nobody has')
  assert.equal((await signIn(device)).statusCode, 204, 'and the right one still works')
})

test('a challenge is answered once, in time, in the browser that was given it', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device)
  const first = await challenge()
  const answer = device.answer(first.value)
  refused(await post('/passkey-sign-ins', { cookie: (await challenge()).cookie }, answer), 'another browser')
  refused(await post('/passkey-sign-ins', {}, answer), 'no browser')
  assert.equal((await post('/passkey-sign-ins', { cookie: first.cookie }, answer)).statusCode, 204)
  refused(await post('/passkey-sign-ins', { cookie: first.cookie }, answer), 'replay')
  const second = await challenge()
  t.setNow(new Date(t.platform.now().getTime() + 5 * 60_000 + 1000))
  refused(await post('/passkey-sign-ins', { cookie: second.cookie }, device.answer(second.value)), 'too late')
  t.setNow(new Date())
  const third = await challenge()
  const registering = await post(
    '/account/passkeys',
    { ...owner.strong, cookie: `${owner.strong.cookie}; ${third.cookie}` },
    {
      name: 'Altra',
      credential: anAuthenticator(site).register(third.value),
    },
  )
  refused(registering, 'a challenge for signing in makes no key')
})

test('a counter that does not grow suspends the passkey, warns the owner, and nothing opens with it any more', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device)
  for (let i = 0; i < 3; i++) assert.equal((await signIn(device)).statusCode, 204)
  refused(await signIn(device, { counter: 2 }), 'copy')
  refused(await signIn(device, { counter: 900 }), 'suspended')
  const account = await t.app.inject({ url: '/api/v1/account', headers: owner.strong })
  assert.equal(account.json().passkeys[0].suspended, true)
  assert.ok((await textsTo(t, owner.mobile)).some((text) => /sembra copiata/.test(text)))
  const trace = await t.owner.query(
    `select outcome from access.audit_entry where patient_id = $1 and object_type = 'account-passkey' and purpose = 'sign-in'`,
    [owner.personId],
  )
  assert.deepEqual(trace.rows, [{ outcome: 'refused' }])
})

test('of two copies that show the same counter at the same moment one passes', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device)
  const both = await Promise.all([signIn(device, { counter: 7 }), signIn(device, { counter: 7 })])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [204, 403])
})

test('devices without a counter sign in again and again', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device, { counter: 0 })
  for (let i = 0; i < 3; i++) assert.equal((await signIn(device, { counter: 0 })).statusCode, 204)
})

test('a bent registration adds nothing; a key is registered once; ten are the most', async () => {
  const owner = await anAccount(t)
  for (const bend of [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { verified: false },
    { type: 'webauthn.get' },
  ])
    refused(await register(owner, anAuthenticator(site), bend), JSON.stringify(bend))
  const device = anAuthenticator(site)
  assert.equal((await register(owner, device)).statusCode, 201)
  assert.equal((await register(owner, device)).json().code, 'accounts/passkey-known')
  for (let i = 2; i <= 10; i++)
    assert.equal((await register(owner, anAuthenticator(site), {}, `Chiave ${i}`)).statusCode, 201)
  const full = await post('/account/passkeys/options', owner.strong)
  assert.equal(full.json().code, 'accounts/passkeys-full')
})

test('passkeys are named, renamed and removed by their owner; a stranger’s do not exist', async () => {
  const [owner, stranger] = [await anAccount(t), await anAccount(t)]
  const device = anAuthenticator(site)
  const { passkeys } = (await register(owner, device)).json<{ passkeys: { id: string }[] }>()
  const url = `/api/v1/account/passkeys/${passkeys[0]!.id}`
  const change = (method: 'PATCH' | 'DELETE', headers: Record<string, string>, payload?: object) =>
    t.app.inject({ method, url, headers, ...(payload && { payload }) })
  assert.equal((await change('PATCH', { ...stranger.strong }, { name: 'Mia' })).statusCode, 404)
  assert.equal((await change('DELETE', { ...stranger.strong })).statusCode, 404)
  assert.equal((await change('PATCH', { ...owner.strong }, { name: 'Ufficio' })).json().passkeys[0].name, 'Ufficio')
  assert.deepEqual((await change('DELETE', { ...owner.strong })).json().passkeys, [])
  refused(await signIn(device), 'removed')
  assert.ok((await textsTo(t, owner.mobile)).some((text) => /passkey .* è stata tolta/.test(text)))
})

test('a passkey is made only by who has just shown a strong identity', async () => {
  const owner = await anAccount(t)
  const device = anAuthenticator(site)
  await register(owner, device)
  const entered = await signIn(device)
  const cookie = entered.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const { csrfToken } = (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json()
  const weak = await post('/account/passkeys/options', { cookie, 'x-csrf-token': csrfToken })
  assert.equal(weak.statusCode, 403)
})

test('in a step-up only a passkey of the person who is signed in counts; the session there goes on', async () => {
  const [owner, other] = [await anAccount(t), await anAccount(t)]
  const [own, foreign] = [anAuthenticator(site), anAuthenticator(site)]
  assert.equal((await register(owner, own)).statusCode, 201)
  assert.equal((await register(other, foreign)).statusCode, 201)
  const { cookie, 'x-csrf-token': csrf } = await t.signIn(owner.personId)
  const bring = async (device: ReturnType<typeof anAuthenticator>, query: string) => {
    const headers = { cookie, 'x-csrf-token': csrf }
    const options = await post(`/passkey-sign-ins/options${query}`, headers)
    const both = { ...headers, cookie: `${cookie}; ${browserCookie(options)}` }
    return post('/passkey-sign-ins', both, device.answer(options.json().challenge))
  }
  const isOpen = async (): Promise<boolean> =>
    (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json().signedIn
  const turnedAway = await bring(foreign, '?stepUp=yes')
  assert.equal(turnedAway.statusCode, 403)
  assert.equal(turnedAway.json().code, 'access/other-person')
  assert.doesNotMatch(String(turnedAway.headers['set-cookie']), /__Host-sid/)
  assert.equal(await isOpen(), true)
  const { rows } = await t.owner.query(
    `select outcome, reason from access.audit_entry where patient_id = $1 and object_type = 'session' order by at desc limit 1`,
    [other.personId],
  )
  assert.deepEqual(rows, [{ outcome: 'refused', reason: 'access/other-person' }])
  assert.equal((await bring(own, '?stepUp=yes')).statusCode, 204)
  assert.equal(await isOpen(), false)
})
