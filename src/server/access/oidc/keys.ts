// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, importPKCS8, type CryptoKey, type JWK } from 'jose'
import { BadSetting } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import { readLogKey, readSignInConfig } from '../sign-in/index.ts'
import type { Platform } from '../../platform/room.ts'
import { algorithms, shortestRsa } from './algorithms.ts'
import type { KeyFiles, OidcConfig } from './config.ts'

/** A private key and what is published of it. */
export interface OwnKey {
  kid: string
  /** For signatures with our algorithm. */
  signing: CryptoKey
  /** For whatever algorithm a message to us was encrypted with. */
  decrypting: KeyObject
  /** The public key (JWK), with its id, use and algorithm. */
  published: JWK
}

/**
 * Keys for one use: the one in use and, during a roll-over, another one. Both are published and both decrypt, because
 * others may have read our metadata before or after the change; the first alone signs.
 */
export type OwnKeys = readonly [OwnKey, ...OwnKey[]]

/** What the relying party signs and decrypts with, and what encrypts the register of messages. */
export interface Keys {
  federation: OwnKeys
  signing: OwnKeys
  encryption: OwnKeys
  log: Buffer
}

/** What is published of keys. */
export const published = (...keys: OwnKey[]): JWK[] => keys.map((key) => key.published)

/**
 * Reads the keys of the relying party. Those that do not exist yet are made: a demo needs nothing else.
 *
 * @throws BadSetting when a key is not RSA of 2048 bits or more, or one is used twice
 */
export async function loadKeys({ config: platform }: Platform, config: OidcConfig): Promise<Keys> {
  const [federation, signing, encryption] = await Promise.all([
    readKeys(config.federationKeys, 'sig'),
    readKeys(config.signingKeys, 'sig'),
    readKeys(config.encryptionKeys, 'enc'),
  ])
  const all = [...federation, ...signing, ...encryption]
  if (new Set(all.map(({ kid }) => kid)).size < all.length)
    throw new BadSetting(
      'The keys CIE_OIDC_FEDERATION, _SIGNING and _ENCRYPTION, and the next ones, must all be different.',
    )
  return { federation, signing, encryption, log: await readLogKey(readSignInConfig(platform, 'CIE')) }
}

async function readKeys({ current, next }: KeyFiles, use: 'sig' | 'enc'): Promise<OwnKeys> {
  return [await readKey(current, use), ...(next ? [await readKey(next, use)] : [])]
}

async function readKey(file: string, use: 'sig' | 'enc'): Promise<OwnKey> {
  const pem = await keptFile(file, makeKey)
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < shortestRsa)
    throw new BadSetting(`${file} must hold an RSA key of ${shortestRsa} bits or more.`)
  const signing = await importPKCS8(pemOf(key), algorithms.signature)
  const bare = await exportJWK(createPublicKey(key))
  const kid = await calculateJwkThumbprint(bare)
  const alg = use === 'sig' ? algorithms.signature : algorithms.encryption
  return { kid, signing, decrypting: key, published: { ...bare, kid, use, alg } }
}

async function makeKey(): Promise<string> {
  return pemOf((await promisify(generateKeyPair)('rsa', { modulusLength: shortestRsa })).privateKey)
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
