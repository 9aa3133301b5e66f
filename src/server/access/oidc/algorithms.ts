// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { JWK } from 'jose'

/** What we ask the provider to use, in our metadata. Every member of the federation must know these. */
export const algorithms = { signature: 'RS256', encryption: 'RSA-OAEP-256', content: 'A256CBC-HS512' } as const

/**
 * What is accepted (SPID/CIE OpenID Connect, "Cryptographic algorithms"): RS256, RS512 and both kinds of encryption must be
 * there, the other signatures are recommended. `none`, RSA1_5 and signatures with a shared secret are forbidden.
 */
export const permitted = {
  signature: ['RS256', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512'],
  encryption: ['RSA-OAEP', 'RSA-OAEP-256'],
  content: ['A128CBC-HS256', 'A256CBC-HS512'],
}

/** The shortest modulus of an RSA key, in bits. */
export const shortestRsa = 2048

/** Whether a published key can be of a signature that is permitted; a set may hold others, which count for nothing. */
export function usable({ kty, crv, n, d, k }: JWK): boolean {
  if (d !== undefined || k !== undefined) return false // a secret that was published is nobody's any more
  if (kty === 'EC') return crv === 'P-256' || crv === 'P-521'
  if (kty !== 'RSA' || typeof n !== 'string') return false
  const [first = 0, ...rest] = Buffer.from(n, 'base64url')
  return rest.length * 8 + (32 - Math.clz32(first)) >= shortestRsa
}
