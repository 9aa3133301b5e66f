// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BadSetting, type Config } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import { keyIdOf } from './chain.ts'

/** What the audit trail is told from outside. */
export interface AuditConfig {
  /** Ed25519 private key (PEM) that signs the seals; made at first use when absent. */
  keyFile: string
  /** Folder of the public keys of all seals, present and past (`audit-seal-*.pem`). */
  publicKeys: string
  /** Folder in which workers note the newest seal, away from the database. */
  anchors: string
  /** Years a row is kept: 10 unless said otherwise, at least 2 (Garante, 4 June 2015: 24 months). */
  keepYears: number
}

/** Reads the settings `AUDIT_*`; throws BadSetting with what to write. */
export function readAuditConfig({ env, dataDir }: Config): AuditConfig {
  const keyFile = env['AUDIT_SEAL_KEY_FILE'] || join(dataDir, 'keys', 'audit-seal.key')
  const years = env['AUDIT_KEEP_YEARS'] || '10'
  if (!/^\d{1,3}$/.test(years) || Number(years) < 2)
    throw new BadSetting(`AUDIT_KEEP_YEARS is "${years}": write a number of years, at least 2.`)
  return {
    keyFile,
    publicKeys: env['AUDIT_PUBLIC_KEYS_DIR'] || dirname(keyFile),
    anchors: env['AUDIT_ANCHOR_DIR'] || join(dataDir, 'audit'),
    keepYears: Number(years),
  }
}

/** The key that signs seals, made when there is none; its public part is left beside the others for the verifier. */
export async function sealingKey({ keyFile, publicKeys }: AuditConfig): Promise<KeyObject> {
  const key = createPrivateKey(
    await keptFile(keyFile, async () =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  )
  if (key.asymmetricKeyType !== 'ed25519') throw new BadSetting(`${keyFile} must hold an Ed25519 private key in PEM.`)
  const pem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  await keptFile(join(publicKeys, `audit-seal-${keyIdOf(key)}.pem`), async () => pem)
  return key
}

/** The public keys that seals may be signed with, by name. */
export async function verifyingKeys({ publicKeys }: AuditConfig): Promise<Map<string, KeyObject>> {
  const found = await readdir(publicKeys).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] // nothing was ever sealed here
    throw error
  })
  const names = found.filter((name) => /^audit-seal-\w+\.pem$/.test(name))
  const keys = await Promise.all(
    names.map(async (name) => createPublicKey(await readFile(join(publicKeys, name), 'utf8'))),
  )
  return new Map(keys.map((key) => [keyIdOf(key), key]))
}
