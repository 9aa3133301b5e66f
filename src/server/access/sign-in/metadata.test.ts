// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { readSignInConfig } from './config.ts'
import { loadKeys } from './keys.ts'
import { serviceProviderMetadata } from './metadata.ts'
import { verifiedElement } from './saml/signature.ts'
import { descend, parseStrictly, rootOf, type Element } from './saml/xml.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

async function published(): Promise<{ xml: string; root: Element; certificate: X509Certificate }> {
  const answer = await t.app.inject({ url: '/auth/spid/metadata' })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/samlmetadata+xml')
  const certificate = new X509Certificate(await readFile(join(t.dataDir, 'keys/spid.crt'), 'utf8'))
  return { xml: answer.body, root: rootOf(parseStrictly(answer.body)), certificate }
}

const all = (root: Element, name: string): Element[] =>
  [...descend(root)].map(([element]) => element).filter((element) => element.localName === name)
const only = (root: Element, name: string): Element => {
  const found = all(root, name)
  assert.equal(found.length, 1, `one ${name}`)
  return found[0]!
}

test('the metadata are signed as first child by the published key and start with the first tag', async () => {
  const { xml, root, certificate } = await published()
  assert.match(xml, /^<md:EntityDescriptor [^>]*><ds:Signature /)
  assert.equal(verifiedElement(root, [certificate.publicKey]).getAttribute('entityID'), `${t.url}/auth/spid/metadata`)
})

test('the metadata are those of a public service provider (Avviso 29)', async () => {
  const { root, certificate } = await published()
  const role = only(root, 'SPSSODescriptor')
  assert.equal(role.getAttribute('protocolSupportEnumeration'), 'urn:oasis:names:tc:SAML:2.0:protocol')
  assert.equal(role.getAttribute('AuthnRequestsSigned'), 'true')
  assert.equal(role.getAttribute('WantAssertionsSigned'), 'true')
  const kinds = [...role.childNodes].map((node) => node.localName)
  const order = [
    'KeyDescriptor',
    'SingleLogoutService',
    'NameIDFormat',
    'AssertionConsumerService',
    'AttributeConsumingService',
  ]
  assert.deepEqual([...new Set(kinds)], order, 'children in the order of the schema')
  const consumer = only(role, 'AssertionConsumerService')
  assert.equal(consumer.getAttribute('index'), '0')
  assert.equal(consumer.getAttribute('isDefault'), 'true')
  assert.equal(consumer.getAttribute('Binding'), 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST')
  assert.equal(consumer.getAttribute('Location'), `${t.url}/auth/spid/acs`)
  const [smallest] = all(role, 'AttributeConsumingService')
  const asked = all(smallest!, 'RequestedAttribute').map((one) => one.getAttribute('Name'))
  assert.deepEqual(asked, ['fiscalNumber', 'name', 'familyName', 'dateOfBirth'], 'the least that a login needs')
  const contact = only(root, 'ContactPerson')
  assert.equal(contact.getAttribute('contactType'), 'other')
  assert.deepEqual(
    [...only(contact, 'Extensions').childNodes].map(
      (node) => `${node.namespaceURI} ${node.localName} ${node.textContent}`,
    ),
    [
      'https://spid.gov.it/saml-extensions IPACode r_campan',
      'https://spid.gov.it/saml-extensions FiscalCode 80011990639',
      'https://spid.gov.it/saml-extensions Public ',
    ],
  )
  for (const name of ['OrganizationName', 'OrganizationDisplayName', 'OrganizationURL']) {
    assert.equal(only(root, name).getAttribute('xml:lang'), 'it')
  }
  assert.equal(only(contact, 'Company').textContent, only(root, 'OrganizationName').textContent)
  assert.equal(all(root, 'X509Certificate').at(-1)?.textContent, certificate.raw.toString('base64'))
})

test('the certificate has the subject of a public service provider', async () => {
  const { certificate } = await published()
  const lines = certificate.subject.split('\n')
  for (const part of [
    'CN=Regione Campania',
    'O=Regione Campania',
    'C=IT',
    'L=Napoli',
    'organizationIdentifier=PA:IT-r_campan',
  ]) {
    assert.ok(lines.includes(part), `${part} in ${certificate.subject}`)
  }
  assert.ok(certificate.subject.includes(`${t.url}/auth/spid/metadata`), 'uri is the entity ID')
  assert.equal(certificate.ca, false)
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048)
})

test('the same document comes from every process, and names the next key during a roll-over', async () => {
  assert.equal((await published()).xml, (await published()).xml)
  const config = readSignInConfig(t.platform.config)
  const folder = join(t.dataDir, 'next')
  const next = {
    ...config,
    keyFile: join(folder, 'k'),
    certificateFile: join(folder, 'c'),
    logKeyFile: join(folder, 'l'),
  }
  const [one, two] = await Promise.all([loadKeys(next), loadKeys(next)])
  assert.equal(one.signing.certificate, two.signing.certificate, 'two processes that start at once share one key')
  const keys = await loadKeys({ ...config, nextCertificateFile: next.certificateFile })
  const { profile, entityId, consumerUrl, logoutUrl, organization } = config
  const xml = serviceProviderMetadata(
    { profile, entityId, consumerUrl, logoutUrl, organization, certificates: keys.certificates },
    keys.signing,
  )
  assert.equal(all(rootOf(parseStrictly(xml)), 'KeyDescriptor').length, 2)
})

test('a certificate of another key and a short key of the register are refused at start, with what to do', async () => {
  const config = readSignInConfig(t.platform.config)
  await published()
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keyFile = join(t.dataDir, 'other.key')
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await assert.rejects(loadKeys({ ...config, keyFile }), /is not the certificate of .*other\.key/)
  const logKeyFile = join(t.dataDir, 'short.key')
  await writeFile(logKeyFile, 'abc')
  await assert.rejects(loadKeys({ ...config, logKeyFile }), /32 bytes in base64/)
  await rm(keyFile)
})
