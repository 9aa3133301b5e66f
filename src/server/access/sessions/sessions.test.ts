// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { aPerson } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp, type SignedIn } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import { forgetReference } from '../../platform/reference.ts'

const t = await testApp()
const second = await createApp(t.platform.config)
after(async () => {
  await second.close()
  await t[Symbol.asyncDispose]()
})
const start = Date.now()
const minutes = (count: number) => t.setNow(new Date(start + count * 60_000))
beforeEach(() => minutes(0))

const anna = await aPerson(t)
const url = '/api/v1/sessions'
const get = (headers: object, app = t.app) => app.inject({ url, headers: headers as Record<string, string> })
const end = (headers: SignedIn, path = '', app = t.app) =>
  app.inject({ method: 'DELETE', url: `${url}${path}`, headers: { ...headers } })
const list = async (headers: SignedIn) =>
  (await get(headers)).json<{ id: string; current: boolean; level: number; address: string | null }[]>()

test('a session ends after 15 minutes without a request, and each request gives it 15 more', async () => {
  const headers = await t.signIn(anna.id)
  for (const at of [14, 28, 42]) {
    minutes(at)
    assert.equal((await get(headers)).statusCode, 200, `minute ${at}`)
  }
  minutes(42 + 16)
  assert.equal((await get(headers)).statusCode, 401)
})

test('a session that is always in use ends after eight hours, at level 3 after one', async () => {
  const headers = { 2: await t.signIn(anna.id), 3: await t.signIn(anna.id, 3) }
  for (let at = 9; at < 480; at += 9) {
    minutes(at)
    assert.equal((await get(headers[2])).statusCode, 200, `level 2, minute ${at}`)
    assert.equal((await get(headers[3])).statusCode, at < 60 ? 200 : 401, `level 3, minute ${at}`)
  }
  minutes(481)
  assert.equal((await get(headers[2])).statusCode, 401)
})

test('in a role a session ends after half an hour without a request and twelve hours in all, at level 3 after a quarter of an hour', async () => {
  const { id, appointmentId, headers } = await aProfessional(t, 'clerk')
  const idle = await t.signIn(id, 2, appointmentId)
  const strong = await t.signIn(id, 3, appointmentId)
  minutes(14)
  assert.equal((await get(strong)).statusCode, 200)
  for (let at = 29; at < 720; at += 29) {
    minutes(at)
    assert.equal((await get(headers)).statusCode, 200, `minute ${at}`)
  }
  assert.equal((await get(idle)).statusCode, 401)
  minutes(721)
  assert.equal((await get(headers)).statusCode, 401)
  minutes(14 + 16)
  assert.equal((await get(strong)).statusCode, 401)
})

test('limits are dated data: a shorter one of today binds the sessions opened from now on', async () => {
  const [early, change] = [await t.signIn(anna.id), "kind = 'citizen' and level = 2 and upper_inf(valid)"]
  await t.owner.query(`update access.session_limit set valid = daterange(lower(valid), current_date) where ${change}`)
  await t.owner.query(`insert into access.session_limit
    values ('citizen', 2, '5 min', '1 h', daterange(current_date, null), 'a test')`)
  forgetReference()
  const late = await t.signIn(anna.id)
  minutes(6)
  assert.equal((await get(late)).statusCode, 401)
  assert.equal((await get(early)).statusCode, 200)
  await t.owner.query("delete from access.session_limit where source = 'a test'")
  await t.owner.query(`update access.session_limit set valid = daterange(lower(valid), null)
    where kind = 'citizen' and level = 2`)
  forgetReference()
})

test('the token is 256 random bits, kept only as a hash, in a cookie that scripts and other hosts cannot reach', async () => {
  const { cookie } = await t.signIn(anna.id)
  const [name, token] = cookie.split('=')
  assert.equal(name, '__Host-sid')
  assert.equal(Buffer.from(token!, 'base64url').length, 32)
  const { rows } = await t.owner.query('select * from access.session where person_id = $1', [anna.id])
  assert.ok(!JSON.stringify(rows).includes(token!))
  const out = await t.app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { ...(await t.signIn(anna.id)) },
  })
  const set = String(out.headers['set-cookie'])
  for (const part of ['__Host-sid=', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
    assert.ok(set.includes(part), part)
  assert.ok(!/domain/i.test(set), 'a host cookie names no domain')
})

test('a person sees where she is signed in: device, address, method, which one is this', async () => {
  const berta = await aPerson(t)
  const headers = await t.signIn(berta.id)
  await t.signIn(berta.id, 3)
  await get(headers)
  const all = await list(headers)
  assert.equal(all.length, 2)
  assert.deepEqual(all.map(({ current, level }) => [current, level]).toSorted(), [
    [false, 3],
    [true, 2],
  ])
  assert.equal(all.find(({ current }) => current)?.address, '127.0.0.1')
})

test('a session that is ended is refused at once in every process', async () => {
  const berta = await aPerson(t)
  const [here, there] = [await t.signIn(berta.id), await t.signIn(berta.id)]
  assert.equal((await get(there, second.app)).statusCode, 200)
  const other = (await list(here)).find(({ current }) => !current)!
  assert.equal((await end(here, `/${other.id}`)).statusCode, 204)
  assert.equal((await get(there, second.app)).statusCode, 401)
  const signOut = await t.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { ...here } })
  assert.equal(signOut.statusCode, 204)
  assert.match(String(signOut.headers['clear-site-data']), /cache/)
  assert.equal((await get(here, second.app)).statusCode, 401)
  const { rows } = await t.owner.query(
    `select action, count(*)::int as n from access.audit_entry where patient_id = $1 and object_type = 'session'
       and action = 'DELETE' group by action`,
    [berta.id],
  )
  assert.deepEqual(rows, [{ action: 'DELETE', n: 2 }])
})

test('one call ends all others and leaves this one', async () => {
  const berta = await aPerson(t)
  const all = [await t.signIn(berta.id), await t.signIn(berta.id), await t.signIn(berta.id)]
  const answer = await end(all[0]!)
  assert.deepEqual(answer.json(), { ended: 2 })
  assert.deepEqual(await Promise.all(all.map(async (one) => (await get(one)).statusCode)), [200, 401, 401])
  assert.deepEqual((await end(all[0]!)).json(), { ended: 0 })
})

test('somebody else’s session can be neither seen nor ended', async () => {
  const berta = await aPerson(t)
  const hers = await t.signIn(berta.id)
  const { id } = (await list(hers))[0]!
  const mine = await t.signIn(anna.id)
  assert.ok(!(await list(mine)).some((one) => one.id === id))
  assert.equal((await end(mine, `/${id}`)).statusCode, 404)
  assert.equal((await get(hers)).statusCode, 200)
})

test('a change without the session’s own token is refused, whatever the cookie says', async () => {
  const headers = await t.signIn(anna.id)
  const { 'x-csrf-token': others } = await t.signIn(anna.id)
  for (const wrong of [
    {},
    { 'x-csrf-token': '' },
    { 'x-csrf-token': others },
    { 'x-csrf-token': `${headers['x-csrf-token']}x` },
  ]) {
    const answer = await t.app.inject({ method: 'DELETE', url, headers: { cookie: headers.cookie, ...wrong } })
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.json().code, 'access/csrf')
  }
  assert.equal((await end(headers)).statusCode, 200)
})

test('a made-up or cut token is nobody', async () => {
  const { cookie } = await t.signIn(anna.id)
  for (const wrong of [
    cookie.slice(0, -1),
    `${cookie}A`,
    '__Host-sid=',
    '__Host-sid=%00',
    `sid=${cookie.split('=')[1]}`,
  ])
    assert.equal((await get({ cookie: wrong })).statusCode, 401, wrong)
})
