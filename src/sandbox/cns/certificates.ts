// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import {
  contentOf,
  number,
  oid,
  partsOf,
  readDer,
  readExtensions,
  readNumber,
  sequence,
  set,
  tag,
  time,
  tlv,
} from '../../shared/node/der.ts'

const sha256WithRsa = sequence(oid('1.2.840.113549.1.1.11'), tlv(tag.nothing, Buffer.alloc(0)))

/** An authority or a card: certificate in DER, its key. */
export interface Holder {
  certificate: Buffer
  key: KeyObject
}

export interface CertificateWish {
  commonName: string
  serial?: string
  from: Date
  to: Date
  authority?: boolean
  policies?: readonly string[]
  /** First byte of keyUsage. */
  usage?: number
  purposes?: readonly string[]
  list?: string
  responder?: string
}

/** A distinguished name of the sandbox: country, organisation, common name. */
export function nameOf(commonName: string): Buffer {
  const part = (type: string, kind: number, value: string): Buffer =>
    set(sequence(oid(type), tlv(kind, Buffer.from(value))))
  return sequence(part('2.5.4.6', 0x13, 'IT'), part('2.5.4.10', 0x0c, 'Sandbox'), part('2.5.4.3', 0x0c, commonName))
}

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [tlv(tag.boolean, Buffer.from([0xff]))] : []), tlv(tag.octets, value))

/** Signs a `tbs` structure as certificates, lists and answers are signed. */
function signed(tbs: Buffer, key: KeyObject, ...more: Buffer[]): Buffer {
  const bits = Buffer.concat([Buffer.alloc(1), sign('sha256', tbs, key)])
  return sequence(tbs, sha256WithRsa, tlv(tag.bits, bits), ...more)
}

/** Issues a certificate for a key, in the name of an authority. */
export function issue(wish: CertificateWish, key: KeyObject, issuer: { commonName: string; key: KeyObject }): Buffer {
  const address = (place: string): Buffer => tlv(0x86, Buffer.from(place))
  const extensions = [
    extension('2.5.29.19', true, sequence(...(wish.authority ? [tlv(tag.boolean, Buffer.from([0xff]))] : []))),
    ...(wish.usage === undefined ? [] : [extension('2.5.29.15', true, tlv(tag.bits, Buffer.from([0, wish.usage])))]),
    ...(wish.purposes ? [extension('2.5.29.37', false, sequence(...wish.purposes.map(oid)))] : []),
    ...(wish.policies
      ? [extension('2.5.29.32', false, sequence(...wish.policies.map((one) => sequence(oid(one)))))]
      : []),
    ...(wish.list ? [extension('2.5.29.31', false, sequence(sequence(tlv(0xa0, tlv(0xa0, address(wish.list))))))] : []),
    ...(wish.responder
      ? [extension('1.3.6.1.5.5.7.1.1', false, sequence(sequence(oid('1.3.6.1.5.5.7.48.1'), address(wish.responder))))]
      : []),
  ]
  const tbs = sequence(
    tlv(0xa0, number('02')),
    number(wish.serial ?? `4${randomBytes(15).toString('hex').slice(1)}`),
    sha256WithRsa,
    nameOf(issuer.commonName),
    sequence(time(wish.from), time(wish.to)),
    nameOf(wish.commonName),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  )
  return signed(tbs, issuer.key)
}

/** A revocation list (CRL) with the serial numbers of revoked cards. */
export function revocationList(
  revoked: readonly string[],
  issuer: { commonName: string; key: KeyObject },
  thisUpdate: Date,
  nextUpdate: Date,
): Buffer {
  const entries = revoked.map((serial) => sequence(number(serial), time(thisUpdate)))
  const tbs = sequence(
    number('01'),
    sha256WithRsa,
    nameOf(issuer.commonName),
    time(thisUpdate),
    time(nextUpdate),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
  )
  return signed(tbs, issuer.key)
}

/** What an OCSP question asks: the certificate as it was named, its serial number, the nonce. */
export interface Question {
  id: Buffer
  serial: string
  nonce: Buffer | undefined
}

export function readQuestion(bytes: Buffer): Question {
  const fields = partsOf(partsOf(readDer(bytes))[0])
  const list = fields.find((field) => field.tag === tag.sequence)
  const [id] = partsOf(partsOf(list)[0])
  const block = fields.find((field) => field.tag === 0xa2)
  const nonce = readExtensions(block && readDer(block.value)).get('1.3.6.1.5.5.7.48.1.2')?.value
  return {
    id: id?.raw ?? Buffer.alloc(0),
    serial: readNumber(partsOf(id)[3]),
    nonce: nonce && contentOf(readDer(nonce), tag.octets),
  }
}

/** The answer of the responder; `signer` is the authority or whom it delegated. */
export function ocspAnswer(
  question: Question,
  state: 'good' | 'revoked' | 'unknown',
  signer: { commonName: string; key: KeyObject; certificate?: Buffer },
  thisUpdate: Date,
  nextUpdate: Date,
): Buffer {
  const status = {
    good: tlv(0x80, Buffer.alloc(0)),
    revoked: tlv(0xa1, time(thisUpdate, true)),
    unknown: tlv(0x82, Buffer.alloc(0)),
  }[state]
  const nonce = question.nonce
    ? [tlv(0xa1, sequence(extension('1.3.6.1.5.5.7.48.1.2', false, tlv(tag.octets, question.nonce))))]
    : []
  const single = sequence(question.id, status, time(thisUpdate, true), tlv(0xa0, time(nextUpdate, true)))
  const data = sequence(tlv(0xa1, nameOf(signer.commonName)), time(thisUpdate, true), sequence(single), ...nonce)
  const certificates = signer.certificate ? [tlv(0xa0, sequence(signer.certificate))] : []
  const basic = signed(data, signer.key, ...certificates)
  return sequence(
    tlv(tag.enumerated, Buffer.from([0])),
    tlv(0xa0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), tlv(tag.octets, basic))),
  )
}

/** A certificate as text. */
export function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
