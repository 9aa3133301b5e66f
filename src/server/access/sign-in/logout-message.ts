// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { verify, type KeyObject } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { algorithm, nameFormat, ns } from '../../../shared/saml-names.ts'
import type { Tx } from '../../platform/database.ts'
import { redirectAddress } from './authn-request.ts'
import type { SignInConfig } from './config.ts'
import { findIdentityProvider, type IdentityProvider } from './identity-providers.ts'
import type { Keys } from './keys.ts'
import type { BindingName } from './provider-metadata.ts'
import { SamlFault } from './saml/fault.ts'
import { instantOf, secondsOf, wholeSeconds } from './saml/instant.ts'
import { signaturesOn, signed, verifiedElement } from './saml/signature.ts'
import { attributeOf, escapeXml, onlyChild, parseStrictly, rootOf, textOf, type Element } from './saml/xml.ts'

/** A message about a logout comes as a request or as an answer. */
export type LogoutParameter = 'SAMLRequest' | 'SAMLResponse'

/** A message of a provider about a logout, as the browser brought it. */
export type LogoutDelivery = {
  binding: BindingName
  message: string
  relayState: string | undefined
  /** The query exactly as it came, which is what HTTP-Redirect signs. */
  rawQuery: string
}

/** Where the browser goes with our message. */
export type LogoutDeparture =
  | { kind: 'post'; action: string; fields: Record<string, string> }
  | { kind: 'redirect'; address: string }

/** A message of a provider about a logout that may be believed: signed by it, sent to us, of now. */
export type LogoutMessage = {
  id: string
  provider: IdentityProvider
  /** What was signed. */
  element: Element
  /** The whole message as it came, for the register. */
  xml: string
}

const longestInflated = 200_000
/** A message is good for this long, in seconds, either side of our clock. */
const tolerance = 300

const elementOf = { SAMLRequest: 'LogoutRequest', SAMLResponse: 'LogoutResponse' } as const
const otherElement = { SAMLRequest: 'logout/not-a-request', SAMLResponse: 'logout/not-an-answer' } as const

/**
 * Reads a message about a logout and checks what request and answer have in common.
 *
 * @throws SamlFault when it cannot be believed
 */
export async function readLogout(
  tx: Tx,
  config: SignInConfig,
  parameter: LogoutParameter,
  delivery: LogoutDelivery,
  now: Date,
): Promise<LogoutMessage> {
  const xml = decodeLogout(delivery)
  const root = rootOf(parseStrictly(xml))
  if (root.namespaceURI !== ns.protocol || root.localName !== elementOf[parameter])
    throw new SamlFault(otherElement[parameter])
  const provider = await findIdentityProvider(tx, config, issuerOf(root), now)
  if (!provider) throw new SamlFault('logout/issuer')
  const element = authenticLogout(root, parameter, delivery, provider.keys)
  const id = attributeOf(element, 'ID', 'logout/id')
  if (element.getAttribute('Version') !== '2.0') throw new SamlFault('logout/version')
  if (element.getAttribute('Destination') !== config.logoutUrl) throw new SamlFault('logout/destination')
  const issuedAt = secondsOf(element.getAttribute('IssueInstant'), 'logout/issue-instant')
  if (Math.abs(wholeSeconds(now) - issuedAt) > tolerance) throw new SamlFault('logout/issue-instant')
  if (issuerOf(element) !== provider.entityId) throw new SamlFault('logout/issuer')
  return { id, provider, element, xml }
}

const issuerOf = (message: Element): string =>
  textOf(onlyChild(message, ns.assertion, 'Issuer', 'logout/issuer'), 'logout/issuer')

/** A message of ours: what every one has, and what is its own. */
export function logoutXml(
  parameter: LogoutParameter,
  { entityId }: SignInConfig,
  own: { id: string; issuedAt: number; destination: string; inResponseTo?: string },
  content: string,
): string {
  const [name, issuer] = [elementOf[parameter], escapeXml(entityId)]
  const answered = own.inResponseTo === undefined ? '' : ` InResponseTo="${escapeXml(own.inResponseTo)}"`
  return (
    `<samlp:${name} xmlns:samlp="${ns.protocol}" xmlns:saml="${ns.assertion}" ID="${own.id}" Version="2.0"` +
    ` IssueInstant="${instantOf(own.issuedAt)}"${answered} Destination="${escapeXml(own.destination)}">` +
    `<saml:Issuer Format="${nameFormat.entity}" NameQualifier="${issuer}">${issuer}</saml:Issuer>${content}</samlp:${name}>`
  )
}

/** The XML of a message. */
function decodeLogout({ binding, message }: LogoutDelivery): string {
  const base64 = message.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new SamlFault('logout/base64')
  const bytes = Buffer.from(base64, 'base64')
  try {
    const plain = binding === 'redirect' ? inflateRawSync(bytes, { maxOutputLength: longestInflated }) : bytes
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (cause) {
    throw new SamlFault('logout/encoding', { cause })
  }
}

/** The message as it was signed: from the verified bytes (POST), or that of a query whose signature is good. */
function authenticLogout(
  root: Element,
  parameter: LogoutParameter,
  delivery: LogoutDelivery,
  keys: readonly KeyObject[],
): Element {
  if (delivery.binding === 'post') return verifiedElement(root, keys)
  if (signaturesOn(root).length > 0) throw new SamlFault('logout/signature-inside')
  checkQuery(delivery.rawQuery, parameter, keys)
  return root
}

/** SAML bindings 3.4.4.1: the signature covers the parameters in this order, in the very bytes that were sent. */
function checkQuery(rawQuery: string, parameter: LogoutParameter, keys: readonly KeyObject[]): void {
  const parts = new Map<string, string>()
  for (const part of rawQuery.split('&')) {
    const name = part.split('=', 1)[0] ?? ''
    if (parts.has(name)) throw new SamlFault('logout/query')
    parts.set(name, part)
  }
  const query = new URLSearchParams(rawQuery)
  if (query.get('SigAlg') !== algorithm.rsaSha256) throw new SamlFault('signature/algorithm')
  const text = [parameter, 'RelayState', 'SigAlg'].flatMap((name) => parts.get(name) ?? []).join('&')
  const signature = Buffer.from(query.get('Signature') ?? '', 'base64')
  if (!keys.some((key) => verify('sha256', Buffer.from(text), key, signature))) throw new SamlFault('signature/wrong')
}

/** Signs our message for a binding; it goes where the browser takes it. */
export function departLogout(
  to: { binding: BindingName; destination: string; relayState?: string | undefined },
  parameter: LogoutParameter,
  xml: string,
  keys: Keys,
): LogoutDeparture {
  const { binding, destination, relayState } = to
  if (binding === 'redirect')
    return {
      kind: 'redirect',
      address: redirectAddress(destination, parameter, xml, relayState ?? null, keys.signing),
    }
  const document = signed(xml, keys.signing, '</saml:Issuer>')
  const relay = relayState === undefined ? {} : { RelayState: relayState }
  return {
    kind: 'post',
    action: destination,
    fields: { [parameter]: Buffer.from(document).toString('base64'), ...relay },
  }
}
