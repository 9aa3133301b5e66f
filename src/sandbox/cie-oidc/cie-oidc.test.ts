// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { decodeJwt, importPKCS8, SignJWT, type JWTPayload } from 'jose'
import { leave, placeEntity, providerTrusted, signInByOidc, withdrawMark } from '../../../test/oidc.ts'
import { testApp } from '../../../test/setup.ts'
import { aPerson, demoFile } from '../../../test/spid.ts'
import { registeredMetadata } from './policy.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await demoFile(t)
  await providerTrusted(t)
})

/** A good request, changed outside and inside the signed object. */
async function ask(
  outside: (query: URLSearchParams) => void,
  inside: (claims: JWTPayload) => JWTPayload = (claims) => claims,
): Promise<{ status: number; location: string; page: string }> {
  const { address } = await leave(t)
  const kid = JSON.parse(Buffer.from(address.searchParams.get('request')!.split('.')[0]!, 'base64url').toString()).kid
  const pem = await readFile(join(t.dataDir, 'keys', 'cie-oidc-signing.key'), 'utf8')
  const claims = inside(decodeJwt(address.searchParams.get('request') ?? ''))
  const object = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'oauth-authz-req+jwt' })
    .sign(await importPKCS8(pem, 'RS256'))
  address.searchParams.set('request', object)
  outside(address.searchParams)
  const answer = await fetch(address, { redirect: 'manual', headers: { accept: 'text/html' } })
  return { status: answer.status, location: answer.headers.get('location') ?? '', page: await answer.text() }
}
const nothing = (): void => undefined
const drop = (name: string) => (claims: JWTPayload) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

test('a request as the specification wants it leads to the page where people sign in', async () => {
  const { status, location } = await ask(nothing)
  assert.equal(status, 303)
  assert.match(location, /\/interaction\//)
})

const strict: [
  what: string,
  outside: (query: URLSearchParams) => void,
  inside: (claims: JWTPayload) => JWTPayload,
  says: RegExp,
][] = [
  ['no request object', (query) => query.delete('request'), (claims) => claims, /missing/],
  ['a request object that is none', (query) => query.set('request', 'x'), (claims) => claims, /no JWT/],
  ['another scope outside', (query) => query.set('scope', 'openid profile'), (claims) => claims, /invalid_scope/],
  ['no scope outside', (query) => query.delete('scope'), (claims) => claims, /invalid_scope/],
  ['no PKCE outside', (query) => query.delete('code_challenge'), (claims) => claims, /code_challenge/],
  ['no PKCE at all', (query) => query.delete('code_challenge'), drop('code_challenge'), /code_challenge/],
  ['a short state', nothing, (claims) => ({ ...claims, state: 'short' }), /state must be/],
  ['a short nonce', nothing, (claims) => ({ ...claims, nonce: 'short' }), /nonce must be/],
  ['no prompt', nothing, drop('prompt'), /prompt/],
  [
    'an unknown level',
    nothing,
    (claims) => ({ ...claims, acr_values: 'https://www.spid.gov.it/SpidL4' }),
    /acr_values/,
  ],
  ['an old request', nothing, (claims) => ({ ...claims, iat: 1, exp: 300 }), /iat and exp/],
  ['no expiry', nothing, drop('exp'), /iat and exp/],
  [
    'another issuer',
    nothing,
    (claims) => ({ ...claims, iss: 'https://nobody.example' }),
    /Request Object claims are invalid/,
  ],
  [
    'another audience',
    nothing,
    (claims) => ({ ...claims, aud: 'https://nobody.example' }),
    /Request Object claims are invalid/,
  ],
  [
    'a redirect_uri of nobody',
    nothing,
    (claims) => ({ ...claims, redirect_uri: 'https://nobody.example/' }),
    /redirect_uri/,
  ],
]
for (const [what, outside, inside, says] of strict)
  test(`${what} is refused`, async () => {
    const { status, location, page } = await ask(outside, inside)
    // What concerns the client is shown; what can be told to it safely goes back to it.
    const told = status === 400 ? page : decodeURIComponent(location.replaceAll('+', ' '))
    assert.ok(!/\/interaction\//.test(location), location)
    assert.match(told, says)
  })

test('a signature of somebody else is refused', async () => {
  const { status, page, location } = await ask((query) => {
    const [head, body] = query.get('request')!.split('.')
    query.set('request', `${head}.${body}.${randomBytes(256).toString('base64url')}`)
  })
  assert.match(page + decodeURIComponent(location), /invalid_request_object/)
  assert.ok(status === 400 || status === 303)
})

test('whoever is not a member of the federation is refused', async () => {
  const { page, status } = await ask(
    (query) => query.set('client_id', 'https://nobody.example'),
    (claims) => ({ ...claims, client_id: 'https://nobody.example' }),
  )
  assert.ok(status >= 400)
  assert.match(page, /invalid_client/)
})

/** What the provider says when it cannot register us. */
async function registrationRefused(): Promise<string> {
  const { address } = await leave(t)
  const answer = await fetch(address, { redirect: 'manual', headers: { accept: 'text/html' } })
  assert.equal(answer.status, 400)
  return answer.text()
}

test('a relying party that does not name its superior, or has no good trust mark, is refused', async () => {
  await placeEntity(t, 'rp', ['sa'])
  assert.match(await registrationRefused(), /authority_hints without the superior/)
  await placeEntity(t, 'rp', ['ta'])
  const file = join(t.dataDir, 'sandbox', 'cie-oidc-trust-marks.json')
  const kept = await readFile(file, 'utf8')
  await writeFile(file, '[]')
  assert.match(await registrationRefused(), /no trust mark/)
  const [mark] = JSON.parse(kept)
  const [head, body] = mark.trust_mark.split('.')
  const forged = `${head}.${body}.${randomBytes(256).toString('base64url')}`
  await writeFile(file, JSON.stringify([{ ...mark, trust_mark: forged }]))
  assert.match(await registrationRefused(), /trust mark: signature/)
  await writeFile(file, kept)
  assert.equal((await ask(nothing)).status, 303)
})

test('a relying party whose trust mark was taken back is refused', async () => {
  await withdrawMark(t, 'ta', 'rp')
  assert.match(await registrationRefused(), /the trust mark was withdrawn/)
  await withdrawMark(t, 'ta', 'rp', false)
  assert.equal((await ask(nothing)).status, 303)
})

test('an issuer tells of the marks it gives whether they are active, and of nothing else', async () => {
  const [anchor, provider, member] = [
    `${t.sandbox.url}/cie-oidc/ta`,
    `${t.sandbox.url}/cie-oidc/op`,
    `${t.url}/auth/cie-oidc`,
  ]
  const status = async (query: Record<string, string>) => {
    const answer = await fetch(`${anchor}/trust_mark_status?${new URLSearchParams(query).toString()}`)
    return [answer.status, await answer.json()]
  }
  const id = `${anchor}/openid_provider/public`
  assert.deepEqual(await status({ sub: provider, id }), [200, { active: true }])
  await withdrawMark(t, 'ta', 'op')
  assert.deepEqual(await status({ sub: provider, id }), [200, { active: false }])
  await withdrawMark(t, 'ta', 'op', false)
  for (const query of [{ sub: provider }, { id }])
    assert.deepEqual(await status(query), [400, { error: 'invalid_request' }])
  for (const sub of [member, `${t.sandbox.url}/cie-oidc/sa`, 'https://nobody.example'])
    assert.deepEqual(await status({ sub, id }), [404, { error: 'not_found' }])
})

test('the provider registers us as the policies of our superiors let us be, or not at all', async () => {
  const fault = (kind: string): void =>
    t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'statement', kind })
  fault('other-algorithm')
  assert.match(await registrationRefused(), /metadata policy: one_of/)
  t.sandbox.context.faults.clear()
  fault('needs-more')
  assert.match(await registrationRefused(), /metadata policy: essential/)
  t.sandbox.context.faults.clear()
  fault('other-content')
  const client = await registeredMetadata(t.sandbox.context, `${t.url}/auth/cie-oidc`)
  assert.equal(client['userinfo_encrypted_response_enc'], 'A128CBC-HS256', 'the superior’s value comes first')
  assert.deepEqual(client['grant_types'], ['authorization_code'])
  await aPerson(t)
  assert.equal((await signInByOidc(t)).status, 303, 'userinfo encrypted as registered is understood')
  t.sandbox.context.faults.clear()
})

test('a superior speaks only of those below it, and places are remembered', async () => {
  const statement = (superior: string, sub: string) =>
    fetch(`${t.sandbox.url}/cie-oidc/${superior}/fetch?${new URLSearchParams({ sub }).toString()}`)
  const [member, provider] = [`${t.url}/auth/cie-oidc`, `${t.sandbox.url}/cie-oidc/op`]
  for (const [superior, sub, status] of [
    ['ta', member, 200],
    ['ta', provider, 200],
    ['sa', provider, 404],
    ['ta', 'https://nobody.example', 404],
  ] as const)
    assert.equal((await statement(superior, sub)).status, status, `${superior} ${sub}`)
  await placeEntity(t, 'op', ['sa'])
  assert.equal((await statement('ta', provider)).status, 404)
  assert.equal((await statement('sa', provider)).status, 200)
  await placeEntity(t, 'op', ['ta'])
  for (const body of [{ entity: 'ta', superiors: ['sa'] }, { entity: 'op', superiors: ['nobody'] }, { entity: 'op' }]) {
    const answer = await fetch(`${t.sandbox.url}/cie-oidc/places`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 400)
  }
})

const tokenForm = {
  grant_type: 'authorization_code',
  code: 'x'.repeat(43),
  redirect_uri: `${t.url}/auth/cie-oidc/callback`,
}
const tokenCases: [what: string, form: Record<string, string>][] = [
  ['no client authentication', { client_id: `${t.url}/auth/cie-oidc` }],
  ['a secret in place of an assertion', { client_id: `${t.url}/auth/cie-oidc`, client_secret: 'x' }],
  [
    'an assertion that is none',
    {
      client_id: `${t.url}/auth/cie-oidc`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'x.y.z',
    },
  ],
]
for (const [what, form] of tokenCases)
  test(`the token endpoint refuses ${what}`, async () => {
    const answer = await fetch(`${t.sandbox.url}/cie-oidc/op/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...tokenForm, ...form }),
    })
    assert.ok([400, 401].includes(answer.status))
    assert.match(((await answer.json()) as { error: string }).error, /invalid_(client|request)/)
  })

test('an assertion for another audience is refused', async () => {
  const pem = await readFile(join(t.dataDir, 'keys', 'cie-oidc-signing.key'), 'utf8')
  const now = Math.floor(Date.now() / 1000)
  const clientId = `${t.url}/auth/cie-oidc`
  const assertion = async (aud: string) =>
    new SignJWT({ iss: clientId, sub: clientId, aud, jti: randomBytes(16).toString('hex'), iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(await importPKCS8(pem, 'RS256'))
  const send = async (aud: string): Promise<string> => {
    const answer = await fetch(`${t.sandbox.url}/cie-oidc/op/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...tokenForm,
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(aud),
      }),
    })
    return ((await answer.json()) as { error: string }).error
  }
  assert.equal(
    await send(`${t.sandbox.url}/cie-oidc/op/token`),
    'invalid_grant',
    'the client is known, the code is not',
  )
  assert.equal(await send(`${t.sandbox.url}/cie-oidc/op`), 'invalid_client')
})
