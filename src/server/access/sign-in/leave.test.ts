// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, deliver, depart, joinFederation } from '../../../../test/spid.ts'
import { verifiedElement } from './saml/signature.ts'
import { parseStrictly, rootOf } from './saml/xml.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await joinFederation(t)
  await joinFederation(t, 'cie')
})

const form = (url: string, fields: Record<string, string> = {}, cookie = '') =>
  t.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
    payload: new URLSearchParams(fields).toString(),
  })
async function signIn(level: string, provider: 'uno' | 'idp' = 'uno'): Promise<string> {
  const departure = await depart(t, { level, provider })
  return (await deliver(t, await answerOf(t, departure), departure.cookie)).session ?? ''
}
const session = async (cookie: string) =>
  (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json() as {
    signedIn: boolean
    method?: string
    alsoAtProvider?: boolean
  }
const fieldOf = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''

/** Leaves everywhere: the page that goes to the provider, and the id of the request it carries. */
async function leave(cookie: string) {
  const page = await form('/auth/spid/leave', {}, cookie)
  const message = fieldOf(page.body, 'SAMLRequest')
  const xml = Buffer.from(message, 'base64').toString()
  return { page, message, xml, id: / ID="([^"]*)"/.exec(xml)?.[1] ?? '' }
}

/** What the provider answers to a logout of ours. */
async function answerTo(requestId: string, order: object = {}, provider = 'uno') {
  const answer = await fetch(`${t.sandbox.url}/spid/${provider}/logout-answers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requestId, destination: `${t.url}/auth/spid/logout`, ...order }),
  })
  return (await answer.json()) as { SAMLResponse: string; query: string }
}
const waiting = async (): Promise<number> => (await t.owner.query('select from access.sign_out_request')).rowCount ?? -1

test('at level 1 the person leaves here first, and then the provider is asked with a request as SPID wants it', async () => {
  const cookie = await signIn('1')
  assert.deepEqual(await session(cookie).then((one) => [one.method, one.alsoAtProvider]), ['SPID', true])
  const { rows } = await t.owner.query('select name_id, session_index from access.session')
  const { page, message, xml } = await leave(cookie)
  assert.equal((await session(cookie)).signedIn, false, 'out here, whatever the provider does')
  assert.match(String(page.headers['set-cookie']), /__Host-sid=;/)
  assert.match(String(page.headers['content-security-policy']), new RegExp(`form-action ${t.sandbox.url}`))
  assert.match(page.body, new RegExp(`action="${t.sandbox.url}/spid/uno/slo"`))
  const certificate = new X509Certificate(await readFile(join(t.dataDir, 'keys/spid.crt'), 'utf8'))
  const root = verifiedElement(rootOf(parseStrictly(xml)), [certificate.publicKey])
  assert.equal(root.getAttribute('Destination'), `${t.sandbox.url}/spid/uno/slo`)
  assert.match(root.getAttribute('IssueInstant') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.match(
    xml,
    new RegExp(`Format="[^"]*transient" NameQualifier="${t.sandbox.url}/spid/uno">${rows[0].name_id}</saml:NameID>`),
  )
  assert.match(xml, new RegExp(`<samlp:SessionIndex>${rows[0].session_index}</samlp:SessionIndex>`))

  const back = await fetch(`${t.sandbox.url}/spid/uno/slo`, {
    method: 'POST',
    body: new URLSearchParams({ SAMLRequest: message }),
  })
  const SAMLResponse = fieldOf(await back.text(), 'SAMLResponse')
  assert.ok(SAMLResponse, 'the provider finds nothing wrong with it')
  const end = await form('/auth/spid/logout', { SAMLResponse })
  assert.equal(end.statusCode, 200)
  assert.match(end.body, /chiusa qui e presso il tuo gestore/)
  const kinds = await t.owner.query(
    `select kind, outcome from access.sign_in_log where kind like 'logout%' order by id`,
  )
  assert.deepEqual(kinds.rows, [
    { kind: 'logout-request', outcome: 'sent' },
    { kind: 'logout-response', outcome: 'accepted' },
  ])
})

test('a partial logout is told as such, by redirect too', async () => {
  const { id } = await leave(await signIn('1'))
  const { query } = await answerTo(id, { partial: true })
  const end = await t.app.inject({ url: `/auth/spid/logout?${query}`, headers: { 'accept-language': 'en' } })
  assert.match(end.body, /not in every other service/)
})

test('an answer that cannot be believed, or counts twice, says that only this session is surely over', async () => {
  const { id } = await leave(await signIn('1'))
  const good = await answerTo(id)
  const doubtful = [
    await form('/auth/spid/logout', { SAMLResponse: (await answerTo(id, { foreign: true })).SAMLResponse }),
    await form('/auth/spid/logout', {
      SAMLResponse: (await answerTo(id, { destination: 'https://altrove.example' })).SAMLResponse,
    }),
    await form('/auth/spid/logout', { SAMLResponse: (await answerTo(`_${'0'.repeat(40)}`)).SAMLResponse }),
    await form('/auth/spid/logout', { SAMLResponse: (await answerTo(id, {}, 'due')).SAMLResponse }),
    await t.app.inject({ url: `/auth/spid/logout?${good.query.replace(/&Signature=.*/, '')}` }),
    await form('/auth/spid/logout', { SAMLResponse: '%' }),
  ]
  for (const [index, page] of doubtful.entries()) {
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /non ha confermato/, `number ${index}`)
  }
  assert.match((await form('/auth/spid/logout', { SAMLResponse: good.SAMLResponse })).body, /chiusa qui e presso/)
  assert.match((await form('/auth/spid/logout', { SAMLResponse: good.SAMLResponse })).body, /non ha confermato/)
})

test('above level 1 the provider keeps nothing: leaving is leaving here', async () => {
  const cookie = await signIn('2')
  assert.equal((await session(cookie)).alsoAtProvider, false)
  const before = await waiting()
  const { page } = await leave(cookie)
  assert.equal(page.statusCode, 200)
  assert.match(page.body, /Sei uscito[^]*La sessione è stata chiusa\./)
  assert.equal((await session(cookie)).signedIn, false)
  assert.equal(await waiting(), before)
  assert.match((await form('/auth/spid/leave')).body, /Sei uscito/, 'who is not in is not in the way')
})

test('after leaving a session of CIE one is offered to end the one at CIE too, by a plain visit', async () => {
  const cookie = await signIn('2', 'idp')
  assert.deepEqual(await session(cookie).then((one) => [one.method, one.alsoAtProvider]), ['CIE', false])
  const page = await form('/auth/cie/leave', {}, cookie)
  assert.equal((await session(cookie)).signedIn, false)
  const address = /href="([^"]*)">Esci anche da CIE</.exec(page.body)?.[1] ?? ''
  assert.equal(address, `${t.sandbox.url}/cie/idp/logout`)
  const there = await fetch(address)
  assert.match(await there.text(), /Hai chiuso la sessione della CIE/)
  const english = await t.app.inject({ url: '/auth/cie/logout', headers: { 'accept-language': 'en' } })
  assert.match(english.body, /Sign out of CIE too/)
  const spid = await t.app.inject({ url: '/auth/spid/logout' })
  assert.doesNotMatch(spid.body, /CIE/)
})

test('logouts that no provider answered are forgotten', async () => {
  await leave(await signIn('1'))
  assert.ok((await waiting()) > 0)
  t.setNow(new Date(Date.now() + 20 * 60_000))
  try {
    await t.platform.db.transaction().execute((tx) => t.platform.queue.send(tx, 'sign-in.remove-expired', {}))
    await t.settle()
    assert.equal(await waiting(), 0)
  } finally {
    t.setNow(new Date())
  }
})
