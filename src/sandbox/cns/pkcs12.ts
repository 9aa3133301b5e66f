// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, createHmac, createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { number, oid, sequence, set, tag, tlv } from '../../shared/node/der.ts'
import type { Card } from './cards.ts'

const data = '1.2.840.113549.1.7.1'
const shroudedKeyBag = '1.2.840.113549.1.12.10.1.2'
const certificateBag = '1.2.840.113549.1.12.10.1.3'
const x509Certificate = '1.2.840.113549.1.9.22.1'
const friendlyName = '1.2.840.113549.1.9.20'
const localKeyId = '1.2.840.113549.1.9.21'
const sha256 = '2.16.840.1.101.3.4.2.1'
const rounds = 10_000

/**
 * A card as the file that browsers import (PKCS#12, RFC 7292): the key encrypted with AES-256, the whole sealed with
 * HMAC-SHA-256 by the password. Node reads such files and does not write them.
 */
export function pkcs12(card: Card, name: string, password: string): Buffer {
  const certificate = new X509Certificate(card.certificate).raw
  const key = createPrivateKey(card.key).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: password,
  })
  const same = attribute(localKeyId, octets(createHash('sha1').update(certificate).digest())) // only joins the two
  const called = attribute(friendlyName, tlv(0x1e, wide(name)))
  const safe = sequence(
    bag(certificateBag, sequence(oid(x509Certificate), explicit(octets(certificate))), same, called),
    bag(shroudedKeyBag, key, same, called),
  )
  const content = sequence(contentInfo(safe))
  const salt = randomBytes(16)
  const mac = createHmac('sha256', macKey(password, salt)).update(content).digest()
  const algorithm = sequence(oid(sha256), tlv(tag.nothing, Buffer.alloc(0)))
  return sequence(
    number('03'),
    contentInfo(content),
    sequence(sequence(algorithm, octets(mac)), octets(salt), number(rounds.toString(16))),
  )
}

const octets = (bytes: Buffer): Buffer => tlv(tag.octets, bytes)
const explicit = (inner: Buffer): Buffer => tlv(0xa0, inner)
const contentInfo = (inner: Buffer): Buffer => sequence(oid(data), explicit(octets(inner)))
const attribute = (type: string, value: Buffer): Buffer => sequence(oid(type), set(value))
const bag = (type: string, value: Buffer, ...attributes: Buffer[]): Buffer =>
  sequence(oid(type), explicit(value), set(...attributes))

/** Text in the big-endian UTF-16 of a BMPString. */
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

/** RFC 7292, appendix B.2, for a key as long as the hash: salt and password fill whole blocks of 64 bytes, purpose 3. */
function macKey(password: string, salt: Buffer): Buffer {
  const filled = (bytes: Buffer): Buffer => Buffer.alloc(64 * Math.ceil(bytes.length / 64), bytes)
  const start = [Buffer.alloc(64, 3), filled(salt), filled(Buffer.concat([wide(password), Buffer.alloc(2)]))]
  let key = Buffer.concat(start)
  for (let round = 0; round < rounds; round += 1) key = createHash('sha256').update(key).digest()
  return key
}
