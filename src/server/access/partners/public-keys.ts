// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { Refusal } from '../../platform/errors.ts'

/** Signature algorithms of client assertions (RFC 7518), by kind of key. No symmetric one, and never `none`. */
const algorithmsOf = {
  RSA: ['RS256', 'RS384', 'PS256'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
} as const
export const assertionAlgorithms: readonly string[] = Object.values(algorithmsOf).flat()

/** A public key as it is stored and published: nothing but what verifies a signature. */
export interface PublicJwk {
  kty: 'RSA' | 'EC'
  kid: string
  use: 'sig'
  n?: string
  e?: string
  crv?: 'P-256' | 'P-384'
  x?: string
  y?: string
}

const refusal = (reason: string, it: string, en: string, next?: { it: string; en: string }): Refusal =>
  new Refusal(`partners/${reason}`, 400, { it, en }, { field: 'key', ...(next && { next }) })

const privateKey = refusal(
  'private-key',
  'Questa è una chiave privata: non mandarla a nessuno, nemmeno a noi.',
  'This is a private key: send it to nobody, not even to us.',
  {
    it: 'Non è stata conservata, ma considerala persa: genera una nuova coppia e manda solo la chiave pubblica.',
    en: 'It was not kept, but consider it lost: make a new pair and send the public key only.',
  },
)
const unreadable = refusal(
  'unreadable-key',
  'Non riusciamo a leggere questa chiave pubblica.',
  'We cannot read this public key.',
  {
    it: 'Incolla una chiave pubblica in formato PEM (BEGIN PUBLIC KEY) o JWK.',
    en: 'Paste a public key in PEM (BEGIN PUBLIC KEY) or JWK format.',
  },
)
const weak = refusal('weak-key', 'Questa chiave non è abbastanza robusta.', 'This key is not strong enough.', {
  it: 'Usa una chiave RSA da 2048 a 8192 bit, oppure una chiave ellittica P-256 o P-384.',
  en: 'Use an RSA key of 2048 to 8192 bits, or an elliptic key P-256 or P-384.',
})

function parse(text: string): { key: KeyObject; kid?: string } {
  if (/PRIVATE KEY/.test(text)) throw privateKey
  if (!text.startsWith('{')) return { key: createPublicKey(text) }
  const jwk = JSON.parse(text) as JsonWebKey & { kid?: unknown }
  if ('d' in jwk || 'p' in jwk || 'k' in jwk) throw privateKey
  const kid = typeof jwk.kid === 'string' && /^[A-Za-z0-9._~:+/=-]{1,128}$/.test(jwk.kid) ? jwk.kid : undefined
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), ...(kid && { kid }) }
}

/**
 * Reads a public key that a partner pasted, PEM or JWK. Its id is the one it brings, else its thumbprint (RFC 7638).
 * Refuses private and symmetric keys (`partners/private-key`), weak ones and what cannot be read.
 */
export function readPublicKey(pasted: string): PublicJwk {
  let found
  try {
    found = parse(pasted.trim())
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw unreadable
  }
  const { key, kid } = found
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa') {
    const bits = details?.modulusLength ?? 0
    const exponent = details?.publicExponent ?? 0n
    if (bits < 2048 || bits > 8192 || exponent < 65_537n || exponent % 2n === 0n) throw weak
    const { n = '', e = '' } = key.export({ format: 'jwk' })
    return { kty: 'RSA', kid: kid ?? thumbprint({ e, kty: 'RSA', n }), use: 'sig', n, e }
  }
  if (key.asymmetricKeyType !== 'ec') throw weak
  const { crv, x = '', y = '' } = key.export({ format: 'jwk' })
  if (crv !== 'P-256' && crv !== 'P-384') throw weak
  return { kty: 'EC', kid: kid ?? thumbprint({ crv, kty: 'EC', x, y }), use: 'sig', crv, x, y }
}

/** RFC 7638: the required members in alphabetical order. */
function thumbprint(members: Record<string, string>): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

/** Whether a signature algorithm belongs to a key: an RSA key verifies no ES256, and nothing verifies an HMAC. */
export function fits(jwk: PublicJwk, algorithm: string): boolean {
  const kind = jwk.kty === 'RSA' ? 'RSA' : jwk.crv
  return kind !== undefined && (algorithmsOf[kind] as readonly string[]).includes(algorithm)
}
