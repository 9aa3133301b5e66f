// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose'
import { bring, comeBack, leave, providerTrusted, signInByOidc } from '../../../../test/oidc.ts'
import { testApp } from '../../../../test/setup.ts'
import { aPerson, demoFile, lastOutcome } from '../../../../test/spid.ts'
import { createApp } from '../../app.ts'
import type { App } from '../../platform/http.ts'
import { BadSetting } from '../../platform/config.ts'
import { readOidcConfig } from './config.ts'
import { loadKeys } from './keys.ts'

const t = await testApp()
/** Servers with other settings on the same data, and the one that others reach at our address. */
const servers: { app: App; close(): Promise<void> }[] = []
let reached: App = t.app
const door = createServer((request, response) => {
  void reached.inject({ method: 'GET', url: request.url ?? '/' }).then((answer) => {
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) })
    response.end(answer.body)
  })
})
after(async () => {
  door.close()
  for (const { close } of servers) await close()
  await t[Symbol.asyncDispose]()
})
before(async () => {
  await new Promise<void>((resolve) => void door.listen(Number(new URL(t.url).port), '::', resolve))
  await aPerson(t)
  await demoFile(t)
  await providerTrusted(t)
})
beforeEach(() => t.sandbox.context.faults.clear())

const uses = ['FEDERATION', 'SIGNING', 'ENCRYPTION'] as const
/** Settings of a roll-over: the key in use and the other one, by the letter of their files; `A` are those made at first. */
function settings(current: string, next?: string): Record<string, string> {
  const file = (letter: string, use: string): string =>
    join(t.dataDir, 'keys', `cie-oidc-${use.toLowerCase()}${letter === 'A' ? '' : `-${letter}`}.key`)
  return Object.fromEntries(
    uses.flatMap((use) => [
      [`CIE_OIDC_${use}_KEY_FILE`, file(current, use)],
      ...(next ? [[`CIE_OIDC_NEXT_${use}_KEY_FILE`, file(next, use)]] : []),
    ]),
  )
}
async function serverWith(current: string, next?: string): Promise<App> {
  const { config } = t.platform
  const server = await createApp({ ...config, env: { ...config.env, ...settings(current, next) } })
  servers.push(server)
  await server.app.ready()
  reached = server.app
  return server.app
}

interface Configuration {
  jwks: JSONWebKeySet
  metadata: { openid_relying_party: { jwks: JSONWebKeySet } }
}
async function published(app: App) {
  const { body } = await app.inject('/auth/cie-oidc/.well-known/openid-federation')
  const { jwks, metadata } = decodeJwt<Configuration>(body)
  const ids = ({ keys }: JSONWebKeySet, use: string) => keys.filter((key) => key.use === use).map(({ kid }) => kid)
  const core = metadata.openid_relying_party.jwks
  return {
    signedWith: decodeProtectedHeader(body).kid,
    federation: ids(jwks, 'sig'),
    signing: ids(core, 'sig'),
    encryption: ids(core, 'enc'),
  }
}
const requestKey = (address: URL): string | undefined =>
  decodeProtectedHeader(address.searchParams.get('request') ?? '').kid

test('our keys roll over while people sign in, and nobody has to begin again', async () => {
  const first = await published(t.app)
  assert.equal((await signInByOidc(t)).status, 303)

  const announcing = await serverWith('A', 'B')
  const announced = await published(announcing)
  for (const use of ['federation', 'signing', 'encryption'] as const) {
    assert.equal(announced[use].length, 2)
    assert.deepEqual(announced[use][0], first[use][0], 'the key in use stays the first')
  }
  assert.equal(announced.signedWith, first.signedWith)
  const underWay = [await leave(t, {}, { app: announcing }), await leave(t, {}, { app: announcing })]
  assert.equal(requestKey(underWay[0]!.address), first.signing[0])
  const answers = [
    await comeBack(t, underWay[0]!),
    // As a provider does that read our metadata before the change.
    await comeBack(t, underWay[1]!, { bend: 'userinfo-last-key' }),
  ]

  const changed = await serverWith('B', 'A')
  const now = await published(changed)
  assert.equal(now.signedWith, announced.federation[1])
  assert.deepEqual(now.signing, announced.signing.toReversed())
  assert.deepEqual(now.encryption, announced.encryption.toReversed())
  for (const [index, answer] of answers.entries()) {
    const outcome = await bring(t, answer, underWay[index]?.cookie, { app: changed })
    assert.equal(outcome.status, 303, `${await lastOutcome(t)}`)
  }
  const back = await leave(t, {}, { app: changed })
  assert.equal(requestKey(back.address), now.signing[0])
  const atOther = await bring(t, await comeBack(t, back), back.cookie, { app: announcing })
  assert.equal(atOther.status, 303, 'what one server began after the change, another before it can finish')

  const done = await serverWith('B')
  const last = await published(done)
  for (const use of ['federation', 'signing', 'encryption'] as const) assert.deepEqual(last[use], now[use].slice(0, 1))
  const after = await leave(t, {}, { app: done })
  assert.equal((await bring(t, await comeBack(t, after), after.cookie, { app: done })).status, 303)
})

test('a key of the federation that was not announced is not believed by others', async () => {
  const abrupt = await serverWith('C')
  const departure = await leave(t, {}, { app: abrupt })
  const answer = await fetch(departure.address, { headers: { accept: 'text/html' } })
  assert.match(await answer.text(), /invalid_client.*Entity Configuration/)
  reached = servers.at(-2)?.app ?? t.app
})

test('a next key that is in use already is a bad setting', async () => {
  const { config } = t.platform
  const twice = { ...t.platform, config: { ...config, env: { ...config.env, ...settings('A', 'A') } } }
  await assert.rejects(loadKeys(twice, readOidcConfig(twice.config)), BadSetting)
})

const rollOver = () => fetch(`${t.sandbox.url}/cie-oidc/op/roll-over`, { method: 'POST' })
async function chainsBuilt(): Promise<number> {
  const { rows } = await t.owner.query(`select 1 from access.sign_in_log where kind = 'trust-chain'`)
  return rows.length
}
/** As if the last look at the provider's keys was long ago. */
const longAgo = () =>
  t.owner.query(`update access.oidc_provider set keys_sought_at = keys_sought_at - interval '5 minutes'`)
const signIn = async (options: Parameters<typeof comeBack>[2] = {}) => {
  const departure = await leave(t, {}, { app: reached })
  return bring(t, await comeBack(t, departure, options), departure.cookie, { app: reached })
}

test('when the provider changes its key the login that meets the new one looks for it in the federation, and goes on', async () => {
  await rollOver()
  const before = await chainsBuilt()
  assert.equal((await signIn()).status, 303)
  assert.equal(await chainsBuilt(), before + 1)
  assert.equal((await signIn()).status, 303)
  assert.equal(await chainsBuilt(), before + 1, 'the key is known now')
})

test('unknown keys make us look once in a while only, whatever the number of logins and servers', async () => {
  await longAgo()
  const before = await chainsBuilt()
  for (let turn = 0; turn < 3; turn++) {
    assert.equal((await signIn({ bend: 'id-unknown-kid' })).session, undefined)
    assert.equal(await lastOutcome(t), 'id-token/key')
  }
  assert.equal((await signIn({ bend: 'userinfo-unknown-kid' })).session, undefined)
  assert.equal(await lastOutcome(t), 'userinfo/key')
  assert.equal(await chainsBuilt(), before + 1)
  assert.equal((await signIn()).status, 303, 'a good answer still counts')

  await rollOver()
  assert.equal((await signIn()).session, undefined, 'we looked a moment ago')
  assert.equal(await chainsBuilt(), before + 1)
  await longAgo()
  const departures = [await leave(t, {}, { app: reached }), await leave(t, {}, { app: reached })]
  const answers = [await comeBack(t, departures[0]!), await comeBack(t, departures[1]!)]
  const both = await Promise.all(
    answers.map((answer, index) => bring(t, answer, departures[index]?.cookie, { app: reached })),
  )
  assert.ok(both.some(({ status }) => status === 303))
  assert.equal(await chainsBuilt(), before + 2)
})

test('an unknown key while the federation cannot be believed changes nothing', async () => {
  await longAgo()
  t.sandbox.context.faults.add({ system: 'cie-oidc', operation: 'statement', kind: 'forged' })
  const before = await chainsBuilt()
  assert.equal((await signIn({ bend: 'id-unknown-kid' })).session, undefined)
  assert.equal(await lastOutcome(t), 'id-token/key')
  assert.equal(await chainsBuilt(), before)
  assert.equal((await signIn()).status, 303)
})
