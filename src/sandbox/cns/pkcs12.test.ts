// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { after, test } from 'node:test'
import { createSecureContext } from 'node:tls'
import { begin, cardApp, listenerCertificate } from '../../../test/cards.ts'
import { holder } from '../../../test/spid.ts'

const t = await cardApp()
after(() => t[Symbol.asyncDispose]())

const download = (person: string) =>
  fetch(`${t.sandbox.url}/cns/cards`, { method: 'POST', body: new URLSearchParams({ person }) })

test('the card of a demo person can be taken away as a file that opens with its password only', async () => {
  const answer = await download(holder.fiscalCode)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/x-pkcs12')
  assert.equal(answer.headers.get('content-disposition'), 'attachment; filename="tessera-di-prova.p12"')
  const pfx = Buffer.from(await answer.arrayBuffer())
  createSecureContext({ pfx, passphrase: 'prova' })
  assert.throws(() => createSecureContext({ pfx, passphrase: 'altra' }), /mac verify failure/i)
  const bent = Buffer.from(pfx)
  bent[200]! ^= 1
  assert.throws(() => createSecureContext({ pfx: bent, passphrase: 'prova' }))
})

test('with that file a browser signs in at the host of cards', async () => {
  const pfx = Buffer.from(await (await download(holder.fiscalCode)).arrayBuffer())
  const { request } = await begin(t)
  const options = {
    pfx,
    passphrase: 'prova',
    ca: readFileSync(listenerCertificate(t)),
    checkServerIdentity: () => undefined,
    agent: false as const,
  }
  const location = await new Promise<string | undefined>((done, failed) => {
    get(`${t.cards}/auth/cns/card?request=${request}`, options, (answer) => {
      answer.resume()
      done(answer.headers.location)
    }).on('error', failed)
  })
  assert.match(location ?? '', /\/auth\/cns\/enter\?code=/)
})

test('there is no card for somebody who is not of the demo', async () => {
  assert.equal((await download('RSSMRA79B11C566R')).status, 404)
})

test('the reader says how to use the file', async () => {
  const page = await (await fetch(`${t.sandbox.url}/cns/reader?request=x`)).text()
  assert.match(page, /Scarica la tessera di Giovanna Esposito/)
  assert.match(page, new RegExp(`href="${t.cards}/auth/cns/card\\?request=x"`))
})
