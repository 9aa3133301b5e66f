// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aCard, begin, cardApp, follow, lastCheck, listenerCertificate, show } from '../../../../test/cards.ts'
import { freePort } from '../../../../scripts/postgres.ts'

const secret = 'a-secret-that-only-a-test-knows-0123456789'
const key = Buffer.alloc(32, 7)
const binary = (name: string) => [`/usr/sbin/${name}`, `/usr/local/sbin/${name}`, `/usr/bin/${name}`].find(existsSync)
const skip = (name: string) => (binary(name) ? false : `${name} is not installed here`)

describe('signed by HAProxy', () => {
  let t: Awaited<ReturnType<typeof cardApp>>
  before(async () => (t = await cardApp({ CNS_PROXY_KEY: key.toString('base64') })))
  after(() => t[Symbol.asyncDispose]())

  const header = (
    certificate: string,
    request: string,
    change: { seconds?: number; nonce?: string; key?: Buffer } = {},
  ) => {
    const { seconds = Math.floor(Date.now() / 1000), nonce = randomUUID(), key: with_ = key } = change
    const der = certificate.replace(/-----[A-Z ]+-----|\s+/g, '')
    const signature = createHmac('sha256', with_).update(`${seconds}.${nonce}.${request}.${der}`).digest('hex')
    return `v1;${seconds};${nonce};${der};${signature}`
  }
  const send = (request: string, value?: string) =>
    t.app.inject({
      url: `/auth/cns/card?request=${request}`,
      ...(value !== undefined && { headers: { 'x-cns-hand-over': value } }),
    })

  test('a signed header lets in once', async () => {
    const { request } = await begin(t)
    const value = header((await aCard(t)).certificate, request)
    assert.equal((await send(request, value)).statusCode, 303)
    assert.equal((await send(request, value)).statusCode, 403)
    assert.equal((await lastCheck(t)).outcome, 'hand-over/replayed')
  })

  test('a header for another sign-in, of another time, with another key or without signature is refused', async () => {
    const { certificate } = await aCard(t)
    const { request } = await begin(t)
    const now = Math.floor(Date.now() / 1000)
    for (const [value, outcome] of [
      [header(certificate, (await begin(t)).request), 'hand-over/signature'],
      [header(certificate, request, { seconds: now - 61 }), 'hand-over/time'],
      [header(certificate, request, { seconds: now + 120 }), 'hand-over/time'],
      [header(certificate, request, { key: Buffer.alloc(32, 8) }), 'hand-over/signature'],
      [header(certificate, request).replace(/;[^;]+$/, ';'), 'hand-over/signature'],
      [`secret;${secret};${encodeURIComponent(certificate)}`, 'hand-over/form'],
      [encodeURIComponent(certificate), 'hand-over/form'],
      [undefined, 'hand-over/missing'],
    ] as const) {
      assert.equal((await send(request, value)).statusCode, 403)
      assert.equal((await lastCheck(t)).outcome, outcome)
    }
  })

  test('a card is checked again behind the proxy', async () => {
    const { request } = await begin(t)
    assert.equal((await send(request, header((await aCard(t, 'expired')).certificate, request))).statusCode, 403)
    assert.equal((await lastCheck(t)).outcome, 'validity/expired')
  })

  test('deploy/haproxy-cns.cfg hands cards over', { skip: skip('haproxy') }, async () => {
    await throughProxy(t, 'haproxy', 'deploy/haproxy-cns.cfg', (file) => ['-f', file, '-db'])
  })
})

describe('with the secret of nginx', () => {
  let t: Awaited<ReturnType<typeof cardApp>>
  before(async () => (t = await cardApp({ CNS_PROXY_SECRET: secret })))
  after(() => t[Symbol.asyncDispose]())

  test('another secret, or none, is refused', async () => {
    const { certificate } = await aCard(t)
    const { request } = await begin(t)
    for (const [value, outcome] of [
      [`secret;${secret}x;${encodeURIComponent(certificate)}`, 'hand-over/secret'],
      [`secret;;${encodeURIComponent(certificate)}`, 'hand-over/secret'],
      [encodeURIComponent(certificate), 'hand-over/form'],
      [`secret;${secret};%zz`, 'hand-over/form'],
      [`secret;${secret};`, 'hand-over/no-card'],
      [`secret;${secret};nonsense`, 'certificate/unreadable'],
    ] as const) {
      const answer = await t.app.inject({
        url: `/auth/cns/card?request=${request}`,
        headers: { 'x-cns-hand-over': value },
      })
      assert.equal(answer.statusCode, 403)
      assert.equal((await lastCheck(t)).outcome, outcome)
    }
  })

  test('deploy/nginx-cns.conf hands cards over', { skip: skip('nginx') }, async () => {
    await throughProxy(t, 'nginx', 'deploy/nginx-cns.conf', (file, folder) => {
      const main = join(folder, 'nginx.conf')
      const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
        .join(' ')
      writeFileSync(main, `pid ${folder}/pid; daemon off; events {} http { ${folders} include ${file}; }`)
      return ['-e', join(folder, 'error.log'), '-c', main]
    })
  })
})

/** Runs the proxy with the configuration of the repository and shows it cards: good, bad, none, and forged headers. */
async function throughProxy(
  t: Awaited<ReturnType<typeof cardApp>>,
  name: string,
  configuration: string,
  args: (file: string, folder: string) => string[],
): Promise<void> {
  const folder = join(t.dataDir, name)
  mkdirSync(folder, { recursive: true })
  const [certificate, keyFile, port] = [listenerCertificate(t), join(t.dataDir, 'keys', 'cns.key'), await freePort()]
  writeFileSync(join(folder, 'both.pem'), readFileSync(certificate, 'utf8') + readFileSync(keyFile, 'utf8'))
  const values: Record<string, string> = {
    LISTEN: `127.0.0.1:${port}`,
    CERTIFICATE: name === 'haproxy' ? join(folder, 'both.pem') : certificate,
    AUTHORITIES: certificate,
    PROXYKEY: key.toString('base64'),
    SECRET: secret,
    SERVER: `127.0.0.1:${new URL(t.url).port}`,
    KEY: keyFile,
  }
  const filled = readFileSync(configuration, 'utf8')
    .replace(/^\s*#.*$/gm, '')
    .replace(new RegExp(`\\b(${Object.keys(values).join('|')})\\b`, 'g'), (word) => values[word] ?? word)
  const file = join(folder, 'proxy.conf')
  writeFileSync(file, filled)
  const proxy = spawn(binary(name) ?? name, args(file, folder), { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  proxy.stderr.on('data', (part: Buffer) => (said += part.toString()))
  try {
    await open(port, () => said)
    const host = `https://127.0.0.1:${port}`
    const good = await begin(t)
    const shown = await show(host, good.request, await aCard(t), certificate)
    assert.equal(shown.status, 303, `${shown.page}\n${said}`)
    assert.equal((await follow(t, shown, good.cookie)).statusCode, 303)

    const { request } = await begin(t)
    assert.equal((await show(host, request, await aCard(t, 'unlisted'), certificate)).status, 403)
    assert.equal((await lastCheck(t)).outcome, 'chain/unknown-issuer')
    assert.equal((await show(host, request, undefined, certificate)).status, 403)
    assert.equal((await lastCheck(t)).outcome, 'hand-over/no-card')
    const forged = { 'x-cns-hand-over': `secret;${secret};${encodeURIComponent((await aCard(t)).certificate)}` }
    assert.equal((await show(host, request, undefined, certificate, forged)).status, 403)
    assert.equal((await lastCheck(t)).outcome, 'hand-over/no-card', 'what the visitor sends under this name is gone')
  } finally {
    proxy.kill('SIGTERM')
    await new Promise((done) => (proxy.exitCode === null ? proxy.once('exit', done) : done(0)))
  }
}

async function open(port: number, said: () => string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const reached = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true)).once('error', () => done(false))
      socket.once('connect', () => socket.destroy())
    })
    if (reached) return
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.fail(`the proxy does not listen: ${said()}`)
}
