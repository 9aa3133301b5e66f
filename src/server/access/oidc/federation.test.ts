// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { after, before, beforeEach, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { leave, placeEntity, providerTrusted, signInByOidc, withdrawMark } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, demoFile } from '../../../../test/spid.ts'
import { BadSetting } from '../../platform/config.ts'
import { readOidcConfig } from './config.ts'
import { entityConfiguration } from './entity.ts'
import { OidcFault } from './fault.ts'
import { loadKeys } from './keys.ts'
import { findProvider, refreshTrust, resolveTrust } from './trust.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await demoFile(t)
  await providerTrusted(t)
})
beforeEach(() => t.sandbox.context.faults.clear())

const config = readOidcConfig(t.platform.config)
const clientId = `${t.url}/auth/cie-oidc`
const fault = (operation: string, kind: string): void =>
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation, kind })
const withCode = (code: string) => (error: unknown) => error instanceof OidcFault && error.code === code

/** Who says what of whom, by the last word of their names. */
const issuerAndSubject = (jwt: string): string => {
  const { iss = '', sub = '' } = decodeJwt(jwt)
  return [iss, sub].map((id) => id.split('/').at(-1)).join(' ')
}

interface Configuration {
  iss: string
  sub: string
  iat: number
  exp: number
  jwks: JSONWebKeySet
  authority_hints: string[]
  trust_marks: { id: string; trust_mark: string }[]
  metadata: { federation_entity: Record<string, unknown>; openid_relying_party: Record<string, unknown> }
}

test('our Entity Configuration says who we are, signed with the keys of the federation', async () => {
  const answer = await t.app.inject('/auth/cie-oidc/.well-known/openid-federation')
  assert.equal(answer.headers['content-type'], 'application/entity-statement+jwt')
  const { jwks } = decodeJwt<Configuration>(answer.body)
  const { payload } = await jwtVerify<Configuration>(answer.body, createLocalJWKSet(jwks), {
    typ: 'entity-statement+jwt',
    issuer: clientId,
    subject: clientId,
  })
  assert.equal(payload.exp - payload.iat, 86_400)
  assert.deepEqual(payload.authority_hints, [`${t.sandbox.url}/cie-oidc/ta`])
  assert.equal(payload.trust_marks.length, 1)
  const { federation_entity: entity, openid_relying_party: party } = payload.metadata
  assert.deepEqual(Object.keys(entity).toSorted(), [
    'contacts',
    'federation_resolve_endpoint',
    'homepage_uri',
    'logo_uri',
    'organization_name',
    'policy_uri',
  ])
  const { jwks: core, ...rest } = party as { jwks: JSONWebKeySet }
  assert.deepEqual(rest, {
    application_type: 'web',
    client_id: clientId,
    client_name: 'Regione Campania',
    client_registration_types: ['automatic'],
    redirect_uris: [`${clientId}/callback`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'RS256',
    userinfo_signed_response_alg: 'RS256',
    userinfo_encrypted_response_alg: 'RSA-OAEP-256',
    userinfo_encrypted_response_enc: 'A256CBC-HS512',
    token_endpoint_auth_method: 'private_key_jwt',
  })
  assert.deepEqual(
    core.keys.map(({ use }) => use),
    ['sig', 'enc'],
  )
  const all = [...jwks.keys, ...core.keys]
  assert.equal(new Set(all.map(({ n }) => n)).size, 3, 'federation, signature and encryption have keys of their own')
  for (const key of all) assert.equal('d' in key, false, 'nothing private is published')
})

test('a region that is a member through an aggregator names it as its superior', async () => {
  const { region } = t.platform.config
  const superior = `${t.sandbox.url}/cie-oidc/sa`
  const keys = await loadKeys(t.platform, config)
  const statement = await entityConfiguration({ ...config, superior }, region, keys, new Date())
  assert.deepEqual(decodeJwt<Configuration>(statement).authority_hints, [superior])
})

test('without trust marks the Entity Configuration still says who we are; a file that holds none is a bad setting', async () => {
  const kept = await readFile(config.trustMarksFile, 'utf8')
  await rm(config.trustMarksFile)
  const bare = await t.app.inject('/auth/cie-oidc/.well-known/openid-federation')
  assert.deepEqual(decodeJwt<Configuration>(bare.body).trust_marks, [])
  await writeFile(config.trustMarksFile, '{}')
  assert.equal((await t.app.inject('/auth/cie-oidc/.well-known/openid-federation')).statusCode, 500)
  await writeFile(config.trustMarksFile, kept)
})

test('the trust chain goes from the provider to the anchor, with the policy applied', async () => {
  const { facts, metadata, chain, expiresAt } = await resolveTrust(config, new Date())
  assert.equal(facts.issuer, config.provider)
  assert.deepEqual(metadata['subject_types_supported'], ['pairwise'], 'value of the policy')
  assert.ok(
    !(metadata['id_token_signing_alg_values_supported'] as string[]).includes('RS384'),
    'subset_of of the policy',
  )
  assert.equal(metadata['organization_name'], 'Sotto ta', 'what the superior sets')
  assert.deepEqual(facts.idTokenAlgorithms, ['RS256', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512'])
  assert.deepEqual(chain.map(issuerAndSubject), ['op op', 'ta op', 'ta ta'])
  const { exp = 0 } = decodeJwt(chain[1] ?? '')
  assert.ok(expiresAt.getTime() <= exp * 1000)
  assert.equal(decodeProtectedHeader(chain[0] ?? '').typ, 'entity-statement+jwt')
})

test('the chain ends with the first of its statements, or with the trust mark', async () => {
  for (const operation of ['provider', 'statement', 'anchor', 'trust-mark']) {
    t.sandbox.context.faults.clear()
    fault(operation, 'short')
    const { expiresAt } = await resolveTrust(config, new Date())
    assert.ok(expiresAt.getTime() - Date.now() <= 120_000, operation)
  }
})

test('the chain ends with the first of its statements also where no trust mark is needed', async () => {
  for (const operation of ['provider', 'statement', 'anchor']) {
    t.sandbox.context.faults.clear()
    fault(operation, 'short')
    const { expiresAt } = await resolveTrust({ ...config, providerTrustMarks: [] }, new Date())
    assert.ok(expiresAt.getTime() - Date.now() <= 120_000, operation)
  }
})

/** What can be wrong with any statement, and the check that finds it. */
const anywhere: [kind: string, reason: string][] = [
  ['expired', 'exp'],
  ['future', 'iat'],
  ['forged', 'signature'],
  ['foreign', 'key'],
  ['untyped', 'typ'],
  ['no-kid', 'kid'],
  ['rs384', 'alg'],
  ['hs256', 'alg'],
  ['none', 'alg'],
  ['crit', 'crit'],
]
const parts: [operation: string, part: string][] = [
  ['anchor', 'anchor'],
  ['statement', 'statement'],
  ['provider', 'provider'],
  ['trust-mark', 'trust-mark'],
]
const broken: [operation: string, kind: string, code: string][] = [
  ...parts.flatMap(([operation, part]) =>
    anywhere.map(([kind, reason]) => [operation, kind, `${part}/${reason}`] as [string, string, string]),
  ),
  ['anchor', 'other-issuer', 'anchor/iss'],
  ['anchor', 'other-subject', 'anchor/sub'],
  ['anchor', 'no-fetch', 'anchor/fetch-endpoint'],
  ['anchor', 'weak-key', 'anchor/jwks'],
  ['anchor', 'no-issuers', 'trust-mark/issuer'],
  ['anchor', 'any-issuer', 'trust-mark/issuer'],
  ['anchor', 'odd-constraints', 'constraints/form'],
  ['anchor', 'other-leaves', 'constraints/allowed_entity_types'],
  ['statement', 'other-issuer', 'statement/iss'],
  ['statement', 'other-subject', 'statement/sub'],
  ['statement', 'weak-key', 'statement/jwks'],
  ['statement', 'critical', 'policy/critical'],
  ['statement', 'other-names', 'constraints/naming_constraints'],
  ['statement', 'excluded-names', 'constraints/naming_constraints'],
  ['statement', 'other-types', 'constraints/allowed_entity_types'],
  ['statement', 'other-leaves', 'constraints/allowed_entity_types'],
  ['statement', 'odd-constraints', 'constraints/form'],
  ['statement', 'policy-none-left', 'provider/algorithms'],
  ['provider', 'other-issuer', 'provider/iss'],
  ['provider', 'other-subject', 'provider/sub'],
  ['provider', 'no-hint', 'intermediate/unreachable'],
  ['provider', 'no-hints', 'provider/authority-hints'],
  ['provider', 'weak-key', 'provider/jwks'],
  ['provider', 'no-marks', 'trust-mark/missing'],
  ['openid-provider', 'other-issuer', 'provider/issuer'],
  ['openid-provider', 'no-revocation', 'policy/essential'],
  ['openid-provider', 'only-rs384', 'provider/algorithms'],
  ['trust-mark', 'other-issuer', 'trust-mark/issuer'],
  ['trust-mark', 'other-subject', 'trust-mark/sub'],
  ['trust-mark', 'other-id', 'trust-mark/id'],
  ['trust-mark', 'no-exp', 'trust-mark/exp'],
  ['mark-issuer', 'sb', 'trust-mark/issuer'],
  ['anchor', 'no-status', 'trust-mark/status-endpoint'],
  ['trust-mark-status', 'down', 'trust-mark/unreachable'],
  ['trust-mark-status', 'odd', 'trust-mark/status'],
  ['trust-mark-status', 'none', 'trust-mark/status'],
]
for (const [operation, kind, code] of broken)
  test(`a chain whose ${operation} is ${kind} is not believed: ${code}`, async () => {
    fault(operation, kind)
    await assert.rejects(resolveTrust(config, new Date()), withCode(code))
  })

test('a provider that is not there, and one the anchor does not know, are not trusted', async () => {
  const nobody = { ...config, provider: `${t.sandbox.url}/nobody` }
  await assert.rejects(resolveTrust(nobody, new Date()), withCode('provider/unreachable'))
  await placeEntity(t, 'op', [])
  fault('provider', 'hint-anchor')
  await assert.rejects(resolveTrust(config, new Date()), withCode('statement/unreachable'))
  await placeEntity(t, 'op', ['ta'])
})

test('an entity that is no provider is not taken for one', async () => {
  const aggregator = { ...config, provider: `${t.sandbox.url}/cie-oidc/sa`, providerTrustMarks: [] }
  await assert.rejects(resolveTrust(aggregator, new Date()), withCode('provider/metadata'))
})

test('plain http is refused where we have TLS ourselves', async () => {
  await assert.rejects(resolveTrust({ ...config, plain: false }, new Date()), withCode('provider/plain'))
})

test('a mark of another issuer that the anchor allows counts when a chain vouches for that issuer', async () => {
  fault('mark-issuer', 'sa')
  await resolveTrust(config, new Date())
  for (const [operation, kind, code] of [
    ['intermediate', 'expired', 'issuer/exp'],
    ['statement-intermediate', 'forged', 'statement/signature'],
    ['trust-mark', 'forged', 'trust-mark/signature'],
  ] as const) {
    t.sandbox.context.faults.clear()
    fault('mark-issuer', 'sa')
    fault(operation, kind)
    await assert.rejects(resolveTrust(config, new Date()), withCode(code))
  }
})

test('the region says which trust marks the provider needs', async () => {
  fault('provider', 'no-marks')
  await resolveTrust({ ...config, providerTrustMarks: [] }, new Date())
  t.sandbox.context.faults.clear()
  const more = { ...config, providerTrustMarks: [...config.providerTrustMarks, 'https://nobody.example/mark'] }
  await assert.rejects(resolveTrust(more, new Date()), withCode('trust-mark/missing'))
})

test('a trust mark that its issuer took back ends the trust at once, and that it was given again begins it anew', async () => {
  await withdrawMark(t, 'ta', 'op')
  await assert.rejects(refreshTrust(t.platform, config, Buffer.alloc(32)), withCode('trust-mark/withdrawn'))
  assert.equal(await findProvider(t.db, config, new Date()), undefined)
  await withdrawMark(t, 'ta', 'op', false)
  await refreshTrust(t.platform, config, Buffer.alloc(32))
  assert.ok(await findProvider(t.db, config, new Date()))
})

test('the issuer itself is asked whether it took a mark back', async () => {
  fault('mark-issuer', 'sa')
  await withdrawMark(t, 'ta', 'op')
  await resolveTrust(config, new Date())
  await withdrawMark(t, 'ta', 'op', false)
  await withdrawMark(t, 'sa', 'op')
  await assert.rejects(resolveTrust(config, new Date()), withCode('trust-mark/withdrawn'))
  await withdrawMark(t, 'sa', 'op', false)
})

test('when the chain cannot be built anew the good one stays in use until it expires, and then nobody is sent there', async () => {
  fault('statement', 'expired')
  await assert.rejects(refreshTrust(t.platform, config, Buffer.alloc(32)), withCode('statement/exp'))
  assert.ok(await findProvider(t.db, config, new Date()))
  assert.equal((await signInByOidc(t)).status, 303)
  t.setNow(new Date(Date.now() + 2 * 86_400_000))
  const start = await t.app.inject({
    method: 'POST',
    url: '/auth/cie-oidc/start',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
    payload: '',
  })
  assert.equal(start.statusCode, 503)
  assert.match(start.body, /Try again soon/)
  const ways = await t.app.inject('/api/v1/cie-ways')
  assert.deepEqual(ways.json(), [{ protocol: 'SAML', start: '/auth/cie/start' }])
  t.setNow(new Date())
})

test('a login fetches nothing from the federation', async () => {
  for (const operation of ['anchor', 'statement', 'provider']) fault(operation, 'foreign')
  await leave(t)
})

test('what we resolved can be asked of us, signed', async () => {
  const resolve = (query: Record<string, string>) =>
    t.app.inject(`/auth/cie-oidc/resolve?${new URLSearchParams(query).toString()}`)
  const { provider, trustAnchor } = config
  const answer = await resolve({ sub: provider, trust_anchor: trustAnchor })
  assert.equal(answer.headers['content-type'], 'application/resolve-response+jwt')
  const { jwks } = decodeJwt<Configuration>((await t.app.inject('/auth/cie-oidc/.well-known/openid-federation')).body)
  const { payload } = await jwtVerify(answer.body, createLocalJWKSet(jwks), { typ: 'resolve-response+jwt' })
  assert.equal(payload.sub, provider)
  assert.equal((payload['trust_chain'] as string[]).length, 3)
  const [mark] = payload['trust_marks'] as { id: string; trust_mark: string }[]
  assert.equal(mark?.id, config.providerTrustMarks[0])
  assert.equal(decodeJwt(mark?.trust_mark ?? '').sub, provider)
  assert.equal((await resolve({ sub: 'https://nobody.example' })).statusCode, 404)
  assert.equal((await resolve({ sub: provider, trust_anchor: 'https://nobody.example' })).statusCode, 404)
})

test('the region decides whether OpenID Connect is offered, and settings are checked', async () => {
  const ways = (await t.app.inject('/api/v1/cie-ways')).json()
  assert.deepEqual(ways, [
    { protocol: 'SAML', start: '/auth/cie/start' },
    { protocol: 'OIDC', start: '/auth/cie-oidc/start' },
  ])
  const read = (env: Record<string, string>) => readOidcConfig({ ...t.platform.config, env })
  assert.equal(read({ CIE_OIDC_OFFERED: 'only' }).offered, 'only')
  assert.throws(() => read({ CIE_OIDC_OFFERED: 'maybe' }), BadSetting)
  assert.equal(await findProvider(t.db, read({ CIE_OIDC_OFFERED: 'no' }), new Date()), undefined)
  const same = { ...config, signingKeys: { current: config.federationKeys.current, next: undefined } }
  await assert.rejects(loadKeys(t.platform, same), BadSetting)
})

test('where only OpenID Connect is offered it is the one way', async () => {
  const only = await testApp({ listen: true, env: { CIE_OIDC_OFFERED: 'only' } })
  await only.settle()
  const ways = (await only.app.inject('/api/v1/cie-ways')).json()
  assert.deepEqual(ways, [{ protocol: 'OIDC', start: '/auth/cie-oidc/start' }])
  await only[Symbol.asyncDispose]()
})
