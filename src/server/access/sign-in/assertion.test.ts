// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Comparison } from '../../../shared/saml-names.ts'
import { readAssertion, type Assertion } from './assertion.ts'
import type { Expectation } from './expectation.ts'
import { levelAccepted } from './levels.ts'
import { SamlFault } from './saml/fault.ts'
import { instantOf } from './saml/instant.ts'
import { parseStrictly, rootOf } from './saml/xml.ts'

// The checks of an assertion to the second, and those that AgID's numbered cases do not reach.

const now = Date.parse('2026-03-02T10:00:00Z') / 1000
const at = (seconds: number): string => instantOf(now + seconds)
const expected: Expectation = {
  requestId: '_request',
  requestIssuedAt: now - 30,
  level: 2,
  comparison: 'minimum',
  provider: 'https://idp.example',
  issuerFormat: 'required',
  keys: [],
  consumerUrl: 'https://sp.example/acs',
  audience: 'https://sp.example',
  now,
}
const good = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="${at(-1)}">
  <saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example</saml:Issuer>
  <saml:Subject>
    <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="https://idp.example">_name</saml:NameID>
    <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <saml:SubjectConfirmationData Recipient="https://sp.example/acs" InResponseTo="_request" NotOnOrAfter="${at(200)}"/>
    </saml:SubjectConfirmation>
  </saml:Subject>
  <saml:Conditions NotBefore="${at(-2)}" NotOnOrAfter="${at(300)}">
    <saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction>
  </saml:Conditions>
  <saml:AuthnStatement AuthnInstant="${at(-3)}">
    <saml:AuthnContext>
      <saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef>
    </saml:AuthnContext>
  </saml:AuthnStatement>
  <saml:AttributeStatement>
    <saml:Attribute Name="fiscalNumber"><saml:AttributeValue>TINIT-SPSGNN85D50F839H</saml:AttributeValue></saml:Attribute>
  </saml:AttributeStatement>
</saml:Assertion>`

const read = (xml: string, over: Partial<Expectation> = {}): Assertion =>
  readAssertion(rootOf(parseStrictly(xml)), { ...expected, ...over })
const withCode = (code: string) => (error: unknown) => error instanceof SamlFault && error.code === code

test('a good assertion is read whole, and remembered until the later of its two ends', () => {
  const found = read(good)
  assert.deepEqual(
    { ...found, attributes: [...found.attributes] },
    {
      id: '_1',
      level: 2,
      authenticatedAt: now - 3,
      expiresAt: now + 300,
      subject: { nameId: '_name', nameQualifier: 'https://idp.example', sessionIndex: null },
      attributes: [['fiscalNumber', 'TINIT-SPSGNN85D50F839H']],
    },
  )
  assert.equal(read(good.replace(at(200), at(400))).expiresAt, now + 400)
  assert.equal(read(good.replace('<saml:AuthnStatement', '$& SessionIndex="_s"')).subject.sessionIndex, '_s')
})

/** Where an instant stands, and the seconds from now between which it is good, both still good. */
const bounds: [what: string, from: string, first: number, last: number, code: string][] = [
  ['IssueInstant', `IssueInstant="${at(-1)}"`, -90, 60, 'assertion/issue-instant'],
  ['NotBefore of the conditions', `NotBefore="${at(-2)}"`, -1e6, 60, 'assertion/not-before'],
  ['the end of the conditions', `NotOnOrAfter="${at(300)}"`, 1, 1e6, 'assertion/not-on-or-after'],
  ['the end of the confirmation', `NotOnOrAfter="${at(200)}"`, 1, 1e6, 'assertion/confirmation-not-on-or-after'],
  ['AuthnInstant', `AuthnInstant="${at(-3)}"`, -1e6, 60, 'assertion/authn-instant'],
]
for (const [what, written, first, last, code] of bounds)
  test(`${what} is good from ${first} to ${last} seconds from now, and not a second more`, () => {
    const moved = (seconds: number): string => good.replace(written, written.replace(/"[^"]*"/, `"${at(seconds)}"`))
    read(moved(first))
    if (last < 1e6) assert.throws(() => read(moved(last + 1)), withCode(code))
    if (first > -1e6) assert.throws(() => read(moved(first - 1)), withCode(code))
    if (what !== 'NotBefore of the conditions') read(moved(Math.min(last, 250)))
    else read(moved(last))
    assert.throws(() => read(good.replace(written, '')), withCode(code))
  })

const data = '<saml:SubjectConfirmationData '
const restriction =
  '<saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction>'
const other = restriction.replace('sp.example', 'other.example')
const attribute = '<saml:Attribute Name="fiscalNumber">'
const value = '<saml:AttributeValue>TINIT-SPSGNN85D50F839H</saml:AttributeValue>'
const cut = (name: string): string => new RegExp(`<saml:${name}[ >][^]*</saml:${name}>`).exec(good)![0]
const twice = (name: string): string => good.replace(cut(name), cut(name) + cut(name))

const refused: [what: string, xml: string, code: string][] = [
  [
    'a confirmation that is not valid yet',
    good.replace(data, `${data}NotBefore="${at(61)}" `),
    'assertion/confirmation-not-before',
  ],
  [
    'a confirmation from no day of the calendar',
    good.replace(data, `${data}NotBefore="2026-02-30T10:00:00Z" `),
    'assertion/confirmation-not-before',
  ],
  [
    'conditions that end before they begin',
    good.replace(`NotBefore="${at(-2)}"`, `NotBefore="${at(30)}"`).replace(at(300), at(30)),
    'assertion/not-on-or-after',
  ],
  [
    'a condition that nobody knows',
    good.replace(restriction, `${restriction}<saml:Condition/>`),
    'assertion/unknown-condition',
  ],
  [
    'a known condition of another language',
    good.replace(restriction, `${restriction}<OneTimeUse xmlns="urn:x"/>`),
    'assertion/unknown-condition',
  ],
  ['an audience beside which ours is missing', good.replace(restriction, restriction + other), 'assertion/audience'],
  [
    'a second audience restriction that is empty',
    good.replace(restriction, `${restriction}<saml:AudienceRestriction/>`),
    'assertion/audience',
  ],
  [
    'an attribute twice',
    good.replace('</saml:AttributeStatement>', `${attribute}${value}</saml:Attribute>$&`),
    'assertion/attribute-twice',
  ],
  ['an attribute of two values', good.replace(value, value + value), 'assertion/attribute-value'],
  ['an attribute without a name', good.replace(' Name="fiscalNumber"', ''), 'assertion/attribute-name'],
  ['a blank before the Issuer', good.replace('>https://idp.example<', '> https://idp.example<'), 'assertion/issuer'],
  ['a blank after the audience', good.replace('>https://sp.example<', '>https://sp.example <'), 'assertion/audience'],
  ['a line break in the class', good.replace('/SpidL2<', '/SpidL2\n<'), 'assertion/class'],
  ['a NameID of white space', good.replace('>_name<', '>  <'), 'assertion/name-id'],
  ['the class of another scheme', good.replace('/SpidL2', '/SpidL4'), 'assertion/class'],
  ['two Issuers', twice('Issuer'), 'assertion/issuer'],
  ['two Subjects', twice('Subject'), 'assertion/subject'],
  ['two confirmations', twice('SubjectConfirmation'), 'assertion/confirmation'],
  ['two sets of conditions', twice('Conditions'), 'assertion/conditions'],
  ['two authentications', twice('AuthnStatement'), 'assertion/authn-statement'],
  ['two classes', twice('AuthnContextClassRef'), 'assertion/class'],
  ['two sets of attributes', twice('AttributeStatement'), 'assertion/attributes'],
  [
    'an Issuer that only begins right',
    good.replace('>https://idp.example<', '>https://idp.example.evil<'),
    'assertion/issuer',
  ],
  ['a Recipient that only begins right', good.replace('sp.example/acs', 'sp.example/acs/'), 'assertion/recipient'],
  ['a fiscal code cut by an element', good.replace('TINIT-', 'TINIT-<x/>'), 'assertion/attribute-value'],
]
for (const [what, xml, code] of refused)
  test(`${what} is refused`, () => {
    assert.notEqual(xml, good)
    assert.throws(() => read(xml), withCode(code))
  })

test('conditions that are understood, and an audience among others, let the assertion pass', () => {
  read(good.replace(restriction, `${restriction}<saml:OneTimeUse/><saml:ProxyRestriction Count="0"/>`))
  read(good.replace('<saml:Audience>', '<saml:Audience>https://other.example</saml:Audience>$&'))
  read(good.replace(data, `${data}NotBefore="${at(60)}" `))
})

test('an Issuer without Format passes only where its federation lets it be left out', () => {
  const bare = good.replace(/<saml:Issuer Format="[^"]*"/, '<saml:Issuer')
  assert.throws(() => read(bare), withCode('assertion/issuer-format'))
  read(bare, { issuerFormat: 'optional' })
  const empty = good.replace(/<saml:Issuer Format="[^"]*"/, '<saml:Issuer Format=""')
  assert.throws(() => read(empty, { issuerFormat: 'optional' }), withCode('assertion/issuer-format'))
})

test('a level is accepted by AgID’s rule, whatever comparison was asked for', () => {
  const lower: Record<Comparison, boolean> = { exact: false, minimum: false, better: false, maximum: true }
  const same: Record<Comparison, boolean> = { exact: true, minimum: true, better: false, maximum: true }
  for (const comparison of ['exact', 'minimum', 'better', 'maximum'] as const) {
    assert.equal(levelAccepted(1, 2, comparison), lower[comparison], `lower, ${comparison}`)
    assert.equal(levelAccepted(2, 2, comparison), same[comparison], `same, ${comparison}`)
    assert.equal(levelAccepted(3, 2, comparison), true, `higher, ${comparison}`)
  }
})
