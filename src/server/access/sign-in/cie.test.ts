// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { X509Certificate } from 'node:crypto'
import { testApp } from '../../../../test/setup.ts'
import {
  answerOf,
  aPerson,
  deliver,
  demoFile,
  depart,
  holder,
  joinFederation,
  lastOutcome,
  press,
} from '../../../../test/spid.ts'
import { verifiedElement } from './saml/signature.ts'
import { childrenOf, descend, parseStrictly, rootOf } from './saml/xml.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await demoFile(t)
  await joinFederation(t, 'spid')
  await joinFederation(t, 'cie')
})

const cie = { provider: 'idp' } as const
const start = (fields: Record<string, string>) =>
  t.app.inject({
    method: 'POST',
    url: '/auth/cie/start',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })

test('a person signs in with CIE, without naming the one provider there is', async () => {
  const page = await start({ returnTo: '/app/prenota' })
  assert.equal(page.statusCode, 200)
  assert.ok(
    page.body.includes(`action="${t.sandbox.url}/cie/idp/sso"`),
    'the address of the service, not the entity ID',
  )
  const departure = await depart(t, { ...cie, returnTo: '/app/prenota' })
  const xml = Buffer.from(departure.message, 'base64').toString()
  assert.match(xml, / Destination="[^"]*\/cie\/idp\/sso" ForceAuthn="true"/)
  assert.match(xml, /Comparison="minimum"/)
  assert.doesNotMatch(xml, /IsPassive|AllowCreate|Scoping/)
  const outcome = await deliver(t, await answerOf(t, departure), departure.cookie)
  assert.equal(outcome.status, 303, outcome.page)
  assert.equal(outcome.location, '/app/prenota')
  const { rows } = await t.owner.query(
    'select method, level, provider from access.session order by created_at desc limit 1',
  )
  assert.deepEqual(rows, [{ method: 'CIE', level: 2, provider: `${t.sandbox.url}/cie/idp` }])
})

test('the answer of CIE carries no Format on its Issuers, and nothing but the eIDAS minimum', async () => {
  const { SAMLResponse } = await answerOf(t, await depart(t, cie))
  const elements = [...descend(rootOf(parseStrictly(Buffer.from(SAMLResponse, 'base64').toString())))]
  const named = (name: string) => elements.map(([one]) => one).filter((one) => one.localName === name)
  assert.equal(named('Issuer')[0]?.hasAttribute('Format'), false)
  assert.deepEqual(
    named('Attribute')
      .map((one) => one.getAttribute('Name'))
      .toSorted(),
    ['dateOfBirth', 'familyName', 'fiscalNumber', 'name'],
  )
})

test('no answer of one federation opens a session in the other', async () => {
  const spid = await depart(t)
  const ofSpid = await answerOf(t, spid)
  const crossed = await deliver(t, { ...ofSpid, consumerUrl: `${t.url}/auth/cie/acs` }, spid.cookie)
  assert.equal(crossed.status, 403)
  assert.equal(await lastOutcome(t), 'provider/not-available')
  const card = await depart(t, cie)
  const ofCie = await answerOf(t, card)
  assert.equal((await deliver(t, { ...ofCie, consumerUrl: `${t.url}/auth/spid/acs` }, card.cookie)).status, 403)
  assert.equal(await lastOutcome(t), 'provider/not-available')
  assert.equal((await start({ idp: `${t.sandbox.url}/spid/uno` })).statusCode, 404)
  const list = (scheme: string) => t.app.inject(`/api/v1/identity-providers?scheme=${scheme}`)
  assert.deepEqual(
    (await list('CIE')).json().map((one: { entityId: string }) => one.entityId),
    [`${t.sandbox.url}/cie/idp`],
  )
  assert.ok((await list('SPID')).json().every((one: { entityId: string }) => one.entityId.includes('/spid/')))
})

/** What the page must say, in both languages. */
const pages: [error: number, it: RegExp, en: RegExp][] = [
  [21, /lettura della Carta d’identità elettronica/, /reading the electronic identity card/],
  [22, /dati della tua carta/, /data of your card/],
  [23, /Carta d’identità elettronica risulta scaduta o revocata/, /identity card is expired or revoked/],
  [25, /annullato l’accesso con la CIE/, /cancelled the sign-in with the electronic identity card/],
  [19, /non ha confermato l’accesso/, /did not confirm/],
]
for (const [error, italian, english] of pages) {
  test(`error ${error} of CIE has its own words`, async () => {
    for (const [language, text] of [['it', italian] as const, ['en', english] as const]) {
      const departure = await depart(t, { ...cie, language })
      const outcome = await deliver(t, await press(t, departure, 'anomaly', { error: String(error) }), departure.cookie)
      assert.equal(outcome.status, 403)
      assert.equal(outcome.session, undefined)
      assert.match(outcome.page, text)
      assert.doesNotMatch(outcome.page, /identità SPID|Assistenza SPID/)
      assert.equal(await lastOutcome(t), `denied/${error}`)
    }
  })
}

test('the metadata for CIE have the administrative contact of a public body and one set of attributes', async () => {
  const { body } = await t.app.inject('/auth/cie/metadata')
  const certificate = new X509Certificate(await readFile(join(t.dataDir, 'keys/cie.crt'), 'utf8'))
  const root = verifiedElement(rootOf(parseStrictly(body)), [certificate.publicKey])
  assert.equal(root.getAttribute('entityID'), `${t.url}/auth/cie/metadata`)
  const elements = [...descend(root)].map(([one]) => one)
  const named = (name: string) => elements.filter((one) => one.localName === name)
  const [contact, ...others] = named('ContactPerson')
  assert.deepEqual([contact?.getAttribute('contactType'), others.length], ['administrative', 0])
  const space = 'https://www.cartaidentita.interno.gov.it/saml-extensions'
  const [extensions] = named('Extensions')
  assert.deepEqual(
    [...extensions!.childNodes].map((one) => [one.namespaceURI, one.localName, one.textContent]),
    [
      [space, 'Public', ''],
      [space, 'IPACode', 'r_campan'],
      [space, 'FiscalCode', '80011990639'],
      [space, 'Municipality', 'F839'],
    ],
  )
  assert.equal(named('Company')[0]?.textContent, named('OrganizationName')[0]?.textContent)
  assert.equal(named('AttributeConsumingService').length, 1)
  assert.match(
    named('ServiceName')[0]?.textContent ?? '',
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  assert.ok(named('SingleLogoutService').some((one) => one.getAttribute('Binding')?.endsWith('HTTP-Redirect')))
  assert.equal(childrenOf(root, 'https://spid.gov.it/saml-extensions', 'IPACode').length, 0)
})

test('a client that keeps no cookies is asked who it is, and signs in by answering', async () => {
  const departure = await depart(t, cie)
  const outcome = await deliver(t, await answerOf(t, departure), undefined)
  assert.equal(outcome.status, 200)
  assert.equal(outcome.session, undefined)
  assert.match(outcome.page, /action="\/auth\/cie\/confirm"/)
  assert.match(outcome.page, new RegExp(`${holder.givenName} ${holder.familyName}`))
  const token = /name="token" value="([^"]*)"/.exec(outcome.page)?.[1] ?? ''
  const entered = await t.app.inject({
    method: 'POST',
    url: '/auth/cie/confirm',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: outcome.cookies[0] ?? '' },
    payload: new URLSearchParams({ token }).toString(),
  })
  assert.equal(entered.statusCode, 303)
  assert.match(String(entered.headers['set-cookie']), /__Host-sid=/)
})
