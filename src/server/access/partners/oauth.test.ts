// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import {
  aClient,
  aKeyPair,
  anAssertion,
  askToken,
  assertionType,
  postForm,
  withToken,
} from '../../../../test/partners.ts'
import { testApp } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import { readConfig } from '../../platform/config.ts'
import { forgetExpired } from './once.ts'

const env = { PARTNER_ANY_KEY_ADDRESS: '1', PARTNER_TOKENS_PER_MINUTE: '0' }
const t = await testApp({ env })
after(() => t[Symbol.asyncDispose]())

const services = '/api/partner/v1/services'

for (const algorithm of ['RS256', 'RS384', 'PS256', 'ES256', 'ES384']) {
  test(`a client that signs with ${algorithm} gets a token and calls with it`, async () => {
    const client = await aClient(t, { algorithm })
    const answer = await askToken(t, client, { scope: 'catalogue:read' })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const { access_token: token, ...rest } = answer.json()
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 300, scope: 'catalogue:read' })
    const called = await t.app.inject({ url: services, headers: { authorization: `Bearer ${token}` } })
    assert.equal(called.statusCode, 200, called.body)
  })
}

test('the access token is a JWT that anybody can verify with our published keys', async () => {
  const client = await aClient(t)
  const { access_token: token } = (await askToken(t, client)).json()
  const metadata = (await t.app.inject('/.well-known/oauth-authorization-server')).json()
  assert.equal(metadata.issuer, t.url)
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
  assert.ok(!metadata.token_endpoint_auth_signing_alg_values_supported.some((alg: string) => /^HS|none/.test(alg)))
  const jwks = (await t.app.inject(new URL(metadata.jwks_uri).pathname)).json()
  assert.deepEqual(Object.keys(jwks.keys[0]).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
    issuer: t.url,
    audience: `${t.url}/api/partner`,
    typ: 'at+jwt',
  })
  assert.equal(payload['client_id'], client.id)
  assert.equal(payload['scope'], 'availability:read catalogue:read')
  assert.ok(payload.exp! - payload.iat! <= 600)
})

const now = () => Math.floor(Date.now() / 1000)
const wrong: [string, Record<string, unknown>, RegExp][] = [
  ['a wrong audience', { aud: 'https://other.example/token' }, /aud must be/],
  ['our audience among others', { aud: [`${t.url}/oauth/token`, 'https://other.example'] }, /aud must be/],
  ['no audience', { aud: undefined }, /aud must be/],
  ['an expired assertion', { iat: now() - 400, exp: now() - 100 }, /has expired/],
  ['no expiry', { exp: undefined }, /exp is missing/],
  ['an expiry far away', { exp: now() + 3600 }, /more than 300 seconds/],
  ['an issue in the future', { iat: now() + 200, exp: now() + 250 }, /iat is in the future/],
  ['a validity in the future', { nbf: now() + 200, exp: now() + 250 }, /nbf is in the future/],
  ['no jti', { jti: undefined }, /jti must be/],
  ['a jti that cannot be stored', { jti: 'prova\u0000prova' }, /jti must be/],
  ['another subject', { sub: 'somebody-else' }, /iss and sub/],
  ['an unknown client', { iss: crypto.randomUUID(), sub: undefined }, /iss and sub/],
]
for (const [what, claims, reason] of wrong) {
  test(`an assertion with ${what} is refused with the reason`, async () => {
    const client = await aClient(t)
    const answer = await askToken(t, client, { client_assertion: await anAssertion(t, client, claims) })
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.json().error, 'invalid_client')
    assert.match(answer.json().error_description, reason)
  })
}

test('algorithm confusion does not pass: none, HMAC with the public key, another algorithm, another typ', async () => {
  const client = await aClient(t, { algorithm: 'RS256' })
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [, payload] = (await anAssertion(t, client)).split('.')
  const pem = client.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const forged = [
    `${part({ alg: 'none', kid: client.kid })}.${payload}.`,
    await anAssertion(t, client, {}, { alg: 'HS256' }, new TextEncoder().encode(pem)),
    await anAssertion(t, client, {}, { alg: 'ES256' }, aKeyPair('ES256').privateKey),
    await anAssertion(t, client, {}, { typ: 'at+jwt' }),
    await anAssertion(t, client, {}, {}, aKeyPair('RS256').privateKey),
    await anAssertion(t, client, {}, { kid: 'not-registered' }),
    await anAssertion(t, client, {}, { kid: undefined }),
    // a key that the header itself brings is not the client's
    await anAssertion(t, client, {}, { kid: 'x', jwk: aKeyPair('RS256').publicKey.export({ format: 'jwk' }) }),
    `${part({ alg: 7, kid: 7, typ: 7 })}.${payload}.x`,
    'not-a-jwt',
    '',
  ]
  for (const assertion of forged) {
    const answer = await postForm(t, '/oauth/token', {
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: assertion,
    })
    assert.equal(answer.statusCode, 401, assertion)
    assert.equal(answer.json().error, 'invalid_client')
  }
})

test('an assertion is good once, also when two server processes receive it together', async () => {
  const client = await aClient(t)
  const config = readConfig({
    ...process.env,
    ...env,
    DATABASE_URL: t.databaseUrl,
    DATA_DIR: t.dataDir,
    PUBLIC_URL: t.url,
    LOG_LEVEL: 'silent',
  })
  const second = await createApp(config)
  await second.app.ready()
  try {
    for (let round = 0; round < 5; round += 1) {
      const payload = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: await anAssertion(t, client),
      }).toString()
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const both = await Promise.all(
        [t.app, second.app, t.app].map((app) => app.inject({ method: 'POST', url: '/oauth/token', headers, payload })),
      )
      assert.deepEqual(both.map((answer) => answer.statusCode).toSorted(), [200, 401, 401])
      const refused = both.find((answer) => answer.statusCode === 401)!
      assert.match(refused.json().error_description, /used already/)
    }
    // What the first process gave, the second accepts: they share key and database.
    const called = await second.app.inject({ url: services, headers: await withToken(t, client) })
    assert.equal(called.statusCode, 200, called.body)
  } finally {
    await second.close()
  }
})

test('what is kept about used assertions goes when they are over', async () => {
  const client = await aClient(t)
  await withToken(t, client)
  const count = async () =>
    (await t.owner.query('select from partner.used_statement where issuer = $1', [client.id])).rowCount
  assert.equal(await count(), 1)
  await forgetExpired(t.db, new Date())
  assert.equal(await count(), 1, 'it would still be valid')
  await forgetExpired(t.db, new Date(Date.now() + 600_000))
  assert.equal(await count(), 0)
})

test('errors of the token endpoint are those of RFC 6749', async () => {
  const client = await aClient(t)
  const form = {
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    client_assertion: await anAssertion(t, client),
  }
  const expected: [Record<string, string>, number, string][] = [
    [{ ...form, grant_type: '' }, 400, 'invalid_request'],
    [{ ...form, grant_type: 'authorization_code' }, 400, 'unsupported_grant_type'],
    [{ ...form, client_assertion_type: 'other' }, 400, 'invalid_request'],
    [{ grant_type: 'client_credentials', client_id: client.id, client_secret: 'x' }, 401, 'invalid_client'],
    [{ ...form, client_id: crypto.randomUUID() }, 401, 'invalid_client'],
    [{ ...form, scope: 'everything:write' }, 400, 'invalid_scope'],
  ]
  for (const [wish, status, error] of expected) {
    const answer = await postForm(t, '/oauth/token', wish)
    assert.equal(answer.statusCode, status, answer.body)
    assert.equal(answer.json().error, error)
  }
  const twice = await t.app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'grant_type=client_credentials&scope=a&scope=b',
  })
  assert.equal(twice.json().error, 'invalid_request')
  const json = await t.app.inject({ method: 'POST', url: '/oauth/token', payload: form })
  assert.equal(json.json().error, 'invalid_request')
})

test('a scope that was not granted is not given, and a token does not reach beyond its scopes', async () => {
  const client = await aClient(t, {
    scopes: ['catalogue:read', 'occupancy:read'],
    reason: 'Programmare gli ambulatori',
  })
  const waiting = await askToken(t, client, { scope: 'catalogue:read occupancy:read' })
  assert.equal(waiting.json().error, 'invalid_scope')
  const headers = await withToken(t, client)
  const beyond = await t.app.inject({ url: '/api/partner/v1/availability?serviceId=' + crypto.randomUUID(), headers })
  assert.equal(beyond.statusCode, 403)
  assert.equal(beyond.json().code, 'access/insufficient-scope')
  assert.match(String(beyond.headers['www-authenticate']), /error="insufficient_scope", scope="availability:read"/)
})

test('a token that was revoked, or whose client was suspended, stops at once; introspection says so', async () => {
  const client = await aClient(t)
  const { access_token: token } = (await askToken(t, client)).json()
  const headers = { authorization: `Bearer ${token}` }
  const about = async (endpoint: string) =>
    postForm(t, endpoint, {
      token,
      client_assertion_type: assertionType,
      client_assertion: await anAssertion(t, client, { aud: `${t.url}${endpoint}` }),
    })
  const live = (await about('/oauth/introspect')).json()
  assert.equal(live.active, true)
  assert.equal(live.client_id, client.id)
  assert.equal((await t.app.inject({ url: services, headers })).statusCode, 200)
  assert.equal((await about('/oauth/revoke')).statusCode, 200)
  assert.deepEqual((await about('/oauth/introspect')).json(), { active: false })
  const after = await t.app.inject({ url: services, headers })
  assert.equal(after.statusCode, 401)
  assert.equal(after.json().code, 'partners/token-revoked')
  assert.match(String(after.headers['www-authenticate']), /error="invalid_token"/)

  const fresh = await withToken(t, client)
  await t.owner.query("update partner.client set state = 'suspended', suspended_by = 'region' where id = $1", [
    client.id,
  ])
  assert.equal((await t.app.inject({ url: services, headers: fresh })).json().code, 'partners/client-suspended')
  const asked = await askToken(t, client)
  assert.equal(asked.statusCode, 400)
  assert.equal(asked.json().error, 'unauthorized_client')
})

test('a client learns nothing about the token of another, and cannot revoke it', async () => {
  const [one, other] = [await aClient(t), await aClient(t)]
  const { access_token: token } = (await askToken(t, one)).json()
  const form = async () => ({
    token,
    client_assertion_type: assertionType,
    client_assertion: await anAssertion(t, other),
  })
  assert.deepEqual((await postForm(t, '/oauth/introspect', await form())).json(), { active: false })
  assert.equal((await postForm(t, '/oauth/revoke', await form())).statusCode, 200)
  const called = await t.app.inject({ url: services, headers: { authorization: `Bearer ${token}` } })
  assert.equal(called.statusCode, 200)
})

test('without a token, with a changed one or with one that is over, the answer is a challenge', async () => {
  const client = await aClient(t)
  const none = await t.app.inject({ url: services })
  assert.equal(none.statusCode, 401)
  assert.equal(none.headers['www-authenticate'], 'Bearer realm="sinfonia"')
  const { authorization } = await withToken(t, client)
  const changed = `${authorization.slice(0, -6)}AAAAAA`
  const foreign = `Bearer ${await anAssertion(t, client, { iss: 'https://other.example' }, { typ: 'at+jwt' })}`
  for (const bad of [changed, foreign, `Bearer ${await anAssertion(t, client)}`, 'Bearer nonsense']) {
    const answer = await t.app.inject({ url: services, headers: { authorization: bad } })
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.json().code, 'partners/invalid-token')
    assert.match(String(answer.headers['www-authenticate']), /error="invalid_token"/)
  }
  t.setNow(new Date(Date.now() + 301_000))
  const late = await t.app.inject({ url: services, headers: { authorization } })
  t.setNow(new Date())
  assert.equal(late.json().code, 'partners/invalid-token')
})

test('the endpoints answer nonsense with an error of OAuth, never with a fault', async () => {
  const client = await aClient(t)
  const good = await anAssertion(t, client)
  const value = fc.oneof(
    fc.constantFrom('', '\u0000', '..', '.', 'a.b.c', good, good.slice(0, -4), 'client_credentials', assertionType),
    fc.string({ maxLength: 60, unit: 'binary' }),
    fc.json().map((json) => `${Buffer.from(json).toString('base64url')}.${Buffer.from(json).toString('base64url')}.x`),
  )
  const names = [
    'grant_type',
    'client_assertion',
    'client_assertion_type',
    'client_id',
    'scope',
    'token',
    'client_secret',
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/oauth/token', '/oauth/introspect', '/oauth/revoke'),
      fc.dictionary(fc.constantFrom(...names), value),
      fc.boolean(),
      async (url, form, certain) => {
        const base = { grant_type: 'client_credentials', client_assertion_type: assertionType }
        const answer = await postForm(t, url, certain ? { ...form, ...base } : form)
        assert.ok([200, 400, 401].includes(answer.statusCode), `${answer.statusCode} ${answer.body}`)
        if (answer.statusCode !== 200) assert.match(answer.json().error, /^(invalid|unsupported|unauthorized)_/)
      },
    ),
    { numRuns: 300 },
  )
})

test('our own key rolls over: the next is published before, the previous verifies after', async () => {
  const client = await aClient(t)
  const headers = await withToken(t, client) // signed with the key in use until now
  const [next, folder] = [aKeyPair('RS256'), mkdtempSync(join(tmpdir(), 'sinfonia-keys-'))]
  after(() => rmSync(folder, { recursive: true }))
  const nextFile = join(folder, 'next.key')
  writeFileSync(nextFile, next.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const start = async (settings: Record<string, string>) => {
    const shared = { ...process.env, ...env, DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir, PUBLIC_URL: t.url }
    const running = await createApp(readConfig({ ...shared, LOG_LEVEL: 'silent', ...settings }))
    await running.app.ready()
    return running
  }
  const kids = async ({ app }: { app: typeof t.app }): Promise<string[]> =>
    (await app.inject('/oauth/jwks')).json().keys.map(({ kid }: { kid: string }) => kid)

  const before = await start({ PARTNER_NEXT_KEY_FILE: nextFile })
  const announced = await kids(before)
  await before.close()
  assert.equal(announced.length, 2)

  const old = join(t.dataDir, 'keys', 'partners.key')
  const rolled = await start({ PARTNER_KEY_FILE: nextFile, PARTNER_PREVIOUS_KEY_FILE: old })
  try {
    assert.deepEqual(await kids(rolled), announced.toReversed())
    assert.equal(
      (await rolled.app.inject({ url: services, headers })).statusCode,
      200,
      'tokens given before still work',
    )
  } finally {
    await rolled.close()
  }
  const forgotten = await start({ PARTNER_KEY_FILE: nextFile })
  try {
    assert.equal((await forgotten.app.inject({ url: services, headers })).json().code, 'partners/invalid-token')
  } finally {
    await forgotten.close()
  }
})

test('a key set at an address is read, kept, and read again for a key that is new', async () => {
  const [first, second] = [aKeyPair(), aKeyPair()]
  const publish = (pair: typeof first, kid: string) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid })
  let keys = [publish(first, 'a')]
  let readings = 0
  const server = createServer((_request, response) => {
    readings += 1
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  }).listen(0)
  after(() => server.close())
  const jwksUri = `http://localhost:${(server.address() as AddressInfo).port}/jwks`
  const client = await aClient(t, { jwksUri })
  const ask = async (pair: typeof first, kid: string) =>
    askToken(t, client, { client_assertion: await anAssertion(t, client, {}, { kid }, pair.privateKey) })
  assert.equal((await ask(first, 'a')).statusCode, 200)
  assert.equal((await ask(first, 'a')).statusCode, 200)
  assert.equal(readings, 1)
  keys = [...keys, publish(second, 'b')]
  assert.equal((await ask(second, 'b')).statusCode, 401, 'asked again too soon')
  assert.equal(readings, 1)
})
