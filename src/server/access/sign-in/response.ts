// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameFormat, ns, status } from '../../../shared/saml-names.ts'
import { readAssertion, type Assertion } from './assertion.ts'
import { checkIssueInstant, type Expectation } from './expectation.ts'
import { SamlFault } from './saml/fault.ts'
import { secondsOf } from './saml/instant.ts'
import { signaturesOn, verifiedElement, verifiedInPlace } from './saml/signature.ts'
import {
  attributeOf,
  childrenOf,
  descend,
  elementsIn,
  onlyChild,
  parseStrictly,
  rootOf,
  textOf,
  type Element,
} from './saml/xml.ts'

/** A message as it arrived, parsed but believed in nothing yet except where it claims to belong. */
export type Envelope = { xml: string; root: Element; assertion: Element | undefined; inResponseTo: string }

/** Index fields of the register of answers (SPID technical rules, "Log"). */
export type ResponseIndex = { responseId: string; issuedAt: string; issuer: string }

export type Outcome =
  | { kind: 'identity'; index: ResponseIndex; assertion: Assertion }
  /** The provider says no; `error` is the number of the SPID table of errors when it gave one. */
  | { kind: 'denied'; index: ResponseIndex; error: number | undefined }

/**
 * Step 1 to 3 of the order of work: decodes and parses the `SAMLResponse` field and finds out which request it claims
 * to answer. Refuses anything that is not a Response with at most one Assertion, directly under its root.
 *
 * @throws SamlFault
 */
export function openEnvelope(field: string): Envelope {
  const base64 = field.replace(/[\r\n\t ]+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new SamlFault('envelope/base64')
  let xml: string
  try {
    xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'))
  } catch (cause) {
    throw new SamlFault('envelope/encoding', { cause })
  }
  const root = rootOf(parseStrictly(xml))
  if (root.namespaceURI !== ns.protocol || root.localName !== 'Response') throw new SamlFault('envelope/not-a-response')
  const assertion = onlyAssertion(root)
  return { xml, root, assertion, inResponseTo: attributeOf(root, 'InResponseTo', 'response/in-response-to') }
}

/** Refuses a second Assertion, one that hides deeper, an encrypted one, and signatures on anything else. */
function onlyAssertion(root: Element): Element | undefined {
  let assertion: Element | undefined
  for (const [element] of descend(root)) {
    if (element.localName === 'EncryptedAssertion') throw new SamlFault('envelope/encrypted')
    if (element.localName === 'Assertion') {
      if (assertion || element.parentNode !== root || element.namespaceURI !== ns.assertion) {
        throw new SamlFault('envelope/assertions')
      }
      assertion = element
    }
    if (element.localName === 'Signature' && element.parentNode !== root && element.parentNode !== assertion) {
      throw new SamlFault('envelope/stray-signature')
    }
    if (element !== root && element.localName === 'Response') throw new SamlFault('envelope/nested-response')
  }
  return assertion
}

/**
 * Step 4 to 7 of the order of work: issuer, signatures, status and every check of AgID's response cases, each read
 * from the bytes that were signed. What it returns may be believed; using up the request is the caller's next step.
 *
 * @throws SamlFault naming the check that failed
 */
export function examine(envelope: Envelope, expected: Expectation): Outcome {
  if (envelope.inResponseTo !== expected.requestId) throw new SamlFault('response/in-response-to')
  checkIssuer(envelope.root, expected.provider)

  // The signature of the Response covers the Assertion with its own signature: it has to be looked at first.
  const isSigned = signaturesOn(envelope.root).length > 0
  const carrier = isSigned ? verifiedElement(envelope.root, expected.keys) : envelope.root
  const assertion =
    envelope.assertion && verifiedAssertion(envelope.assertion, isSigned ? carrier : undefined, expected)

  const index = checkResponse(carrier, expected)
  const denial = checkStatus(carrier)
  if (denial) {
    if (assertion) throw new SamlFault('response/denied-with-assertion')
    return { kind: 'denied', index, error: denial.error }
  }
  if (!assertion) throw new SamlFault('response/no-assertion')
  return { kind: 'identity', index, assertion: readAssertion(assertion, expected) }
}

/**
 * The Assertion as it was signed. Inside a signed Response it is found among the bytes that were signed already, and need not
 * be read a third time once its own signature is good too. Its canonical form may need prefixes that are declared around it
 * and that the Response's does not keep: then, and where the Response is not signed, it is checked where it stood.
 */
function verifiedAssertion(original: Element, carrier: Element | undefined, expected: Expectation): Element {
  const covered = carrier && onlyAssertion(carrier)
  return (covered && verifiedInPlace(covered, expected.keys)) ?? verifiedElement(original, expected.keys)
}

const allowedChildren = new Set([
  `${ns.assertion} Issuer`,
  `${ns.signature} Signature`,
  `${ns.protocol} Extensions`,
  `${ns.protocol} Status`,
  `${ns.assertion} Assertion`,
])

/** Cases 8 to 21 and 27 to 31, on the signed bytes where the Response is signed. */
function checkResponse(response: Element, expected: Expectation): ResponseIndex {
  for (const child of elementsIn(response)) {
    if (!allowedChildren.has(`${child.namespaceURI} ${child.localName}`))
      throw new SamlFault('response/foreign-element')
  }
  const responseId = attributeOf(response, 'ID', 'response/id')
  if (response.getAttribute('Version') !== '2.0') throw new SamlFault('response/version')
  const issueInstant = response.getAttribute('IssueInstant')
  checkIssueInstant(secondsOf(issueInstant, 'response/issue-instant'), expected, 'response/issue-instant')
  if (response.getAttribute('InResponseTo') !== expected.requestId) throw new SamlFault('response/in-response-to')
  if (response.getAttribute('Destination') !== expected.consumerUrl) throw new SamlFault('response/destination')
  checkIssuer(response, expected.provider)
  return { responseId, issuedAt: issueInstant ?? '', issuer: expected.provider }
}

/** The Response's Issuer may leave out its Format; the text must be the entity ID to the letter. */
function checkIssuer(response: Element, provider: string): void {
  const issuer = onlyChild(response, ns.assertion, 'Issuer', 'response/issuer')
  if (textOf(issuer, 'response/issuer') !== provider) throw new SamlFault('response/issuer')
  const format = issuer.getAttribute('Format')
  if (format !== null && format !== nameFormat.entity) throw new SamlFault('response/issuer-format')
}

/** Cases 22 to 26: undefined for Success, otherwise the number after `ErrorCode nr` when there is one. */
function checkStatus(response: Element): { error: number | undefined } | undefined {
  const answer = onlyChild(response, ns.protocol, 'Status', 'response/status')
  const code = onlyChild(answer, ns.protocol, 'StatusCode', 'response/status-code')
  const value = attributeOf(code, 'Value', 'response/status-code')
  if (value === status.success) {
    if (elementsIn(code).length > 0) throw new SamlFault('response/status-code')
    return undefined
  }
  const [message] = childrenOf(answer, ns.protocol, 'StatusMessage')
  const found = message && /ErrorCode nr(\d{2})/.exec(textOf(message, 'response/status-message'))
  return { error: found ? Number(found[1]) : undefined }
}
