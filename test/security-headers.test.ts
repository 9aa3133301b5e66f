// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { createHttp, follow, type App } from '../src/server/platform/http.ts'
import { aPerson } from './region.ts'
import { testApp } from './setup.ts'

const t = await testApp({ env: { PUBLIC_URL: 'https://salute.example' } })
const broken = await createHttp({
  config: t.platform.config,
  resolveActor: () => Promise.reject(new Error('a secret of ours')),
  formTargets: [],
})
follow(broken, 'broken', {
  pages: { subjects: ['anyone'], action: 'READ', resource: 'page', purpose: 'information', audit: 'none' },
})
broken.get('/broken', { config: { page: true } }, () => 'never')
after(async () => {
  await broken.close()
  await t[Symbol.asyncDispose]()
})
const anna = await aPerson(t)
const headers = { ...(await t.signIn(anna.id)) }

const answers: [what: string, status: number, ask: InjectOptions, app?: App][] = [
  ['data of the API', 200, { url: '/api/v1/session', headers }],
  ['a refusal', 401, { url: '/api/v1/sessions' }],
  ['a stranger’s address', 404, { url: '/api/v1/people/0190f0f0-0000-7000-8000-000000000000/contacts', headers }],
  ['a wrong body', 400, { method: 'PUT', url: '/api/v1/session/language', headers, payload: { language: 'xx' } }],
  ['an address that leads nowhere', 404, { url: '/nowhere' }],
  ['a method that is not there', 404, { method: 'PATCH', url: '/api/v1/session', headers }],
  ['a failure of ours', 500, { url: '/broken' }, broken],
  ['the page of the API', 200, { url: '/api-docs' }],
  ['metadata for machines', 200, { url: '/auth/spid/metadata' }],
]

for (const [what, status, ask, app = t.app] of answers) {
  test(`${what} (${status}) comes with every security header`, async () => {
    const answer = await app.inject(ask)
    assert.equal(answer.statusCode, status)
    const policy = String(answer.headers['content-security-policy'])
    assert.match(policy, /default-src 'self'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(policy, /object-src 'none'/)
    assert.match(policy, /base-uri 'none'/)
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|http:(?!\/\/localhost)/)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['x-frame-options'], 'DENY')
    assert.equal(answer.headers['referrer-policy'], 'no-referrer')
    assert.match(String(answer.headers['strict-transport-security']), /max-age=\d{7,}; includeSubDomains/)
    assert.equal(answer.headers['x-powered-by'], undefined)
    assert.equal(answer.headers['server'], undefined)
    assert.match(String(answer.headers['content-type']), /charset=utf-8|problem\+json|xml/)
  })
}

test('what is personal is not kept by any cache', async () => {
  for (const url of ['/api/v1/session', '/api/v1/sessions', `/api/v1/people/${anna.id}/contacts`]) {
    const answer = await t.app.inject({ url, headers })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'no-store', url)
  }
})

test('a failure of ours tells the request to name, and nothing of what failed', async () => {
  const answer = await broken.inject('/broken')
  assert.doesNotMatch(answer.body, /secret|stack|\.ts/)
  assert.match(answer.json<{ instance: string }>().instance, /^urn:uuid:[0-9a-f-]{36}$/)
})

test('no other origin is let in', async () => {
  const answer = await t.app.inject({
    url: '/api/v1/session',
    headers: { ...headers, origin: 'https://elsewhere.example' },
  })
  assert.equal(answer.headers['access-control-allow-origin'], undefined)
  const preflight = await t.app.inject({
    method: 'OPTIONS',
    url: '/api/v1/sessions',
    headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'DELETE' },
  })
  assert.equal(preflight.statusCode, 404)
})
