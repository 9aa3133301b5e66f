// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constants, createPrivateKey, generateKeyPair, privateDecrypt, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Pool } from 'pg'
import { selfSignedCertificate, subjectPart } from '../../shared/node/x509.ts'
import { publishFile } from '../publish.ts'

/** The key of the sandbox's ministry: what dispensers encrypt PIN and fiscal codes for. */
export interface Ministry {
  /** The certificate SanitelCF.cer, in PEM. */
  certificate: string
  /** The plain text of a value; what is wrong with it when it is none. */
  decrypt(value: string): { plain: string } | { wrong: 'not-encrypted' | 'unreadable' }
}

async function makeKey(sql: Pool): Promise<void> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    subject: [
      [subjectPart.commonName, 'SanitelCF'],
      [subjectPart.organization, 'Sandbox'],
      [subjectPart.country, 'IT'],
    ],
    validFrom: new Date('2020-01-01T00:00:00Z'),
    validTo: new Date('2049-12-31T00:00:00Z'),
  })
  await sql.query('insert into sac_key (name, private_key, certificate) values ($1, $2, $3) on conflict do nothing', [
    'SanitelCF',
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certificate,
  ])
}

/** Plain values remembered by their encrypted form: a client may send the same encrypted PIN a thousand times. */
const remembered = 5_000

/**
 * PKCS #1 v1.5 with implicit rejection: a wrong padding gives noise, never an error that an attacker could use. Only a
 * number beyond the modulus is an error of the library.
 */
function open(key: KeyObject, encrypted: Buffer): string | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encrypted).toString('latin1')
  } catch {
    return undefined // the caller answers 1034 or 1002
  }
}

function decrypter(key: KeyObject): Ministry['decrypt'] {
  const size = key.asymmetricKeyDetails!.modulusLength! / 8
  const known = new Map<string, string>()
  return (value) => {
    const found = known.get(value)
    if (found !== undefined) return { plain: found }
    const encrypted = /^[A-Za-z0-9+/\s]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : Buffer.alloc(0)
    if (encrypted.length !== size) return { wrong: 'not-encrypted' }
    const plain = open(key, encrypted)
    if (plain === undefined || !/^[0-9A-Za-z]{1,40}$/.test(plain)) return { wrong: 'unreadable' }
    if (known.size >= remembered) known.clear()
    known.set(value, plain)
    return { plain }
  }
}

/** Opens the ministry's key (made at the first start) and leaves its certificate where dispensers look for it. */
export async function openMinistry(sql: Pool, dataDir: string): Promise<Ministry> {
  const read = () =>
    sql.query<{ private_key: string; certificate: string }>(
      `select private_key, certificate from sac_key where name = 'SanitelCF'`,
    )
  let found = await read()
  if (found.rows.length === 0) {
    await makeKey(sql)
    found = await read()
  }
  const { private_key: pem, certificate } = found.rows[0]!
  await publishFile(join(dataDir, 'sandbox', 'SanitelCF.cer'), certificate)
  return { certificate, decrypt: decrypter(createPrivateKey(pem)) }
}
