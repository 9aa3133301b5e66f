// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { OidcFault } from './fault.ts'

/**
 * Signature algorithms that the specification allows: RS256 and RS512 must be there, the others are recommended. Neither
 * `none` nor one with a shared secret is, and none is taken from the message alone: the key must be of its kind.
 */
export const allowedSignatures = ['RS256', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512']

/** Seconds by which two clocks may differ. */
export const clockSkew = 60

/** The code of a fault for what the JOSE library found: the claim, or the part of the token, at fault. */
export function faultOf(part: string, error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error
  const reason =
    error instanceof errors.JWTExpired
      ? 'exp'
      : error instanceof errors.JWTClaimValidationFailed
        ? error.claim
        : error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported
          ? 'alg'
          : error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
            ? 'key'
            : error instanceof errors.JWSSignatureVerificationFailed
              ? 'signature'
              : 'form'
  return new OidcFault(`${part}/${reason}`, { cause: error })
}

/** A key set, or the fault that it is none. */
export function keySetOf(found: unknown, part: string): JSONWebKeySet {
  const set = found as Partial<JSONWebKeySet> | null | undefined // its author may have written anything
  if (!Array.isArray(set?.keys) || set.keys.length === 0) throw new OidcFault(`${part}/jwks`)
  return { keys: set.keys }
}

/** Claims of a statement whose signature, names and dates are right. */
export type Statement = JWTPayload & { exp: number; iat: number }

/**
 * Verifies a statement of OpenID Federation with keys that are already trusted.
 *
 * @throws OidcFault `part/reason`
 */
export async function verifyStatement(
  part: string,
  jwt: string,
  keys: JSONWebKeySet,
  names: { issuer: string; subject: string },
  now: Date,
): Promise<Statement> {
  let payload: JWTPayload
  try {
    ;({ payload } = await jwtVerify(jwt, createLocalJWKSet(keys), {
      ...names,
      algorithms: allowedSignatures,
      typ: 'entity-statement+jwt',
      requiredClaims: ['iat', 'exp'],
      currentDate: now,
    }))
  } catch (error) {
    throw faultOf(part, error)
  }
  const statement = payload as Statement // both were required, and jose reads them as numbers
  if (statement.iat > now.getTime() / 1000 + clockSkew) throw new OidcFault(`${part}/iat`)
  return statement
}
