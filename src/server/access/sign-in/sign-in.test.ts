// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, mock, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { aRole } from '../../../../test/roles.ts'
import { testApp } from '../../../../test/setup.ts'
import { answerOf, aPerson, deliver, depart, holder, joinFederation, lastOutcome } from '../../../../test/spid.ts'
import { readLog } from './log.ts'
import { localPath } from './start.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
before(async () => {
  await aPerson(t)
  await joinFederation(t)
})

const start = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  t.app.inject({
    method: 'POST',
    url: '/auth/spid/start',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
const provider = () => `${t.sandbox.url}/spid/uno`
const xmlOf = (message: string): string => Buffer.from(message, 'base64').toString()

test('a person signs in with SPID and is sent where she wanted to go', async () => {
  const departure = await depart(t, { returnTo: '/app/prenota?nre=1' })
  const outcome = await deliver(t, await answerOf(t, departure), departure.cookie)
  assert.equal(outcome.status, 303, outcome.page)
  assert.equal(outcome.location, '/app/prenota?nre=1')
  const session = await t.app.inject({ url: '/api/v1/session', headers: { cookie: outcome.session } })
  assert.equal(session.json().signedIn, true)
  assert.match(outcome.cookies.join(), /__Host-sign-in=;?/, 'the cookie of the login is taken away')
})

test('who holds a role is asked in which to act, unless she was on her way to a page', async () => {
  const doctor = { ...holder, fiscalCode: 'VRDLGU40A01F839I', birthDate: '1940-01-01' }
  const id = await aPerson(t, doctor)
  const arrives = async (returnTo?: string) => {
    const departure = await depart(t, returnTo ? { returnTo } : {})
    return (await deliver(t, await answerOf(t, departure, { person: doctor }), departure.cookie)).location
  }
  assert.equal(await arrives(), '/app')
  await aRole(t, id, 'doctor')
  assert.equal(await arrives(), '/operatori')
  assert.equal(await arrives('/app/prenota'), '/app/prenota')
})

test('the fiscal code says who it is: through another provider, in a form of omocodia, or before it was corrected', async () => {
  const enters = async (person: typeof holder, provider: 'uno' | 'due' = 'uno') => {
    const departure = await depart(t, { provider })
    const outcome = await deliver(t, await answerOf(t, departure, { person }), departure.cookie)
    assert.equal(outcome.status, 303, await lastOutcome(t))
    const { rows } = await t.owner.query('select person_id from access.session order by created_at desc limit 1')
    return rows[0].person_id as string
  }
  assert.equal(await enters(holder, 'due'), await enters(holder))
  const omocode = { ...holder, fiscalCode: 'SPSGNN85D50F83VW' }
  const other = await aPerson(t, omocode)
  assert.equal(await enters(omocode), other, 'a form of omocodia is somebody else’s code')
  const corrected = { ...holder, fiscalCode: 'FOXMRA00L10Z114K' }
  await t.owner.query(`update registry.person_identifier set valid = '[2010-01-01,)' where person_id = $1`, [other])
  await t.owner.query(
    `insert into registry.person_identifier (id, person_id, type, value, valid, source)
     values (gen_random_uuid(), $1, 'CF', $2, '[2000-01-01,2010-01-01)', 'test')`,
    [other, corrected.fiscalCode],
  )
  assert.equal(await enters(corrected), other, 'the provider may still have the code of before')
})

test('a login fetches nothing: the metadata of providers are read before', async () => {
  const { fetch: send } = globalThis
  const asked: unknown[] = []
  const watched = async <T>(work: () => Promise<T>): Promise<T> => {
    const watch = mock.method(globalThis, 'fetch', async (...call: Parameters<typeof fetch>) => {
      if (typeof call[0] !== 'string' || !call[0].startsWith(t.sandbox.url)) return send(...call)
      asked.push(call[0])
      throw new TypeError('not now')
    })
    return work().finally(() => watch.mock.restore())
  }
  const departure = await watched(() => depart(t))
  const answer = await answerOf(t, departure)
  assert.equal((await watched(() => deliver(t, answer, departure.cookie))).status, 303)
  assert.deepEqual(asked, [])
})

test('the request has every field as SPID wants it, and nothing else', async () => {
  const { message, action, relayState } = await depart(t)
  const xml = xmlOf(message)
  const entityId = `${t.url}/auth/spid/metadata`
  const { id, instant } =
    /^<samlp:AuthnRequest [^>]*ID="(?<id>_[0-9a-f]{40})" Version="2.0" IssueInstant="(?<instant>[^"]*)"/.exec(xml)
      ?.groups ?? {}
  assert.ok(id)
  assert.match(instant ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'whole seconds')
  assert.equal(
    xml.replace(/<ds:Signature .*<\/ds:Signature>/s, ''),
    `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
      ` ID="${id}" Version="2.0" IssueInstant="${instant}" Destination="${action}" ForceAuthn="true"` +
      ` AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="0">` +
      `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="${entityId}">${entityId}</saml:Issuer>` +
      `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"></samlp:NameIDPolicy>` +
      `<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2` +
      `</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`,
  )
  assert.match(xml, /<\/saml:Issuer><ds:Signature /)
  assert.ok(relayState.length >= 20 && relayState.length <= 80 && !relayState.includes('http'))
})

test('the page that leaves for the provider works without scripts and lets the form go nowhere else', async () => {
  const page = await start({ idp: provider() })
  assert.equal(page.statusCode, 200)
  const policy = String(page.headers['content-security-policy'])
  assert.ok(policy.includes(`form-action ${new URL(t.sandbox.url).origin}`) && !policy.includes('unsafe'), policy)
  assert.match(page.body, /<button type="submit"/)
  assert.doesNotMatch(page.body, /<script>|onload=|style=/)
  assert.match(
    String(page.headers['set-cookie']),
    /^__Host-sign-in=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=None$/,
  )
  for (const url of ['/auth/sign-in.js', '/auth/sign-in.css'])
    assert.equal((await t.app.inject({ url })).statusCode, 200)
})

test('by redirect, the query is signed byte for byte and the XML carries no signature', async () => {
  const answer = await start({ idp: provider(), binding: 'redirect' })
  assert.equal(answer.statusCode, 303)
  const location = String(answer.headers.location)
  const [address, query = ''] = location.split('?')
  assert.equal(address, `${provider()}/sso`)
  const [signedPart = '', signature = ''] = query.split('&Signature=')
  assert.match(signedPart, /^SAMLRequest=[^&]+&RelayState=[^&]+&SigAlg=[^&]+$/)
  const certificate = await readFile(join(t.dataDir, 'keys/spid.crt'), 'utf8')
  const key = createPublicKey(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }))
  assert.ok(verify('sha256', Buffer.from(signedPart), key, Buffer.from(decodeURIComponent(signature), 'base64')))
  const xml = inflateRawSync(Buffer.from(new URLSearchParams(query).get('SAMLRequest') ?? '', 'base64')).toString()
  assert.match(xml, /^<samlp:AuthnRequest /)
  assert.doesNotMatch(xml, /Signature/)
  const page = await fetch(location)
  assert.equal(page.status, 200, 'the provider accepts it')
  assert.match(await page.text(), /Entra con SPID/)
})

test('a provider that is not enabled, a level or a binding that does not exist are refused with a page', async () => {
  const wishes: [Record<string, string>, number][] = [
    [{ idp: 'https://posteid.poste.it' }, 404],
    [{ idp: 'https://altrove.example' }, 404],
    [{ idp: provider(), level: '4' }, 400],
    [{ idp: provider(), binding: 'soap' }, 400],
    [{}, 400],
  ]
  for (const [wish, status] of wishes) {
    const page = await start(wish)
    assert.equal(page.statusCode, status)
    assert.match(String(page.headers['content-type']), /^text\/html/)
    assert.match(page.body, /<h1>Accesso non riuscito<\/h1>/)
  }
  const english = await start({ idp: 'https://altrove.example' }, { 'accept-language': 'en' })
  assert.match(english.body, /<html lang="en">[^]*<h1>Sign-in failed<\/h1>/)
})

test('after the login only a path of this site is followed', () => {
  const here = 'https://sanita.example'
  const kept = ['/app', '/app/prenota?x=1&y=%2F#z', '/', '/en/services']
  for (const path of kept) assert.equal(localPath(path, here), path)
  const refused = [
    undefined,
    '',
    'app',
    'https://altrove.example',
    '//altrove.example',
    '/\\altrove.example',
    '/a\\b',
    '/\t/altrove.example',
    'javascript:alert(1)',
    '/auth/spid/logout',
    '/api/v1/session',
    `/${'a'.repeat(600)}`,
    '/app\r\nset-cookie: a=b',
  ]
  for (const path of refused) assert.equal(localPath(path, here), '/app', String(path))
})

test('a browser that did not start the login is asked before it is let in', async () => {
  const departure = await depart(t)
  const outcome = await deliver(t, await answerOf(t, departure), undefined)
  assert.equal(outcome.status, 200)
  assert.equal(outcome.session, undefined, 'nobody is let in by posting an answer alone')
  assert.match(outcome.page, /Giovanna Esposito/)
  const token = /name="token" value="([^"]*)"/.exec(outcome.page)?.[1] ?? ''
  const confirm = (cookie: string | undefined) =>
    t.app.inject({
      method: 'POST',
      url: '/auth/spid/confirm',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
      payload: new URLSearchParams({ token }).toString(),
    })
  for (const cookie of [undefined, departure.cookie]) {
    const refused = await confirm(cookie)
    assert.equal(refused.statusCode, 403, 'the question was put to another browser')
    assert.doesNotMatch(String(refused.headers['set-cookie']), /__Host-sid/)
  }
  const cookie = outcome.cookies.find((one) => one.startsWith('__Host-sign-in='))
  const entered = await confirm(cookie)
  assert.equal(entered.statusCode, 303)
  assert.match(String(entered.headers['set-cookie']), /__Host-sid=/)
  assert.equal((await confirm(cookie)).statusCode, 403, 'the answer to the question counts once')
  const { rows } = await t.owner.query(
    `select l.outcome from access.sign_in_log l join access.session s on s.id = l.session_id order by l.id desc limit 1`,
  )
  assert.equal(rows[0].outcome, 'confirmed', 'the register names the session that came of it')
})

test('who signs in again leaves the earlier session behind', async () => {
  const first = await depart(t)
  const { session = '' } = await deliver(t, await answerOf(t, first), first.cookie)
  const isOpen = async (): Promise<boolean> =>
    (await t.app.inject({ url: '/api/v1/session', headers: { cookie: session } })).json().signedIn
  const again = await depart(t, { level: '3', cookie: session })
  assert.equal(await isOpen(), true, 'asking for a login ends nothing')
  assert.equal((await deliver(t, await answerOf(t, again), again.cookie)).status, 303)
  assert.equal(await isOpen(), false)
})

test('who says yes in the browser that was asked leaves the earlier session behind too', async () => {
  const first = await depart(t)
  const { session = '' } = await deliver(t, await answerOf(t, first), first.cookie)
  const asked = await deliver(t, await answerOf(t, await depart(t)), undefined)
  const browser = asked.cookies.find((one) => one.startsWith('__Host-sign-in='))?.split(';')[0] ?? ''
  const token = /name="token" value="([^"]*)"/.exec(asked.page)?.[1] ?? ''
  const entered = await t.app.inject({
    method: 'POST',
    url: '/auth/spid/confirm',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: `${browser}; ${session}` },
    payload: new URLSearchParams({ token }).toString(),
  })
  assert.equal(entered.statusCode, 303)
  const before = await t.app.inject({ url: '/api/v1/session', headers: { cookie: session } })
  assert.equal(before.json().signedIn, false)
})

test('two logins in two windows of one browser both succeed', async () => {
  const first = await depart(t)
  const second = await depart(t, { cookie: first.cookie })
  assert.equal(second.cookie, first.cookie)
  assert.equal((await deliver(t, await answerOf(t, first), first.cookie)).status, 303)
  assert.equal((await deliver(t, await answerOf(t, second), first.cookie)).status, 303)
})

test('who is not in the registry is told so and not let in', async () => {
  const person = { fiscalCode: 'RSSMRA79B11C566R', givenName: 'Mario', familyName: 'Rossi', birthDate: '1979-02-11' }
  const departure = await depart(t)
  const outcome = await deliver(t, await answerOf(t, departure, { person }), departure.cookie)
  assert.equal(outcome.status, 403)
  assert.match(outcome.page, /anagrafe sanitaria/)
  assert.equal(outcome.session, undefined)
  assert.equal(await lastOutcome(t), 'person/unknown')
})

test('under 14 nobody signs in alone, from the birthday on they do', async () => {
  const year = new Date().getUTCFullYear()
  const child = {
    fiscalCode: 'DMRNTN22P63F839I',
    givenName: 'Antonia',
    familyName: 'De Martino',
    birthDate: `${year - 13}-12-31`,
  }
  await aPerson(t, child)
  const departure = await depart(t)
  const outcome = await deliver(t, await answerOf(t, departure, { person: child }), departure.cookie)
  assert.equal(outcome.status, 403)
  assert.match(outcome.page, /Non puoi ancora entrare da solo/)
  assert.equal(await lastOutcome(t), 'person/too-young')
  const grown = { ...child, birthDate: `${year - 14}-01-01` }
  const again = await depart(t)
  assert.equal((await deliver(t, await answerOf(t, again, { person: grown }), again.cookie)).status, 303)
  // The age is a rule of the region.
  await t.owner.query('update access.delegation_rule set own_sign_in_age = 16')
  const later = await depart(t)
  assert.equal((await deliver(t, await answerOf(t, later, { person: grown }), later.cookie)).status, 403)
  await t.owner.query('update access.delegation_rule set own_sign_in_age = 14')
})

test('a login that takes too long must begin again', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  t.setNow(new Date(Date.now() + 16 * 60_000))
  try {
    const outcome = await deliver(t, answer, departure.cookie)
    assert.equal(outcome.status, 403)
    assert.match(outcome.page, /passato troppo tempo/)
    assert.equal(await lastOutcome(t), 'request/expired')
  } finally {
    t.setNow(new Date())
  }
})

test('the register holds request and answer whole, and cannot be read without the key', async () => {
  const departure = await depart(t)
  const answer = await answerOf(t, departure)
  await deliver(t, answer, departure.cookie)
  const requestId = / ID="([^"]*)"/.exec(xmlOf(departure.message))?.[1] ?? ''
  const key = Buffer.from(await readFile(join(t.dataDir, 'keys/sign-in-log.key'), 'utf8'), 'base64')
  const [request, response] = await readLog(t.db, key, requestId)
  assert.equal(request?.document, xmlOf(departure.message))
  assert.equal(response?.document, xmlOf(answer.SAMLResponse))
  assert.equal(response?.outcome, 'accepted')
  assert.ok(response?.assertionId && response.subject && response.responseId && response.sessionId)
  const { rows } = await t.owner.query('select document from access.sign_in_log where request_id = $1', [requestId])
  for (const { document } of rows) assert.ok(!document.toString('latin1').includes(holder.fiscalCode))
  await assert.rejects(readLog(t.db, Buffer.alloc(32), requestId), /was encrypted with the key/)
})

test('the application can neither change nor remove a row of the register', async () => {
  await assert.rejects(t.platform.pool.query(`update access.sign_in_log set outcome = 'accepted'`), /permission denied/)
  await assert.rejects(t.platform.pool.query('delete from access.sign_in_log'), /permission denied/)
  await assert.rejects(t.platform.pool.query('delete from access.sign_in_seal'), /permission denied/)
})

test('the providers are listed in an order that changes', async () => {
  const orders = new Set<string>()
  for (let time = 0; time < 40; time++) {
    const list = (await t.app.inject({ url: '/api/v1/identity-providers' })).json()
    assert.deepEqual(list.map((one: { name: string }) => one.name).toSorted(), [
      'Gestore di prova Due',
      'Gestore di prova Uno',
    ])
    orders.add(list[0].entityId)
  }
  assert.equal(orders.size, 2)
})
