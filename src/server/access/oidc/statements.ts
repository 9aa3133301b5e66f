// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { permitted, usable } from './algorithms.ts'
import { OidcFault } from './fault.ts'

/** Seconds by which two clocks may differ. */
export const clockSkew = 60

/** The code of a fault for what the JOSE library found: the claim, or the part of the token, at fault. */
export function faultOf(part: string, error: unknown): unknown {
  // The runtime throws these for a key, or a message, that cannot be what it says it is.
  if (error instanceof TypeError || error instanceof DOMException)
    return new OidcFault(`${part}/form`, { cause: error })
  if (!(error instanceof errors.JOSEError)) return error
  const reason =
    error instanceof errors.JWTExpired
      ? 'exp'
      : error instanceof errors.JWTClaimValidationFailed
        ? error.claim
        : error instanceof errors.JOSEAlgNotAllowed
          ? 'alg'
          : error instanceof errors.JOSENotSupported
            ? 'header'
            : error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
              ? 'key'
              : error instanceof errors.JWSSignatureVerificationFailed
                ? 'signature'
                : 'form'
  return new OidcFault(`${part}/${reason}`, { cause: error })
}

/** The keys of a set that may be used, or the fault that there is none. */
export function keySetOf(found: unknown, part: string): JSONWebKeySet {
  const set = found as Partial<JSONWebKeySet> | null | undefined // its author may have written anything
  const keys = Array.isArray(set?.keys) ? set.keys.filter((key) => typeof key === 'object' && key && usable(key)) : []
  if (keys.length === 0) throw new OidcFault(`${part}/jwks`)
  return { keys }
}

/** The key that a token says it was signed with. */
export function kidOf(jwt: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(jwt)
    return typeof kid === 'string' && kid !== '' ? kid : undefined
  } catch {
    return undefined // the verification says what is wrong with it
  }
}

/** That a token which is signed names its key: a member publishes several in a roll-over, and none may be tried at random. */
export function requireKid(part: string, { kid }: { kid?: unknown }): void {
  if (typeof kid !== 'string' || kid === '') throw new OidcFault(`${part}/kid`)
}

/** Claims of a statement whose signature, names and dates are right. */
export type Statement = JWTPayload & { exp: number; iat: number }

/** Kinds of signed statements in a federation; the header says which, so that none is taken for another. */
export type StatementType = 'entity-statement+jwt' | 'trust-mark+jwt'

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
  typ: StatementType = 'entity-statement+jwt',
): Promise<Statement> {
  let payload: JWTPayload
  try {
    const { protectedHeader, ...found } = await jwtVerify(jwt, createLocalJWKSet(keys), {
      ...names,
      algorithms: permitted.signature,
      typ,
      requiredClaims: ['iat', 'exp'],
      currentDate: now,
    })
    requireKid(part, protectedHeader)
    ;({ payload } = found)
  } catch (error) {
    throw faultOf(part, error)
  }
  const statement = payload as Statement // both were required, and jose reads them as numbers
  if (statement.iat > now.getTime() / 1000 + clockSkew) throw new OidcFault(`${part}/iat`)
  // It may list only claims beyond the specification, and we know none (OpenID Federation 1.0, sections 3.1 and 13.4).
  if (statement['crit'] !== undefined) throw new OidcFault(`${part}/crit`)
  return statement
}
