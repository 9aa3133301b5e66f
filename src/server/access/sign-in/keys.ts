// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { selfSignedCertificate, subjectPart } from '../../../shared/node/x509.ts'
import { BadSetting } from '../../platform/config.ts'
import { keptFile } from '../../platform/kept-file.ts'
import type { SignInConfig } from './config.ts'
import type { SigningKey } from './saml/signature.ts'

const tenYears = 10 * 365 * 86_400_000

/** What signs our messages and what encrypts their register. */
export type Keys = {
  signing: SigningKey
  /** Certificates to publish: the one in use and, during a roll-over, the next. */
  certificates: string[]
  log: Buffer
}

/**
 * Reads the keys of the service provider. Those that do not exist yet are made: a demo and a test need nothing else,
 * and a production set-up names its own files.
 *
 * @throws BadSetting when key and certificate do not belong together, or the key of the register is not 32 bytes
 */
export async function loadKeys(config: SignInConfig): Promise<Keys> {
  const privateKey = createPrivateKey(await keptFile(config.keyFile, makePrivateKey))
  const certificate = await keptFile(config.certificateFile, async () =>
    certificateFor(config, await readFile(config.keyFile, 'utf8')),
  )
  if (!new X509Certificate(certificate).checkPrivateKey(privateKey)) {
    throw new BadSetting(`${config.certificateFile} is not the certificate of ${config.keyFile}: give a matching pair.`)
  }
  const log = await readLogKey(config)
  const next = config.nextCertificateFile ? [await readFile(config.nextCertificateFile, 'utf8')] : []
  return { signing: { privateKey, certificate }, certificates: [certificate, ...next], log }
}

/**
 * The key of the register of messages, one for all ways of signing in.
 *
 * @throws BadSetting when it is not 32 bytes
 */
export async function readLogKey({ logKeyFile }: Pick<SignInConfig, 'logKeyFile'>): Promise<Buffer> {
  const log = Buffer.from(await keptFile(logKeyFile, async () => randomBytes(32).toString('base64')), 'base64')
  if (log.length !== 32) throw new BadSetting(`${logKeyFile} must hold 32 bytes in base64.`)
  return log
}

async function makePrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** A self-signed certificate with the subject, key usage and policies of a public service provider (Avviso 29 v3). */
function certificateFor(config: SignInConfig, privateKey: string): string {
  const { organization } = config
  return selfSignedCertificate(createPrivateKey(privateKey), {
    subject: [
      [subjectPart.commonName, organization.displayName],
      [subjectPart.organization, organization.name],
      [subjectPart.organizationIdentifier, `PA:IT-${organization.ipaCode}`],
      [subjectPart.country, 'IT'],
      [subjectPart.locality, config.locality],
      [subjectPart.uri, config.entityId],
    ],
    policies: ['1.3.76.16.6', '1.3.76.16.4.2.1'], // agIDcert, certificate of a public service provider
    validFrom: new Date(Date.now() - 60_000),
    validTo: new Date(Date.now() + tenYears),
  })
}
