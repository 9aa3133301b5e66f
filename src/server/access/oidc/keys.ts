// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, importPKCS8, type CryptoKey, type JWK } from 'jose'
import { BadSetting } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import { readLogKey, readSignInConfig } from '../sign-in/index.ts'
import type { Platform } from '../../platform/room.ts'
import type { OidcConfig } from './config.ts'

/** A private key and what is published of it. */
export interface OwnKey {
  kid: string
  privateKey: CryptoKey
  /** The public key (JWK), with its id, use and algorithm. */
  published: JWK
}

/** What the relying party signs and decrypts with, and what encrypts the register of messages. */
export interface Keys {
  federation: OwnKey
  signing: OwnKey
  encryption: OwnKey
  log: Buffer
}

/** The algorithms we declare in our metadata: what is signed or encrypted otherwise is refused. */
export const algorithms = { signature: 'RS256', encryption: 'RSA-OAEP-256', content: 'A256CBC-HS512' } as const

/**
 * Reads the keys of the relying party. Those that do not exist yet are made: a demo needs nothing else.
 *
 * @throws BadSetting when a key is not RSA of 2048 bits or more, or the keys are not three different ones
 */
export async function loadKeys({ config: platform }: Platform, config: OidcConfig): Promise<Keys> {
  const [federation, signing, encryption] = await Promise.all([
    readKey(config.federationKeyFile, 'sig'),
    readKey(config.signingKeyFile, 'sig'),
    readKey(config.encryptionKeyFile, 'enc'),
  ])
  if (new Set([federation.kid, signing.kid, encryption.kid]).size < 3)
    throw new BadSetting('The keys CIE_OIDC_FEDERATION, _SIGNING and _ENCRYPTION must be three different ones.')
  return { federation, signing, encryption, log: await readLogKey(readSignInConfig(platform, 'CIE')) }
}

async function readKey(file: string, use: 'sig' | 'enc'): Promise<OwnKey> {
  const pem = await keptFile(file, makeKey)
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw new BadSetting(`${file} must hold an RSA key of 2048 bits or more.`)
  const alg = use === 'sig' ? algorithms.signature : algorithms.encryption
  const privateKey = await importPKCS8(pemOf(key), alg)
  const bare = await exportJWK(createPublicKey(key))
  const kid = await calculateJwkThumbprint(bare)
  return { kid, privateKey, published: { ...bare, kid, use, alg } }
}

async function makeKey(): Promise<string> {
  return pemOf((await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey)
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
