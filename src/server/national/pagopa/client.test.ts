// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { readConfig } from '../../platform/config.ts'
import { BadSetting } from '../../platform/config.ts'
import { PagopaRefused, PagopaUnavailable, pagopaClient, readPagopaSettings } from './index.ts'

let respond: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()
const server = createServer((request, response) => respond(request, response))
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
after(() => server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const aClient = (timeoutMs = 500) =>
  pagopaClient({
    ...readPagopaSettings(readConfig({})),
    positionsUrl: url,
    receiptsUrl: url,
    reportingUrl: url,
    checkoutUrl: url,
    timeoutMs,
  })

const answerWith = (status: number, body = '', headers: Record<string, string> = {}) => {
  respond = (_request, response) => response.writeHead(status, headers).end(body)
}

test('every call carries the subscription key and names the creditor', async () => {
  const seen: { url?: string | undefined; key?: unknown }[] = []
  respond = (request, response) => {
    seen.push({ url: request.url, key: request.headers['ocp-apim-subscription-key'] })
    response.writeHead(404).end('{}')
  }
  assert.equal(await aClient().findPosition('99999150204', 'a/b'), undefined)
  assert.deepEqual(seen, [{ url: '/organizations/99999150204/debtpositions/a%2Fb', key: 'sandbox-gpd-key' }])
})

test('silence, 5xx, 429 and answers of unknown shape mean: later', async () => {
  respond = () => undefined
  await assert.rejects(aClient(150).findPosition('1', '2'), PagopaUnavailable)
  for (const status of [500, 502, 503, 429]) {
    answerWith(status, '<html>gateway</html>')
    await assert.rejects(aClient().findPosition('1', '2'), PagopaUnavailable)
  }
  for (const body of ['<html>', '{}', '{"iupd":"x","status":"NEW","paymentOption":[]}']) {
    answerWith(200, body)
    await assert.rejects(aClient().findPosition('1', '2'), PagopaUnavailable)
  }
})

test('4xx means no: its explanation is kept, and it does not open the circuit', async () => {
  answerWith(400, JSON.stringify({ title: 'Bad request', detail: 'iban is not valid' }))
  const client = aClient()
  for (let i = 0; i < 7; i += 1) {
    await assert.rejects(
      client.invalidatePosition('1', '2'),
      (error) => error instanceof PagopaRefused && error.status === 400 && /iban/.test(error.message),
    )
  }
})

test('after five silences pagoPA is left alone for a while', async () => {
  let calls = 0
  respond = (request) => {
    calls += 1
    request.socket.destroy()
  }
  const client = aClient()
  for (let i = 0; i < 8; i += 1) await assert.rejects(client.findPosition('1', '2'), PagopaUnavailable)
  assert.equal(calls, 5)
})

test('a cart without an address is refused, and no redirect is followed', async () => {
  const cart = { id: 'c', notices: [], returnUrls: { ok: 'http://a', cancelled: 'http://b', error: 'http://c' } }
  answerWith(302, '', { location: 'https://checkout.example/c/1' })
  assert.equal(await aClient().createCart(cart), 'https://checkout.example/c/1')
  answerWith(302)
  await assert.rejects(aClient().createCart(cart), PagopaRefused)
  answerWith(200, '{}')
  await assert.rejects(aClient().createCart(cart), PagopaRefused)
})

test('settings that cannot be used say what to write', () => {
  const read = (env: Record<string, string>) => readPagopaSettings(readConfig(env))
  assert.throws(() => read({ PAGOPA_POSITIONS_URL: 'not an address' }), BadSetting)
  assert.throws(() => read({ PAGOPA_TIMEOUT_MS: 'soon' }), BadSetting)
  const production = { PAGOPA_POSITIONS_URL: 'https://api.platform.pagopa.it/gpd/' }
  assert.throws(() => read(production), /PAGOPA_GPD_KEY is not set/)
  const keys = { PAGOPA_GPD_KEY: 'a', PAGOPA_CHECKOUT_KEY: 'b' }
  assert.throws(() => read({ ...production, ...keys }), /PAGOPA_NOTIFICATION_KEY is not set/)
  const complete = read({ ...production, ...keys, PAGOPA_NOTIFICATION_KEY: 'c' })
  assert.equal(complete.positionsUrl, 'https://api.platform.pagopa.it/gpd')
  assert.deepEqual(read({ PAGOPA_NOTIFICATION_ADDRESSES: ' 192.0.2.1 ,,2001:db8::1' }).notificationAddresses, [
    '192.0.2.1',
    '2001:db8::1',
  ])
})
