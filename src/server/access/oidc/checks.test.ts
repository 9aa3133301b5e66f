// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  CompactEncrypt,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CompactJWEHeaderParameters,
  type JWTPayload,
} from 'jose'
import { checkIdToken, checkUserinfo, openUserinfo } from './checks.ts'
import { OidcFault } from './fault.ts'
import type { Keys } from './keys.ts'
import type { OidcRequest } from './requests.ts'
import type { ProviderFacts } from './trust.ts'

// What a provider says, claim by claim; whole sign-ins with a provider that misbehaves are in answers.test.ts.

const own = await generateKeyPair('ES256')
const ours = await generateKeyPair('RSA-OAEP-256')
const now = new Date('2026-03-02T10:00:00Z')
const seconds = now.getTime() / 1000
const provider = {
  issuer: 'https://op.example',
  jwks: { keys: [{ ...(await exportJWK(own.publicKey)), kid: 'k' }] },
  idTokenAlgorithms: ['ES256'],
  userinfoAlgorithms: ['ES256'],
} as unknown as ProviderFacts // the checks look at nothing else
const request = { nonce: 'nonce', level: 2, issuedAt: now } as OidcRequest // nor here
const expected = { provider, clientId: 'https://rp.example', request, now }
const accessToken = 'access-token'
const hash = createHash('sha256').update(accessToken).digest()
const good: JWTPayload = {
  iss: 'https://op.example',
  aud: 'https://rp.example',
  sub: 'pairwise',
  jti: 'once',
  iat: seconds,
  exp: seconds + 300,
  nonce: 'nonce',
  acr: 'https://www.spid.gov.it/SpidL2',
  at_hash: hash.subarray(0, 16).toString('base64url'),
}

const signed = (claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(own.privateKey)
const idToken = async (change: JWTPayload, over: Partial<typeof expected> = {}) =>
  checkIdToken(await signed({ ...good, ...change }), accessToken, { ...expected, ...over })
const withCode = (code: string) => (error: unknown) => error instanceof OidcFault && error.code === code

test('a good ID token says who, how surely and when', async () => {
  const found = { subject: 'pairwise', jti: 'once', level: 2, expiresAt: new Date((seconds + 360) * 1000) }
  assert.deepEqual(await idToken({}), { ...found, authenticatedAt: now })
  const early = { auth_time: seconds - 100, azp: 'https://rp.example' }
  assert.deepEqual((await idToken(early)).authenticatedAt, new Date((seconds - 100) * 1000))
})

const wrong: [what: string, change: JWTPayload, code: string][] = [
  ...['exp', 'iat', 'sub', 'jti', 'nonce', 'acr', 'at_hash', 'iss', 'aud'].map((name): [string, JWTPayload, string] => [
    `no ${name}`,
    { [name]: undefined },
    `id-token/${name}`,
  ]),
  ['a nonce of another sign-in', { nonce: 'other' }, 'id-token/nonce'],
  ['another issuer', { iss: 'https://other.example' }, 'id-token/iss'],
  ['another audience', { aud: 'https://other.example' }, 'id-token/aud'],
  ['an audience beside ours', { aud: ['https://rp.example', 'https://other.example'] }, 'id-token/aud'],
  ['the hash of another access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'id-token/at_hash'],
  ['a lower level', { acr: 'https://www.spid.gov.it/SpidL1' }, 'id-token/acr'],
  ['an azp of another client', { azp: 'https://other.example' }, 'id-token/azp'],
  ['an authentication in the future', { auth_time: seconds + 61 }, 'id-token/auth_time'],
  ['an issue in the future', { iat: seconds + 61 }, 'id-token/iat'],
  ['an issue before the request', { iat: seconds - 61 }, 'id-token/iat'],
  ['an end that is over', { exp: seconds - 61 }, 'id-token/exp'],
  ['an empty subject', { sub: '' }, 'id-token/sub'],
  ['a subject with a blank', { sub: 'two words' }, 'id-token/sub'],
  ['a subject that is too long', { sub: 'x'.repeat(256) }, 'id-token/sub'],
  ['an empty jti', { jti: '' }, 'id-token/jti'],
  ['a level that is no text', { acr: 2 }, 'id-token/acr'],
]
for (const [what, change, code] of wrong)
  test(`an ID token with ${what} is refused: ${code}`, () => assert.rejects(idToken(change), withCode(code)))

test('the clocks of the two may differ by a minute, and no more', async () => {
  for (const change of [
    { iat: seconds + 60 },
    { iat: seconds - 60 },
    { exp: seconds - 59 },
    { auth_time: seconds + 60 },
  ])
    await idToken(change)
})

test('each kind of message has the algorithms that the provider is let use for it', async () => {
  const less = (name: string) => ({ ...expected, provider: { ...provider, [name]: ['RS256'] } })
  await assert.rejects(idToken({}, less('idTokenAlgorithms')), withCode('id-token/alg'))
  await idToken({}, less('userinfoAlgorithms'))
  const userinfo = await signed(good)
  await assert.rejects(checkUserinfo(userinfo, 'pairwise', less('userinfoAlgorithms')), withCode('userinfo/alg'))
  assert.equal((await checkUserinfo(userinfo, 'pairwise', less('idTokenAlgorithms'))).get('sub'), 'pairwise')
  await assert.rejects(checkUserinfo(userinfo, 'somebody-else', expected), withCode('userinfo/sub'))
  const { sub: _sub, ...nobody } = good
  await assert.rejects(checkUserinfo(await signed(nobody), 'pairwise', expected), withCode('userinfo/sub'))
})

const keys = { encryption: [{ kid: 'e', decrypting: ours.privateKey }] } as unknown as Keys // no others are used here
const sealed = (header: Partial<CompactJWEHeaderParameters>): Promise<string> =>
  new CompactEncrypt(Buffer.from('inside'))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', ...header })
    .encrypt(ours.publicKey)

test('user data are opened when they are encrypted for us and say that a token is inside', async () => {
  for (const cty of ['JWT', 'jwt', 'application/jwt'])
    assert.equal(await openUserinfo(await sealed({ cty, kid: 'e' }), keys), 'inside')
  assert.equal(
    await openUserinfo(await sealed({ cty: 'JWT' }), keys),
    'inside',
    'without a kid the current key is meant',
  )
  for (const cty of [undefined, 'text/plain', 'JWTx'])
    await assert.rejects(openUserinfo(await sealed({ ...(cty && { cty }), kid: 'e' }), keys), withCode('userinfo/cty'))
  await assert.rejects(openUserinfo(await sealed({ cty: 'JWT', kid: 'other' }), keys), withCode('userinfo/kid'))
  await assert.rejects(openUserinfo(await signed(good), keys), withCode('userinfo/not-encrypted'))
})
