// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createHmac, X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { DOMParser, XMLSerializer } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import { attacks } from '../../../sandbox/spid/attacks.ts'
import { signedInfoOf } from '../../../sandbox/spid/signing.ts'
import { ns } from '../../../shared/saml-names.ts'
import { createApp } from '../../app.ts'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, deliver, depart, joinFederation, lastOutcome } from '../../../../test/spid.ts'
import { openEnvelope } from './response.ts'
import { SamlFault } from './saml/fault.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const victim = { fiscalCode: 'VRDLGU40A01F839I', givenName: 'Luigi', familyName: 'Verdi', birthDate: '1940-01-01' }
let holderId: string
before(async () => {
  holderId = await aPerson(t)
  await aPerson(t, victim)
  await joinFederation(t)
  await joinFederation(t, 'cie')
})

/** The check that has to stop each attack: by itself when the answer is opened, otherwise after the request is found. */
const stoppedBy: Record<string, string> = {
  xsw1: 'envelope/nested-response',
  xsw2: 'envelope/nested-response',
  xsw3: 'envelope/assertions',
  xsw4: 'envelope/assertions',
  xsw5: 'envelope/assertions',
  xsw6: 'envelope/assertions',
  xsw7: 'envelope/assertions',
  xsw8: 'envelope/assertions',
  'xsw-same-id': 'xml/duplicate-id',
  altered: 'signature/digest',
  'duplicate-id': 'xml/duplicate-id',
  doctype: 'xml/document-type',
  xxe: 'xml/document-type',
  'xxe-parameter': 'xml/document-type',
  'xxe-inside': 'xml/document-type',
  xinclude: 'signature/digest',
  'entity-expansion': 'xml/document-type',
  'processing-instruction': 'xml/processing-instruction',
  sha1: 'signature/algorithm',
  'digest-sha1': 'signature/digest-algorithm',
  hmac: 'signature/algorithm',
  'hmac-certificate': 'signature/algorithm',
  'hmac-der': 'signature/algorithm',
  'hmac-key': 'signature/algorithm',
  'hmac-as-rsa': 'signature/wrong',
  'inclusive-c14n': 'signature/transforms',
  'three-transforms': 'signature/structure',
  encrypted: 'envelope/encrypted',
  'two-roots': 'xml/not-well-formed',
  deep: 'xml/too-large',
}

function opened(response: string): string | undefined {
  try {
    openEnvelope(response)
    return undefined
  } catch (error) {
    assert.ok(error instanceof SamlFault)
    return error.code
  }
}

for (const { name, sentence } of attacks) {
  test(`attack ${name}: ${sentence} opens nothing`, async () => {
    const departure = await depart(t)
    const answer = await answerOf(t, departure, { case: name, wanted: victim.fiscalCode })
    const outcome = await deliver(t, answer, departure.cookie)
    assert.ok(outcome.status === 400 || outcome.status === 403, `status ${outcome.status}`)
    assert.equal(outcome.session, undefined)
    assert.equal(opened(answer.SAMLResponse) ?? (await lastOutcome(t)), stoppedBy[name])
  })
}

const forged = async (name: string): Promise<string> => {
  const { SAMLResponse } = await answerOf(t, await depart(t), { case: name, wanted: victim.fiscalCode })
  return Buffer.from(SAMLResponse, 'base64').toString()
}
const certificateOf = async (): Promise<string> => {
  const { rows } = await t.owner.query<{ facts: { certificates: string[] } }>(
    'select facts from access.identity_provider where entity_id = $1',
    [`${t.sandbox.url}/spid/uno`],
  )
  return rows[0]!.facts.certificates[0]!
}

test('the eight wrappings are real: namespaces are kept and a library that looks for the signed ID believes each', async () => {
  const publicCert = await certificateOf()
  for (let shape = 1; shape <= 8; shape += 1) {
    const xml = await forged(`xsw${shape}`)
    const document = new DOMParser().parseFromString(xml, 'text/xml')
    const all = (namespace: string, name: string) => [...document.getElementsByTagNameNS(namespace, name)]
    assert.equal(document.documentElement?.namespaceURI, ns.protocol, `xsw${shape}`)
    const assertions = all(ns.assertion, 'Assertion')
    assert.equal(assertions.length, 2, `xsw${shape}: the signed one and the false one`)
    const [signature, ...others] = all(ns.signature, 'Signature')
    assert.ok(signature && others.length === 0)
    const checker = new SignedXml({ publicCert })
    checker.loadSignature(new XMLSerializer().serializeToString(signature))
    assert.equal(checker.checkSignature(xml), true, `xsw${shape}: the original signature is good`)
    const [signed = ''] = checker.getSignedReferences()
    assert.match(signed, /SPSGNN85D50F839H/)
    assert.doesNotMatch(signed, new RegExp(victim.fiscalCode), 'only what is not signed names the victim')
    assert.ok(assertions.some((one) => one.textContent?.includes(victim.fiscalCode)))
  }
})

test('the confused algorithms are real: each value is the HMAC of the SignedInfo with what everybody knows', async () => {
  const certificate = await certificateOf()
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })
  const secrets = {
    'hmac-certificate': certificate,
    'hmac-der': new X509Certificate(certificate).raw,
    'hmac-key': key,
    'hmac-as-rsa': key,
  }
  for (const [name, secret] of Object.entries(secrets)) {
    const xml = await forged(name)
    const value = /<ds:SignatureValue>([^<]*)/.exec(xml)?.[1]
    const computed = (text: string | Buffer) => createHmac('sha256', text).update(signedInfoOf(xml)).digest('base64')
    const trimmed = typeof secret === 'string' ? [secret, secret.trim(), `${secret.trim()}\n`] : [secret]
    assert.ok(trimmed.map(computed).includes(value ?? ''), name)
    assert.ok(xml.includes(victim.fiscalCode), 'and it names the victim')
  }
})

test('nothing that a document names is fetched while it is refused', async () => {
  let fetched = 0
  const far = createServer((_request, answer) => {
    fetched += 1
    answer.end('<!ENTITY file "taken">')
  })
  await new Promise<void>((done) => far.listen(0, '127.0.0.1', done))
  try {
    const address = `http://127.0.0.1:${(far.address() as AddressInfo).port}/far.dtd`
    for (const name of ['xxe', 'xxe-parameter', 'xxe-inside', 'xinclude']) {
      const xml = (await forged(name)).replace(/(file|http):\/\/[\w.:/]*(hostname|far\.dtd)/, address)
      assert.ok(xml.includes(address), name)
      const departure = await depart(t)
      const SAMLResponse = Buffer.from(xml).toString('base64')
      const outcome = await deliver(t, { SAMLResponse, RelayState: departure.relayState }, departure.cookie)
      assert.ok(outcome.status === 400 || outcome.status === 403)
    }
    assert.equal(fetched, 0)
  } finally {
    far.close()
  }
})

test('a comment put into the signed fiscal code does not cut it short', async () => {
  const departure = await depart(t)
  const outcome = await deliver(t, await answerOf(t, departure, { case: 'comment' }), departure.cookie)
  assert.equal(outcome.status, 303, outcome.page)
  const { rows } = await t.owner.query('select person_id from access.session order by created_at desc limit 1')
  assert.equal(rows[0].person_id, holderId)
})

test('an answer is used once, also when it is brought twice', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  assert.equal((await deliver(t, answer, departure.cookie)).status, 303)
  const again = await deliver(t, answer, departure.cookie)
  assert.equal(again.status, 403)
  assert.equal(again.session, undefined)
  assert.equal(await lastOutcome(t), 'request/already-answered')
})

test('of the same answer brought to two servers at once, one opens a session', async () => {
  const other = await createApp(t.platform.config)
  await other.app.ready()
  try {
    const departure = await depart(t, { app: other.app })
    const answer = await answerOf(t, departure)
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => deliver(t, answer, departure.cookie, index % 2 ? t.app : other.app)),
    )
    assert.equal(outcomes.filter((one) => one.session).length, 1)
    assert.deepEqual(
      outcomes.map((one) => one.status).toSorted((a, b) => a - b),
      [303, ...Array.from({ length: 9 }, () => 403)],
    )
  } finally {
    await other.close()
  }
})

test('an assertion that was used is refused for another request too', async () => {
  const [first, second] = [await depart(t), await depart(t)]
  const answer = await answerOf(t, first)
  assert.equal((await deliver(t, answer, first.cookie)).status, 303)
  const outcome = await deliver(t, { ...answer, RelayState: second.relayState }, second.cookie)
  assert.equal(outcome.status, 403)
})

test('the answer of one provider to a request for the other is refused (mix-up)', async () => {
  const departure = await depart(t, { provider: 'uno' })
  const toOther = await depart(t, { provider: 'due' })
  const genuine = await answerOf(t, toOther)
  const xml = Buffer.from(genuine.SAMLResponse, 'base64').toString()
  const requestId = (message: string): string =>
    / ID="([^"]*)"/.exec(Buffer.from(message, 'base64').toString())?.[1] ?? ''
  const moved = xml.replaceAll(requestId(toOther.message), requestId(departure.message))
  const outcome = await deliver(
    t,
    { SAMLResponse: Buffer.from(moved).toString('base64'), RelayState: departure.relayState },
    departure.cookie,
  )
  assert.equal(outcome.status, 403)
  assert.equal(await lastOutcome(t), 'response/issuer')
  const disguised = moved.replaceAll('/spid/due', '/spid/uno')
  const second = await deliver(
    t,
    { SAMLResponse: Buffer.from(disguised).toString('base64'), RelayState: departure.relayState },
    departure.cookie,
  )
  assert.equal(second.status, 403)
  assert.equal(await lastOutcome(t), 'signature/wrong')
})

test('the answer of one federation brought to the address of the other is refused (mix-up)', async () => {
  for (const [provider, address, outcome] of [
    ['idp', '/auth/spid/acs', 'provider/not-available'],
    ['uno', '/auth/cie/acs', 'provider/not-available'],
  ] as const) {
    const departure = await depart(t, { provider })
    const answer = await answerOf(t, departure)
    const brought = await deliver(t, { ...answer, consumerUrl: t.url + address }, departure.cookie)
    assert.equal(brought.status, 403)
    assert.equal(brought.session, undefined)
    assert.equal(await lastOutcome(t), outcome)
    assert.equal((await deliver(t, answer, departure.cookie)).status, 303, 'where it belongs it is good')
  }
})

test('the answer of another provider about a request of its own is refused with the RelayState of ours (mix-up)', async () => {
  const [honest, asked] = [await depart(t, { provider: 'uno' }), await depart(t, { provider: 'due' })]
  const answer = await answerOf(t, asked)
  const outcome = await deliver(t, { ...answer, RelayState: honest.relayState }, honest.cookie)
  assert.equal(outcome.status, 403)
  assert.equal(await lastOutcome(t), 'request/relay-state')
})

test('an answer that nobody asked for is refused', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  await t.owner.query('delete from access.sign_in_request')
  const outcome = await deliver(t, answer, departure.cookie)
  assert.equal(outcome.status, 403)
  assert.equal(outcome.session, undefined)
})

test('the RelayState must be the one that was sent', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  for (const RelayState of ['altro', '']) {
    assert.equal((await deliver(t, { ...answer, RelayState }, departure.cookie)).status, 403)
    assert.equal(await lastOutcome(t), 'request/relay-state')
  }
  assert.equal((await deliver(t, { SAMLResponse: answer.SAMLResponse }, departure.cookie)).status, 403)
  assert.equal((await deliver(t, answer, departure.cookie)).status, 303, 'the request was not used up by the attempts')
})

test('what is not an answer at all gets a page and never a 5xx', async () => {
  const bodies = [
    '',
    'SAMLResponse=',
    'SAMLResponse=%00',
    'SAMLResponse=bm90IHhtbA%3D%3D',
    'SAMLResponse=a&SAMLResponse=b',
    'RelayState=x',
  ]
  for (const payload of bodies) {
    const answer = await t.app.inject({
      method: 'POST',
      url: '/auth/spid/acs',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload,
    })
    assert.equal(answer.statusCode, 400, payload)
    assert.match(answer.body, /<h1>/)
  }
  const large = await t.app.inject({
    method: 'POST',
    url: '/auth/spid/acs',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `SAMLResponse=${'A'.repeat(600_000)}`,
  })
  assert.equal(large.statusCode, 413)
  assert.match(large.body, /<h1>/)
  const type = await t.app.inject({
    method: 'POST',
    url: '/auth/spid/acs',
    headers: { 'content-type': 'text/xml' },
    payload: '<a/>',
  })
  assert.equal(type.statusCode, 415)
  assert.match(type.body, /<h1>/)
  const binary = Buffer.from([0xff, 0xfe, 0x3c, 0x00]).toString('base64')
  assert.equal((await deliver(t, { SAMLResponse: binary, RelayState: 'x' }, undefined)).status, 400)
})
