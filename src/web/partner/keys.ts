// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** A pair of keys made in this browser: the private half as a file, the public half to send. */
export interface MadeKey {
  /** PKCS#8 in PEM: goes into a file of the partner and nowhere else. */
  privatePem: string
  publicJwk: string
}

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const

function toBase64(bytes: ArrayBuffer | Uint8Array): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(''))
}
const toBase64Url = (bytes: ArrayBuffer | Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** Makes an RSA pair of 3072 bits for RS256. */
export async function makeKey(): Promise<MadeKey> {
  const pair = await crypto.subtle.generateKey(
    { ...rsa, modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  )
  const body = toBase64(await crypto.subtle.exportKey('pkcs8', pair.privateKey)).replace(/.{64}(?=.)/g, '$&\n')
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    privatePem: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    publicJwk: JSON.stringify({ kty, n, e }),
  }
}

/** Hands a text to the person as a file. */
export function download(file: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }))
  const link = document.createElement('a')
  link.href = address
  link.download = file
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

interface Signer {
  algorithm: string
  sign(text: string): Promise<string>
}

const kinds = [
  { algorithm: 'RS256', parameters: rsa },
  { algorithm: 'ES256', parameters: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
  { algorithm: 'ES384', parameters: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } },
] as const

/** Reads a private key (PKCS#8 in PEM) for signing in this browser; undefined when it is none. */
export async function readPrivateKey(pem: string): Promise<Signer | undefined> {
  const [, body] = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(pem) ?? []
  if (!body) return undefined
  const plain = body.replaceAll(/\s/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain)) return undefined
  const bytes = Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
  for (const { algorithm, parameters } of kinds) {
    // A browser has no other way to learn the kind of a key than to try.
    const key = await crypto.subtle.importKey('pkcs8', bytes, parameters, false, ['sign']).catch(() => undefined)
    if (key)
      return {
        algorithm,
        sign: async (text) => toBase64Url(await crypto.subtle.sign(parameters, key, new TextEncoder().encode(text))),
      }
  }
  return undefined
}

/** A client assertion (RFC 7523) good for one minute. */
export async function assertionOf(signer: Signer, clientId: string, kid: string, audience: string): Promise<string> {
  const part = (value: object) => toBase64Url(new TextEncoder().encode(JSON.stringify(value)))
  const now = Math.floor(Date.now() / 1000)
  const head = part({ alg: signer.algorithm, typ: 'JWT', kid })
  const claims = { iss: clientId, sub: clientId, aud: audience, jti: crypto.randomUUID(), iat: now, exp: now + 60 }
  const text = `${head}.${part(claims)}`
  return `${text}.${await signer.sign(text)}`
}
