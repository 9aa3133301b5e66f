// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameFormat, spidClass } from '../../shared/saml-names.ts'
import type { Answer } from './responses.ts'
import type { Piece } from './xml-tree.ts'

/** Which parts of the answer are signed, and with whose key. */
export type Signing = 'both' | 'assertion' | 'response' | 'none' | 'foreign' | 'foreign-assertion' | 'bad-assertion'

/** A numbered case of AgID's suite for the answers of an identity provider. */
export type Case = {
  number: string
  sentence: string
  /** `by-level`: accepted when the level of the answer satisfies the request. */
  expected: 'accepted' | 'refused' | 'by-level'
  /** A number of the table of errors, answered instead of an identity. */
  error?: number
  bend?: (response: Piece, answer: Answer) => void
  signing?: Signing
  /** Puts a foreign element, validly signed, at the front of the signed answer (cases 112 and 113). */
  foreignFirst?: boolean
  transforms?: 'xslt'
}

const past = '2018-03-01T00:00:00Z'
const future = '2099-01-01T00:00:00Z'
const assertion = 'saml:Assertion'
const confirmationData = 'saml:SubjectConfirmationData'

type Bend = NonNullable<Case['bend']>
type Place = string | undefined

const at = (response: Piece, place: Place): Piece => (place ? response.at(place) : response)
const attribute =
  (place: Place, name: string, value: string | undefined): Bend =>
  (response) =>
    void at(response, place).set(name, value)
const emptied =
  (place: string): Bend =>
  (response) =>
    void response.at(place).empty()
const removed =
  (place: string): Bend =>
  (response) =>
    void response.remove(place)
const text =
  (place: string, value: string): Bend =>
  (response) =>
    void response.at(place).text(value)
/** The Issuer of the Assertion: the one of the Response comes first in the document. */
const issuerOfAssertion =
  (bend: (issuer: Piece) => void): Bend =>
  (response) =>
    bend(response.at(assertion).at('saml:Issuer'))
const withoutAssertionIssuer: Bend = (response) => void response.at(assertion).remove('saml:Issuer')

const refused = (number: number | string, sentence: string, bend?: Bend, more: Partial<Case> = {}): Case => ({
  number: String(number),
  sentence,
  expected: 'refused',
  ...(bend ? { bend } : {}),
  ...more,
})
const accepted = (number: number, sentence: string, bend?: Bend): Case => ({
  number: String(number),
  sentence,
  expected: 'accepted',
  ...(bend ? { bend } : {}),
})
const onlyAssertionSigned: Partial<Case> = { signing: 'assertion' }

/** AgID's cases 1 to 113; the numbers 6, 7, 50, 101 and 102 are not in use. */
export const cases: readonly Case[] = [
  accepted(1, 'a correct answer'),
  refused(2, 'neither Response nor Assertion signed', undefined, { signing: 'none' }),
  refused(3, 'Response signed, Assertion not signed', undefined, { signing: 'response' }),
  refused(4, 'Response and Assertion signed with a key that is not registered', undefined, { signing: 'foreign' }),
  refused(5, 'as 4, with the foreign certificate in KeyInfo', undefined, { signing: 'foreign' }),
  refused('xslt', 'an XSLT transform in the signature', undefined, { transforms: 'xslt' }),
  refused(8, 'Response ID empty', attribute(undefined, 'ID', ''), onlyAssertionSigned),
  refused(9, 'Response ID absent', attribute(undefined, 'ID', undefined), onlyAssertionSigned),
  refused(10, 'Response Version other than 2.0', attribute(undefined, 'Version', '3.0')),
  refused(11, 'Response IssueInstant empty', attribute(undefined, 'IssueInstant', '')),
  refused(12, 'Response IssueInstant absent', attribute(undefined, 'IssueInstant', undefined)),
  refused(13, 'Response IssueInstant in a wrong format', attribute(undefined, 'IssueInstant', '2018-09-06 16:00')),
  refused(14, 'Response IssueInstant before the request', attribute(undefined, 'IssueInstant', past)),
  refused(15, 'Response IssueInstant after reception', attribute(undefined, 'IssueInstant', future)),
  refused(16, 'Response InResponseTo empty', attribute(undefined, 'InResponseTo', '')),
  refused(17, 'Response InResponseTo absent', attribute(undefined, 'InResponseTo', undefined)),
  refused(18, 'Response InResponseTo other than the request', attribute(undefined, 'InResponseTo', '_inesistente')),
  refused(19, 'Destination empty', attribute(undefined, 'Destination', '')),
  refused(20, 'Destination absent', attribute(undefined, 'Destination', undefined)),
  refused(21, 'Destination other than our address', attribute(undefined, 'Destination', 'https://altrove.example/acs')),
  refused(22, 'Status empty', emptied('samlp:Status')),
  refused(23, 'Status absent', removed('samlp:Status')),
  refused(24, 'StatusCode empty', attribute('samlp:StatusCode', 'Value', '')),
  refused(25, 'StatusCode absent', removed('samlp:StatusCode')),
  refused(
    26,
    'StatusCode that is not Success',
    attribute('samlp:StatusCode', 'Value', 'urn:oasis:names:tc:SAML:2.0:status:Boh'),
  ),
  refused(27, 'Response Issuer empty', emptied('saml:Issuer')),
  refused(28, 'Response Issuer absent', removed('saml:Issuer')),
  refused(29, 'Response Issuer other than the provider', text('saml:Issuer', 'https://altrove.example')),
  refused(30, 'Response Issuer with another Format', attribute('saml:Issuer', 'Format', nameFormat.transient)),
  accepted(31, 'Response Issuer without Format', attribute('saml:Issuer', 'Format', undefined)),
  refused(32, 'Success without an Assertion', removed(assertion), { signing: 'response' }),
  refused(33, 'Assertion ID empty', attribute(assertion, 'ID', '')),
  refused(34, 'Assertion ID absent', attribute(assertion, 'ID', undefined)),
  refused(35, 'Assertion Version other than 2.0', attribute(assertion, 'Version', '3.0')),
  refused(36, 'Assertion IssueInstant empty', attribute(assertion, 'IssueInstant', '')),
  refused(37, 'Assertion IssueInstant absent', attribute(assertion, 'IssueInstant', undefined)),
  refused(38, 'Assertion IssueInstant in a wrong format', attribute(assertion, 'IssueInstant', '2018-09-06 16:00')),
  refused(
    39,
    'Assertion IssueInstant before the request',
    attribute(assertion, 'IssueInstant', '2000-01-01T00:00:00Z'),
  ),
  refused(40, 'Assertion IssueInstant in the future', attribute(assertion, 'IssueInstant', future)),
  refused(41, 'Subject empty', emptied('saml:Subject')),
  refused(42, 'Subject absent', removed('saml:Subject')),
  refused(43, 'NameID empty', emptied('saml:NameID')),
  refused(44, 'NameID absent', removed('saml:NameID')),
  refused(45, 'NameID Format empty', attribute('saml:NameID', 'Format', '')),
  refused(46, 'NameID Format absent', attribute('saml:NameID', 'Format', undefined)),
  refused(47, 'NameID Format other than transient', attribute('saml:NameID', 'Format', nameFormat.entity)),
  refused(48, 'NameID NameQualifier empty', attribute('saml:NameID', 'NameQualifier', '')),
  refused(49, 'NameID NameQualifier absent', attribute('saml:NameID', 'NameQualifier', undefined)),
  refused(51, 'SubjectConfirmation empty', emptied('saml:SubjectConfirmation')),
  refused(52, 'SubjectConfirmation absent', removed('saml:SubjectConfirmation')),
  refused(53, 'SubjectConfirmation Method empty', attribute('saml:SubjectConfirmation', 'Method', '')),
  refused(54, 'SubjectConfirmation Method absent', attribute('saml:SubjectConfirmation', 'Method', undefined)),
  refused(
    55,
    'SubjectConfirmation Method other than bearer',
    attribute('saml:SubjectConfirmation', 'Method', 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'),
  ),
  refused(56, 'SubjectConfirmationData absent', removed(confirmationData)),
  refused(57, 'Recipient empty', attribute(confirmationData, 'Recipient', '')),
  refused(58, 'Recipient absent', attribute(confirmationData, 'Recipient', undefined)),
  refused(
    59,
    'Recipient other than our address',
    attribute(confirmationData, 'Recipient', 'https://altrove.example/acs'),
  ),
  refused(60, 'SubjectConfirmationData InResponseTo empty', attribute(confirmationData, 'InResponseTo', '')),
  refused(61, 'SubjectConfirmationData InResponseTo absent', attribute(confirmationData, 'InResponseTo', undefined)),
  refused(
    62,
    'SubjectConfirmationData InResponseTo other than the request',
    attribute(confirmationData, 'InResponseTo', '_inesistente'),
  ),
  refused(63, 'SubjectConfirmationData NotOnOrAfter empty', attribute(confirmationData, 'NotOnOrAfter', '')),
  refused(64, 'SubjectConfirmationData NotOnOrAfter absent', attribute(confirmationData, 'NotOnOrAfter', undefined)),
  refused(
    65,
    'SubjectConfirmationData NotOnOrAfter in a wrong format',
    attribute(confirmationData, 'NotOnOrAfter', '2018.09.18'),
  ),
  refused(66, 'SubjectConfirmationData NotOnOrAfter in the past', attribute(confirmationData, 'NotOnOrAfter', past)),
  refused(
    67,
    'Assertion Issuer empty',
    issuerOfAssertion((issuer) => issuer.empty()),
  ),
  refused(68, 'Assertion Issuer absent', withoutAssertionIssuer),
  refused(
    69,
    'Assertion Issuer other than the provider',
    issuerOfAssertion((issuer) => issuer.text('https://altrove.example')),
  ),
  refused(
    70,
    'Assertion Issuer Format empty',
    issuerOfAssertion((issuer) => issuer.set('Format', '')),
  ),
  refused(
    71,
    'Assertion Issuer Format absent',
    issuerOfAssertion((issuer) => issuer.set('Format', undefined)),
  ),
  refused(
    72,
    'Assertion Issuer with another Format',
    issuerOfAssertion((issuer) => issuer.set('Format', nameFormat.transient)),
  ),
  refused(73, 'Conditions empty', emptied('saml:Conditions')),
  refused(74, 'Conditions absent', removed('saml:Conditions')),
  refused(75, 'NotBefore empty', attribute('saml:Conditions', 'NotBefore', '')),
  refused(76, 'NotBefore absent', attribute('saml:Conditions', 'NotBefore', undefined)),
  refused(77, 'NotBefore in a wrong format', attribute('saml:Conditions', 'NotBefore', '2018.09.18')),
  refused(78, 'NotBefore in the future', attribute('saml:Conditions', 'NotBefore', future)),
  refused(79, 'Conditions NotOnOrAfter empty', attribute('saml:Conditions', 'NotOnOrAfter', '')),
  refused(80, 'Conditions NotOnOrAfter absent', attribute('saml:Conditions', 'NotOnOrAfter', undefined)),
  refused(81, 'Conditions NotOnOrAfter in a wrong format', attribute('saml:Conditions', 'NotOnOrAfter', '2018.09.18')),
  refused(82, 'Conditions NotOnOrAfter in the past', attribute('saml:Conditions', 'NotOnOrAfter', past)),
  refused(83, 'AudienceRestriction empty', emptied('saml:AudienceRestriction')),
  refused(84, 'AudienceRestriction absent', removed('saml:AudienceRestriction')),
  refused(85, 'Audience empty', emptied('saml:Audience')),
  refused(86, 'Audience absent', removed('saml:Audience')),
  refused(87, 'Audience other than our entity ID', text('saml:Audience', 'https://altrove.example')),
  refused(88, 'AuthnStatement empty', emptied('saml:AuthnStatement')),
  refused(89, 'AuthnStatement absent', removed('saml:AuthnStatement')),
  refused(90, 'AuthnContext empty', emptied('saml:AuthnContext')),
  refused(91, 'AuthnContext absent', removed('saml:AuthnContext')),
  refused(92, 'AuthnContextClassRef empty', emptied('saml:AuthnContextClassRef')),
  refused(93, 'AuthnContextClassRef absent', removed('saml:AuthnContextClassRef')),
  ...([1, 2, 3] as const).map((level): Case => ({
    number: String(93 + level),
    sentence: `class SpidL${level}`,
    expected: 'by-level',
    bend: text('saml:AuthnContextClassRef', spidClass[level]),
  })),
  refused(
    97,
    'class in its old form',
    text('saml:AuthnContextClassRef', 'urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1'),
  ),
  refused(98, 'AttributeStatement without Attribute', emptied('saml:AttributeStatement')),
  refused(99, 'Attribute without AttributeValue', emptied('saml:Attribute')),
  refused(100, 'Assertion signed with another certificate', undefined, { signing: 'foreign-assertion' }),
  refused(103, 'a required attribute is missing', (response) => {
    const statement = response.at('saml:AttributeStatement')
    statement.children = statement.children.filter(
      (one) => typeof one === 'string' || one.attributes.get('Name') !== 'fiscalNumber',
    )
  }),
  ...[19, 20, 21, 22, 23].map((error, index): Case => ({ ...refused(104 + index, `user anomaly ${error}`), error })),
  accepted(109, 'attributes without NameFormat', (response) => {
    for (const one of response.at('saml:AttributeStatement').children)
      if (typeof one !== 'string') one.set('NameFormat', undefined)
  }),
  accepted(110, 'IssueInstant with milliseconds', (response, answer) => {
    const precise = answer.now.toISOString()
    response.set('IssueInstant', precise).at(assertion).set('IssueInstant', precise)
  }),
  { ...refused(111, 'user anomaly 25'), error: 25 },
  refused(112, 'a validly signed foreign element first, Assertion not signed', undefined, {
    signing: 'none',
    foreignFirst: true,
  }),
  refused(113, 'as 112, Assertion with a wrong signature', undefined, { signing: 'bad-assertion', foreignFirst: true }),
]
