// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { decodeJwt } from 'jose'
import { placeEntity, providerTrusted, signInByOidc } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, demoFile } from '../../../../test/spid.ts'
import { readOidcConfig } from './config.ts'
import { OidcFault } from './fault.ts'
import { refreshTrust, resolveTrust } from './trust.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await demoFile(t)
  await providerTrusted(t)
})
beforeEach(async () => {
  t.sandbox.context.faults.clear()
  await placeEntity(t, 'op', ['sa'])
  await placeEntity(t, 'sa', ['ta'])
  await placeEntity(t, 'sb', ['ta'])
})

const config = readOidcConfig(t.platform.config)
const fault = (operation: string, kind: string): void =>
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation, kind })
const resolve = () => resolveTrust(config, new Date())
const refuses = (code: string) =>
  assert.rejects(resolve(), (error: unknown) => error instanceof OidcFault && error.code === code)
const said = (chain: readonly string[]): string[] =>
  chain.map((jwt) => {
    const { iss = '', sub = '' } = decodeJwt(jwt)
    return [iss, sub].map((id) => id.split('/').at(-1)).join(' ')
  })

test('a provider below an aggregator is trusted through it, by the policies of both', async () => {
  const { facts, metadata, chain } = await resolve()
  assert.deepEqual(said(chain), ['op op', 'sa op', 'ta sa', 'ta ta'])
  assert.deepEqual(facts.idTokenAlgorithms, ['RS256', 'RS512', 'ES256'], 'the aggregator is stricter than the anchor')
  assert.deepEqual(metadata['subject_types_supported'], ['pairwise'], 'the policy of the anchor reaches through')
  assert.deepEqual(metadata['contacts'], ['aggregatore@example.it'])
  assert.equal(metadata['organization_name'], 'Sotto sa', 'the immediate superior alone sets metadata')
})

test('people sign in with a provider below an aggregator', async () => {
  await refreshTrust(t.platform, config, Buffer.alloc(32))
  assert.equal((await signInByOidc(t)).status, 303)
})

test('a chain with more intermediates than the anchor allows is refused', async () => {
  await placeEntity(t, 'sa', ['sb'])
  await refuses('constraints/max_path_length')
})

test('a superior may allow fewer intermediates than the anchor', async () => {
  fault('statement-intermediate', 'no-path')
  await refuses('constraints/max_path_length')
})

test('superiors that name each other lead nowhere', async () => {
  await placeEntity(t, 'sa', ['sb'])
  await placeEntity(t, 'sb', ['sa'])
  await refuses('chain/loop')
})

test('an entity that names itself as its superior leads nowhere', async () => {
  await placeEntity(t, 'op', ['op'])
  await refuses('chain/loop')
})

test('of two ways up the shortest is taken, and the other when that one is broken', async () => {
  await placeEntity(t, 'op', ['sa', 'ta'])
  assert.deepEqual(said((await resolve()).chain), ['op op', 'ta op', 'ta ta'])
  await placeEntity(t, 'op', ['sb', 'sa'])
  fault('mark-issuer', 'ta')
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'intermediate', kind: 'expired', times: 1 })
  assert.deepEqual(said((await resolve()).chain), ['op op', 'sa op', 'ta sa', 'ta ta'])
})

const broken: [operation: string, kind: string, code: string][] = [
  ...(
    [
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
      ['other-subject', 'sub'],
      ['other-issuer', 'iss'],
      ['weak-key', 'jwks'],
    ] as const
  ).flatMap(([kind, reason]): [string, string, string][] => [
    ['intermediate', kind, `intermediate/${reason}`],
    ['statement-intermediate', kind, `statement/${reason}`],
  ]),
  ['intermediate', 'no-hints', 'intermediate/authority-hints'],
  ['intermediate', 'no-hint', 'intermediate/unreachable'],
  ['intermediate', 'no-fetch', 'intermediate/fetch-endpoint'],
  ['anchor', 'no-path', 'constraints/max_path_length'],
  ['statement-intermediate', 'other-names', 'constraints/naming_constraints'],
  ['statement-intermediate', 'excluded-names', 'constraints/naming_constraints'],
  ['statement-intermediate', 'other-types', 'constraints/allowed_entity_types'],
  ['statement-intermediate', 'odd-constraints', 'constraints/form'],
  ['statement-intermediate', 'critical', 'policy/critical'],
  ['statement', 'policy-conflict', 'policy/value'],
  ['statement', 'policy-none-left', 'provider/algorithms'],
  ['statement', 'forged', 'statement/signature'],
  ['provider', 'foreign', 'provider/key'],
  ['trust-mark', 'forged', 'trust-mark/signature'],
  ['mark-issuer', 'sb', 'trust-mark/issuer'],
]
for (const [operation, kind, code] of broken)
  test(`a chain whose ${operation} is ${kind} is not believed: ${code}`, async () => {
    fault(operation, kind)
    await refuses(code)
  })

test('a chain without trust marks ends when the first superior’s statement does', async () => {
  for (const operation of ['statement', 'statement-intermediate', 'anchor', 'provider']) {
    t.sandbox.context.faults.clear()
    fault(operation, 'short')
    const { expiresAt } = await resolveTrust({ ...config, providerTrustMarks: [] }, new Date())
    assert.ok(expiresAt.getTime() - Date.now() <= 120_000, operation)
  }
})

test('what an intermediate says of itself, beyond where to ask, counts for nothing', async () => {
  fault('intermediate', 'no-issuers')
  fault('statement-intermediate', 'short')
  const { expiresAt } = await resolve()
  assert.ok(expiresAt.getTime() - Date.now() <= 120_000, 'the chain ends with the first of its statements')
})
