// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, mock, test } from 'node:test'
import { bends } from '../../../sandbox/cie-oidc/bends.ts'
import { bring, comeBack, leave, providerTrusted, signInByOidc } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, demoFile, holder, lastOutcome } from '../../../../test/spid.ts'
import { readOidcConfig } from './config.ts'
import { loadKeys } from './keys.ts'
import { refreshTrust } from './trust.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const child = { ...holder, fiscalCode: 'DMRNTN22P63F839I', birthDate: '2022-09-23' }
const stranger = { ...holder, fiscalCode: 'RSSMRA79B11C566R', birthDate: '1979-02-11' }
before(async () => {
  await aPerson(t)
  await aPerson(t, child)
  await demoFile(t, [holder, child, stranger])
  await providerTrusted(t)
})

/** How many sessions are open. */
async function sessions(): Promise<number> {
  const { rows } = await t.owner.query<{ count: string }>('select count(*) from access.session')
  return Number(rows[0]?.count)
}

/** Every misbehaviour of the provider, and the check that finds it. */
const found: Readonly<Record<string, [status: number, outcome: string]>> = {
  'callback-other-iss': [403, 'callback/iss'],
  'callback-no-iss': [403, 'callback/iss'],
  'callback-no-code': [400, 'callback/code'],
  'callback-wrong-code': [403, 'token/invalid_grant'],
  'id-nonce': [403, 'id-token/nonce'],
  'id-no-nonce': [403, 'id-token/nonce'],
  'id-iss': [403, 'id-token/iss'],
  'id-aud': [403, 'id-token/aud'],
  'id-aud-two': [403, 'id-token/aud'],
  'id-acr-lower': [403, 'id-token/acr'],
  'id-acr-unknown': [403, 'id-token/acr'],
  'id-no-acr': [403, 'id-token/acr'],
  'id-at-hash': [403, 'id-token/at_hash'],
  'id-no-at-hash': [403, 'id-token/at_hash'],
  'id-expired': [403, 'id-token/exp'],
  'id-iat-future': [403, 'id-token/iat'],
  'id-iat-past': [403, 'id-token/iat'],
  'id-no-jti': [403, 'id-token/jti'],
  'id-foreign-key': [403, 'id-token/signature'],
  'id-own-key': [403, 'id-token/signature'],
  'id-unknown-kid': [403, 'id-token/key'],
  'id-no-kid': [403, 'id-token/kid'],
  'id-crit': [403, 'id-token/crit'],
  'id-alg-none': [403, 'id-token/alg'],
  'id-alg-hs256': [403, 'id-token/alg'],
  'id-alg-hs256-jwk': [403, 'id-token/alg'],
  'id-alg-hs384': [403, 'id-token/alg'],
  'id-alg-hs384-jwk': [403, 'id-token/alg'],
  'id-alg-hs512': [403, 'id-token/alg'],
  'id-alg-hs512-jwk': [403, 'id-token/alg'],
  'id-alg-rs384': [403, 'id-token/alg'],
  'id-alg-ps384': [403, 'id-token/alg'],
  'id-es256-rsa': [403, 'id-token/key'],
  'id-rs256-ec': [403, 'id-token/key'],
  'id-es512-p256': [403, 'id-token/key'],
  'id-at-hash-other': [403, 'id-token/at_hash'],
  'userinfo-sub': [403, 'userinfo/sub'],
  'userinfo-iss': [403, 'userinfo/iss'],
  'userinfo-aud': [403, 'userinfo/aud'],
  'userinfo-expired': [403, 'userinfo/exp'],
  'userinfo-no-fiscal-number': [403, 'identity/fiscalNumber'],
  'userinfo-bare-fiscal-number': [403, 'identity/fiscalNumber'],
  'userinfo-wrong-fiscal-number': [403, 'identity/fiscalNumber'],
  'userinfo-birthdate': [403, 'identity/dateOfBirth'],
  'userinfo-foreign-key': [403, 'userinfo/signature'],
  'userinfo-alg-none': [403, 'userinfo/alg'],
  'userinfo-alg-hs256': [403, 'userinfo/alg'],
  'userinfo-alg-hs512': [403, 'userinfo/alg'],
  'userinfo-alg-rs384': [403, 'userinfo/alg'],
  'userinfo-no-kid': [403, 'userinfo/kid'],
  'userinfo-crit': [403, 'userinfo/header'],
  'userinfo-unknown-kid': [403, 'userinfo/key'],
  'userinfo-plain': [403, 'userinfo/not-encrypted'],
  'userinfo-for-others': [403, 'userinfo/form'],
  'userinfo-rsa1-5': [403, 'userinfo/alg'],
  'userinfo-rsa-oaep-512': [403, 'userinfo/alg'],
  'userinfo-a256gcm': [403, 'userinfo/alg'],
  'userinfo-other-kid': [403, 'userinfo/kid'],
}

/** Answers that are unusual, and good: every algorithm of the specification, and either of our keys. */
const welcome = [
  ...['id', 'userinfo'].flatMap((token) =>
    ['rs512', 'es256', 'es512', 'ps256', 'ps512'].map((algorithm) => `${token}-${algorithm}`),
  ),
  'userinfo-rsa-oaep',
  'userinfo-a128cbc',
  'userinfo-last-key',
]

test('of every misbehaviour of the provider it is known which check finds it', () => {
  const others = ['callback-iss-twice', 'callback-other-state', 'id-acr-higher', 'id-jti-again', ...welcome]
  assert.deepEqual([...Object.keys(found), ...others].toSorted(), bends.map(({ name }) => name).toSorted())
})

for (const [bend, [status, outcome]] of Object.entries(found))
  test(`${bend}: no session, a page, and ${outcome} in the register`, async () => {
    const before = await sessions()
    const answer = await signInByOidc(t, { bend })
    assert.equal(await lastOutcome(t), outcome)
    assert.equal(answer.status, status)
    assert.equal(answer.session, undefined)
    assert.equal(await sessions(), before)
    assert.match(answer.page, /<h1>Accesso non riuscito<\/h1>/)
    assert.ok(!answer.page.includes(outcome), 'the page does not say which check failed')
  })

for (const bend of welcome)
  test(`${bend}: a person signs in`, async () => {
    const { status } = await signInByOidc(t, { bend })
    assert.equal(await lastOutcome(t), 'accepted')
    assert.equal(status, 303)
  })

test('an algorithm that is permitted counts only while the federation lets the provider use it', async () => {
  const config = readOidcConfig(t.platform.config)
  const { log } = await loadKeys(t.platform, config)
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'openid-provider', kind: 'only-rs256', times: 1 })
  await refreshTrust(t.platform, config, log)
  assert.equal((await signInByOidc(t, { bend: 'id-rs512' })).session, undefined)
  assert.equal(await lastOutcome(t), 'id-token/alg')
  assert.equal((await signInByOidc(t)).status, 303)
  await refreshTrust(t.platform, config, log)
  assert.equal((await signInByOidc(t, { bend: 'id-rs512' })).status, 303)
})

for (const bend of ['callback-iss-twice', 'callback-other-state'])
  test(`${bend}: refused, and the request stays for the answer that is meant for it`, async () => {
    const departure = await leave(t)
    const back = await comeBack(t, departure, { bend })
    const bad = await bring(t, back, departure.cookie)
    assert.equal(bad.status >= 400 && bad.status < 500, true)
    assert.equal(bad.session, undefined)
    const { rows } = await t.owner.query(`select consumed_at from access.oidc_request order by issued_at desc limit 1`)
    assert.deepEqual(rows, [{ consumed_at: null }])
  })

test('a level above the one asked for is welcome, and the session has it', async () => {
  const { status } = await signInByOidc(t, { bend: 'id-acr-higher' })
  assert.equal(status, 303)
  const { rows } = await t.owner.query('select level from access.session order by created_at desc limit 1')
  assert.deepEqual(rows, [{ level: 3 }])
})

test('an ID token whose jti was seen before is refused', async () => {
  assert.equal((await signInByOidc(t, { bend: 'id-jti-again' })).status, 303)
  const again = await signInByOidc(t, { bend: 'id-jti-again' })
  assert.equal(again.status, 403)
  assert.equal(await lastOutcome(t), 'id-token/already-used')
})

test('of two answers that arrive at once one alone is exchanged', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  await t.owner.query('delete from access.sign_in_log')
  const hold = await t.owner.connect()
  await hold.query('begin')
  // Both find the request as it was, and wait to use it up.
  await hold.query('select id from access.oidc_request order by issued_at desc limit 1 for update')
  const both = Promise.all([bring(t, back, departure.cookie), bring(t, back, departure.cookie)])
  for (let waiting = 0; waiting < 2;) {
    const { rows } = await t.owner.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    waiting = rows[0]!.count
  }
  await hold.query('commit')
  hold.release()
  assert.deepEqual((await both).map(({ status }) => status).toSorted(), [303, 403])
  const { rows } = await t.owner.query<{ outcome: string }>(
    `select outcome from access.sign_in_log where kind in ('token-request', 'response') order by outcome`,
  )
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ['accepted', 'accepted', 'request/already-answered'],
  )
})

test('a code that was used before is refused by the provider', async () => {
  const first = await leave(t)
  const used = await comeBack(t, first)
  assert.equal((await bring(t, used, first.cookie)).status, 303)
  const second = await leave(t)
  const mixed = await comeBack(t, second)
  mixed.searchParams.set('code', used.searchParams.get('code') ?? '')
  assert.equal((await bring(t, mixed, second.cookie)).status, 403)
  assert.equal(await lastOutcome(t), 'token/invalid_grant')
})

test('a code of somebody else’s sign-in does not fit ours: the verifier is another', async () => {
  const [mine, hers] = [await leave(t), await leave(t)]
  const [myAnswer, herAnswer] = [await comeBack(t, mine), await comeBack(t, hers)]
  myAnswer.searchParams.set('code', herAnswer.searchParams.get('code') ?? '')
  assert.equal((await bring(t, myAnswer, mine.cookie)).session, undefined)
  assert.equal(await lastOutcome(t), 'token/invalid_grant')
})

/** What the page must say in both languages; errors that are our fault have the page of a technical problem. */
const errors: [error: string, it: RegExp, en: RegExp][] = [
  ['access_denied', /annullato, oppure non hai dato il consenso/, /cancelled, or you did not agree/],
  ['login_required', /va fatto da capo/, /from the beginning/],
  ['consent_required', /devi acconsentire/, /you must agree/],
  ['temporarily_unavailable', /ora non è disponibile/, /not available now/],
  ['server_error', /ha avuto un problema/, /had a problem/],
  ...[
    'unauthorized_client',
    'invalid_request',
    'invalid_scope',
    'unsupported_response_type',
    'request_uri_not_supported',
    'registration_not_supported',
    'invalid_request_object',
  ].map((error) => [error, /problema tecnico/, /technical problem/] as [string, RegExp, RegExp]),
]
for (const [error, italian, english] of errors)
  test(`${error} has a page in Italian and in English`, async () => {
    for (const [language, text] of [['it', italian] as const, ['en', english] as const]) {
      const departure = await leave(t, {}, { headers: { 'accept-language': language } })
      const outcome = await bring(t, await comeBack(t, departure, { error }), departure.cookie, { language })
      assert.equal(outcome.status, 403)
      assert.equal(outcome.session, undefined)
      assert.match(outcome.page, text)
      assert.equal(await lastOutcome(t), `denied/${error}`)
    }
  })

test('an error that nobody knows is not repeated', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure, { error: 'access_denied' })
  back.searchParams.set('error', 'mystery')
  const outcome = await bring(t, back, departure.cookie)
  assert.equal(outcome.status, 403)
  assert.ok(!outcome.page.includes('mystery'))
  assert.equal(await lastOutcome(t), 'denied/other')
})

test('who does not agree at the provider’s is told so', async () => {
  const outcome = await signInByOidc(t, { refuse: true })
  assert.equal(outcome.status, 403)
  assert.match(outcome.page, /annullato/)
})

test('a child does not sign in alone, and who is not in the registry finds out what to do', async () => {
  const young = await signInByOidc(t, { person: child })
  assert.equal(young.status, 403)
  assert.match(young.page, /Non puoi ancora entrare da solo/)
  assert.equal(await lastOutcome(t), 'person/too-young')
  const unknown = await signInByOidc(t, { person: stranger })
  assert.equal(unknown.status, 403)
  assert.match(unknown.page, /Non ti troviamo/)
  assert.equal(await lastOutcome(t), 'person/unknown')
})

for (const operation of ['token', 'me'])
  test(`while the endpoint ${operation} of the provider is down nobody gets in, and the page says when to try again`, async () => {
    const departure = await leave(t)
    const back = await comeBack(t, departure)
    t.sandbox.context.faults.add({ system: 'cie-oidc', operation, kind: 'down', times: 1 })
    const outcome = await bring(t, back, departure.cookie)
    assert.ok(outcome.status >= 400)
    assert.equal(outcome.session, undefined)
    assert.match(String(await lastOutcome(t)), operation === 'token' ? /^token\// : /^userinfo\/status/)
  })

test('an access token is handed back also when the ID token beside it is refused', async () => {
  await t.settle()
  for (const bend of ['id-nonce', 'id-acr-lower', 'userinfo-sub']) {
    await signInByOidc(t, { bend })
    const { rows } = await t.owner.query('select 1 from access.oidc_token')
    assert.equal(rows.length, 1, bend)
    await t.settle()
  }
})

type Json = Record<string, unknown>
type Answered = (genuine: () => Promise<Response>) => Promise<Response>

/** Lets an endpoint of the provider say something else. */
async function withAnswer(path: string, change: Answered) {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  const { fetch: send } = globalThis
  const replaced = mock.method(globalThis, 'fetch', (...call: Parameters<typeof fetch>) =>
    call[0] === `${t.sandbox.url}/cie-oidc/op${path}` ? change(() => send(...call)) : send(...call),
  )
  const outcome = await bring(t, back, departure.cookie)
  replaced.mock.restore()
  return outcome
}
const tokens =
  (change: (genuine: Json) => unknown): Answered =>
  async (genuine) =>
    Response.json(change((await (await genuine()).json()) as Json))
const says =
  (body: string, type = 'application/json'): Answered =>
  async () =>
    new Response(body, { headers: { 'content-type': type } })
const breaks: Answered = async () => Promise.reject(new TypeError('fetch failed'))
const keepsSilent: Answered = async () => Promise.reject(new DOMException('Too late', 'TimeoutError'))

/** Answers of the endpoints that cannot be used; whether an access token came with them, to be handed back. */
const useless: [what: string, path: string, answer: Answered, outcome: RegExp, given: boolean][] = [
  ['a token of another type', '/token', tokens((all) => ({ ...all, token_type: 'DPoP' })), /^token\/form$/, true],
  ['no ID token', '/token', tokens((all) => ({ ...all, id_token: undefined })), /^token\/|^id-token\//, true],
  ['an access token that is no text', '/token', tokens((all) => ({ ...all, access_token: 7 })), /^token\//, false],
  ['an empty access token', '/token', tokens((all) => ({ ...all, access_token: '' })), /^token\//, false],
  ['null instead of tokens', '/token', says('null'), /^token\/(?!unreachable)/, false],
  ['no JSON instead of tokens', '/token', says('<p>manutenzione'), /^token\/(?!unreachable)/, false],
  ['tokens without end', '/token', says('7'.repeat(200_001)), /^provider\/too-long$/, false],
  ['a line that breaks before the tokens', '/token', breaks, /^token\/unreachable$/, false],
  ['tokens that do not come', '/token', keepsSilent, /^token\/unreachable$/, false],
  ['a page instead of user data', '/me', says('<p>manutenzione', 'text/html'), /^userinfo\/type$/, true],
  ['user data without end', '/me', says('7'.repeat(200_001), 'application/jwt'), /^provider\/too-long$/, true],
  ['a line that breaks before the user data', '/me', breaks, /^userinfo\/unreachable$/, true],
]
for (const [what, path, answer, outcome, given] of useless)
  test(`${what}: nobody gets in, and what went wrong is in the register`, async () => {
    await t.owner.query('delete from access.oidc_token')
    const { status, session } = await withAnswer(path, answer)
    const code = String(await lastOutcome(t))
    assert.match(code, outcome)
    assert.equal(status, code.endsWith('/unreachable') ? 503 : 403)
    assert.equal(session, undefined)
    const { rows } = await t.owner.query('select from access.oidc_token')
    assert.equal(rows.length, given ? 1 : 0, 'what was given is handed back')
  })

test('whatever ends a sign-in, one goes on from there to where one was going, in the language one began in', async () => {
  const begin = () => leave(t, { returnTo: '/app/prenota' }, { headers: { 'accept-language': 'en' } })
  for (const how of [{ error: 'access_denied' }, { bend: 'callback-other-iss' }, { bend: 'id-nonce' }]) {
    const departure = await begin()
    const { page } = await bring(t, await comeBack(t, departure, how), departure.cookie, { language: 'it' })
    assert.match(page, /<html lang="en"/)
    assert.match(page, /returnTo=%2Fapp%2Fprenota/)
  }
})
