// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { bearer, nameFormat, ns, type SpidLevel } from '../../../shared/saml-names.ts'
import { checkIssueInstant, clockSkew, type Expectation } from './expectation.ts'
import { levelAccepted, levelOf } from './levels.ts'
import { SamlFault } from './saml/fault.ts'
import { secondsOf } from './saml/instant.ts'
import { attributeOf, childrenOf, elementsIn, onlyChild, textOf, type Element } from './saml/xml.ts'

/** What a provider has vouched for. Instants are whole seconds since 1970. */
export type Assertion = {
  id: string
  level: SpidLevel
  authenticatedAt: number
  /** From this moment on the assertion is worth nothing; until then its ID must be remembered against replay. */
  expiresAt: number
  subject: { nameId: string; nameQualifier: string; sessionIndex: string | null }
  /** The attributes given, by name; those that were not asked for are left in, for the caller to ignore. */
  attributes: ReadonlyMap<string, string>
}

/**
 * Cases 33 to 103 of AgID's response suite, in their order, on an Assertion whose signature has been checked and that
 * was read again from the signed bytes.
 *
 * @throws SamlFault naming the check that failed
 */
export function readAssertion(assertion: Element, expected: Expectation): Assertion {
  const id = attributeOf(assertion, 'ID', 'assertion/id')
  if (assertion.getAttribute('Version') !== '2.0') throw new SamlFault('assertion/version')
  const issuedAt = secondsOf(assertion.getAttribute('IssueInstant'), 'assertion/issue-instant')
  checkIssueInstant(issuedAt, expected, 'assertion/issue-instant')
  const issuer = onlyChild(assertion, ns.assertion, 'Issuer', 'assertion/issuer')
  if (textOf(issuer, 'assertion/issuer') !== expected.provider) throw new SamlFault('assertion/issuer')
  const format = issuer.getAttribute('Format')
  const leftOut = format === null && expected.issuerFormat === 'optional'
  if (format !== nameFormat.entity && !leftOut) throw new SamlFault('assertion/issuer-format')

  const subject = onlyChild(assertion, ns.assertion, 'Subject', 'assertion/subject')
  const name = readNameId(subject)
  const confirmedUntil = checkConfirmation(subject, expected)
  const validUntil = checkConditions(assertion, expected)
  const authentication = readAuthentication(assertion, expected)
  return {
    id,
    level: authentication.level,
    authenticatedAt: authentication.instant,
    expiresAt: Math.max(confirmedUntil, validUntil),
    subject: { ...name, sessionIndex: authentication.sessionIndex },
    attributes: readAttributes(assertion),
  }
}

/** Cases 43 to 49. */
function readNameId(subject: Element): { nameId: string; nameQualifier: string } {
  const element = onlyChild(subject, ns.assertion, 'NameID', 'assertion/name-id')
  const nameId = textOf(element, 'assertion/name-id')
  if (!nameId.trim()) throw new SamlFault('assertion/name-id')
  if (element.getAttribute('Format') !== nameFormat.transient) throw new SamlFault('assertion/name-id-format')
  return { nameId, nameQualifier: attributeOf(element, 'NameQualifier', 'assertion/name-qualifier') }
}

/** Cases 51 to 66; gives back the end of the confirmation. */
function checkConfirmation(subject: Element, expected: Expectation): number {
  const confirmation = onlyChild(subject, ns.assertion, 'SubjectConfirmation', 'assertion/confirmation')
  if (confirmation.getAttribute('Method') !== bearer) throw new SamlFault('assertion/confirmation-method')
  const data = onlyChild(confirmation, ns.assertion, 'SubjectConfirmationData', 'assertion/confirmation-data')
  if (data.getAttribute('Recipient') !== expected.consumerUrl) throw new SamlFault('assertion/recipient')
  if (data.getAttribute('InResponseTo') !== expected.requestId) throw new SamlFault('assertion/in-response-to')
  const notBefore = data.getAttribute('NotBefore')
  if (notBefore !== null && secondsOf(notBefore, 'assertion/confirmation-not-before') > expected.now + clockSkew) {
    throw new SamlFault('assertion/confirmation-not-before')
  }
  const end = secondsOf(data.getAttribute('NotOnOrAfter'), 'assertion/confirmation-not-on-or-after')
  if (end <= expected.now) throw new SamlFault('assertion/confirmation-not-on-or-after')
  return end
}

/** SAML core 2.5.1: a condition that is not understood makes the assertion worthless. */
const understood = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])

/** Cases 73 to 87; gives back the end of the conditions. */
function checkConditions(assertion: Element, expected: Expectation): number {
  const conditions = onlyChild(assertion, ns.assertion, 'Conditions', 'assertion/conditions')
  const start = secondsOf(conditions.getAttribute('NotBefore'), 'assertion/not-before')
  if (start > expected.now + clockSkew) throw new SamlFault('assertion/not-before')
  const end = secondsOf(conditions.getAttribute('NotOnOrAfter'), 'assertion/not-on-or-after')
  if (end <= expected.now || end <= start) throw new SamlFault('assertion/not-on-or-after')
  for (const condition of elementsIn(conditions)) {
    if (condition.namespaceURI !== ns.assertion || !understood.has(condition.localName ?? '')) {
      throw new SamlFault('assertion/unknown-condition')
    }
  }
  const restrictions = childrenOf(conditions, ns.assertion, 'AudienceRestriction')
  if (restrictions.length === 0) throw new SamlFault('assertion/audience')
  for (const restriction of restrictions) {
    const audiences = childrenOf(restriction, ns.assertion, 'Audience')
    if (!audiences.some((audience) => textOf(audience, 'assertion/audience') === expected.audience)) {
      throw new SamlFault('assertion/audience')
    }
  }
  return end
}

/** Cases 88 to 97. */
function readAuthentication(
  assertion: Element,
  expected: Expectation,
): { level: SpidLevel; instant: number; sessionIndex: string | null } {
  const statement = onlyChild(assertion, ns.assertion, 'AuthnStatement', 'assertion/authn-statement')
  const instant = secondsOf(statement.getAttribute('AuthnInstant'), 'assertion/authn-instant')
  if (instant > expected.now + clockSkew) throw new SamlFault('assertion/authn-instant')
  const context = onlyChild(statement, ns.assertion, 'AuthnContext', 'assertion/authn-context')
  const reference = onlyChild(context, ns.assertion, 'AuthnContextClassRef', 'assertion/class')
  const level = levelOf(textOf(reference, 'assertion/class'))
  if (!level) throw new SamlFault('assertion/class')
  if (!levelAccepted(level, expected.level, expected.comparison)) throw new SamlFault('assertion/level')
  return { level, instant, sessionIndex: statement.getAttribute('SessionIndex') }
}

/** Cases 98, 99, 103 and 109: which names have to be there is decided by who asked for them. */
function readAttributes(assertion: Element): ReadonlyMap<string, string> {
  const statement = onlyChild(assertion, ns.assertion, 'AttributeStatement', 'assertion/attributes')
  const attributes = new Map<string, string>()
  for (const attribute of childrenOf(statement, ns.assertion, 'Attribute')) {
    const name = attributeOf(attribute, 'Name', 'assertion/attribute-name')
    const value = onlyChild(attribute, ns.assertion, 'AttributeValue', 'assertion/attribute-value')
    if (attributes.has(name)) throw new SamlFault('assertion/attribute-twice')
    attributes.set(name, textOf(value, 'assertion/attribute-value'))
  }
  if (attributes.size === 0) throw new SamlFault('assertion/attributes')
  return attributes
}
