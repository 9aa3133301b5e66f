// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import * as client from 'openid-client'
import { aClient, anAssertion, askToken, withToken } from '../../../../test/partners.ts'
import { aPlace, aslNapoli1 } from '../../../../test/region.ts'
import { aSchedule, aService } from '../../../../test/agendas.ts'
import { testApp } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import { readConfig } from '../../platform/config.ts'
import { open } from './opened.ts'

const t = await testApp({ listen: true, env: { PARTNER_TOKENS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())

const services = '/api/partner/v1/services'

test('a partner’s program written with openid-client discovers, authenticates, calls, inspects and revokes', async () => {
  const own = await aClient(t, { algorithm: 'RS256' })
  const key = await crypto.subtle.importKey(
    'pkcs8',
    own.privateKey.export({ type: 'pkcs8', format: 'der' }),
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const server = await client.discovery(new URL(t.url), own.id, {}, client.PrivateKeyJwt({ key, kid: own.kid }), {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  })
  const tokens = await client.clientCredentialsGrant(server, { scope: 'catalogue:read availability:read' })
  assert.equal(tokens.token_type, 'bearer')
  const call = () =>
    client.fetchProtectedResource(server, tokens.access_token, new URL(`${t.url}${services}?limit=2`), 'GET')
  const answer = await call()
  assert.equal(answer.status, 200)
  assert.ok(Array.isArray(((await answer.json()) as { services: unknown[] }).services))
  assert.equal((await client.tokenIntrospection(server, tokens.access_token)).active, true)
  await client.tokenRevocation(server, tokens.access_token)
  assert.equal((await client.tokenIntrospection(server, tokens.access_token)).active, false)
  await assert.rejects(call, client.WWWAuthenticateChallengeError)
  await assert.rejects(client.clientCredentialsGrant(server, { scope: 'occupancy:read' }), { error: 'invalid_scope' })
})

test('a partner reads the free places of a service and how full an organisation is, without anybody’s data', async () => {
  const serviceId = await aService(t.owner)
  const locationId = await aPlace(t)
  const from = new Date(Date.now() + 3 * 86_400_000)
  await aSchedule(t.owner, { serviceId, locationId, from, slots: 3, capacity: 2 })
  const partner = await aClient(t, {
    scopes: ['catalogue:read', 'availability:read', 'occupancy:read'],
    reason: 'Programmazione degli ambulatori',
  })
  await t.owner.query(
    "update partner.client_scope set state = 'granted', decided_at = now() where client_id = $1 and state = 'asked'",
    [partner.id],
  )
  const headers = await withToken(t, partner)
  const free = await t.app.inject({ url: `/api/partner/v1/availability?serviceId=${serviceId}&limit=2`, headers })
  assert.equal(free.statusCode, 200, free.body)
  assert.equal(free.json().slots.length, 2)
  const next = `/api/partner/v1/availability?serviceId=${serviceId}&cursor=${free.json().nextCursor}`
  assert.equal((await t.app.inject({ url: next, headers })).json().slots.length, 1)

  const day = from.toLocaleDateString('en-CA', { timeZone: 'Europe/Rome' })
  const search = (payload: object) =>
    t.app.inject({ method: 'POST', url: '/api/partner/v1/occupancy-searches', headers, payload })
  const full = await search({ organisationId: aslNapoli1, serviceId, from: day, to: day })
  assert.deepEqual(full.json(), { days: [{ locationId, day, seats: 6, free: 6 }] })
  const long = await search({ organisationId: aslNapoli1, from: '2026-01-01', to: '2026-12-31' })
  assert.equal(long.json().code, 'partners/period')
})

test('the whole catalogue comes in pages, each service and place once', async () => {
  const headers = await withToken(t, await aClient(t))
  for (const list of ['services', 'places']) {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const answer = await t.app.inject({ url: `/api/partner/v1/${list}?limit=7${query}`, headers })
      assert.equal(answer.statusCode, 200, answer.body)
      seen.push(...answer.json()[list].map(({ id }: { id: string }) => id))
      cursor = answer.json().nextCursor
    }
    const table = list === 'services' ? 'registry.service' : 'registry.location'
    const { rows } = await t.owner.query<{ count: number }>(`select count(*) from ${table} where valid @> current_date`)
    assert.equal(seen.length, rows[0]!.count)
    assert.equal(new Set(seen).size, seen.length)
    const broken = await t.app.inject({ url: `/api/partner/v1/${list}?cursor=e30`, headers })
    assert.equal(broken.json().code, 'partners/cursor')
  }
})

test('beyond its quota a client is told when to try again; two server processes count together', async () => {
  const partner = await aClient(t, { perMinute: 20, perDay: 25 })
  const config = readConfig({
    ...process.env,
    DATABASE_URL: t.databaseUrl,
    DATA_DIR: t.dataDir,
    PUBLIC_URL: t.url,
    LOG_LEVEL: 'silent',
  })
  const start = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 5_000) // five seconds into a minute
  t.setNow(start)
  const second = await createApp(config, { now: t.platform.now })
  await second.app.ready()
  try {
    const headers = await withToken(t, partner)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 ? t.app : second.app).inject({ url: services, headers })),
    )
    assert.equal(answers.filter((answer) => answer.statusCode === 200).length, 20)
    const refused = answers.find((answer) => answer.statusCode === 429)!
    assert.equal(refused.json().code, 'partners/quota')
    assert.equal(refused.json().quota, 'minute')
    assert.equal(refused.headers['ratelimit-limit'], '20')
    assert.equal(refused.headers['ratelimit-remaining'], '0')
    const wait = Number(refused.headers['retry-after'])
    assert.ok(wait > 0 && wait <= 60, String(wait))

    t.setNow(new Date(start.getTime() + 60_000))
    const later = await Promise.all(Array.from({ length: 10 }, () => t.app.inject({ url: services, headers })))
    assert.equal(later.filter((answer) => answer.statusCode === 200).length, 5, 'the day allows 25')
    assert.equal(later.find((answer) => answer.statusCode === 429)!.json().quota, 'day')
    const left = later
      .filter((answer) => answer.statusCode === 200)
      .map((a) => Number(a.headers['ratelimit-remaining']))
    assert.deepEqual(left.toSorted(), [0, 1, 2, 3, 4])
  } finally {
    t.setNow(new Date())
    await second.close()
  }
})

test('calls and errors are noted with their request id and nothing else; the client reads its own usage', async () => {
  const partner = await aClient(t)
  const headers = await withToken(t, partner)
  await t.app.inject({ url: `${services}?limit=3`, headers })
  const refused = await t.app.inject({
    method: 'POST',
    url: '/api/partner/v1/occupancy-searches',
    headers,
    payload: { organisationId: aslNapoli1, from: '2026-01-01', to: '2026-01-02' },
  })
  await askToken(t, partner, { client_assertion: await anAssertion(t, partner, { aud: 'altrove' }) })
  await open(t.platform).calls.flush()
  const { rows } = await t.owner.query(
    'select method, route, status, code, request_id from partner.call where client_id = $1 order by at, id',
    [partner.id],
  )
  assert.deepEqual(
    rows.map(({ method, route, status, code }) => [method, route, status, code]),
    [
      ['POST', '/oauth/token', 200, null],
      ['GET', services, 200, null],
      ['POST', '/api/partner/v1/occupancy-searches', 403, 'access/insufficient-scope'],
      ['POST', '/oauth/token', 401, `oauth/invalid_client: aud must be ${t.url}/oauth/token`],
    ],
  )
  assert.equal(`urn:uuid:${rows[2].request_id}`, refused.json().instance)
  const usage = (await t.app.inject({ url: '/api/partner/v1/usage', headers })).json()
  assert.equal(usage.clientId, partner.id)
  assert.deepEqual(usage.minute.used, 3)
  assert.equal(usage.days.length, 30)
  assert.deepEqual({ ...usage.days.at(-1), day: null }, { day: null, calls: 4, refused: 2, failed: 0 })
})

test('the log of calls is kept for thirty days', async () => {
  const partner = await aClient(t)
  const headers = await withToken(t, partner)
  const before = new Date(Date.now() - 40 * 86_400_000)
  await t.owner.query('select partner.keep_calls($1)', [before])
  const partitions = async (): Promise<string[]> => {
    const { rows } = await t.owner.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'partner.call'::regclass order by 1",
    )
    return rows.map(({ name }) => name)
  }
  const name = `partner.call_${before.toISOString().slice(0, 10).replaceAll('-', '')}`
  assert.ok((await partitions()).includes(name))
  await t.app.inject({ url: services, headers })
  await open(t.platform).calls.flush()
  await t.owner.query('select partner.keep_calls(current_date)')
  const left = await partitions()
  assert.ok(!left.includes(name), left.join())
  const { rowCount } = await t.owner.query('select from partner.call where client_id = $1', [partner.id])
  assert.equal(rowCount, 2)
})
