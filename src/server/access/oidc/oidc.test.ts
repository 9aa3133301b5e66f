// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'
import { createApp } from '../../app.ts'
import { bring, comeBack, leave, providerTrusted, signInByOidc } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aRole } from '../../../../test/roles.ts'
import { aPerson, demoFile, holder, lastOutcome } from '../../../../test/spid.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { decryptText, readLogKey, readSignInConfig } from '../sign-in/index.ts'
import { readOidcConfig } from './config.ts'
import { loadKeys } from './keys.ts'
import { removeExpired } from './requests.ts'
import { revokeToken } from './revoke.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
let personId: string
const doctor = {
  ...holder,
  fiscalCode: 'VRDLGU40A01F839I',
  givenName: 'Luigi',
  familyName: 'Verdi',
  birthDate: '1940-01-01',
}
let doctorId: string
before(async () => {
  personId = await aPerson(t)
  doctorId = await aPerson(t, doctor)
  await demoFile(t, [holder, doctor])
  await providerTrusted(t)
})
const op = () => `${t.sandbox.url}/cie-oidc/op`
const clientId = () => `${t.url}/auth/cie-oidc`

test('a person signs in with CIE by OpenID Connect and is sent where she wanted to go', async () => {
  const departure = await leave(t, { returnTo: '/app/prenota?nre=1' })
  const outcome = await bring(t, await comeBack(t, departure), departure.cookie)
  assert.equal(outcome.status, 303, `${await lastOutcome(t)} ${outcome.page}`)
  assert.equal(outcome.location, '/app/prenota?nre=1')
  const { rows } = await t.owner.query('select person_id, method, level, provider from access.session')
  assert.deepEqual(rows, [{ person_id: personId, method: 'CIE', level: 2, provider: op() }])
  assert.equal(await lastOutcome(t), 'accepted')
  const session = await t.app.inject({ url: '/api/v1/session', headers: { cookie: outcome.session } })
  assert.equal(session.json().signedIn, true)
})

test('the request has every parameter of the specification, signed, and the same outside', async () => {
  const { address, cookie } = await leave(t, { level: '3' }, { headers: { 'accept-language': 'en' } })
  assert.match(cookie, /^__Host-cie=/)
  assert.equal(address.origin + address.pathname, `${op()}/auth`)
  const outside = Object.fromEntries(address.searchParams)
  const entity = decodeJwt((await t.app.inject('/auth/cie-oidc/.well-known/openid-federation')).body) as {
    metadata: { openid_relying_party: { jwks: JSONWebKeySet } }
  }
  const { payload, protectedHeader } = await jwtVerify(
    outside['request'] ?? '',
    createLocalJWKSet(entity.metadata.openid_relying_party.jwks),
    { issuer: clientId(), audience: op() },
  )
  assert.equal(protectedHeader.alg, 'RS256')
  assert.ok(protectedHeader.kid)
  for (const name of ['client_id', 'response_type', 'scope', 'code_challenge', 'code_challenge_method'])
    assert.equal(outside[name], payload[name], name)
  assert.equal(payload['client_id'], clientId())
  assert.equal(payload['redirect_uri'], `${clientId()}/callback`)
  assert.equal(payload['response_type'], 'code')
  assert.equal(payload['scope'], 'openid')
  assert.equal(payload['code_challenge_method'], 'S256')
  assert.equal(payload['prompt'], 'consent login')
  assert.equal(payload['acr_values'], 'https://www.spid.gov.it/SpidL3')
  assert.equal(payload['ui_locales'], 'en')
  assert.match(String(payload['state']), /^[A-Za-z0-9]{32,}$/)
  assert.match(String(payload['nonce']), /^[A-Za-z0-9]{32,}$/)
  assert.ok(payload.exp! - payload.iat! <= 300)
  const { userinfo } = payload['claims'] as { userinfo: object }
  assert.deepEqual(Object.keys(userinfo), [
    'given_name',
    'family_name',
    'birthdate',
    'https://attributes.eid.gov.it/fiscal_number',
  ])
})

test('state, nonce and verifier are new every time, and the verifier does not leave', async () => {
  const [one, other] = [await leave(t), await leave(t)]
  const claims = ({ address }: typeof one) => decodeJwt(address.searchParams.get('request') ?? '')
  for (const name of ['state', 'nonce', 'code_challenge', 'jti'])
    assert.notEqual(claims(one)[name], claims(other)[name], name)
  const { rows } = await t.owner.query<{ code_verifier: string }>('select code_verifier from access.oidc_request')
  assert.ok(rows.every((row) => !one.address.href.includes(row.code_verifier)))
})

test('an answer counts once, also when two servers receive it at the same time', async () => {
  const second = await createApp(t.platform.config)
  await second.app.ready()
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  const both = await Promise.all([
    bring(t, back, departure.cookie),
    bring(t, back, departure.cookie, { app: second.app }),
  ])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [303, 403])
  const late = await bring(t, back, departure.cookie, { app: second.app })
  assert.equal(late.status, 403)
  assert.match(late.page, /già stato concluso/)
  assert.equal(await lastOutcome(t), 'request/already-answered')
  await second.close()
})

test('what one server began another can finish', async () => {
  const second = await createApp(t.platform.config)
  await second.app.ready()
  const departure = await leave(t)
  const outcome = await bring(t, await comeBack(t, departure), departure.cookie, { app: second.app })
  assert.equal(outcome.status, 303)
  await second.close()
})

test('the address of an answer opens nothing in another browser', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  for (const cookie of [undefined, '__Host-cie=somebody-else'.padEnd(40, 'x')]) {
    const stolen = await bring(t, back, cookie)
    assert.equal(stolen.status, 403)
    assert.equal(stolen.session, undefined)
    assert.match(stolen.page, /iniziato in un altro browser/)
    assert.equal(await lastOutcome(t), 'request/other-browser')
  }
  assert.equal((await bring(t, back, departure.cookie)).status, 303, 'its own browser still gets in')
})

test('an answer that comes too late is refused', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  t.setNow(new Date(Date.now() + 16 * 60_000))
  const outcome = await bring(t, back, departure.cookie)
  t.setNow(new Date())
  assert.equal(outcome.status, 403)
  assert.equal(await lastOutcome(t), 'request/expired')
})

test('an answer nobody asked for is refused', async () => {
  const callback = new URL(`${clientId()}/callback?code=x&state=${'a'.repeat(48)}&iss=${encodeURIComponent(op())}`)
  const outcome = await bring(t, callback, undefined)
  assert.equal(outcome.status, 403)
  assert.equal((await bring(t, new URL(`${clientId()}/callback`), undefined)).status, 403)
})

test('an answer that says something twice is refused, and the request stays for the answer that is meant for it', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  for (const name of ['state', 'iss', 'code', 'error']) {
    const twice = new URL(back)
    for (const value of [back.searchParams.get(name) ?? 'access_denied', 'x']) twice.searchParams.append(name, value)
    const refused = await bring(t, twice, departure.cookie)
    assert.equal(refused.status, 400, name)
    assert.equal(refused.session, undefined)
  }
  assert.equal((await bring(t, back, departure.cookie)).status, 303)
})

test('while the provider is not trusted any more its answer opens nothing', async () => {
  await t.owner.query('delete from access.sign_in_log')
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  const { rows } = await t.owner.query<{ expires_at: Date }>('select expires_at from access.oidc_provider')
  await t.owner.query(`update access.oidc_provider set expires_at = now() - interval '1 second'`)
  const refused = await bring(t, back, departure.cookie)
  await t.owner.query('update access.oidc_provider set expires_at = $1', [rows[0]!.expires_at])
  assert.equal(refused.status, 503)
  assert.equal(refused.session, undefined)
  assert.equal(await lastOutcome(t), 'provider/not-available')
  assert.equal((await bring(t, back, departure.cookie)).status, 303, 'nothing was used up')
})

test('an answer of the provider that a sign-in began with opens nothing once the region has chosen another', async () => {
  const departure = await leave(t)
  const back = await comeBack(t, departure)
  const before = 'https://before.example'
  await t.owner.query(
    `update access.oidc_request set provider = $1 where id = (select id from access.oidc_request order by issued_at desc limit 1)`,
    [before],
  )
  back.searchParams.set('iss', before)
  const refused = await bring(t, back, departure.cookie)
  assert.deepEqual([refused.status, refused.session], [503, undefined])
  assert.equal(await lastOutcome(t), 'provider/not-available')
})

test('who holds a role is asked in which to act, unless she was on her way to a page', async () => {
  await aRole(t, doctorId, 'doctor')
  const arrives = async (fields: Record<string, string>) => {
    const departure = await leave(t, fields)
    return (await bring(t, await comeBack(t, departure, { person: doctor }), departure.cookie)).location
  }
  assert.equal(await arrives({}), '/operatori')
  assert.equal(await arrives({ returnTo: '/app/prenota' }), '/app/prenota')
})

test('the session the browser had ends when the new one opens', async () => {
  const first = await signInByOidc(t)
  const departure = await leave(t, {}, { headers: { cookie: first.session ?? '' } })
  assert.equal((await bring(t, await comeBack(t, departure), departure.cookie)).status, 303)
  const old = await t.app.inject({ url: '/api/v1/session', headers: { cookie: first.session } })
  assert.equal(old.json().signedIn, false)
})

test('every message is in the register, encrypted, and can be read back with its key', async () => {
  await t.settle()
  await t.owner.query('delete from access.sign_in_log')
  await signInByOidc(t)
  await t.settle()
  const key = await readLogKey(readSignInConfig(t.platform.config, 'CIE'))
  const { rows } = await t.owner.query<Record<string, string> & { document: Buffer }>(
    'select * from access.sign_in_log order by id',
  )
  const kinds = rows.map(({ kind, outcome }) => `${kind} ${outcome}`)
  assert.deepEqual(kinds.toSorted(), [
    'authn-request sent',
    'response accepted',
    'revocation accepted',
    'token-request accepted',
    'token-response accepted',
    'userinfo-response accepted',
  ])
  const read = (kind: string): string => {
    const row = rows.find((one) => one['kind'] === kind)!
    return decryptText(key, row['id']!, row.document)
  }
  assert.match(read('authn-request'), /^http.*\/auth\?.*request=/)
  assert.match(read('token-request'), /client_assertion=.*code_verifier=|code_verifier=.*client_assertion=/)
  assert.match(read('token-response'), /"id_token"/)
  assert.equal(read('userinfo-response').split('.').length, 5)
  assert.match(read('response'), /code=.*state=/)
  assert.match(read('revocation'), /token=/)
  assert.match(read('revocation'), /token_type_hint=access_token/)
  for (const { document } of rows) assert.ok(!document.includes('client_assertion'))

  const { jti, sub, iat, exp, auth_time: at } = decodeJwt(JSON.parse(read('token-response')).id_token)
  const [session] = (
    await t.owner.query(
      'select id, assertion_id, name_id, user_agent, authenticated_at from access.session order by created_at desc limit 1',
    )
  ).rows
  const authenticated = new Date(Number(at ?? iat) * 1000)
  assert.deepEqual(
    [session.assertion_id, session.name_id, session.user_agent, session.authenticated_at],
    [jti, sub, 'lightMyRequest', authenticated],
  )
  const used = await t.owner.query('select expires_at from access.used_assertion where assertion_id = $1', [jti])
  assert.ok(used.rows[0].expires_at >= new Date(exp! * 1000), 'its number is known for as long as it counts')
  const [request] = (await t.owner.query('select * from access.oidc_request order by issued_at desc limit 1')).rows
  for (const row of rows) {
    assert.equal(row['request_id'], request.id, row['kind'])
    if (row['kind'] !== 'revocation') assert.deepEqual(row['request_issued_at'], request.issued_at, row['kind'])
    if (['authn-request', 'revocation'].includes(row['kind']!)) continue
    assert.deepEqual([row['assertion_id'], row['subject'], row['response_issuer']], [jti, sub, op()], row['kind'])
  }
  assert.equal(rows.find(({ kind }) => kind === 'response')!['session_id'], session.id)
})

test('the assertion is for the token endpoint alone, and used once', async () => {
  await t.owner.query('delete from access.sign_in_log')
  await signInByOidc(t)
  const key = await readLogKey(readSignInConfig(t.platform.config, 'CIE'))
  const { rows } = await t.owner.query<{ id: string; document: Buffer }>(
    `select id, document from access.sign_in_log where kind = 'token-request'`,
  )
  const form = new URLSearchParams(decryptText(key, rows[0]!.id, rows[0]!.document))
  const { iss, sub, aud, jti, iat, exp } = decodeJwt(form.get('client_assertion') ?? '')
  assert.deepEqual([iss, sub, aud], [clientId(), clientId(), `${op()}/token`])
  assert.ok(jti)
  assert.ok(exp! - iat! <= 300)
  assert.equal(form.get('grant_type'), 'authorization_code')
  assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
})

test('the access token is given back as soon as it was used, and not before the provider took it', async () => {
  await t.settle()
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'revocation', kind: 'down', times: 1 })
  await signInByOidc(t)
  const waiting = async () =>
    (await t.owner.query<{ id: string; token: Buffer }>('select id, token from access.oidc_token')).rows
  const [kept] = await waiting()
  assert.ok(kept)
  const key = await readLogKey(readSignInConfig(t.platform.config, 'CIE'))
  const token = decryptText(key, kept.id, kept.token)
  assert.ok(!kept.token.includes(token))
  const answers = async () => (await fetch(`${op()}/me`, { headers: { authorization: `Bearer ${token}` } })).status
  await t.settle()
  assert.equal(await answers(), 200, 'the provider was down')
  await asSystem(t.db, (tx) => t.platform.queue.send(tx, 'oidc.revoke-token', { id: kept.id }))
  await t.settle()
  assert.equal(await answers(), 401)
  assert.deepEqual(await waiting(), [])
})

test('a token that is over, or of a provider that is another now, is not sent anywhere', async () => {
  await t.settle()
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'revocation', kind: 'down', times: 1 })
  await signInByOidc(t)
  await t.settle()
  const config = readOidcConfig(t.platform.config)
  const keys = await loadKeys(t.platform, config)
  const { rows } = await t.owner.query<{ id: string; expires_at: Date }>('select id, expires_at from access.oidc_token')
  const { id, expires_at: until } = rows[0]!
  assert.ok(until.getTime() - Date.now() > 59 * 60_000)
  const noted = async () => {
    await revokeToken(t.platform, config, keys, id)
    await t.settle()
    return (await t.owner.query(`select from access.sign_in_log where kind = 'revocation'`)).rows.length
  }
  await t.owner.query('delete from access.sign_in_log')
  await t.owner.query(`update access.oidc_token set expires_at = now() - interval '1 second'`)
  const before = await noted()
  assert.equal(before, 0)
  await t.owner.query(`update access.oidc_token set expires_at = $1, provider = 'https://altro.example'`, [until])
  assert.equal(await noted(), before)
  await t.owner.query('update access.oidc_token set provider = $1', [op()])
  assert.equal(await noted(), before + 1)
  assert.equal(await noted(), before + 1, 'done once')
})

test('what can no longer be answered or revoked is forgotten, and nothing else', async () => {
  await leave(t)
  const left = async () => {
    await removeExpired(t.db, t.platform.now())
    const { rows } = await t.owner.query<{ n: number }>('select count(*)::int as n from access.oidc_request')
    return rows[0]!.n
  }
  const all = await left()
  assert.ok(all > 1)
  await t.owner.query(`update access.oidc_request set expires_at = now() - interval '59 minutes'`)
  assert.equal(await left(), all, 'who comes late is told so for an hour')
  await t.owner.query(`update access.oidc_request set expires_at = now() - interval '61 minutes'`)
  assert.equal(await left(), 0)
  const tokens = `insert into access.oidc_token values ($1, $1, 'x', '\\x00', now() + $2::interval)`
  const [over, live] = [uuidv7(), uuidv7()]
  await t.owner.query(tokens, [over, '-1 second'])
  await t.owner.query(tokens, [live, '1 minute'])
  await left()
  assert.deepEqual((await t.owner.query('delete from access.oidc_token returning id')).rows, [{ id: live }])
})

test('a form of ours says no more than level and where to go back to', async () => {
  const start = (fields: Record<string, string>) =>
    t.app.inject({
      method: 'POST',
      url: '/auth/cie-oidc/start',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
  assert.equal((await start({ level: '9' })).statusCode, 400)
  await leave(t, { returnTo: 'https://elsewhere.example/' })
  const { rows } = await t.owner.query('select return_to from access.oidc_request order by issued_at desc limit 1')
  assert.deepEqual(rows, [{ return_to: '/app' }])
})

test('in a step-up only the person who is signed in counts; the session there goes on', async () => {
  const { cookie: session } = await t.signIn(doctorId)
  const isOpen = async (): Promise<boolean> =>
    (await t.app.inject({ url: '/api/v1/session', headers: { cookie: session } })).json().signedIn
  const bringHers = async (fields: Record<string, string>) => {
    const departure = await leave(t, fields, { headers: { cookie: session } })
    return bring(t, await comeBack(t, departure), departure.cookie)
  }
  const turnedAway = await bringHers({ stepUp: 'yes', returnTo: '/app/profilo' })
  assert.equal(turnedAway.status, 403)
  assert.equal(turnedAway.session, undefined)
  assert.match(turnedAway.page, /Questa identità è di un’altra persona[^]*action="\/auth\/leave"/)
  assert.equal(await lastOutcome(t), 'person/other')
  assert.equal(await isOpen(), true)
  assert.equal((await bringHers({})).status, 303, 'a plain sign-in asks for nobody')
  assert.equal(await isOpen(), false)
  const own = await t.signIn(personId)
  const again = await leave(t, { stepUp: 'yes' }, { headers: { cookie: own.cookie } })
  assert.equal((await bring(t, await comeBack(t, again), again.cookie)).status, 303)
})
