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
})

type Order = { destination?: string; nameId: string; sessionIndex?: string; foreign?: boolean }

/** A logout request of the provider over both bindings, as the browser would bring it. */
async function logoutOf(order: Order, provider = 'uno'): Promise<{ SAMLRequest: string; query: string }> {
  const answer = await fetch(`${t.sandbox.url}/spid/${provider}/logouts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ destination: `${t.url}/auth/spid/logout`, sessionIndex: '_s', ...order }),
  })
  return (await answer.json()) as { SAMLRequest: string; query: string }
}
const byPost = (fields: Record<string, string>) =>
  t.app.inject({
    method: 'POST',
    url: '/auth/spid/logout',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })
const byRedirect = (query: string) => t.app.inject({ url: `/auth/spid/logout?${query}` })

/** A session opened by a login, with the NameID the provider knows it by. */
async function aSession(level = '2'): Promise<{ cookie: string; nameId: string; sessionIndex: string | null }> {
  const departure = await depart(t, { level })
  const { session = '' } = await deliver(t, await answerOf(t, departure), departure.cookie)
  const { rows } = await t.owner.query(
    'select name_id, session_index from access.session order by created_at desc limit 1',
  )
  return { cookie: session, nameId: rows[0].name_id, sessionIndex: rows[0].session_index }
}
const isSignedIn = async (cookie: string): Promise<boolean> =>
  (await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json().signedIn

test('the provider ends a session by form and gets a signed Success', async () => {
  const { cookie, nameId, sessionIndex } = await aSession('1')
  assert.ok(sessionIndex, 'a level 1 login has a session at the provider')
  const { SAMLRequest } = await logoutOf({ nameId, sessionIndex })
  const answer = await byPost({ SAMLRequest, RelayState: 'ritorno' })
  assert.equal(answer.statusCode, 200)
  assert.match(answer.body, new RegExp(`action="${t.sandbox.url}/spid/uno/slo"`))
  assert.match(answer.body, /name="RelayState" value="ritorno"/)
  const response = Buffer.from(/name="SAMLResponse" value="([^"]*)"/.exec(answer.body)?.[1] ?? '', 'base64').toString()
  const certificate = new X509Certificate(await readFile(join(t.dataDir, 'keys/spid.crt'), 'utf8'))
  const root = verifiedElement(rootOf(parseStrictly(response)), [certificate.publicKey])
  const requestId = / ID="([^"]*)"/.exec(Buffer.from(SAMLRequest, 'base64').toString())?.[1]
  assert.equal(root.getAttribute('InResponseTo'), requestId)
  assert.match(response, /status:Success/)
  assert.equal(await isSignedIn(cookie), false)
})

test('the provider ends a session by redirect and gets a signed query', async () => {
  const { cookie, nameId } = await aSession()
  const answer = await byRedirect((await logoutOf({ nameId })).query)
  assert.equal(answer.statusCode, 303)
  assert.match(String(answer.headers.location), /\/spid\/uno\/slo\?SAMLResponse=[^&]+&SigAlg=[^&]+&Signature=/)
  assert.equal(await isSignedIn(cookie), false)
})

test('a session that never was is answered with Success as well', async () => {
  const { cookie } = await aSession()
  assert.equal((await byRedirect((await logoutOf({ nameId: '_mai-esistita' })).query)).statusCode, 303)
  assert.equal(await isSignedIn(cookie), true, 'and nobody else is logged out')
})

test('a provider ends only the sessions it opened', async () => {
  const { cookie, nameId } = await aSession()
  assert.equal((await byRedirect((await logoutOf({ nameId }, 'due')).query)).statusCode, 303)
  assert.equal(await isSignedIn(cookie), true)
})

test('a logout request that cannot be believed ends nothing and gets a page', async () => {
  const { cookie, nameId } = await aSession()
  const good = await logoutOf({ nameId })
  const foreign = await logoutOf({ nameId, foreign: true })
  const elsewhere = await logoutOf({ nameId, destination: 'https://altrove.example/slo' })
  const altered = Buffer.from(
    Buffer.from((await logoutOf({ nameId: '_altro' })).SAMLRequest, 'base64')
      .toString()
      .replace('_altro', nameId),
  ).toString('base64')
  const refused = [
    await byPost({ SAMLRequest: foreign.SAMLRequest }),
    await byRedirect(foreign.query),
    await byPost({ SAMLRequest: elsewhere.SAMLRequest }),
    await byRedirect(elsewhere.query),
    await byPost({ SAMLRequest: altered }),
    await byRedirect(good.query.replace(/&SigAlg=[^&]*/, '')),
    await byRedirect(good.query.replace(/&Signature=.*/, '')),
    await byRedirect(`${good.query}&RelayState=aggiunto`),
    await byRedirect(`${good.query}&SAMLRequest=x`),
    await byPost({ SAMLRequest: 'bm90IHhtbA==' }),
    await byPost({ SAMLRequest: '%' }),
  ]
  for (const [index, answer] of refused.entries()) {
    assert.ok(answer.statusCode === 400 || answer.statusCode === 403, `number ${index}: ${answer.statusCode}`)
    assert.match(answer.body, /<h1>/)
  }
  assert.equal(await isSignedIn(cookie), true)
  t.setNow(new Date(Date.now() + 10 * 60_000))
  try {
    assert.equal((await byRedirect(good.query)).statusCode, 403, 'too old')
  } finally {
    t.setNow(new Date())
  }
})

test('coming back from the provider after a logout shows that one is out', async () => {
  for (const answer of [await byPost({ SAMLResponse: 'x' }), await byRedirect('SAMLResponse=x')]) {
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /Sei uscito/)
  }
})
