// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SignedXml } from 'xml-crypto'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { childrenOf, descend, parseStrictly, rootOf, textOf, type Element } from '../sign-in/index.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import type { CardsConfig } from './config.ts'
import { CardFault } from './fault.ts'

const etsi = 'http://uri.etsi.org/02231/v2#'
const dsig = 'http://www.w3.org/2000/09/xmldsig#'
/** Issuing certificates with which a state lets people identify themselves: cards, among others. */
const identification = 'http://uri.etsi.org/TrstSvc/Svctype/IdV'
const inForce = new Set(
  ['granted', 'recognisedatnationallevel'].map((name) => `http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/${name}`),
)
const algorithms = /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#rsa-sha(?:256|384|512)$/
/** The Italian list is about 5 MB. */
const longest = 30_000_000

/** What a trusted list says that matters to cards. */
export interface TrustedList {
  sequence: number
  nextUpdate: Date
  /** Certificates of the authorities that issue cards, base64 of DER. */
  authorities: string[]
}

/**
 * Reads a trusted list (ETSI TS 119 612) after checking its enveloped signature. Only what was signed is read.
 *
 * @param signers certificates (PEM) of which one must have signed; that in the list itself is not looked at
 * @throws CardFault `trusted-list/…`
 */
export function readTrustedList(xml: string, signers: readonly string[], now: Date): TrustedList {
  const root = rootOf(parseStrictly(signedContent(xml, signers)))
  if (root.namespaceURI !== etsi || root.localName !== 'TrustServiceStatusList')
    throw new CardFault('trusted-list/root')
  const scheme = first(root, 'SchemeInformation')
  if (text(scheme, 'SchemeTerritory') !== 'IT') throw new CardFault('trusted-list/territory')
  const nextUpdate = new Date(text(first(scheme, 'NextUpdate'), 'dateTime'))
  if (!(nextUpdate > now)) throw new CardFault('trusted-list/expired')
  const authorities = [...descend(root)]
    .map(([element]) => element)
    .filter((element) => element.namespaceURI === etsi && element.localName === 'ServiceInformation')
    .filter((service) => text(service, 'ServiceTypeIdentifier') === identification)
    .filter((service) => inForce.has(text(service, 'ServiceStatus')))
    .flatMap((service) => certificatesOf(first(service, 'ServiceDigitalIdentity')))
  return { sequence: Number(text(scheme, 'TSLSequenceNumber')), nextUpdate, authorities: [...new Set(authorities)] }
}

function signedContent(xml: string, signers: readonly string[]): string {
  const root = rootOf(parseStrictly(xml))
  const [signature, ...others] = childrenOf(root, dsig, 'Signature')
  if (!signature || others.length > 0) throw new CardFault('trusted-list/signature-count')
  for (const publicCert of signers) {
    const checker = new SignedXml({ publicCert })
    try {
      // xml-crypto types its nodes as those of a browser; it reads only what every DOM has.
      checker.loadSignature(signature as unknown as Parameters<SignedXml['loadSignature']>[0])
      if (!algorithms.test(checker.signatureAlgorithm ?? '')) throw new CardFault('trusted-list/algorithm')
      if (!checker.checkSignature(xml)) continue
    } catch (error) {
      if (error instanceof CardFault) throw error
      continue // whatever xml-crypto objects to, this certificate did not sign it
    }
    const whole = checker.getSignedReferences().find((one) => /^<[\w:]*TrustServiceStatusList[\s>]/.test(one))
    if (whole) return whole
  }
  throw new CardFault('trusted-list/signature')
}

function first(parent: Element, name: string): Element {
  const [found] = childrenOf(parent, etsi, name)
  if (!found) throw new CardFault(`trusted-list/${name}`)
  return found
}

const text = (parent: Element, name: string): string => textOf(first(parent, name), `trusted-list/${name}`).trim()

function certificatesOf(identity: Element): string[] {
  return [...descend(identity)]
    .map(([element]) => element)
    .filter((element) => element.namespaceURI === etsi && element.localName === 'X509Certificate')
    .map((element) => textOf(element, 'trusted-list/X509Certificate').replace(/\s+/g, ''))
}

/**
 * Brings the trusted list up to date. A list that cannot be had, is not signed, has expired or is older than ours leaves
 * the last good copy in use, until that expires by itself.
 *
 * @throws Error so that the job is repeated and somebody notices
 */
export async function refreshTrustedList(platform: Platform, config: CardsConfig): Promise<void> {
  const answer = await fetch(config.trustedList, { signal: AbortSignal.timeout(60_000) })
  if (!answer.ok) throw new Error(`The trusted list answers ${answer.status}`)
  const xml = await answer.text()
  if (xml.length > longest) throw new CardFault('trusted-list/too-long')
  const now = platform.now()
  const list = readTrustedList(xml, await readSigners(config.listSignersFile), now)
  for (const authority of list.authorities) readCertificate(Buffer.from(authority, 'base64'))
  const row = {
    sequence: list.sequence,
    nextUpdate: list.nextUpdate,
    authorities: JSON.stringify(list.authorities),
    fetchedAt: now,
  }
  await asSystem(platform.db, async (tx) => {
    const own = tables<'access'>(tx)
    const kept = await own
      .selectFrom('access.trustedList')
      .select('sequence')
      .where('address', '=', config.trustedList)
      .forUpdate()
      .executeTakeFirst()
    if (kept && kept.sequence > list.sequence) throw new CardFault('trusted-list/older')
    await own
      .insertInto('access.trustedList')
      .values({ address: config.trustedList, ...row })
      .onConflict((conflict) => conflict.column('address').doUpdateSet(row))
      .execute()
  })
}

async function readSigners(file: string): Promise<string[]> {
  const found = (await readFile(file, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return found.map((pem) => new X509Certificate(pem).toString())
}

const read = new Map<string, Certificate>()

/** The authorities trusted now; none once the list has expired. */
export async function trustedAuthorities(tx: Tx, config: CardsConfig, now: Date): Promise<Certificate[]> {
  const row = await tables<'access'>(tx)
    .selectFrom('access.trustedList')
    .select('authorities')
    .where('address', '=', config.trustedList)
    .where('nextUpdate', '>', now)
    .executeTakeFirst()
  if (!row) throw new CardFault('trusted-list/none')
  return (row.authorities as string[]).map((text) => {
    const known = read.get(text) ?? readCertificate(Buffer.from(text, 'base64'))
    read.set(text, known)
    return known
  })
}
