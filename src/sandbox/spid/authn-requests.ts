// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { inflateRawSync } from 'node:zlib'
import { DOMParser, type Element } from '@xmldom/xmldom'
import {
  algorithm,
  binding,
  nameFormat,
  ns,
  spidClass,
  spidPurposes,
  type Comparison,
  type SpidLevel,
  type SpidPurpose,
} from '../../shared/saml-names.ts'
import type { Scheme } from './providers.ts'
import type { ServiceProvider } from './service-providers.ts'
import { isQuerySignedBy, isSignedBy } from './signing.ts'

/** A login request that the provider accepts. */
export type LoginRequest = {
  id: string
  issuedAt: string
  issuer: string
  serviceName: string
  consumerUrl: string
  level: SpidLevel
  comparison: Comparison
  attributes: string[]
  /** Use of the identity that is asked for (Avviso 18); null for the personal one. */
  purpose: SpidPurpose | null
  relayState: string | null
}

/** A request as it came over one of the two bindings. */
export type Received =
  | { binding: 'post'; message: string; relayState: string | undefined }
  | { binding: 'redirect'; message: string; relayState: string | undefined; rawQuery: string }

/**
 * A request refused with a number of the SPID table of errors. With `answer` the service provider gets a Response with
 * that number; without, the person sees a page at the provider's (errors about binding, signature and issuer).
 */
export class RequestFault extends Error {
  readonly error: number
  readonly answer: { id: string; consumerUrl: string; relayState: string | null; issuer: string } | undefined

  constructor(error: number, reason: string, answer?: RequestFault['answer']) {
    super(reason)
    this.error = error
    this.answer = answer
  }
}

/** The XML of a message and its root, or error 4: what is not readable is a fault of the format of the binding. */
export function decodeRequest(received: Received): { xml: string; root: Element } {
  try {
    const bytes = Buffer.from(received.message, 'base64')
    const xml = (
      received.binding === 'redirect' ? inflateRawSync(bytes, { maxOutputLength: 200_000 }) : bytes
    ).toString('utf8')
    const root = new DOMParser({ onError: stop }).parseFromString(xml, 'text/xml').documentElement
    if (!root) throw new Error('No root element')
    return { xml, root }
  } catch {
    throw new RequestFault(4, 'The message cannot be read')
  }
}

function stop(level: string, message: string): never {
  throw new Error(`${level}: ${message}`)
}

/** Checks a request field by field, in the order of the SPID table of errors. */
export async function checkRequest(
  received: Received,
  address: string,
  entityId: string,
  scheme: Scheme,
  now: Date,
  find: (issuer: string) => Promise<ServiceProvider | undefined>,
): Promise<LoginRequest> {
  const { xml, root } = decodeRequest(received)
  const issuers = children(root, ns.assertion, 'Issuer')
  const issuer = issuers[0]?.textContent ?? ''
  const provider = await find(issuer)
  if (issuers.length !== 1 || !provider) throw new RequestFault(10, 'The Issuer is not a member of the federation')
  const qualified = issuers[0]?.getAttribute('Format') === nameFormat.entity && issuers[0].getAttribute('NameQualifier')
  if (scheme === 'spid' && !qualified) {
    throw new RequestFault(10, 'Issuer without Format entity or NameQualifier')
  }
  checkSignature(received, xml, root, provider)

  const id = root.getAttribute('ID') ?? ''
  const relayState = received.relayState ?? null
  const consumer = consumerOf(root, provider)
  const answer = consumer && id ? { id, consumerUrl: consumer, relayState, issuer } : undefined
  const fault = (error: number, reason: string): RequestFault => new RequestFault(error, reason, answer)

  if (root.localName !== 'AuthnRequest' || root.namespaceURI !== ns.protocol) throw fault(8, 'Not an AuthnRequest')
  if (xml !== xml.trimStart()) throw fault(8, 'White space before the first tag')
  checkOrder(root, fault)
  if (root.getAttribute('Version') !== '2.0') throw fault(9, 'Version is not 2.0')
  if (!/^[A-Za-z_][\w.-]*$/.test(id)) throw fault(11, 'ID is not a name')
  const { level, comparison } = checkContext(root, fault)
  if (scheme === 'cie' && comparison !== 'minimum' && !(comparison === 'exact' && level === 3)) {
    throw fault(12, 'Comparison is not one that CIE allows at this level')
  }
  checkInstant(root.getAttribute('IssueInstant'), now, fault)
  const destination = root.getAttribute('Destination')
  // SPID tolerates the entity ID (Avviso 11), CIE does not.
  const named = destination === address || (scheme === 'spid' && destination === entityId)
  if (!named) throw fault(14, 'Destination is not this address')
  if (root.hasAttribute('IsPassive')) throw fault(15, 'IsPassive is present')
  if ((level > 1 || scheme === 'cie') && root.getAttribute('ForceAuthn') !== 'true')
    throw fault(8, 'ForceAuthn is not true')
  if (!consumer) throw fault(16, 'The address for the answer is not in the metadata')
  const purpose = purposeOf(root, scheme, fault)
  const policies = children(root, ns.protocol, 'NameIDPolicy')
  if (policies.length !== 1 || policies[0]?.getAttribute('Format') !== nameFormat.transient) {
    throw fault(17, 'NameIDPolicy is not transient')
  }
  if (policies[0].hasAttribute('AllowCreate')) throw fault(17, 'NameIDPolicy has AllowCreate')
  const attributes = provider.attributeSets.get(indexOf(root, 'AttributeConsumingServiceIndex'))
  if (!attributes) throw fault(18, 'AttributeConsumingServiceIndex is not in the metadata')
  if (!relayState || /http/i.test(relayState) || Buffer.byteLength(relayState) > 80) {
    throw fault(8, 'RelayState is missing, too long or can be read')
  }
  return {
    id,
    issuedAt: root.getAttribute('IssueInstant') ?? '',
    issuer,
    serviceName: provider.displayName,
    consumerUrl: consumer,
    level,
    comparison,
    attributes,
    purpose,
    relayState,
  }
}

function children(parent: Element, namespace: string, name: string): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    const element = node as Element // only elements have the names asked for
    if (element.namespaceURI === namespace && element.localName === name) found.push(element)
  }
  return found
}

function checkSignature(received: Received, xml: string, root: Element, provider: ServiceProvider): void {
  const inside = children(root, ns.signature, 'Signature')
  if (received.binding === 'redirect') {
    if (inside.length > 0) throw new RequestFault(7, 'A signature inside a message sent by redirect')
    if (!isQuerySignedBy(received.rawQuery, provider.certificates))
      throw new RequestFault(7, 'Signature of the query is wrong')
    return
  }
  const [signature] = inside
  if (!signature) throw new RequestFault(5, 'No signature')
  const named = (name: string) =>
    [...signature.getElementsByTagNameNS(ns.signature, name)].map((one) => one.getAttribute('Algorithm'))
  const expected: [string, string[]][] = [
    ['CanonicalizationMethod', [algorithm.exclusive]],
    ['SignatureMethod', [algorithm.rsaSha256]],
    ['Transform', [algorithm.enveloped, algorithm.exclusive]],
    ['DigestMethod', [algorithm.sha256]],
  ]
  for (const [name, algorithms] of expected) {
    if (named(name).join() !== algorithms.join()) throw new RequestFault(5, `${name} is not the one of SPID`)
  }
  if (signature.getElementsByTagNameNS(ns.signature, 'X509Certificate').length !== 1)
    throw new RequestFault(5, 'No certificate')
  if (!isSignedBy(xml, provider.certificates)) throw new RequestFault(5, 'The signature is wrong')
}

const order = ['Issuer', 'Signature', 'Extensions', 'Subject', 'NameIDPolicy', 'Conditions', 'RequestedAuthnContext']

function checkOrder(root: Element, fault: (error: number, reason: string) => RequestFault): void {
  let last = -1
  for (let node = root.firstChild; node; node = node.nextSibling) {
    if (node.nodeType !== 1) throw fault(8, 'Text between the elements')
    const place = order.indexOf((node as Element).localName ?? '')
    if (place <= last) throw fault(8, 'An element that is unknown, repeated or out of order')
    last = place
  }
}

function consumerOf(root: Element, provider: ServiceProvider): string | undefined {
  if (root.hasAttribute('AssertionConsumerServiceIndex')) {
    if (root.hasAttribute('AssertionConsumerServiceURL') || root.hasAttribute('ProtocolBinding')) return undefined
    return provider.consumers.get(indexOf(root, 'AssertionConsumerServiceIndex'))
  }
  const url = root.getAttribute('AssertionConsumerServiceURL')
  if (root.getAttribute('ProtocolBinding') !== binding.post) return undefined
  return [...provider.consumers.values()].find((consumer) => consumer === url)
}

function indexOf(root: Element, attribute: string): number {
  const text = root.getAttribute(attribute) ?? ''
  return /^\d{1,5}$/.test(text) ? Number(text) : -1
}

function checkContext(
  root: Element,
  fault: (error: number, reason: string) => RequestFault,
): { level: SpidLevel; comparison: Comparison } {
  const [context, ...others] = children(root, ns.protocol, 'RequestedAuthnContext')
  if (!context || others.length > 0) throw fault(12, 'Not exactly one RequestedAuthnContext')
  const comparison = (['exact', 'minimum', 'better', 'maximum'] as const).find(
    (one) => one === context.getAttribute('Comparison'),
  )
  const classes = children(context, ns.assertion, 'AuthnContextClassRef')
  const level = ([1, 2, 3] as const).find((one) => spidClass[one] === classes[0]?.textContent)
  if (!comparison || classes.length !== 1 || !level) throw fault(12, 'Comparison or class is wrong')
  return { level, comparison }
}

/** Extensions hold one Purpose and nothing else; CIE knows none. */
function purposeOf(
  root: Element,
  scheme: Scheme,
  fault: (error: number, reason: string) => RequestFault,
): SpidPurpose | null {
  const [extensions] = children(root, ns.protocol, 'Extensions')
  if (!extensions) return null
  const [purpose, ...others] = children(extensions, ns.spid, 'Purpose')
  const known = spidPurposes.find((one) => one === purpose?.textContent)
  if (scheme === 'cie' || !known || others.length > 0 || extensions.childNodes.length !== 1)
    throw fault(8, 'Extensions do not hold one Purpose that SPID knows')
  return known
}

function checkInstant(text: string | null, now: Date, fault: (error: number, reason: string) => RequestFault): void {
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN
  if (Number.isNaN(moment) || Math.abs(now.getTime() - moment) > 300_000) throw fault(13, 'IssueInstant is not now')
}
