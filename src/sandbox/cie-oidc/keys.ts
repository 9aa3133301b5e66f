// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, importPKCS8, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import type pg from 'pg'

export const tables = `create table if not exists cie_oidc_key (name text primary key, pem text not null);`

/** Keys of the provider (its messages, its federation statements), of the trust anchor, and one that nobody vouches for. */
export type KeyName = 'op' | 'op-federation' | 'anchor' | 'foreign'

export interface Key {
  kid: string
  pem: string
  privateKey: CryptoKey
  privateJwk: JWK
  publicJwk: JWK
}

/** The key with this name, made at first use and kept, so that it is the same after a restart. */
export async function keyOf(sql: pg.Pool, name: KeyName): Promise<Key> {
  const find = async (): Promise<string | undefined> => {
    const { rows } = await sql.query<{ pem: string }>('select pem from cie_oidc_key where name = $1', [name])
    return rows[0]?.pem
  }
  let pem = await find()
  if (!pem) {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
    await sql.query('insert into cie_oidc_key (name, pem) values ($1, $2) on conflict (name) do nothing', [
      name,
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ])
    pem = (await find())!
  }
  const privateKey = createPrivateKey(pem)
  const bare = createPublicKey(privateKey).export({ format: 'jwk' }) as JWK & JsonWebKey // RSA, made above
  const marks = { kid: await calculateJwkThumbprint(bare), use: 'sig', alg: 'RS256' }
  return {
    kid: marks.kid,
    pem,
    privateKey: await importPKCS8(pem, 'RS256'),
    privateJwk: { ...(privateKey.export({ format: 'jwk' }) as JWK), ...marks },
    publicJwk: { ...bare, ...marks },
  }
}

/** A JWT signed with one of the keys. */
export function signed(payload: JWTPayload, key: Key, typ?: string): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, ...(typ && { typ }) })
    .sign(key.privateKey)
}
