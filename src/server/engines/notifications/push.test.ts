// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { noticesBench } from '../../../../test/notifications.ts'
import { testApp } from '../../../../test/setup.ts'
import { BadSetting, readConfig } from '../../platform/config.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { notify } from './index.ts'
import { isKnownService, vapidKeys } from './push.ts'

/** A push service of ours: remembers what it was sent and answers as told. */
const got: { path: string; authorization: string; encoding: string; ttl: string; body: Buffer }[] = []
const answers = new Map<string, number>()
const service = createServer((request, response) => {
  void buffer(request).then((body) => {
    const { authorization = '', 'content-encoding': encoding = '', ttl } = request.headers
    got.push({ path: request.url ?? '', authorization, encoding, ttl: String(ttl), body })
    response.writeHead(answers.get(request.url ?? '') ?? 201).end()
    return undefined
  })
})
await new Promise<void>((resolve) => service.listen(0, resolve))
const origin = `http://localhost:${(service.address() as AddressInfo).port}`
const t = await testApp({ env: { PUSH_SERVICES: `${origin},https://*.push.apple.com` } })
after(async () => {
  await t[Symbol.asyncDispose]()
  service.close()
})
const { aPerson } = noticesBench(t)

/** A browser: its keys, and how it reads what arrives (RFC 8291, RFC 8188). */
function aBrowser() {
  const curve = createECDH('prime256v1')
  const p256dh = curve.generateKeys()
  const auth = randomBytes(16)
  const derive = (secret: Buffer, salt: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, info, length))
  return {
    keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
    read(body: Buffer): unknown {
      const salt = body.subarray(0, 16)
      const serverKey = body.subarray(21, 21 + body[20]!)
      const cipher = body.subarray(21 + body[20]!)
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, serverKey])
      const secret = derive(curve.computeSecret(serverKey), auth, info, 32)
      const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
      const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
      const decipher = createDecipheriv('aes-128-gcm', key, nonce)
      decipher.setAuthTag(cipher.subarray(-16))
      const plain = Buffer.concat([decipher.update(cipher.subarray(0, -16)), decipher.final()])
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString())
    },
  }
}

async function subscribe(personId: string, path: string, keys: { p256dh: string; auth: string }) {
  const headers = await t.signIn(personId)
  const payload = { endpoint: `${origin}${path}`, keys }
  return {
    headers,
    answer: await t.app.inject({ method: 'POST', url: '/api/v1/push-subscriptions', headers, payload }),
  }
}
const tell = async (patientId: string) => {
  const bookingId = uuidv7()
  await asSystem(t.db, (tx) =>
    notify(tx, t.platform, {
      patientId,
      about: { kind: 'booking', id: bookingId },
      template: 'booking.cancelled',
      parameters: { bookingId, code: '7KQ4-9MZT-P', visits: [], late: false },
    }),
  )
  await t.settle()
  return bookingId
}
const to = (path: string) => got.filter((one) => one.path === path)

test('a browser is notified without a word of what it is about, encrypted and signed', async () => {
  const lucia = await aPerson({ email: null, mobile: null })
  const browser = aBrowser()
  const { answer } = await subscribe(lucia.id, '/one', browser.keys)
  assert.equal(answer.statusCode, 201)
  const bookingId = await tell(lucia.id)
  const [push, ...more] = to('/one')
  assert.equal(more.length, 0)
  assert.deepEqual(browser.read(push!.body), {
    web_push: 8030,
    notification: {
      title: 'Hai un nuovo messaggio da Campania',
      navigate: `${t.platform.config.publicUrl}/app/appuntamenti/${bookingId}`,
      lang: 'it',
    },
  })
  assert.deepEqual([push!.encoding, push!.ttl], ['aes128gcm', '86400'])
  const [, token = '', key = ''] = /^vapid t=(.+), k=(.+)$/.exec(push!.authorization) ?? []
  const [head, claims, signature] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature!, 'base64url'),
  )
  assert.ok(signed)
  const { aud, sub } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { aud: string; sub: string }
  assert.equal(aud, origin)
  assert.match(sub, /^mailto:/)
  assert.equal((await t.app.inject({ url: '/api/v1/push-key' })).json().publicKey, key)
})

test('a subscription the service no longer knows is forgotten, one it refuses once is kept', async () => {
  for (const [path, status, left] of [
    ['/404', 404, 0],
    ['/410', 410, 0],
    ['/400', 400, 1],
  ] as const) {
    const person = await aPerson({ email: null, mobile: null })
    answers.set(path, status)
    await subscribe(person.id, path, aBrowser().keys)
    await tell(person.id)
    const { rowCount } = await t.owner.query('select from notifications.push_subscription where person_id = $1', [
      person.id,
    ])
    assert.equal(rowCount, left, path)
    const { rows } = await t.owner.query('select state from notifications.delivery where recipient_id = $1', [
      person.id,
    ])
    assert.deepEqual(rows, [{ state: left ? 'refused' : 'undeliverable' }])
  }
})

test('a push service that is down is tried again', async () => {
  const person = await aPerson({ email: null, mobile: null })
  answers.set('/503', 503)
  await subscribe(person.id, '/503', aBrowser().keys)
  await tell(person.id)
  const { rows } = await t.owner.query('select state from notifications.delivery where recipient_id = $1', [person.id])
  assert.deepEqual(rows, [{ state: 'waiting' }])
})

test('a shared browser notifies only who subscribed last on it', async () => {
  const [lucia, mario] = [await aPerson({ email: null, mobile: null }), await aPerson({ email: null, mobile: null })]
  await subscribe(lucia.id, '/shared', aBrowser().keys)
  await subscribe(mario.id, '/shared', aBrowser().keys)
  await tell(lucia.id)
  assert.equal(to('/shared').length, 0)
  await tell(mario.id)
  assert.equal(to('/shared').length, 1)
})

test('unsubscribing stops notifications and is for the owner alone', async () => {
  const [lucia, other] = [await aPerson({ email: null, mobile: null }), await aPerson()]
  const { headers, answer } = await subscribe(lucia.id, '/stop', aBrowser().keys)
  const remove = async (by: object) =>
    (
      await t.app.inject({
        method: 'DELETE',
        url: `/api/v1/push-subscriptions/${answer.json().id}`,
        headers: by as never,
      })
    ).statusCode
  assert.equal(await remove(await t.signIn(other.id)), 404)
  assert.equal(await remove(headers), 204)
  assert.equal(await remove(headers), 404)
  await tell(lucia.id)
  assert.equal(to('/stop').length, 0)
})

test('the server sends only to push services it knows', async () => {
  const { config } = t.platform
  assert.ok(isKnownService(config, 'https://web.push.apple.com/abc'))
  for (const endpoint of [
    'http://web.push.apple.com/abc',
    'https://web.push.apple.com:8443/abc',
    'https://push.apple.com.evil.example/abc',
    'http://169.254.169.254/latest',
    `${origin}0/x`,
    'not an address',
  ]) {
    assert.equal(isKnownService(config, endpoint), false, endpoint)
  }
  const lucia = await aPerson()
  const payload = { endpoint: 'http://localhost:5432/', keys: aBrowser().keys }
  const answer = await t.app.inject({
    method: 'POST',
    url: '/api/v1/push-subscriptions',
    headers: await t.signIn(lucia.id),
    payload,
  })
  assert.equal(answer.json().code, 'notifications/unknown-push-service')
  const short = { endpoint: `${origin}/x`, keys: { p256dh: 'abc', auth: 'abc' } }
  const refused = await t.app.inject({
    method: 'POST',
    url: '/api/v1/push-subscriptions',
    headers: await t.signIn(lucia.id),
    payload: short,
  })
  assert.equal(refused.statusCode, 400)
})

test('the keys that name us are made once and kept, or come whole from the settings', async () => {
  const { config } = t.platform
  assert.deepEqual(await vapidKeys(config), await vapidKeys(config))
  const given = readConfig({ VAPID_PUBLIC_KEY: 'a', VAPID_PRIVATE_KEY: 'b' })
  assert.deepEqual(await vapidKeys(given), { publicKey: 'a', privateKey: 'b' })
  await assert.rejects(vapidKeys(readConfig({ VAPID_PUBLIC_KEY: 'a' })), BadSetting)
})
