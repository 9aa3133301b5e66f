// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import { CompactEncrypt, importJWK, SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from 'jose'
import { signed, type Key } from './keys.ts'

type Signing = 'good' | 'foreign' | 'none' | 'HS256'

/** One way in which the provider misbehaves: where, and how what it would have said is changed. */
export interface Bend {
  name: string
  sentence: string
  at: 'redirect' | 'id-token' | 'userinfo'
  claims?(claims: JWTPayload): JWTPayload
  signing?: Signing
  encryption?: 'none' | 'foreign' | 'RSA1_5'
  /** Changes the address to which the browser is sent back. */
  redirect?(address: URL): void
}

const idToken = (name: string, sentence: string, claims: Bend['claims'], signing: Signing = 'good'): Bend => ({
  name,
  sentence,
  at: 'id-token',
  signing,
  ...(claims && { claims }),
})
const userinfo = (name: string, sentence: string, change: Pick<Bend, 'claims' | 'signing' | 'encryption'>): Bend => ({
  name,
  sentence,
  at: 'userinfo',
  ...change,
})
const redirect = (name: string, sentence: string, change: (address: URL) => void): Bend => ({
  name,
  sentence,
  at: 'redirect',
  redirect: change,
})
const without = (claims: JWTPayload, name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
const fiscalNumber = 'https://attributes.eid.gov.it/fiscal_number'
const spidLevel = (level: number): string => `https://www.spid.gov.it/SpidL${level}`

/** Every misbehaviour; the platform must refuse each, except that a level above the one asked for is welcome. */
export const bends: readonly Bend[] = [
  redirect('callback-other-iss', 'iss di un altro provider', (to) =>
    to.searchParams.set('iss', 'https://altro.example'),
  ),
  redirect('callback-no-iss', 'Senza iss', (to) => to.searchParams.delete('iss')),
  redirect('callback-iss-twice', 'iss due volte', (to) => to.searchParams.append('iss', 'https://altro.example')),
  redirect('callback-other-state', 'state sconosciuto', (to) => to.searchParams.set('state', 'x'.repeat(48))),
  redirect('callback-no-code', 'Senza code', (to) => to.searchParams.delete('code')),
  redirect('callback-wrong-code', 'code inventato', (to) => to.searchParams.set('code', 'x'.repeat(43))),
  idToken('id-nonce', 'nonce sbagliato', (claims) => ({ ...claims, nonce: 'x'.repeat(48) })),
  idToken('id-no-nonce', 'Senza nonce', (claims) => without(claims, 'nonce')),
  idToken('id-iss', 'iss sbagliato', (claims) => ({ ...claims, iss: 'https://altro.example' })),
  idToken('id-aud', 'aud sbagliato', (claims) => ({ ...claims, aud: 'https://altro.example' })),
  idToken('id-aud-two', 'Due aud', (claims) => ({ ...claims, aud: [String(claims.aud), 'https://altro.example'] })),
  idToken('id-acr-lower', 'Livello più basso', (claims) => ({ ...claims, acr: spidLevel(1) })),
  idToken('id-acr-higher', 'Livello più alto (va accettato)', (claims) => ({ ...claims, acr: spidLevel(3) })),
  idToken('id-acr-unknown', 'Livello sconosciuto', (claims) => ({ ...claims, acr: spidLevel(9) })),
  idToken('id-no-acr', 'Senza acr', (claims) => without(claims, 'acr')),
  idToken('id-at-hash', 'at_hash sbagliato', (claims) => ({ ...claims, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })),
  idToken('id-no-at-hash', 'Senza at_hash', (claims) => without(claims, 'at_hash')),
  idToken('id-expired', 'Scaduto', (claims) => ({ ...claims, exp: Number(claims.iat) - 300, iat: Number(claims.iat) })),
  idToken('id-iat-future', 'iat nel futuro', (claims) => ({
    ...claims,
    iat: Number(claims.iat) + 600,
    exp: Number(claims.exp) + 600,
  })),
  idToken('id-iat-past', 'iat prima della richiesta', (claims) => ({ ...claims, iat: Number(claims.iat) - 7200 })),
  idToken('id-no-jti', 'Senza jti', (claims) => without(claims, 'jti')),
  idToken('id-jti-again', 'jti sempre uguale', (claims) => ({ ...claims, jti: 'sempre-lo-stesso' })),
  idToken('id-foreign-key', 'Firmato con una chiave estranea', undefined, 'foreign'),
  idToken('id-alg-none', 'alg none', undefined, 'none'),
  idToken('id-alg-hs256', 'alg HS256 con la chiave pubblica', undefined, 'HS256'),
  userinfo('userinfo-sub', 'sub di un’altra persona', { claims: (claims) => ({ ...claims, sub: 'un-altra-persona' }) }),
  userinfo('userinfo-iss', 'iss sbagliato', { claims: (claims) => ({ ...claims, iss: 'https://altro.example' }) }),
  userinfo('userinfo-aud', 'aud sbagliato', { claims: (claims) => ({ ...claims, aud: 'https://altro.example' }) }),
  userinfo('userinfo-expired', 'Scaduto', { claims: (claims) => ({ ...claims, exp: Number(claims.iat) - 300 }) }),
  userinfo('userinfo-no-fiscal-number', 'Senza codice fiscale', { claims: (claims) => without(claims, fiscalNumber) }),
  userinfo('userinfo-bare-fiscal-number', 'Codice fiscale senza TINIT-', {
    claims: (claims) => ({ ...claims, [fiscalNumber]: String(claims[fiscalNumber]).slice(6) }),
  }),
  userinfo('userinfo-wrong-fiscal-number', 'Codice fiscale con carattere di controllo sbagliato', {
    claims: (claims) => ({ ...claims, [fiscalNumber]: 'TINIT-RSSMRA79B11C566A' }),
  }),
  userinfo('userinfo-birthdate', 'Data di nascita impossibile', {
    claims: (claims) => ({ ...claims, birthdate: '1985-13-40' }),
  }),
  userinfo('userinfo-foreign-key', 'Firmato con una chiave estranea', { signing: 'foreign' }),
  userinfo('userinfo-alg-none', 'alg none', { signing: 'none' }),
  userinfo('userinfo-alg-hs256', 'alg HS256 con la chiave pubblica', { signing: 'HS256' }),
  userinfo('userinfo-plain', 'Firmato ma non cifrato', { encryption: 'none' }),
  userinfo('userinfo-for-others', 'Cifrato per un altro', { encryption: 'foreign' }),
  userinfo('userinfo-rsa1-5', 'Cifrato con RSA1_5', { encryption: 'RSA1_5' }),
]

export const bendOf = (name: string | undefined): Bend | undefined => bends.find((one) => one.name === name)

export interface Keys {
  own: Key
  foreign: Key
}

/** The claims, changed and signed as the bend wants. */
export async function bentToken(bend: Bend, original: JWTPayload, { own, foreign }: Keys): Promise<string> {
  const claims = bend.claims?.(original) ?? original
  if (bend.signing === 'none') return new UnsecuredJWT(claims).encode()
  if (bend.signing === 'HS256')
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: own.kid }).sign(Buffer.from(own.pem))
  // The foreign key claims to be the known one.
  return signed(claims, bend.signing === 'foreign' ? { ...foreign, kid: own.kid } : own)
}

/** The answer of the userinfo endpoint, changed, signed and encrypted as the bend wants. */
export async function bentUserinfo(bend: Bend, claims: JWTPayload, recipient: JWK, keys: Keys): Promise<string> {
  const token = await bentToken(bend, claims, keys)
  if (bend.encryption === 'none') return token
  const header = { alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', cty: 'JWT' }
  if (bend.encryption === 'RSA1_5') {
    const part = (bytes: Buffer): string => bytes.toString('base64url')
    const first = part(Buffer.from(JSON.stringify({ ...header, alg: 'RSA1_5' })))
    return [first, part(randomBytes(256)), part(randomBytes(16)), part(randomBytes(64)), part(randomBytes(32))].join(
      '.',
    )
  }
  const jwk = bend.encryption === 'foreign' ? keys.foreign.publicJwk : recipient
  const bare = { kty: 'RSA', n: jwk.n!, e: jwk.e! }
  return new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ ...header, kid: recipient.kid! })
    .encrypt(await importJWK(bare, header.alg))
}
