// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { selfSignedCertificate, subjectPart } from './x509.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

test('a self-signed certificate of a public service provider is read back with all its parts', () => {
  const pem = selfSignedCertificate(privateKey, {
    subject: [
      [subjectPart.commonName, 'Sanità della Regione'],
      [subjectPart.organization, 'Regione Campania'],
      [subjectPart.country, 'IT'],
      [subjectPart.locality, 'Napoli'],
      [subjectPart.organizationIdentifier, 'PA:IT-r_campan'],
      [subjectPart.uri, 'https://sanita.example/auth/spid/metadata'],
    ],
    policies: ['1.3.76.16.6', '1.3.76.16.4.2.1'],
    validFrom: new Date('2026-01-02T03:04:05Z'),
    validTo: new Date('2056-01-02T03:04:05Z'),
  })
  const certificate = new X509Certificate(pem)
  assert.ok(certificate.verify(publicKey))
  assert.equal(certificate.ca, false)
  assert.match(certificate.subject, /CN=Sanità della Regione/)
  assert.match(certificate.subject, /organizationIdentifier=PA:IT-r_campan/)
  assert.equal(certificate.validFromDate.toISOString(), '2026-01-02T03:04:05.000Z')
  assert.equal(certificate.validToDate.toISOString(), '2056-01-02T03:04:05.000Z')
  const hex = certificate.raw.toString('hex')
  assert.ok(hex.includes('0603551d0f0101ff0404030206c0'), 'key usage is critical: digitalSignature and nonRepudiation')
  assert.ok(hex.includes('06042b4c1006') && hex.includes('06062b4c10040201'), 'the two policies are named')
})
