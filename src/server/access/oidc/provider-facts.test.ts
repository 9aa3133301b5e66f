// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { OidcFault } from './fault.ts'
import { factsOf } from './trust.ts'

const { publicKey } = await generateKeyPair('ES256')
const op = 'https://op.example'
const good = {
  issuer: op,
  authorization_endpoint: `${op}/auth`,
  token_endpoint: `${op}/token`,
  userinfo_endpoint: `${op}/me`,
  revocation_endpoint: `${op}/revoke`,
  jwks: { keys: [await exportJWK(publicKey)] },
}
const read = (change: object, plain = false) => factsOf({ ...good, ...change }, { provider: op, plain })
const refuses = (change: object, code: string): void =>
  assert.throws(
    () => read(change),
    (error: unknown) => error instanceof OidcFault && error.code === code,
  )

test('a provider that says nothing of what it supports is taken at the defaults of the specification', () => {
  const { issuer, idTokenAlgorithms, userinfoAlgorithms } = read({})
  assert.deepEqual([issuer, idTokenAlgorithms, userinfoAlgorithms], [op, ['RS256'], ['RS256']])
  const more = read({ id_token_signing_alg_values_supported: ['RS256', 'RS384', 'ES256'] })
  assert.deepEqual(more.idTokenAlgorithms, ['RS256', 'ES256'], 'what is not permitted is left out')
})

test('a provider that cannot do what we do is not taken', () => {
  for (const name of [
    'id_token_signing_alg_values_supported',
    'userinfo_signing_alg_values_supported',
    'userinfo_encryption_alg_values_supported',
    'userinfo_encryption_enc_values_supported',
    'token_endpoint_auth_methods_supported',
    'code_challenge_methods_supported',
  ])
    for (const value of [[], ['something-else'], 'RS256']) refuses({ [name]: value }, 'provider/algorithms')
})

test('endpoints must be there, be addresses, and be safe where we are', () => {
  for (const name of [
    'authorization_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'revocation_endpoint',
  ] as const) {
    for (const value of [undefined, '', 7, 'nowhere', 'javascript:alert(1)', `${op}/a b`])
      refuses({ [name]: value }, 'provider/metadata')
    refuses({ [name]: 'http://op.example/x' }, 'provider/plain')
    assert.equal(read({ [name]: 'http://op.example/x' }, true)[name], 'http://op.example/x')
  }
  refuses({ issuer: 'https://other.example' }, 'provider/issuer')
  for (const jwks of [undefined, { keys: [] }, { keys: [{}] }]) refuses({ jwks }, 'provider/metadata')
  refuses({ jwks: { keys: [{ kty: 'EC', crv: 'P-384' }] } }, 'provider/jwks')
})
