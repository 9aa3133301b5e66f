// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { aBrowser, anAccount, codeTo, goodPassword, textsTo } from '../../../../test/accounts.ts'
import { anonymous } from '../../../../test/actors.ts'
import { testApp } from '../../../../test/setup.ts'
import { statementsOf } from '../../../../test/statements.ts'
import { limitsOf } from './attempts.ts'
import { readAccountConfig } from './config.ts'
import { accountsOf } from './context.ts'
import type { Passwords } from './passwords.ts'
import { accounts } from './index.ts'
import { tryPassword } from './sign-in.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const later = (seconds: number) => t.setNow(new Date(t.platform.now().getTime() + seconds * 1000))
const wrongPassword = 'questa non è quella giusta'

test('user name and password, then the code of a text message, open a session that sees no clinical data', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t)
  const form = await browser.get('/auth/account?returnTo=/app/profilo')
  assert.equal(form.statusCode, 200)
  assert.match(form.body, /name="returnTo" value="\/app\/profilo"/)
  const first = await browser.post('/auth/account/password', {
    userName: ` ${owner.userName.toUpperCase()} `,
    password: owner.password,
    returnTo: '/app/profilo',
  })
  assert.equal(first.statusCode, 303, first.body)
  const page = await browser.get('/auth/account/code')
  assert.match(page.body, new RegExp(`\\*\\*\\* \\*\\*\\* ${owner.mobile.slice(-3)}`))
  assert.doesNotMatch(page.body, new RegExp(owner.mobile.slice(3)))
  const [message = ''] = await textsTo(t, owner.mobile)
  const code = await codeTo(t, owner.mobile)
  assert.equal(message.split('\n').at(-1), `@localhost #${code}`)

  const entered = await browser.code(code)
  assert.equal(entered.statusCode, 303)
  assert.equal(entered.headers.location, '/app/profilo')
  const session = (await browser.get('/api/v1/session')).json()
  assert.equal(session.level, 1)
  assert.equal(session.person.id, owner.personId)
  assert.deepEqual(
    session.actsFor.map((one: { relation: string }) => one.relation),
    ['self'],
  )
  const bookings = await browser.get('/api/v1/bookings')
  assert.equal(bookings.statusCode, 403)
  const { rows } = await t.owner.query(
    'select method, level from access.session where person_id = $1 order by created_at',
    [owner.personId],
  )
  assert.deepEqual(rows.at(-1), { method: 'LOCAL', level: 1 })
  const trace = await t.owner.query(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'session' and purpose = 'sign-in'`,
    [owner.personId],
  )
  assert.deepEqual(trace.rows, [{ action: 'CREATE' }])
})

test('the state between password and code opens nothing, in whatever cookie it is shown', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t)
  await browser.password(owner.userName, goodPassword)
  const half = browser.cookies.get('__Host-half')!
  for (const cookie of [`__Host-half=${half}`, `__Host-sid=${half}`, `__Host-device=${half}`]) {
    assert.equal((await t.app.inject({ url: '/api/v1/account', headers: { cookie } })).statusCode, 401, cookie)
    assert.equal((await t.app.inject({ url: '/api/v1/session', headers: { cookie } })).json().signedIn, false, cookie)
  }
})

test('an unknown user name and a wrong password get the same answer after one hash each', async () => {
  const owner = await anAccount(t)
  const answerTo = async (userName: string) => {
    const browser = aBrowser(t, '192.0.2.7')
    const answer = await browser.password(userName, wrongPassword)
    const body = answer.body.replaceAll(userName, 'NAME').replaceAll(answer.headers['x-request-id'] as string, 'ID')
    return {
      status: answer.statusCode,
      body,
      cookies: answer.cookies.length,
      texts: (await textsTo(t, owner.mobile)).length,
    }
  }
  assert.deepEqual(await answerTo('nobody.at.all'), await answerTo(owner.userName))
  assert.deepEqual(await answerTo('not a name!'), await answerTo(owner.userName))
})

test('the same statements and one hash are spent on a name that exists and on one that does not', async () => {
  const owner = await anAccount(t)
  const room = await accountsOf(t.platform)
  const spent = async (userName: string) => {
    let hashes = 0
    const passwords: Passwords = {
      ...room.passwords,
      verify(stored, password) {
        hashes += 1
        return room.passwords.verify(stored, password)
      },
    }
    const visitor = { actor: anonymous('192.0.2.9'), userAgent: undefined, device: undefined }
    const statements = await statementsOf(t, () =>
      tryPassword({ ...room, passwords }, visitor, {
        userName,
        password: wrongPassword,
        returnTo: '/app',
        stepUp: false,
      }),
    )
    return { hashes, statements }
  }
  const known = await spent(owner.userName)
  assert.equal(known.hashes, 1)
  assert.ok(known.statements.length >= 4)
  assert.deepEqual(await spent('nobody.at.all'), known)
  assert.deepEqual(await spent('no name!'), known)
})

test('after five wrong passwords one waits; after ten a quarter of an hour; the right one does not pass either', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.20')
  for (let i = 0; i < 5; i++) assert.equal((await browser.password(owner.userName, wrongPassword)).statusCode, 401)
  const stopped = await browser.password(owner.userName, goodPassword)
  assert.equal(stopped.statusCode, 429)
  assert.ok(Number(stopped.headers['retry-after']) <= 60)
  later(61)
  for (let i = 0; i < 5; i++) assert.equal((await browser.password(owner.userName, wrongPassword)).statusCode, 401)
  later(61)
  const locked = await browser.password(owner.userName, goodPassword)
  assert.equal(locked.statusCode, 429)
  assert.ok(Number(locked.headers['retry-after']) > 600)
  later(900)
  assert.equal((await browser.password(owner.userName, goodPassword)).statusCode, 303)
})

test('of a hundred guesses at the same moment only five are looked at', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.30')
  const answers = await Promise.all(Array.from({ length: 100 }, () => browser.password(owner.userName, wrongPassword)))
  const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
  assert.deepEqual({ looked: count(401), stopped: count(429) }, { looked: 5, stopped: 95 })
})

test('strangers from many addresses are stopped, and the owner still gets in from the browser she has used', async () => {
  const owner = await anAccount(t)
  const home = aBrowser(t, '192.0.2.40')
  await home.password(owner.userName, goodPassword)
  assert.equal((await home.code(await codeTo(t, owner.mobile))).statusCode, 303)
  later(61)
  let refused = 0
  for (let i = 0; i < 40; i++) {
    const stranger = aBrowser(t, `198.51.100.${i}`)
    if ((await stranger.password(owner.userName, wrongPassword)).statusCode === 429) refused += 1
  }
  assert.equal(refused, 10, 'thirty in a quarter of an hour')
  const elsewhere = aBrowser(t, '203.0.113.9')
  assert.equal((await elsewhere.password(owner.userName, goodPassword)).statusCode, 429)
  assert.equal((await home.password(owner.userName, goodPassword)).statusCode, 303, 'her own browser')
  const spid = await t.app.inject({ url: '/api/v1/account', headers: await t.signIn(owner.personId) })
  assert.equal(spid.statusCode, 200, 'SPID')
  assert.equal((await home.code(await codeTo(t, owner.mobile))).statusCode, 303)
  later(61)
  assert.equal((await elsewhere.password(owner.userName, goodPassword)).statusCode, 303, 'her success clears the count')
})

test('the cookie of a known browser is worth nothing for another user name', () => {
  const config = readAccountConfig(t.platform.config)
  const mine = limitsOf(config, { userName: 'a', address: '192.0.2.1', device: Buffer.from('x') })
  const other = limitsOf(config, { userName: 'b', address: '192.0.2.1', device: Buffer.from('x') })
  assert.ok(mine.every(({ value }) => other.every((one) => one.value !== value)))
})

test('a code is right once; five tries make it void, also when a hundred come at the same moment', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.50')
  await browser.password(owner.userName, goodPassword)
  const code = await codeTo(t, owner.mobile)
  const wrong = code === '000000' ? '000001' : '000000'
  const answers = await Promise.all(Array.from({ length: 100 }, () => browser.code(wrong)))
  const statuses = answers.map(({ statusCode }) => statusCode)
  assert.equal(statuses.filter((status) => status === 422).length, 4)
  assert.equal(statuses.filter((status) => status === 410).length, 96)
  assert.equal((await browser.code(code)).statusCode, 410, 'the right one comes too late')
  later(61)
  assert.equal((await browser.post('/auth/account/code/again', {})).statusCode, 303)
  const second = await codeTo(t, owner.mobile)
  const both = await Promise.all([browser.code(second), browser.code(second)])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [303, 403])
})

test('a code lives five minutes, another one is sent after a minute, five an hour at most', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.60')
  await browser.password(owner.userName, goodPassword)
  const old = await codeTo(t, owner.mobile)
  assert.equal((await browser.post('/auth/account/code/again', {})).statusCode, 429, 'too early')
  later(301)
  assert.equal((await browser.code(old)).statusCode, 410)
  for (let i = 0; i < 3; i++) {
    assert.equal((await browser.post('/auth/account/code/again', {})).statusCode, 303)
    later(61)
  }
  const last = await codeTo(t, owner.mobile)
  // With the one that confirmed the number these were five.
  assert.equal((await browser.post('/auth/account/code/again', {})).statusCode, 429)
  assert.equal((await browser.code(old)).statusCode, 422, 'only the last one counts')
  assert.equal((await browser.code(last)).statusCode, 303)
})

test('nothing readable is kept of passwords, codes, and of what is counted', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.70')
  await browser.password(owner.userName, goodPassword)
  const code = await codeTo(t, owner.mobile)
  const all = await t.owner.query(
    `select (select json_agg(a) from access.account a where person_id = $1)::text
    || (select json_agg(c) from access.one_time_code c)::text || (select json_agg(l) from access.allowance l)::text
    || (select coalesce(json_agg(q), '[]') from (select data from pgboss.job) q)::text as text`,
    [owner.personId],
  )
  const { text } = all.rows[0] as { text: string }
  assert.match(text, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.doesNotMatch(text, new RegExp(`${goodPassword}|"${code}"|192\\.0\\.2\\.70`))
  await browser.code(code)
  const half = await t.owner.query(
    'select 1 from access.account_half_session h join access.account a on a.id = h.account_id where a.person_id = $1',
    [owner.personId],
  )
  assert.equal(half.rowCount, 0)
})

test('a form of another site is refused, and so is a way out of this one', async () => {
  const owner = await anAccount(t)
  const payload = new URLSearchParams({
    userName: owner.userName,
    password: goodPassword,
    returnTo: 'https://evil.example/',
  }).toString()
  const post = (headers: Record<string, string>) =>
    t.app.inject({
      method: 'POST',
      url: '/auth/account/password',
      payload,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  assert.equal((await post({ 'sec-fetch-site': 'cross-site' })).statusCode, 403)
  assert.equal((await post({ origin: 'https://evil.example' })).statusCode, 403)
  const browser = aBrowser(t, '192.0.2.80')
  await browser.post('/auth/account/password', {
    userName: owner.userName,
    password: goodPassword,
    returnTo: 'https://evil.example/',
  })
  assert.equal((await browser.code(await codeTo(t, owner.mobile))).headers.location, '/app')
})

test('who died does not get in', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t, '192.0.2.90')
  await browser.password(owner.userName, goodPassword)
  await t.owner.query('update registry.person set deceased_on = now() where id = $1', [owner.personId])
  const answer = await browser.code(await codeTo(t, owner.mobile))
  assert.equal(answer.statusCode, 403)
  assert.equal(browser.cookies.has('__Host-sid'), false)
})

test('cookies of the sign-in are for this host only, out of reach of scripts and of other sites', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t)
  const first = await browser.password(owner.userName, goodPassword)
  const second = await browser.code(await codeTo(t, owner.mobile))
  const flags = [first, second]
    .flatMap(({ cookies }) => cookies)
    .filter(({ value }) => value !== '')
    .map(({ name, path, httpOnly, secure, sameSite, domain }) => [name, path, httpOnly, secure, sameSite, domain])
  assert.deepEqual(flags.toSorted(), [
    ['__Host-device', '/', true, true, 'Strict', undefined],
    ['__Host-half', '/', true, true, 'Strict', undefined],
    ['__Host-sid', '/', true, true, 'Lax', undefined],
  ])
})

test('half-open states and known browsers whose time is over are forgotten', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t)
  await browser.password(owner.userName, goodPassword)
  await browser.code(await codeTo(t, owner.mobile))
  later(61)
  await browser.password(owner.userName, goodPassword)
  const counts = async () => {
    const { rows } = await t.owner.query(
      `select (select count(*)::int from access.account_half_session where account_id = a.id) as half,
        (select count(*)::int from access.account_device where account_id = a.id) as devices
       from access.account a where person_id = $1`,
      [owner.personId],
    )
    return rows[0] as { half: number; devices: number }
  }
  const tidy = accounts.jobs!.find(({ name }) => name === 'accounts.tidy')!
  await tidy.handle({} as never, t.platform)
  assert.deepEqual(await counts(), { half: 1, devices: 1 })
  const now = t.platform.now()
  later(181 * 86_400)
  await tidy.handle({} as never, t.platform)
  assert.deepEqual(await counts(), { half: 0, devices: 0 })
  t.setNow(now)
})

test('before its message was sent no code is right', async () => {
  const owner = await anAccount(t)
  const browser = aBrowser(t)
  await browser.password(owner.userName, goodPassword)
  assert.equal((await browser.code('123456')).statusCode, 410)
})

test('a password hashed with lower costs or an earlier pepper is hashed anew at the next sign-in', async () => {
  const owner = await anAccount(t)
  const stored = async () =>
    (await t.owner.query('select password_hash, pepper from access.account where person_id = $1', [owner.personId]))
      .rows[0] as {
      password_hash: string
      pepper: string
    }
  const { pepper } = await stored()
  const secret = Buffer.from((await readFile(join(t.dataDir, 'keys/account-pepper.key'), 'utf8')).trim(), 'base64')
  const weak = await hash(goodPassword, { memoryCost: 8192, timeCost: 2, parallelism: 1, secret })
  await t.owner.query('update access.account set password_hash = $2 where person_id = $1', [owner.personId, weak])
  assert.equal((await aBrowser(t).password(owner.userName, 'un’altra cosa del tutto')).statusCode, 401)
  assert.equal((await stored()).password_hash, weak, 'a wrong password changes nothing')
  assert.equal((await aBrowser(t).password(owner.userName, goodPassword)).statusCode, 303)
  const renewed = await stored()
  assert.match(renewed.password_hash, /m=19456,t=2,p=1/)
  assert.equal(renewed.pepper, pepper)
})

test('in a step-up only the account of the person who is signed in counts; no code is sent to anybody else', async () => {
  const [owner, other] = [await anAccount(t), await anAccount(t)]
  const browser = aBrowser(t)
  const { cookie } = await t.signIn(owner.personId)
  const [name = '', value = ''] = cookie.split('=')
  browser.cookies.set(name, value)
  const form = await browser.get('/auth/account?returnTo=/app/profilo&stepUp=yes')
  assert.match(form.body, /name="stepUp" value="yes"/)
  assert.match(form.body, /returnTo=%2Fapp%2Fprofilo&amp;stepUp=yes/, 'the other ways know it too')
  const send = (who: { userName: string; password: string }, stepUp: string) =>
    browser.post('/auth/account/password', {
      userName: who.userName,
      password: who.password,
      returnTo: '/app/profilo',
      stepUp,
    })
  const wrong = await send({ ...other, password: wrongPassword }, 'yes')
  assert.equal(wrong.statusCode, 401)
  assert.match(wrong.body, /name="stepUp" value="yes"/, 'a mistake does not end the step-up')
  const before = (await textsTo(t, other.mobile)).length
  const turnedAway = await send(other, 'yes')
  assert.equal(turnedAway.statusCode, 403)
  assert.match(turnedAway.body, /Questa identità è di un’altra persona[^]*action="\/auth\/leave"/)
  assert.equal((await textsTo(t, other.mobile)).length, before)
  assert.equal((await browser.get('/api/v1/session')).json().person.id, owner.personId, 'the session there goes on')
  assert.equal((await send(owner, 'yes')).statusCode, 303)
  assert.equal((await browser.code(await codeTo(t, owner.mobile))).statusCode, 303)
  assert.equal((await send(other, '')).statusCode, 303, 'a plain sign-in asks for nobody')
})
