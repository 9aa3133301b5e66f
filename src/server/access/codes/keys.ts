// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHmac, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { BadSetting, type Config } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'

/** What a keyed hash is for: the same words under two uses give different hashes. */
export type KeyUse = 'allowance' | 'code' | 'card'

/** A keyed hash (HMAC-SHA-256) of some words, 32 bytes. Words are told apart: ['a', 'bc'] is not ['ab', 'c']. */
export type Mac = (use: KeyUse, ...words: readonly string[]) => Buffer

const made = new Map<string, Promise<Mac>>()

/**
 * The keyed hash of this installation. Its key is 32 bytes in base64 in the file `ONE_TIME_CODES_KEY_FILE`, made at first
 * use when absent; every process of one installation must have the same.
 *
 * @throws BadSetting when the file holds something else
 */
export function macOf({ env, dataDir }: Pick<Config, 'env' | 'dataDir'>): Promise<Mac> {
  const file = env['ONE_TIME_CODES_KEY_FILE'] || join(dataDir, 'keys', 'one-time-codes.key')
  const known = made.get(file) ?? readMac(file)
  made.set(file, known)
  known.catch(() => made.delete(file)) // the next call tries again
  return known
}

async function readMac(file: string): Promise<Mac> {
  const text = await keptFile(file, () => Promise.resolve(randomBytes(32).toString('base64')))
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) throw new BadSetting(`${file} does not hold 32 bytes in base64: restore it from a backup.`)
  return (use, ...words) =>
    createHmac('sha256', key)
      .update(JSON.stringify([use, ...words]))
      .digest()
}
