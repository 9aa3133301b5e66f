// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aKeyPair, askToken, withToken, type TestClient } from '../../../../test/partners.ts'
import { aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import type { Actor } from '../../platform/actor.ts'
import { createHttp, mount } from '../../platform/http.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { anonymous } from '../sessions/index.ts'
import { partners } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { rows: regions } = await t.owner.query<{ id: string }>(
  "select id from registry.organisation where kind = 'region'",
)
const regionId = regions[0]!.id

interface Professional {
  personId: string
  role: NonNullable<Actor['role']>
}
const professional = (code: string, organisation: string): Professional => ({
  personId: uuidv7(),
  role: { code, organisationId: organisation, appointmentId: uuidv7() },
})
const manager = professional('partner-manager', aslNapoli1)
const colleague = professional('partner-manager', aslNapoli1)
const stranger = professional('partner-manager', aslSalerno)
const approver = professional('administrator', regionId)
const aslAdministrator = professional('administrator', aslNapoli1)
const doctor = professional('doctor', aslNapoli1)

/** The partners' room for somebody who acts in a role; roles are given and chosen elsewhere. */
async function roomOf(who: Professional | undefined) {
  const app = await createHttp({
    config: t.platform.config,
    formTargets: [],
    resolveActor: async (request) => ({
      ...anonymous(request),
      ...(who && { kind: 'professional', level: 2, ...who }),
    }),
  })
  await mount(app, t.platform, [partners])
  after(() => app.close())
  return (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) =>
    app.inject({ method, url: `/api/v1/${path}`, ...(payload && { payload }) })
}
const as = {
  manager: await roomOf(manager),
  colleague: await roomOf(colleague),
  stranger: await roomOf(stranger),
  approver: await roomOf(approver),
  aslAdministrator: await roomOf(aslAdministrator),
  doctor: await roomOf(doctor),
  nobody: await roomOf(undefined),
}

let count = 0
/** Registers a client over the API, with a key whose private half stays here. */
async function register(more: object = {}): Promise<TestClient> {
  count += 1
  const { privateKey, publicKey } = aKeyPair('ES256')
  const kid = `k${count}`
  const answer = await as.manager('POST', 'partner-clients', {
    name: `Portale aziendale ${count}`,
    purpose: 'Mostrare ai cittadini le disponibilità',
    contact: 'sistemi@asl.example',
    key: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid }),
    scopes: ['catalogue:read', 'availability:read'],
    ...more,
  })
  assert.equal(answer.statusCode, 200, answer.body)
  return { id: answer.json().id, kid, algorithm: 'ES256', privateKey, publicKey }
}

test('a partner registers a client and calls at once what is open; the private key never came', async () => {
  const client = await register()
  const headers = await withToken(t, client)
  assert.equal((await t.app.inject({ url: '/api/partner/v1/places', headers })).statusCode, 200)
  const seen = (await as.colleague('GET', `partner-clients/${client.id}`)).json()
  assert.deepEqual(
    seen.scopes.map(({ scope, state }: { scope: string; state: string }) => [scope, state]),
    [
      ['availability:read', 'granted'],
      ['catalogue:read', 'granted'],
    ],
  )
  assert.equal(seen.keys[0].kind, 'P-256')
  assert.ok(seen.keys[0].lastUsedAt)
  assert.equal(seen.days.length, 30)
  const { rows } = await t.owner.query<{ jwk: object }>('select jwk from partner.client_key where client_id = $1', [
    client.id,
  ])
  assert.deepEqual(Object.keys(rows[0]!.jwk).toSorted(), ['crv', 'kid', 'kty', 'use', 'x', 'y'])
})

test('another organisation, another role and nobody see and change nothing', async () => {
  const client = await register()
  const path = `partner-clients/${client.id}`
  for (const [method, address, payload] of [
    ['GET', path, undefined],
    ['DELETE', path, undefined],
    ['PUT', `${path}/activity`, { active: false }],
    ['POST', `${path}/keys`, { key: 'x' }],
    ['DELETE', `${path}/keys/${client.kid}`, undefined],
    ['POST', `${path}/scopes`, { scopes: [] }],
    ['DELETE', `${path}/scopes/catalogue:read`, undefined],
  ] as const) {
    assert.equal((await as.stranger(method, address, payload)).statusCode, 404, `${method} ${address}`)
    assert.equal((await as.doctor(method, address, payload)).json().code, 'access/role-required')
    assert.equal((await as.nobody(method, address, payload)).statusCode, 401)
  }
  assert.ok(!(await as.stranger('GET', 'partner-clients')).body.includes(client.id))
  assert.ok((await as.approver('GET', 'partner-clients')).body.includes(client.id))
  assert.equal((await as.aslAdministrator('GET', 'partner-requests')).json().code, 'access/role-required')
  assert.equal((await as.manager('GET', 'partner-requests')).json().code, 'access/role-required')
  assert.equal((await askToken(t, client)).statusCode, 200)
})

test('data that is not open waits for the region, which says yes or says why not', async () => {
  const [yes, no] = [await register(), await register()]
  const ask = { scopes: ['occupancy:read'], reason: 'Programmare gli ambulatori' }
  assert.equal(
    (await as.manager('POST', `partner-clients/${yes.id}/scopes`, { scopes: ['occupancy:read'] })).json().code,
    'partners/reason-missing',
  )
  for (const client of [yes, no])
    assert.equal((await as.manager('POST', `partner-clients/${client.id}/scopes`, ask)).statusCode, 200)
  assert.equal((await askToken(t, yes, { scope: 'occupancy:read' })).json().error, 'invalid_scope')
  const waiting = (await as.approver('GET', 'partner-requests')).json().scopes
  assert.ok(
    waiting.some((one: { clientId: string; reason: string }) => one.clientId === yes.id && one.reason === ask.reason),
  )

  const decide = (id: string, decision: object) =>
    as.approver('PUT', `partner-clients/${id}/scopes/occupancy:read/decision`, decision)
  assert.equal((await decide(no.id, { granted: false })).json().code, 'partners/answer-missing')
  assert.equal((await decide(no.id, { granted: false, answer: 'Finalità troppo ampia' })).statusCode, 200)
  assert.equal((await decide(yes.id, { granted: true })).statusCode, 200)
  assert.equal((await decide(yes.id, { granted: false, answer: 'x' })).json().code, 'partners/decided')
  assert.equal((await askToken(t, yes, { scope: 'occupancy:read' })).statusCode, 200)
  const refused = (await as.manager('GET', `partner-clients/${no.id}`)).json().scopes
  assert.equal(refused.find((one: { scope: string }) => one.scope === 'occupancy:read').answer, 'Finalità troppo ampia')
  // Withdrawn, it is gone from tokens that were given already.
  const headers = await withToken(t, yes)
  await as.approver('DELETE', `partner-clients/${yes.id}/scopes/occupancy:read`)
  const after = await t.app.inject({ method: 'POST', url: '/api/partner/v1/occupancy-searches', headers, payload: {} })
  assert.equal(after.json().code, 'access/insufficient-scope')
})

test('nobody decides about what she asked for herself', async () => {
  const client = await register({ scopes: ['occupancy:read'], reason: 'Programmazione' })
  await t.owner.query('update partner.client_scope set asked_by = $2 where client_id = $1', [
    client.id,
    approver.personId,
  ])
  const answer = await as.approver('PUT', `partner-clients/${client.id}/scopes/occupancy:read/decision`, {
    granted: true,
  })
  assert.equal(answer.statusCode, 409)
})

test('keys rotate without a pause: two at once, never three, and tokens of a removed key end', async () => {
  const client = await register()
  const next = aKeyPair('ES256')
  const path = `partner-clients/${client.id}/keys`
  const jwk = (pair: typeof next, kid: string) => JSON.stringify({ ...pair.publicKey.export({ format: 'jwk' }), kid })
  const add = (kid: string) => as.manager('POST', path, { key: jwk(next, kid) })
  const results = await Promise.all(['due', 'tre', 'quattro'].map(add))
  assert.deepEqual(results.map((answer) => answer.statusCode).toSorted(), [200, 409, 409])
  const second = results.find((answer) => answer.statusCode === 200)!.json().keys[1].kid
  const old = await withToken(t, client)
  const renewed = { ...client, ...next, kid: second }
  assert.equal((await askToken(t, renewed)).statusCode, 200, 'both keys are good')
  assert.equal((await as.manager('DELETE', `${path}/${client.kid}`)).statusCode, 200)
  assert.equal((await askToken(t, client)).json().error, 'invalid_client')
  assert.equal(
    (await t.app.inject({ url: '/api/partner/v1/usage', headers: old })).json().code,
    'partners/token-revoked',
  )
  assert.equal((await askToken(t, renewed)).statusCode, 200)
  assert.equal((await as.manager('DELETE', `${path}/${second}`)).json().code, 'partners/key-missing')
  const privatePem = next.privateKey.export({ type: 'pkcs8', format: 'pem' })
  assert.equal((await as.manager('POST', path, { key: privatePem })).json().code, 'partners/private-key')
})

test('a client is suspended and reactivated; what the region suspended the partner cannot reactivate', async () => {
  const client = await register()
  const headers = await withToken(t, client)
  const set = (who: typeof as.manager, active: boolean) =>
    who('PUT', `partner-clients/${client.id}/activity`, { active })
  assert.equal((await set(as.manager, false)).json().state, 'suspended')
  const call = async () => (await t.app.inject({ url: '/api/partner/v1/usage', headers })).json().code
  assert.equal(await call(), 'partners/client-suspended')
  assert.equal((await set(as.manager, true)).json().state, 'active')
  assert.equal(await call(), 'partners/token-revoked', 'old tokens do not come back')
  assert.equal((await set(as.approver, false)).json().suspendedBy, 'region')
  assert.equal((await set(as.manager, true)).json().code, 'partners/suspended-by-region')
  assert.equal((await set(as.approver, true)).statusCode, 200)
  assert.equal((await askToken(t, client)).statusCode, 200)
})

test('a deleted client is gone for calls and lists, its name is free again, its history stays', async () => {
  const client = await register({ name: 'Da cancellare' })
  assert.equal(
    (
      await as.manager('POST', 'partner-clients', {
        name: 'da CANCELLARE',
        purpose: 'Prova di un nome già usato',
        contact: 'a@b.example',
        key: JSON.stringify(aKeyPair().publicKey.export({ format: 'jwk' })),
        scopes: [],
      })
    ).json().code,
    'partners/name-taken',
  )
  assert.equal((await as.manager('DELETE', `partner-clients/${client.id}`)).statusCode, 204)
  assert.equal((await as.manager('GET', `partner-clients/${client.id}`)).statusCode, 404)
  assert.equal((await askToken(t, client)).json().error, 'invalid_client')
  await register({ name: 'Da cancellare' })
  const { rows } = await t.owner.query(
    'select action, person_id from partner.change where client_id = $1 order by at, id',
    [client.id],
  )
  assert.deepEqual(rows, [
    { action: 'registered', person_id: manager.personId },
    { action: 'deleted', person_id: manager.personId },
  ])
})

test('the region changes the quota, and registers purposes of PDND for e-services of ours only', async () => {
  const client = await register()
  const path = `partner-clients/${client.id}`
  const quota = { perMinute: 2, perDay: 500 }
  assert.equal((await as.approver('PUT', `${path}/quota`, quota)).json().perMinute, 2)
  t.setNow(new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 5_000)) // early in a minute
  const headers = await withToken(t, client)
  const codes = []
  for (let n = 0; n < 3; n += 1) codes.push((await t.app.inject({ url: '/api/partner/v1/usage', headers })).statusCode)
  t.setNow(new Date())
  assert.deepEqual(codes, [200, 200, 429])

  const purposeId = crypto.randomUUID()
  const wish = { purposeId, eServiceId: '0198a000-0000-7000-8000-000000000001', pdndClientId: crypto.randomUUID() }
  const bad = await as.manager('POST', `${path}/purposes`, { ...wish, eServiceId: crypto.randomUUID() })
  assert.equal(bad.json().code, 'partners/unknown-e-service')
  assert.equal((await as.manager('POST', `${path}/purposes`, wish)).json().purposes[0].state, 'asked')
  assert.equal((await as.manager('POST', `${path}/purposes`, wish)).json().code, 'partners/purpose-taken')
  const decided = await as.approver('PUT', `${path}/purposes/${purposeId}/decision`, { granted: true })
  assert.equal(decided.statusCode, 200)
  assert.equal((await as.manager('GET', path)).json().purposes[0].state, 'granted')
  assert.equal((await as.manager('DELETE', `${path}/purposes/${purposeId}`)).json().purposes.length, 0)
})

test('what the form needs: scopes in both languages, which are open, our e-services', async () => {
  const catalogue = (await as.manager('GET', 'partner-catalogue')).json()
  assert.equal(catalogue.region, false)
  assert.equal((await as.approver('GET', 'partner-catalogue')).json().region, true)
  assert.ok(
    catalogue.scopes.some((one: { scope: string; open: boolean }) => one.scope === 'occupancy:read' && !one.open),
  )
  assert.equal(catalogue.eServices.length, 2)
  const bad = [
    { scopes: ['everything:write'] },
    { key: undefined },
    { jwksUri: 'http://10.0.0.1/jwks', key: undefined },
  ]
  const codes = await Promise.all(
    bad.map(async (more) => {
      const answer = await as.manager('POST', 'partner-clients', {
        name: 'Richiesta sbagliata',
        purpose: 'Vedere che cosa viene rifiutato',
        contact: 'a@b.example',
        key: JSON.stringify(aKeyPair().publicKey.export({ format: 'jwk' })),
        scopes: [],
        ...more,
      })
      return answer.json().code
    }),
  )
  assert.deepEqual(codes, ['partners/unknown-scope', 'partners/key-missing', 'partners/key-address'])
})
