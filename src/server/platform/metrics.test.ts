// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { testApp, type TestApp } from '../../../test/setup.ts'

type Wish = { remoteAddress?: string; headers?: Record<string, string> }
const read = async (t: TestApp, wish: Wish = {}) => {
  const answer = await t.app.inject({ url: '/metrics', ...wish })
  const code = answer.statusCode === 200 ? undefined : answer.json<{ code: string }>().code
  return { status: answer.statusCode, code, answer }
}

describe('without a token', async () => {
  const t = await testApp()
  const behind = await testApp({ env: { TRUST_PROXY: '1' } })
  after(async () => {
    await t[Symbol.asyncDispose]()
    await behind[Symbol.asyncDispose]()
  })

  for (const remoteAddress of ['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])
    test(`metrics are read from ${remoteAddress}`, async () => {
      const { status, answer } = await read(t, { remoteAddress })
      assert.equal(status, 200)
      assert.match(answer.body, /^http_request_duration_seconds_bucket|# HELP/m)
    })

  for (const remoteAddress of ['10.0.0.5', '192.0.2.7', '::ffff:10.0.0.5', '2001:db8::1', '1127.0.0.1'])
    test(`and not from ${remoteAddress}`, async () => {
      const { status, code, answer } = await read(t, { remoteAddress })
      assert.deepEqual([status, code], [403, 'platform/metrics-closed'])
      assert.doesNotMatch(answer.body, /# HELP/)
    })

  test('what a proxy on this machine passes on is from elsewhere, whoever it says it is, trusted or not', async () => {
    for (const one of [t, behind])
      for (const headers of [
        { 'x-forwarded-for': '192.0.2.7' },
        { 'x-forwarded-for': '127.0.0.1' },
        { forwarded: 'for=127.0.0.1' },
        { 'x-real-ip': '127.0.0.1' },
        { via: '1.1 proxy' },
      ])
        assert.equal((await read(one, { headers })).code, 'platform/metrics-closed', JSON.stringify(headers))
    assert.equal((await read(behind)).status, 200)
    const spoofed = { remoteAddress: '192.0.2.7', headers: { 'x-forwarded-for': '127.0.0.1' } }
    assert.equal((await read(behind, spoofed)).code, 'platform/metrics-closed')
  })
})

test('a token that can be guessed does not start', async () => {
  await assert.rejects(testApp({ env: { METRICS_TOKEN: 'short' } }), /METRICS_TOKEN is shorter than 16/)
})

describe('with METRICS_TOKEN', async () => {
  const t = await testApp({ env: { METRICS_TOKEN: 'a-long-secret-of-the-operator' } })
  after(() => t[Symbol.asyncDispose]())

  test('only who shows it reads metrics, from wherever', async () => {
    for (const remoteAddress of ['127.0.0.1', '192.0.2.7']) {
      const good = { remoteAddress, headers: { authorization: 'Bearer a-long-secret-of-the-operator' } }
      assert.equal((await read(t, good)).status, 200)
      for (const authorization of ['', 'Bearer ', 'Bearer another', 'Basic a-long-secret-of-the-operator']) {
        const { status, code, answer } = await read(t, { remoteAddress, headers: { authorization } })
        assert.deepEqual([status, code], [401, 'platform/metrics-token-required'])
        assert.equal(answer.headers['www-authenticate'], 'Bearer realm="metrics"')
      }
    }
  })
})
