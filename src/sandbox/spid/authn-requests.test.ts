// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { selfSignedCertificate, subjectPart } from '../../shared/node/x509.ts'
import { checkRequest, RequestFault, type Received } from './authn-requests.ts'
import type { ServiceProvider } from './service-providers.ts'
import { signElement, type Key } from './signing.ts'

function aKey(): Key {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    subject: [[subjectPart.commonName, 'prova']],
    validFrom: new Date(),
    validTo: new Date(Date.now() + 1e9),
  })
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate }
}
const key = aKey()
const address = 'https://idp.example/spid/uno/sso'
const entityId = 'https://idp.example/spid/uno'
const provider: ServiceProvider = {
  entityId: 'https://sp.example',
  displayName: 'Servizio',
  certificates: [key.certificate],
  consumers: new Map([[0, 'https://sp.example/acs']]),
  attributeSets: new Map([[0, ['fiscalNumber']]]),
  logoutAddresses: ['https://sp.example/slo'],
}
const now = new Date('2026-05-04T10:00:00.900Z')
const good =
  `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
  ` ID="_abc" Version="2.0" IssueInstant="2026-05-04T10:00:00Z" Destination="${address}" ForceAuthn="true"` +
  ` AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="0">` +
  `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example">https://sp.example</saml:Issuer>` +
  `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"></samlp:NameIDPolicy>` +
  `<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef>` +
  `</samlp:RequestedAuthnContext></samlp:AuthnRequest>`

const find = async (issuer: string) => (issuer === provider.entityId ? provider : undefined)
const encode = (xml: string): string => Buffer.from(xml).toString('base64')
const posted = (xml: string, relayState: string | undefined = 'opaco'): Received => ({
  binding: 'post',
  message: encode(xml),
  relayState,
})
const check = (received: Received) => checkRequest(received, address, entityId, 'spid', now, find)
const sign = (xml: string, by = key): string => signElement(xml, 'AuthnRequest', by)

test('a request in order is accepted, addressed to the service or to the provider', async () => {
  const login = await check(posted(sign(good)))
  assert.deepEqual(
    [login.id, login.level, login.comparison, login.consumerUrl],
    ['_abc', 2, 'minimum', 'https://sp.example/acs'],
  )
  assert.equal((await check(posted(sign(good.replace(address, entityId))))).id, '_abc')
})

/** What is wrong, the error of the SPID table, and whether the service provider hears of it in a Response. */
const faults: [what: string, error: number, answered: boolean, change: (xml: string) => string][] = [
  ['no signature', 5, false, (xml) => xml],
  ['another key', 5, false, (xml) => sign(xml, aKey())],
  ['a changed text', 5, false, (xml) => sign(xml).replace('SpidL2', 'SpidL1')],
  ['not XML', 4, false, () => 'ciao'],
  ['an unknown issuer', 10, false, (xml) => sign(xml.replace('>https://sp.example<', '>https://altro.example<'))],
  ['an issuer without format', 10, false, (xml) => sign(xml.replace(/ Format="[^"]*entity"/, ''))],
  [
    'elements out of order',
    8,
    true,
    (xml) => sign(xml.replace(/(<samlp:NameIDPolicy.*<\/samlp:NameIDPolicy>)(.*)(<\/samlp:AuthnRequest>)/, '$2$1$3')),
  ],
  ['another version', 9, true, (xml) => sign(xml.replace('Version="2.0"', 'Version="1.1"'))],
  ['an ID that is no name', 11, true, (xml) => sign(xml.replace('"_abc"', '"1 2"'))],
  ['no class', 12, true, (xml) => sign(xml.replace(/<saml:AuthnContextClassRef>.*<\/saml:AuthnContextClassRef>/, ''))],
  ['white space around the class', 12, true, (xml) => sign(xml.replace('>https://www.spid', '> https://www.spid'))],
  ['no comparison', 12, true, (xml) => sign(xml.replace(' Comparison="minimum"', ''))],
  ['an old instant', 13, true, (xml) => sign(xml.replace('2026-05-04T10:00:00Z', '2026-05-04T09:00:00Z'))],
  ['an instant without zone', 13, true, (xml) => sign(xml.replace('10:00:00Z', '10:00:00'))],
  ['another destination', 14, true, (xml) => sign(xml.replace(address, 'https://altrove.example'))],
  ['IsPassive', 15, true, (xml) => sign(xml.replace(' ForceAuthn', ' IsPassive="false" ForceAuthn'))],
  [
    'an unknown consumer',
    16,
    false,
    (xml) => sign(xml.replace('ConsumerServiceIndex="0"', 'ConsumerServiceIndex="9"')),
  ],
  [
    'an index with an address',
    16,
    false,
    (xml) => sign(xml.replace(' ForceAuthn', ' AssertionConsumerServiceURL="https://sp.example/acs" ForceAuthn')),
  ],
  ['another NameID format', 17, true, (xml) => sign(xml.replace('format:transient', 'format:persistent'))],
  [
    'AllowCreate',
    17,
    true,
    (xml) => sign(xml.replace('<samlp:NameIDPolicy', '<samlp:NameIDPolicy AllowCreate="true"')),
  ],
  [
    'an unknown attribute set',
    18,
    true,
    (xml) => sign(xml.replace('ConsumingServiceIndex="0"', 'ConsumingServiceIndex="7"')),
  ],
  ['no ForceAuthn at level 2', 8, true, (xml) => sign(xml.replace(' ForceAuthn="true"', ''))],
]
for (const [what, error, answered, change] of faults) {
  test(`${what} is error ${error}`, async () => {
    await assert.rejects(check(posted(change(good))), (thrown: unknown) => {
      assert.ok(thrown instanceof RequestFault)
      assert.equal(thrown.error, error)
      assert.equal(thrown.answer !== undefined, answered)
      return true
    })
  })
}

test('a RelayState that is missing, readable or long is error 8', async () => {
  for (const relayState of ['', 'https://sp.example/app', 'a'.repeat(81)]) {
    await assert.rejects(
      check(posted(sign(good), relayState)),
      (thrown: unknown) => thrown instanceof RequestFault && thrown.error === 8,
    )
  }
})
