// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  isSignedWith,
  partsOf,
  readDer,
  readExtensions,
  readNumber,
  readTime,
  type Der,
} from '../../../shared/node/der.ts'
import type { Certificate } from './certificate.ts'
import { CardFault } from './fault.ts'

/** A certificate revocation list (CRL) that its authority signed. */
export interface RevocationList {
  /** Serial numbers in hexadecimal, without leading zeros; suspended ones are among them. */
  revoked: ReadonlySet<string>
  thisUpdate: Date
  nextUpdate: Date
}

const issuingPoint = '2.5.29.28'

/**
 * Reads a CRL (RFC 5280, section 5) and checks that the authority itself signed it. Lists in parts, indirect lists and
 * lists that say nothing about their next update are refused: their silence about a card would prove nothing.
 *
 * @throws CardFault `list/…`
 */
export function readRevocationList(bytes: Buffer, authority: Certificate): RevocationList {
  try {
    const [tbs, algorithm, signature] = partsOf(readDer(bytes))
    if (!tbs || !isSignedWith(authority.x509.publicKey, tbs, algorithm, signature))
      throw new CardFault('list/signature')
    const [version, , issuer, thisUpdate, nextUpdate, ...rest] = partsOf(tbs)
    if (version?.value[0] !== 1 || !issuer?.raw.equals(authority.subject)) throw new CardFault('list/issuer')
    const entries = rest.find((one) => one.tag === 0x30)
    const block = rest.find((one) => one.tag === 0xa0)
    checkScope(block)
    const revoked = new Set((entries ? partsOf(entries) : []).map((entry) => readNumber(partsOf(entry)[0])))
    return { revoked, thisUpdate: readTime(thisUpdate), nextUpdate: readTime(nextUpdate) }
  } catch (error) {
    if (error instanceof CardFault) throw error
    throw new CardFault('list/unreadable', { cause: error })
  }
}

/** The list speaks about all certificates of people; another critical extension is not understood, so it is refused. */
function checkScope(block: Der | undefined): void {
  for (const [id, { critical, value }] of readExtensions(block && readDer(block.value))) {
    if (id === issuingPoint) {
      const limits = partsOf(readDer(value)).map((field) => field.tag)
      if (limits.some((limit) => limit !== 0xa0 && limit !== 0x81)) throw new CardFault('list/partial')
    } else if (critical) throw new CardFault('list/unknown-extension')
  }
}
