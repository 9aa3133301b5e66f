// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { selfSignedCertificate, subjectPart } from '../../../shared/node/x509.ts'
import { BadSetting } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import type { CardsConfig } from './config.ts'

const tenYears = 10 * 365 * 86_400_000

/**
 * The key that signs the one-time codes: the same for all processes.
 *
 * @throws BadSetting when it is not 32 bytes
 */
export async function readCodeKey({ codeKeyFile }: CardsConfig): Promise<Buffer> {
  const key = Buffer.from(await keptFile(codeKeyFile, async () => randomBytes(32).toString('base64')), 'base64')
  if (key.length !== 32) throw new BadSetting(`${codeKeyFile} must hold 32 bytes in base64.`)
  return key
}

/**
 * Key and certificate of our own TLS listener; made at first use for a demo.
 *
 * @throws BadSetting when they do not belong together
 */
export async function readListenerKeys(config: CardsConfig): Promise<{ key: string; cert: string }> {
  const key = await keptFile(config.keyFile, async () => {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  const cert = await keptFile(config.certificateFile, async () =>
    selfSignedCertificate(createPrivateKey(await readFile(config.keyFile, 'utf8')), {
      subject: [[subjectPart.commonName, 'localhost']],
      validFrom: new Date(Date.now() - 60_000),
      validTo: new Date(Date.now() + tenYears),
    }),
  )
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new BadSetting(`${config.certificateFile} is not the certificate of ${config.keyFile}: give a matching pair.`)
  return { key, cert }
}
