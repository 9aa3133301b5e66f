// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { X509Certificate } from 'node:crypto'
import { isFiscalCode } from '../../../shared/fiscal-code.ts'
import {
  DerFault,
  partsOf,
  readBits,
  readDer,
  readExtensions,
  readNumber,
  readOid,
  type Der,
} from '../../../shared/node/der.ts'
import { CardFault } from './fault.ts'

/** What is read from a certificate. */
export interface Certificate {
  x509: X509Certificate
  /** Serial number in hexadecimal, without leading zeros. */
  serial: string
  /** Names as they are encoded, to be compared byte by byte. */
  issuer: Buffer
  subject: Buffer
  /** The bytes of the public key, without its algorithm. */
  key: Buffer
  commonNames: string[]
  policies: string[]
  /** First byte of keyUsage, bit 0 first; undefined when the extension is absent. */
  usage: number | undefined
  purposes: string[]
  /** Addresses of revocation lists and of OCSP responders; only http and https. */
  lists: string[]
  responders: string[]
}

const digitalSignature = 0x80
const certificateSigning = 0x04
const clientAuthentication = '1.3.6.1.5.5.7.3.2'

/**
 * Reads a certificate, in PEM or DER.
 *
 * @throws CardFault `certificate/unreadable`
 */
export function readCertificate(given: string | Buffer): Certificate {
  try {
    const x509 = new X509Certificate(given)
    const [tbs] = partsOf(readDer(x509.raw))
    const fields = partsOf(tbs)
    if (fields[0]?.tag !== 0xa0) throw new DerFault('version')
    const [, serial, , issuer, , subject, key] = fields
    if (!issuer || !subject) throw new DerFault('names')
    const block = fields.find((field) => field.tag === 0xa3)
    const extensions = readExtensions(block && readDer(block.value))
    const of = (id: string): Der | undefined => {
      const found = extensions.get(id)
      return found && readDer(found.value)
    }
    const [usage, policies, purposes] = [of('2.5.29.15'), of('2.5.29.32'), of('2.5.29.37')]
    return {
      x509,
      serial: readNumber(serial),
      issuer: issuer.raw,
      subject: subject.raw,
      key: readBits(partsOf(key)[1]),
      commonNames: commonNamesOf(subject),
      policies: policies ? partsOf(policies).map((one) => readOid(partsOf(one)[0])) : [],
      usage: usage && readBits(usage)[0],
      purposes: purposes ? partsOf(purposes).map(readOid) : [],
      lists: listsOf(of('2.5.29.31')),
      responders: respondersOf(of('1.3.6.1.5.5.7.1.1')),
    }
  } catch (error) {
    throw new CardFault('certificate/unreadable', { cause: error })
  }
}

function commonNamesOf(subject: Der): string[] {
  return partsOf(subject)
    .flatMap((group) => partsOf(group, 0x31))
    .map((part) => partsOf(part))
    .filter(([type]) => readOid(type) === '2.5.4.3')
    .map(([, value]) => value?.value.toString('utf8') ?? '')
}

const overHttp = (names: Der[]): string[] =>
  names
    .filter((name) => name.tag === 0x86)
    .map((name) => name.value.toString('latin1'))
    .filter((address) => /^https?:\/\//.test(address) && URL.canParse(address))

function listsOf(points: Der | undefined): string[] {
  if (!points) return []
  return partsOf(points)
    .flatMap((point) => partsOf(point))
    .filter((field) => field.tag === 0xa0)
    .flatMap((field) => partsOf(field, 0xa0))
    .flatMap((name) => (name.tag === 0xa0 ? overHttp(partsOf(name, 0xa0)) : []))
}

function respondersOf(accesses: Der | undefined): string[] {
  if (!accesses) return []
  return partsOf(accesses)
    .map((access) => partsOf(access))
    .filter(([method]) => readOid(method) === '1.3.6.1.5.5.7.48.1')
    .flatMap(([, place]) => overHttp(place ? [place] : []))
}

/**
 * The authority, of those trusted, that issued the certificate: name, signature, right to sign certificates, own dates.
 * A trusted list names the authorities that issue cards, so the chain has one step.
 *
 * @throws CardFault `chain/…`
 */
export function issuerOf(card: Certificate, authorities: readonly Certificate[], now: Date): Certificate {
  const named = authorities.filter((one) => one.subject.equals(card.issuer))
  if (named.length === 0) throw new CardFault('chain/unknown-issuer')
  const issuer = named.find((one) => card.x509.checkIssued(one.x509) && card.x509.verify(one.x509.publicKey))
  if (!issuer) throw new CardFault('chain/not-signed-by-issuer')
  if (!issuer.x509.ca || ((issuer.usage ?? 0) & certificateSigning) === 0) throw new CardFault('chain/no-authority')
  if (!isValidAt(issuer, now)) throw new CardFault('chain/issuer-out-of-date')
  return issuer
}

export function isValidAt({ x509 }: Certificate, now: Date): boolean {
  return x509.validFromDate <= now && now <= x509.validToDate
}

/** @throws CardFault `validity/…` */
export function checkDates({ x509 }: Certificate, now: Date): void {
  if (now < x509.validFromDate) throw new CardFault('validity/not-yet')
  if (now > x509.validToDate) throw new CardFault('validity/expired')
}

/**
 * The certificate is one of authentication, of a kind that is accepted.
 *
 * @param policies object identifiers of which it must name one; CNS is 1.3.76.16.2.1
 * @throws CardFault `policy/…`, `usage/…`
 */
export function checkKind(card: Certificate, policies: readonly string[]): void {
  if (!card.policies.some((one) => policies.includes(one))) throw new CardFault('policy/not-a-cns')
  if (card.x509.ca) throw new CardFault('usage/authority')
  if (((card.usage ?? 0) & digitalSignature) === 0) throw new CardFault('usage/no-digital-signature')
  if (!card.purposes.includes(clientAuthentication)) throw new CardFault('usage/no-client-authentication')
}

/**
 * The fiscal code with which the common name of the holder begins: `CODE` or `CODE/number of the card.hash`.
 *
 * @throws CardFault `identity/…`
 */
export function fiscalCodeOf(card: Certificate): string {
  const [name, ...others] = card.commonNames
  if (name === undefined || others.length > 0) throw new CardFault('identity/common-name')
  const code = name.slice(0, 16)
  if (!isFiscalCode(code)) throw new CardFault('identity/fiscal-code')
  if (name.length > 16 && name[16] !== '/') throw new CardFault('identity/common-name')
  return code
}
