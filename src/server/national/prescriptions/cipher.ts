// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constants, publicEncrypt, X509Certificate, type KeyObject } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'

/** Encrypts values for the ministry: RSA PKCS #1 v1.5 with the key of SanitelCF.cer, then base64. */
export interface Cipher {
  /** The encrypted PIN, computed once per certificate. */
  pin(): Promise<string>
  /** An encrypted fiscal, STP or ENI code. */
  code(plain: string): Promise<string>
}

const encrypt = (key: KeyObject, plain: string): string =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(plain, 'ascii')).toString('base64')

/** Seconds between looks at the certificate file, so that a renewed one is taken up without a restart. */
const lookEvery = 30

/** Encrypted codes kept in memory: a person looks, locks and releases within minutes. */
const remembered = 5_000

/** Opens the certificate at the first use. The file may be replaced while the server runs. */
export function openCipher(certificateFile: string, plainPin: string): Cipher {
  let opened: { key: KeyObject; pin: string; codes: Map<string, string>; modified: number; looked: number } | undefined

  async function open() {
    const now = Date.now()
    if (opened && now - opened.looked < lookEvery * 1000) return opened
    const { mtimeMs } = await stat(certificateFile)
    if (opened?.modified === mtimeMs) {
      opened.looked = now
      return opened
    }
    const key = new X509Certificate(await readFile(certificateFile)).publicKey
    opened = { key, pin: encrypt(key, plainPin), codes: new Map(), modified: mtimeMs, looked: now }
    return opened
  }

  return {
    pin: async () => (await open()).pin,
    async code(plain) {
      const { key, codes } = await open()
      const known = codes.get(plain)
      if (known) return known
      const encrypted = encrypt(key, plain)
      if (codes.size >= remembered) codes.clear()
      codes.set(plain, encrypted)
      return encrypted
    },
  }
}
