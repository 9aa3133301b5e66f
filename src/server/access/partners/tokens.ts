// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createLocalJWKSet, errors, jwtVerify, SignJWT } from 'jose'
import { tables, type Db } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { PartnerConfig } from './config.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Seconds that an access token lives. */
export const tokenLifetime = 300

export interface AccessToken {
  jti: string
  clientId: string
  scopes: string[]
  generation: number
  issuedAt: number
  expiresAt: number
}

/** Signs an access token (RFC 9068): who may do what here for the next five minutes. */
export async function signToken(
  config: PartnerConfig,
  keys: SigningKeys,
  now: Date,
  client: { id: string; generation: number },
  scopes: readonly string[],
): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT({ client_id: client.id, scope: scopes.join(' '), gen: client.generation })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: keys.current.kid })
    .setIssuer(config.issuer)
    .setSubject(client.id)
    .setAudience(config.resource)
    .setJti(uuidv7(now.getTime()))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenLifetime)
    .sign(keys.current.key)
}

/** Reads a token of ours; undefined when it is not ours, was changed or is over. Says nothing about revocation. */
export async function readToken(
  config: PartnerConfig,
  keys: SigningKeys,
  now: Date,
  token: string,
): Promise<AccessToken | undefined> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys.published] }), {
      algorithms: ['RS256'],
      typ: 'at+jwt',
      issuer: config.issuer,
      audience: config.resource,
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id', 'scope', 'gen'],
      currentDate: now,
    })
    // We signed it ourselves with these members.
    const { jti, sub, scope, gen, iat, exp } = payload as Required<typeof payload> & { scope: string; gen: number }
    return { jti, clientId: sub, scopes: scope.split(' '), generation: gen, issuedAt: iat, expiresAt: exp }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** Takes a token back at once. */
export async function revokeToken(db: Db, token: AccessToken): Promise<void> {
  await tables<'partner'>(db)
    .insertInto('partner.revokedToken')
    .values({ jti: token.jti, clientId: token.clientId, expiresAt: new Date(token.expiresAt * 1000) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
