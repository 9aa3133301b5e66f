// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, SignJWT, type JWK, type JWTPayload } from 'jose'
import type pg from 'pg'

export const tables = `create table if not exists cie_oidc_key (name text primary key, pem text not null);`

/**
 * Keys of the provider (its messages, its federation statements), of the trust anchor, of the two aggregators, and one that
 * nobody vouches for.
 */
export type KeyName = 'op' | 'op-p256' | 'op-p521' | 'op-federation' | 'anchor' | 'sa' | 'sb' | 'foreign'

export interface Key {
  kid: string
  pem: string
  privateKey: KeyObject
  privateJwk: JWK
  /** It names no algorithm: the provider signs with several. */
  publicJwk: JWK
}

const curves: Partial<Record<KeyName, string>> = { 'op-p256': 'P-256', 'op-p521': 'P-521' }

async function makePem(name: KeyName): Promise<string> {
  const make = promisify(generateKeyPair)
  const namedCurve = curves[name]
  const { privateKey } = namedCurve ? await make('ec', { namedCurve }) : await make('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** The key with this name, made at first use and kept, so that it is the same after a restart. */
export async function keyOf(sql: pg.Pool, name: KeyName): Promise<Key> {
  const find = async (): Promise<string | undefined> => {
    const { rows } = await sql.query<{ pem: string }>('select pem from cie_oidc_key where name = $1', [name])
    return rows[0]?.pem
  }
  let pem = await find()
  if (!pem) {
    const made = await makePem(name)
    await sql.query('insert into cie_oidc_key (name, pem) values ($1, $2) on conflict (name) do nothing', [name, made])
    pem = (await find())!
  }
  const privateKey = createPrivateKey(pem)
  const bare = createPublicKey(privateKey).export({ format: 'jwk' }) as JWK & JsonWebKey // RSA or EC, made above
  const marks = { kid: await calculateJwkThumbprint(bare), use: 'sig' }
  return {
    kid: marks.kid,
    pem,
    privateKey,
    privateJwk: { ...(privateKey.export({ format: 'jwk' }) as JWK), ...marks },
    publicJwk: { ...bare, ...marks },
  }
}

/** Puts the key with this name away: the next that asks for it gets a new one. */
export async function replaceKey(sql: pg.Pool, name: KeyName): Promise<void> {
  await sql.query('delete from cie_oidc_key where name = $1', [name])
}

/** A JWT signed with one of the keys. */
export function signed(payload: JWTPayload, key: Key, typ?: string, alg = 'RS256'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, ...(typ && { typ }) }).sign(key.privateKey)
}
