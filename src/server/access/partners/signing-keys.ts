// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'
import { keptFile } from '../../platform/kept-file.ts'
import type { PartnerConfig } from './config.ts'

/** What signs our tokens, and every key with which one may verify them. */
export interface SigningKeys {
  current: { kid: string; key: KeyObject }
  published: readonly JWK[]
}

async function makeKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function publish(key: KeyObject): Promise<JWK & { kid: string }> {
  const jwk = await exportJWK(createPublicKey(key))
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' }
}

/** Reads our keys. The current one is made when there is none; the next and the previous are published beside it. */
export async function loadSigningKeys(config: PartnerConfig): Promise<SigningKeys> {
  const key = createPrivateKey(await keptFile(config.keyFile, makeKey))
  const current = await publish(key)
  const others = await Promise.all(
    config.otherKeyFiles.map(async (file) => publish(createPrivateKey(await readFile(file, 'utf8')))),
  )
  return { current: { kid: current.kid, key }, published: [current, ...others] }
}
