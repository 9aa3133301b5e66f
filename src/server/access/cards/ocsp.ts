// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from 'node:crypto'
import {
  contentOf,
  isSignedWith,
  number,
  oid,
  partsOf,
  readDer,
  readExtensions,
  readNumber,
  readOid,
  readTime,
  sequence,
  tag,
  tlv,
  type Der,
} from '../../../shared/node/der.ts'
import { isValidAt, readCertificate, type Certificate } from './certificate.ts'
import { CardFault } from './fault.ts'

const sha1 = '1.3.14.3.2.26'
const nonceName = '1.3.6.1.5.5.7.48.1.2'
const basic = '1.3.6.1.5.5.7.48.1.1'
const signsAnswers = '1.3.6.1.5.5.7.3.9'
/** Clocks may differ by this, in milliseconds. */
const skew = 5 * 60_000
/** An answer that names no next update is good for this long, in milliseconds. */
const shortLife = 10 * 60_000

/** SHA-1 only names the issuer here, as every responder understands it (RFC 5019, 2.1.1); it protects nothing. */
const nameOf = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest()

/** A question to an OCSP responder about one certificate (RFC 6960, 4.1), with a nonce of 16 to 32 bytes. */
export function question(card: Certificate, issuer: Certificate, nonce: Buffer): Buffer {
  const id = sequence(
    sequence(oid(sha1), tlv(tag.nothing, Buffer.alloc(0))),
    tlv(tag.octets, nameOf(issuer.subject)),
    tlv(tag.octets, nameOf(issuer.key)),
    number(card.serial),
  )
  const extension = sequence(oid(nonceName), tlv(tag.octets, tlv(tag.octets, nonce)))
  return sequence(sequence(sequence(sequence(id)), tlv(0xa2, sequence(extension))))
}

/**
 * Reads the answer to our question: signed by the authority or by whom it delegated, about this certificate, with our
 * nonce, and fresh.
 *
 * @returns whether the certificate is good; revoked and suspended ones are not
 * @throws CardFault `ocsp/…` when the answer proves nothing
 */
export function readAnswer(bytes: Buffer, card: Certificate, issuer: Certificate, nonce: Buffer, now: Date): boolean {
  try {
    const [status, wrapped] = partsOf(readDer(bytes))
    if (contentOf(status, tag.enumerated)[0] !== 0) throw new CardFault('ocsp/no-answer')
    const [kind, content] = partsOf(partsOf(wrapped, 0xa0)[0])
    if (readOid(kind) !== basic) throw new CardFault('ocsp/kind')
    const [data, algorithm, signature, certificates] = partsOf(readDer(contentOf(content, tag.octets)))
    if (!data) throw new CardFault('ocsp/unreadable')
    const signers = [issuer, ...delegates(certificates, issuer, now)]
    if (!signers.some(({ x509 }) => isSignedWith(x509.publicKey, data, algorithm, signature)))
      throw new CardFault('ocsp/signature')
    return statusIn(data, card, issuer, nonce, now)
  } catch (error) {
    if (error instanceof CardFault) throw error
    throw new CardFault('ocsp/unreadable', { cause: error })
  }
}

/** Certificates that came with the answer whose holders may sign answers for the authority, because it says so. */
function delegates(certificates: Der | undefined, issuer: Certificate, now: Date): Certificate[] {
  if (!certificates) return []
  return partsOf(partsOf(certificates, 0xa0)[0])
    .map(({ raw }) => readCertificate(raw))
    .filter(
      (one) =>
        one.purposes.includes(signsAnswers) &&
        one.issuer.equals(issuer.subject) &&
        one.x509.verify(issuer.x509.publicKey) &&
        isValidAt(one, now),
    )
}

function statusIn(data: Der, card: Certificate, issuer: Certificate, nonce: Buffer, now: Date): boolean {
  const fields = partsOf(data)
  const answers = fields.find((field) => field.tag === tag.sequence)
  const block = fields.findLast((field, index) => field.tag === 0xa1 && index > 2) // the responder's name has this tag too
  const given = readExtensions(block && readDer(block.value)).get(nonceName)?.value
  if (!given || !contentOf(readDer(given), tag.octets).equals(nonce)) throw new CardFault('ocsp/nonce')
  const found = partsOf(answers)
    .map((one) => partsOf(one))
    .find(([id]) => speaksOf(id, card, issuer))
  if (!found) throw new CardFault('ocsp/other-certificate')
  const [, status, thisUpdate, ...rest] = found
  const since = readTime(thisUpdate).getTime()
  const next = rest.find((one) => one.tag === 0xa0)
  const until = next ? readTime(readDer(next.value)).getTime() : since + shortLife
  if (since > now.getTime() + skew || until < now.getTime() - skew) throw new CardFault('ocsp/old')
  if (status?.tag === 0x82) throw new CardFault('ocsp/unknown')
  return status?.tag === 0x80
}

function speaksOf(id: Der | undefined, card: Certificate, issuer: Certificate): boolean {
  const [algorithm, name, key, serial] = partsOf(id)
  return (
    readOid(partsOf(algorithm)[0]) === sha1 &&
    contentOf(name, tag.octets).equals(nameOf(issuer.subject)) &&
    contentOf(key, tag.octets).equals(nameOf(issuer.key)) &&
    readNumber(serial) === card.serial
  )
}
