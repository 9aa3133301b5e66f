// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import type { SpidLevel } from '../../../shared/saml-names.ts'
import { levelAccepted, levelOf } from '../sign-in/index.ts'
import { permitted } from './algorithms.ts'
import { OidcFault } from './fault.ts'
import type { Keys } from './keys.ts'
import type { OidcRequest } from './requests.ts'
import { clockSkew, faultOf, requireKid } from './statements.ts'
import type { ProviderFacts } from './trust.ts'

/** What an ID token of the provider vouches for. */
export interface IdToken {
  subject: string
  jti: string
  level: SpidLevel
  authenticatedAt: Date
  expiresAt: Date
}

interface Expected {
  provider: ProviderFacts
  clientId: string
  request: OidcRequest
  now: Date
}

/**
 * Signature, algorithm, issuer, audience and dates of a JWT from the provider. The key comes from its trusted metadata only,
 * and must be of the kind of the algorithm, which must be permitted and one of those the provider is let use.
 */
async function verified(
  part: string,
  jwt: string,
  algorithms: readonly string[],
  { provider, clientId, request, now }: Expected,
  requiredClaims: string[],
): Promise<JWTPayload> {
  let payload: JWTPayload
  try {
    const { protectedHeader, ...found } = await jwtVerify(jwt, createLocalJWKSet(provider.jwks), {
      algorithms: [...algorithms],
      issuer: provider.issuer,
      audience: clientId,
      currentDate: now,
      clockTolerance: clockSkew,
      requiredClaims: ['sub', 'iat', ...requiredClaims],
    })
    requireKid(part, protectedHeader)
    ;({ payload } = found)
  } catch (error) {
    throw faultOf(part, error)
  }
  const { aud, iat = 0 } = payload
  if (Array.isArray(aud) && aud.length > 1) throw new OidcFault(`${part}/aud`)
  if (iat > now.getTime() / 1000 + clockSkew || iat < request.issuedAt.getTime() / 1000 - clockSkew)
    throw new OidcFault(`${part}/iat`)
  return payload
}

/** Half of the hash that goes with the algorithm of the ID token (OpenID Connect Core 3.1.3.6): its last digits are the bits. */
function halfHash(text: string, alg = ''): string {
  const hash = createHash(`sha${alg.slice(-3)}`)
    .update(text)
    .digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

/**
 * The checks of an ID token (OpenID Connect Core 3.1.3.7, and what SPID and CIE ask beyond it). Whether its `jti` was seen
 * before is for the caller, who has the database.
 *
 * @throws OidcFault `id-token/…`
 */
export async function checkIdToken(jwt: string, accessToken: string, expected: Expected): Promise<IdToken> {
  const required = ['exp', 'jti', 'nonce', 'acr', 'at_hash']
  const payload = await verified('id-token', jwt, expected.provider.idTokenAlgorithms, expected, required)
  const { request, clientId } = expected
  const { sub, jti, exp, nonce, acr, at_hash: atHash, azp, auth_time: authTime, iat = 0 } = payload
  if (nonce !== request.nonce) throw new OidcFault('id-token/nonce')
  if (azp !== undefined && azp !== clientId) throw new OidcFault('id-token/azp')
  if (atHash !== halfHash(accessToken, decodeProtectedHeader(jwt).alg)) throw new OidcFault('id-token/at_hash')
  const level = levelOf(typeof acr === 'string' ? acr : '')
  if (!level || !levelAccepted(level, request.level, 'minimum')) throw new OidcFault('id-token/acr')
  if (typeof authTime === 'number' && authTime > expected.now.getTime() / 1000 + clockSkew)
    throw new OidcFault('id-token/auth_time')
  return {
    subject: text(sub, 'id-token/sub'),
    jti: text(jti, 'id-token/jti'),
    level,
    authenticatedAt: new Date((typeof authTime === 'number' ? authTime : iat) * 1000),
    expiresAt: new Date((exp! + clockSkew) * 1000),
  }
}

function text(value: unknown, code: string): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(value)) throw new OidcFault(code)
  return value
}

/**
 * The checks of what the userinfo endpoint said, once opened: signed by the provider, about the same person as the ID token.
 *
 * @throws OidcFault `userinfo/…`
 */
export async function checkUserinfo(
  jwt: string,
  subject: string,
  expected: Expected,
): Promise<ReadonlyMap<string, unknown>> {
  const payload = await verified('userinfo', jwt, expected.provider.userinfoAlgorithms, expected, [])
  if (payload.sub !== subject) throw new OidcFault('userinfo/sub')
  return new Map(Object.entries(payload))
}

/**
 * Opens the answer of the userinfo endpoint, encrypted for one of our keys: a provider that read our metadata before a
 * roll-over still uses the key of then. What is inside is believed by nobody yet.
 *
 * @throws OidcFault `userinfo/…`
 */
export async function openUserinfo(jwe: string, { encryption }: Keys): Promise<string> {
  if (jwe.split('.').length !== 5) throw new OidcFault('userinfo/not-encrypted')
  try {
    const { kid, cty } = decodeProtectedHeader(jwe)
    const key = kid === undefined ? encryption[0] : encryption.find((one) => one.kid === kid)
    if (!key) throw new OidcFault('userinfo/kid')
    if (typeof cty !== 'string' || !/^(application\/)?jwt$/i.test(cty)) throw new OidcFault('userinfo/cty')
    const { plaintext } = await compactDecrypt(jwe, key.decrypting, {
      keyManagementAlgorithms: permitted.encryption,
      contentEncryptionAlgorithms: permitted.content,
    })
    return new TextDecoder().decode(plaintext)
  } catch (error) {
    throw faultOf('userinfo', error)
  }
}
