// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aBrowser, aMobile, anAccount, codeTo, goodPassword, textsTo } from '../../../../test/accounts.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp, type SignedIn } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const later = (seconds: number) => t.setNow(new Date(t.platform.now().getTime() + seconds * 1000))
const call = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
  path: string,
  headers: SignedIn | object,
  payload?: object,
) => t.app.inject({ method, url: `/api/v1/account${path}`, headers: { ...headers }, ...(payload && { payload }) })

/** Headers of a session opened with the account itself. */
async function withAccount(owner: Awaited<ReturnType<typeof anAccount>>) {
  const browser = aBrowser(t)
  await browser.password(owner.userName, owner.password)
  assert.equal((await browser.code(await codeTo(t, owner.mobile))).statusCode, 303)
  const session = (await browser.get('/api/v1/session')).json()
  later(61)
  return { cookie: `__Host-sid=${browser.cookies.get('__Host-sid')}`, 'x-csrf-token': session.csrfToken as string }
}

test('an account is opened only by who has just shown a strong identity', async () => {
  const { id } = await aPerson(t)
  const wish = { userName: 'debole.uno', password: goodPassword }
  assert.equal((await call('POST', '', {}, wish)).statusCode, 401)
  assert.equal((await call('POST', '', await t.signIn(id, 1), wish)).statusCode, 403)
  const old = await t.signIn(id)
  later(16 * 60 - 70) // still live, but the person showed who she is too long ago
  await call('GET', '', old)
  later(120)
  const refused = await call('POST', '', old, wish)
  assert.equal(refused.statusCode, 403)
  assert.equal(refused.json().code, 'access/step-up-required')
  assert.equal(refused.json().freshMinutes, 15)
  const eidas = await t.signIn(id)
  await t.owner.query("update access.session set method = 'EIDAS' where person_id = $1", [id])
  assert.equal((await call('POST', '', eidas, wish)).json().code, 'access/step-up-required')
})

test('one person has one account, for ever hers, and a user name is nobody else’s', async () => {
  const first = await anAccount(t)
  const again = await call('POST', '', await t.signIn(first.personId), {
    userName: 'altro.nome',
    password: goodPassword,
  })
  assert.equal(again.json().code, 'accounts/already-there')
  const other = await t.signIn((await aPerson(t)).id)
  const taken = await call('POST', '', other, { userName: first.userName.toUpperCase(), password: goodPassword })
  assert.equal(taken.json().code, 'accounts/user-name-taken')
  assert.equal(taken.statusCode, 409)
  const { rows } = await t.owner.query('select bound_method, bound_level from access.account where person_id = $1', [
    first.personId,
  ])
  assert.deepEqual(rows, [{ bound_method: 'SPID', bound_level: 2 }])
})

test('of two requests of one person at the same moment one opens the account', async () => {
  const { id } = await aPerson(t)
  const headers = await t.signIn(id)
  const both = await Promise.all(
    ['gemello.uno', 'gemello.due'].map((userName) => call('POST', '', headers, { userName, password: goodPassword })),
  )
  assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [201, 409])
})

test('passwords that are easy to guess are refused with the reason; long ones with spaces and any letters are taken', async () => {
  const { id, code } = await aPerson(t, { givenName: 'Filomena' })
  const headers = await t.signIn(id)
  const reasons: Record<string, string> = {
    corta: 'accounts/password-too-short',
    aaaaaaaaaa: 'accounts/password-too-simple',
    password123: 'accounts/password-common',
    'P@ssw0rd': 'accounts/password-common',
    Filomena1985: 'accounts/password-context',
    'C4mp4n!a2026': 'accounts/password-context',
    [code]: 'accounts/password-context',
  }
  for (const [password, reason] of Object.entries(reasons)) {
    const answer = await call('POST', '', headers, { userName: 'filomena.p', password })
    assert.equal(answer.json().code, reason, password)
    assert.equal(answer.json().field, 'password')
    assert.equal(answer.statusCode, 422)
  }
  const long = `${'ὕδωρ 水 '.repeat(9)}café` // with a letter that can be written in two ways
  assert.ok(Array.from(long).length >= 64)
  assert.equal(
    (await call('POST', '', headers, { userName: 'filomena.p', password: long.normalize('NFD') })).statusCode,
    201,
  )
  const changed = await call('PUT', '/password', headers, {
    currentPassword: long.normalize('NFC'),
    password: goodPassword,
  })
  assert.equal(changed.statusCode, 200, 'the same letters typed on another keyboard')
})

test('a user name is no fiscal code and no odd text', async () => {
  const { id, code } = await aPerson(t)
  const headers = await t.signIn(id)
  for (const userName of [code, 'abc', 'con spazio', '../etc', 'ünïcode', 'x'.repeat(41)]) {
    const answer = await call('POST', '', headers, { userName, password: goodPassword })
    assert.equal(answer.json().code, 'accounts/user-name-invalid', userName)
  }
})

test('until a number is confirmed the password opens nothing', async () => {
  const { id } = await aPerson(t)
  const headers = await t.signIn(id)
  await call('POST', '', headers, { userName: 'senza.numero', password: goodPassword })
  const answer = await aBrowser(t).password('senza.numero', goodPassword)
  assert.equal(answer.statusCode, 403)
  assert.match(answer.body, /Manca il numero di cellulare/)
})

test('only Italian mobile numbers are taken, and a code of one person is of no use to another', async () => {
  const owner = await anAccount(t)
  for (const mobile of ['0815551234', '899123456', '+33612345678', '12', '+3934012'])
    assert.equal(
      (await call('POST', '/mobile', owner.strong, { mobile })).json().code,
      'accounts/mobile-invalid',
      mobile,
    )
  const other = await anAccount(t)
  const mobile = aMobile()
  const { transactionId } = (await call('POST', '/mobile', owner.strong, { mobile })).json()
  const code = await codeTo(t, mobile)
  const stolen = await call('PUT', '/mobile', other.strong, { transactionId, code })
  assert.equal(stolen.json().code, 'accounts/code-over')
  assert.equal((await call('PUT', '/mobile', owner.strong, { transactionId, code })).statusCode, 200)
  assert.equal((await call('PUT', '/mobile', owner.strong, { transactionId, code })).statusCode, 410, 'used once')
})

test('a new number needs a strong identity, takes the place of the old one, and the old one is told', async () => {
  const owner = await anAccount(t)
  const local = await withAccount(owner)
  const mobile = aMobile()
  assert.equal((await call('POST', '/mobile', local, { mobile })).statusCode, 403)
  const headers = await t.signIn(owner.personId)
  const { transactionId } = (await call('POST', '/mobile', headers, { mobile: mobile.slice(3) })).json()
  const code = await codeTo(t, mobile)
  const wrong = await call('PUT', '/mobile', headers, { transactionId, code: code === '000000' ? '000001' : '000000' })
  assert.equal(wrong.json().triesLeft, 4)
  const done = await call('PUT', '/mobile', headers, { transactionId, code })
  assert.equal(done.json().mobile, `+39 *** *** ${mobile.slice(-3)}`)
  const [told = ''] = await textsTo(t, owner.mobile)
  assert.match(told, /numero .* è cambiato/)
  assert.doesNotMatch(told, new RegExp(`${owner.userName}|${mobile.slice(-7)}`))
  const left = await t.owner.query('select 1 from access.text_message')
  assert.equal(left.rowCount, 0, 'no number stays behind')
})

test('who signed in with the account changes the password with the current one; other sessions of the account end', async () => {
  const owner = await anAccount(t)
  const [one, two] = [await withAccount(owner), await withAccount(owner)]
  const next = 'ombrello quaderno ginestra'
  assert.equal((await call('PUT', '/password', one, { password: next })).json().code, 'access/step-up-required')
  const wrong = await call('PUT', '/password', one, { currentPassword: 'non la so', password: next })
  assert.equal(wrong.json().code, 'accounts/password-wrong')
  assert.equal((await call('PUT', '/password', one, { currentPassword: goodPassword, password: next })).statusCode, 200)
  assert.equal((await call('GET', '', one)).statusCode, 200)
  assert.equal((await call('GET', '', two)).statusCode, 401)
  assert.equal((await call('GET', '', owner.strong)).statusCode, 200, 'SPID sessions stay')
  assert.match((await textsTo(t, owner.mobile))[0] ?? '', /password .* è cambiata/)
  assert.equal((await aBrowser(t).password(owner.userName, goodPassword)).statusCode, 401)
})

test('who forgot the password chooses another after SPID', async () => {
  const owner = await anAccount(t)
  const headers = await t.signIn(owner.personId)
  assert.equal((await call('PUT', '/password', headers, { password: 'ombrello quaderno ginestra' })).statusCode, 200)
  assert.equal((await aBrowser(t).password(owner.userName, 'ombrello quaderno ginestra')).statusCode, 303)
})

test('closing the account ends its sessions and leaves no credential', async () => {
  const owner = await anAccount(t)
  const local = await withAccount(owner)
  assert.equal((await call('DELETE', '', local)).statusCode, 403)
  assert.equal((await call('DELETE', '', await t.signIn(owner.personId))).statusCode, 204)
  assert.equal((await call('GET', '', local)).statusCode, 401)
  assert.equal((await call('GET', '', owner.strong)).json().code, 'accounts/none')
  assert.equal((await aBrowser(t).password(owner.userName, goodPassword)).statusCode, 401)
  const trace = await t.owner.query(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'account' and action <> 'READ' order by id`,
    [owner.personId],
  )
  assert.deepEqual(
    trace.rows.map(({ action }) => action),
    ['CREATE', 'DELETE'],
  )
})
