// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import {
  CompactEncrypt,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose'
import type { Key } from './keys.ts'

/**
 * How a token is signed: as it should be; with a key nobody vouches for, under the name of the right one; with that key and
 * its own public half in the header; not at all; with the public key as a shared secret; or by one algorithm with the name
 * of a key for another.
 */
type Signing =
  | 'good'
  | 'foreign'
  | 'own-header'
  | 'none'
  | 'secret-pem'
  | 'secret-jwk'
  | 'other-kind'
  | 'unknown-kid'
  | 'no-kid'
  | 'crit'

/** One way in which the provider misbehaves: where, and how what it would have said is changed. */
export interface Bend {
  name: string
  sentence: string
  at: 'redirect' | 'id-token' | 'userinfo'
  claims?(claims: JWTPayload): JWTPayload
  signing?: Signing
  /** The signature; RS256 when absent. */
  alg?: string
  encryption?: 'none' | 'foreign' | 'RSA1_5' | 'last-key' | 'other-kid'
  /** How userinfo is encrypted; as the client is registered when absent. */
  keyAlg?: string
  enc?: string
  /** Changes the address to which the browser is sent back. */
  redirect?(address: URL): void
}

/** No misbehaviour. */
export const good: Bend = { name: '', sentence: 'Risposta corretta', at: 'redirect' }

const idToken = (name: string, sentence: string, claims: Bend['claims'], how: Partial<Bend> = {}): Bend => ({
  name,
  sentence,
  at: 'id-token',
  ...how,
  ...(claims && { claims }),
})
const userinfo = (name: string, sentence: string, change: Partial<Bend>): Bend => ({
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
  idToken('id-foreign-key', 'Firmato con una chiave estranea', undefined, { signing: 'foreign' }),
  idToken('id-own-key', 'Firmato con una chiave estranea, scritta nel token', undefined, { signing: 'own-header' }),
  idToken('id-unknown-kid', 'kid sconosciuto', undefined, { signing: 'unknown-kid' }),
  idToken('id-no-kid', 'Senza kid', undefined, { signing: 'no-kid' }),
  idToken('id-crit', 'Intestazione critica sconosciuta', undefined, { signing: 'crit' }),
  idToken('id-alg-none', 'alg none', undefined, { signing: 'none' }),
  ...['HS256', 'HS384', 'HS512'].flatMap((alg) => [
    idToken(`id-alg-${alg.toLowerCase()}`, `alg ${alg} con la chiave pubblica`, undefined, {
      signing: 'secret-pem',
      alg,
    }),
    idToken(`id-alg-${alg.toLowerCase()}-jwk`, `alg ${alg} con la chiave pubblica (JWK)`, undefined, {
      signing: 'secret-jwk',
      alg,
    }),
  ]),
  idToken('id-alg-rs384', 'RS384, che non è ammesso', undefined, { alg: 'RS384' }),
  idToken('id-alg-ps384', 'PS384, che non è ammesso', undefined, { alg: 'PS384' }),
  idToken('id-es256-rsa', 'ES256 con il kid di una chiave RSA', undefined, { alg: 'ES256', signing: 'other-kind' }),
  idToken('id-rs256-ec', 'RS256 con il kid di una chiave EC', undefined, { alg: 'RS256', signing: 'other-kind' }),
  idToken('id-es512-p256', 'ES512 con il kid di una chiave P-256', undefined, { alg: 'ES512', signing: 'other-kind' }),
  ...['RS512', 'ES256', 'ES512', 'PS256', 'PS512'].map((alg) =>
    idToken(`id-${alg.toLowerCase()}`, `Firmato con ${alg} (va accettato)`, undefined, { alg }),
  ),
  idToken(
    'id-at-hash-other',
    'at_hash di un altro algoritmo',
    (claims) => ({ ...claims, at_hash: String(claims['at_hash']).slice(0, 22) }),
    { alg: 'RS512' },
  ),
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
  userinfo('userinfo-alg-hs256', 'alg HS256 con la chiave pubblica', { signing: 'secret-pem', alg: 'HS256' }),
  userinfo('userinfo-alg-hs512', 'alg HS512 con la chiave pubblica (JWK)', { signing: 'secret-jwk', alg: 'HS512' }),
  userinfo('userinfo-alg-rs384', 'RS384, che non è ammesso', { alg: 'RS384' }),
  userinfo('userinfo-no-kid', 'Senza kid', { signing: 'no-kid' }),
  userinfo('userinfo-crit', 'Intestazione critica sconosciuta', { signing: 'crit' }),
  userinfo('userinfo-unknown-kid', 'kid sconosciuto', { signing: 'unknown-kid' }),
  ...['RS512', 'ES256', 'ES512', 'PS256', 'PS512'].map((alg) =>
    userinfo(`userinfo-${alg.toLowerCase()}`, `Firmato con ${alg} (va accettato)`, { alg }),
  ),
  userinfo('userinfo-plain', 'Firmato ma non cifrato', { encryption: 'none' }),
  userinfo('userinfo-for-others', 'Cifrato per un altro', { encryption: 'foreign' }),
  userinfo('userinfo-rsa1-5', 'Cifrato con RSA1_5', { encryption: 'RSA1_5' }),
  userinfo('userinfo-rsa-oaep-512', 'Cifrato con RSA-OAEP-512, che non è ammesso', { keyAlg: 'RSA-OAEP-512' }),
  userinfo('userinfo-a256gcm', 'Cifrato con A256GCM, che non è ammesso', { enc: 'A256GCM' }),
  userinfo('userinfo-other-kid', 'Cifrato con il kid di un altro', { encryption: 'other-kid' }),
  userinfo('userinfo-last-key', 'Cifrato con l’ultima chiave pubblicata (va accettato)', { encryption: 'last-key' }),
  userinfo('userinfo-rsa-oaep', 'Cifrato con RSA-OAEP (va accettato)', { keyAlg: 'RSA-OAEP' }),
  userinfo('userinfo-a128cbc', 'Cifrato con A128CBC-HS256 (va accettato)', { enc: 'A128CBC-HS256' }),
]

export const bendOf = (name: string | undefined): Bend | undefined => bends.find((one) => one.name === name)

export interface Keys {
  own: Key
  p256: Key
  p521: Key
  foreign: Key
}

const keyFor = ({ own, p256, p521 }: Keys, alg: string): Key => (alg === 'ES256' ? p256 : alg === 'ES512' ? p521 : own)
/** A key of another kind than the algorithm wants. */
const otherFor = ({ own, p256 }: Keys, alg: string): Key => (alg === 'ES256' ? own : p256)

/** The claims, changed and signed as the bend wants. */
export async function bentToken(bend: Bend, original: JWTPayload, keys: Keys): Promise<string> {
  const claims = bend.claims?.(original) ?? original
  const { alg = 'RS256', signing = 'good' } = bend
  const key = keyFor(keys, alg.startsWith('HS') ? 'RS256' : alg)
  const header = { alg, kid: key.kid }
  const sign = (protectedHeader: JWTHeaderParameters, secret: Key['privateKey'] | Uint8Array): Promise<string> =>
    new SignJWT(claims).setProtectedHeader(protectedHeader).sign(secret)
  switch (signing) {
    case 'good':
      return sign(header, key.privateKey)
    case 'foreign':
      return sign(header, keys.foreign.privateKey)
    case 'own-header':
      return sign({ ...header, jwk: keys.foreign.publicJwk }, keys.foreign.privateKey)
    case 'unknown-kid':
      return sign({ ...header, kid: keys.foreign.kid }, keys.foreign.privateKey)
    case 'no-kid':
      return sign({ alg }, key.privateKey)
    case 'crit':
      return withUnknownHeader(claims, header, key)
    case 'none':
      return new UnsecuredJWT(claims).encode()
    case 'secret-pem':
      return sign(header, Buffer.from(key.pem))
    case 'secret-jwk':
      return sign(header, Buffer.from(JSON.stringify(key.publicJwk)))
    case 'other-kind':
      return sign({ ...header, kid: otherFor(keys, alg).kid }, key.privateKey)
  }
}

/** A header that must be understood and that nobody knows; the library signs it when told that it is known. */
function withUnknownHeader(claims: JWTPayload, header: { alg: string; kid: string }, key: Key): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ ...header, crit: ['urn:unknown'], 'urn:unknown': true })
    .sign(key.privateKey, { crit: { 'urn:unknown': true } })
}

/** A misbehaviour with the encryption that the client is registered with, where it asks for no other. */
type Encrypting = Bend & { keyAlg: string; enc: string }

/** The answer of the userinfo endpoint, changed, signed and encrypted as the bend wants, for one of the client's keys. */
export async function bentUserinfo(
  bend: Encrypting,
  claims: JWTPayload,
  recipients: JWK[],
  keys: Keys,
): Promise<string> {
  const token = await bentToken(bend, claims, keys)
  const { encryption, keyAlg: alg, enc } = bend
  if (encryption === 'none') return token
  const header = { alg, enc, cty: 'JWT' }
  if (encryption === 'RSA1_5') {
    const part = (bytes: Buffer): string => bytes.toString('base64url')
    const first = part(Buffer.from(JSON.stringify({ ...header, alg: 'RSA1_5' })))
    return [first, part(randomBytes(256)), part(randomBytes(16)), part(randomBytes(64)), part(randomBytes(32))].join(
      '.',
    )
  }
  const recipient = recipients.at(encryption === 'last-key' ? -1 : 0)!
  const jwk = encryption === 'foreign' ? keys.foreign.publicJwk : recipient
  const bare = { kty: 'RSA', n: jwk.n!, e: jwk.e! }
  return new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ ...header, kid: encryption === 'other-kid' ? keys.foreign.kid : recipient.kid! })
    .encrypt(await importJWK(bare, alg))
}
