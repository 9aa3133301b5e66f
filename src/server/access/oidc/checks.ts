// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from 'node:crypto'
import { compactDecrypt, createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import type { SpidLevel } from '../../../shared/saml-names.ts'
import { levelAccepted, levelOf } from '../sign-in/index.ts'
import { OidcFault } from './fault.ts'
import { algorithms, type Keys } from './keys.ts'
import type { OidcRequest } from './requests.ts'
import { clockSkew, faultOf } from './statements.ts'
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

/** Signature, algorithm, issuer, audience and dates of a JWT from the provider; the key comes from its trusted metadata only. */
async function verified(
  part: string,
  jwt: string,
  { provider, clientId, request, now }: Expected,
  requiredClaims: string[],
): Promise<JWTPayload> {
  let payload: JWTPayload
  try {
    ;({ payload } = await jwtVerify(jwt, createLocalJWKSet(provider.jwks), {
      algorithms: [algorithms.signature],
      issuer: provider.issuer,
      audience: clientId,
      currentDate: now,
      clockTolerance: clockSkew,
      requiredClaims: ['sub', 'iat', ...requiredClaims],
    }))
  } catch (error) {
    throw faultOf(part, error)
  }
  const { aud, iat = 0 } = payload
  if (Array.isArray(aud) && aud.length > 1) throw new OidcFault(`${part}/aud`)
  if (iat > now.getTime() / 1000 + clockSkew || iat < request.issuedAt.getTime() / 1000 - clockSkew)
    throw new OidcFault(`${part}/iat`)
  return payload
}

const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

/**
 * The checks of an ID token (OpenID Connect Core 3.1.3.7, and what SPID and CIE ask beyond it). Whether its `jti` was seen
 * before is for the caller, who has the database.
 *
 * @throws OidcFault `id-token/…`
 */
export async function checkIdToken(jwt: string, accessToken: string, expected: Expected): Promise<IdToken> {
  const required = ['exp', 'jti', 'nonce', 'acr', 'at_hash']
  const payload = await verified('id-token', jwt, expected, required)
  const { request, clientId } = expected
  const { sub, jti, exp, nonce, acr, at_hash: atHash, azp, auth_time: authTime, iat = 0 } = payload
  if (nonce !== request.nonce) throw new OidcFault('id-token/nonce')
  if (azp !== undefined && azp !== clientId) throw new OidcFault('id-token/azp')
  if (atHash !== halfHash(accessToken)) throw new OidcFault('id-token/at_hash')
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
 * Opens the answer of the userinfo endpoint: encrypted for us, and inside signed by the provider, about the same person as
 * the ID token.
 *
 * @throws OidcFault `userinfo/…`
 */
export async function checkUserinfo(
  jwe: string,
  subject: string,
  keys: Keys,
  expected: Expected,
): Promise<ReadonlyMap<string, unknown>> {
  if (jwe.split('.').length !== 5) throw new OidcFault('userinfo/not-encrypted')
  const payload = await verified('userinfo', await decrypted(jwe, keys), expected, [])
  if (payload.sub !== subject) throw new OidcFault('userinfo/sub')
  return new Map(Object.entries(payload))
}

async function decrypted(jwe: string, { encryption }: Keys): Promise<string> {
  try {
    const { kid, cty } = decodeProtectedHeader(jwe)
    if (kid !== undefined && kid !== encryption.kid) throw new OidcFault('userinfo/kid')
    if (typeof cty !== 'string' || !/^(application\/)?jwt$/i.test(cty)) throw new OidcFault('userinfo/cty')
    const { plaintext } = await compactDecrypt(jwe, encryption.privateKey, {
      keyManagementAlgorithms: [algorithms.encryption],
      contentEncryptionAlgorithms: ['A128CBC-HS256', algorithms.content],
    })
    return new TextDecoder().decode(plaintext)
  } catch (error) {
    if (error instanceof TypeError) throw new OidcFault('userinfo/form', { cause: error })
    throw faultOf('userinfo', error)
  }
}
