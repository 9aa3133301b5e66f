// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { oid, sequence, set, time, tlv } from './der.ts'

/** What goes into a self-signed certificate (X.509 v3, RSA, SHA-256). */
export type CertificateContent = {
  /** Parts of the subject in order: object identifier and value, such as `['2.5.4.3', 'Regione Campania']`. */
  subject: readonly (readonly [oid: string, value: string])[]
  /** Object identifiers of the certificate policies, such as agIDcert `1.3.76.16.6`. */
  policies?: readonly string[]
  validFrom: Date
  validTo: Date
}

/** Names of subject parts, as object identifiers. */
export const subjectPart = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  locality: '2.5.4.7',
  organization: '2.5.4.10',
  uri: '2.5.4.83',
  organizationIdentifier: '2.5.4.97',
} as const

/**
 * A certificate that a key issues to itself, in PEM. As SPID wants it for public bodies (Avviso 29): not an authority,
 * key usage critical and limited to digitalSignature and nonRepudiation, policies not critical.
 */
export function selfSignedCertificate(privateKey: KeyObject, content: CertificateContent): string {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const name = sequence(...content.subject.map(([type, value]) => set(sequence(oid(type), subjectValue(type, value)))))
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), tlv(0x05, Buffer.alloc(0))) // sha256WithRSAEncryption
  const extensions = [
    extension('2.5.29.19', false, sequence()), // basicConstraints: CA is FALSE by default
    extension('2.5.29.15', true, tlv(0x03, Buffer.from([6, 0b1100_0000]))), // keyUsage, bits 0 and 1
    ...(content.policies
      ? [extension('2.5.29.32', false, sequence(...content.policies.map((p) => sequence(oid(p)))))]
      : []),
  ]
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, serial()),
    algorithm,
    name,
    sequence(time(content.validFrom), time(content.validTo)),
    name,
    publicKey,
    tlv(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const der = sequence(toBeSigned, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function extension(type: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(type), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value))
}

/** Country is a PrintableString by RFC 5280; everything else is UTF-8. */
function subjectValue(type: string, value: string): Buffer {
  return tlv(type === subjectPart.country ? 0x13 : 0x0c, Buffer.from(value, 'utf8'))
}

function serial(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40 // positive, and no leading zero byte
  return bytes
}
