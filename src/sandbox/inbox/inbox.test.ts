// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { testApp } from '../../../test/setup.ts'
import { readMail } from './mime.ts'
import { linked } from './pages.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { app } = t.sandbox
const sms = (body: unknown, key = 'sandbox-sms-key') =>
  app.inject({ method: 'POST', url: '/inbox/sms/v1/messages', headers: { 'x-api-key': key }, payload: body as object })
const aText = (over: object = {}) => ({
  reference: randomUUID(),
  from: 'Sinfonia',
  to: '+393330000001',
  text: 'Appuntamento: https://salute.example/a/AbC <b>',
  ...over,
})

test('the gateway refuses what a real one refuses', async () => {
  assert.equal((await sms(aText(), 'other')).statusCode, 401)
  for (const [field, value] of [
    ['reference', ''],
    ['from', 'Regione Campania'],
    ['to', '3330000001'],
    ['text', ''],
    ['text', 'a'.repeat(1000)],
    ['reportUrl', 'nowhere'],
    ['surprise', 'x'],
    ['to', 42],
  ] as const) {
    const answer = await sms(aText({ [field]: value }))
    assert.equal(answer.statusCode, 400, field)
    assert.equal(answer.json().field, field)
  }
  assert.equal((await sms([1])).statusCode, 400)
})

test('a message in the GSM alphabet tells its segments', async () => {
  const answer = await sms(aText({ text: 'è'.repeat(161) }))
  assert.equal(answer.statusCode, 201)
  assert.deepEqual([answer.json().encoding, answer.json().segments], ['GSM-7', 2])
  const known = await app.inject({
    url: `/inbox/sms/v1/messages/${answer.json().id}`,
    headers: { 'x-api-key': 'sandbox-sms-key' },
  })
  assert.equal(known.json().state, 'delivered')
})

test('the page shows each person her messages, newest first, with links to press and nothing executed', async () => {
  const person = { fiscalCode: 'SPSLCU80A41F839X', givenName: 'Lucia', familyName: 'Esposito', mobile: '+393330000009' }
  await writeFile(join(t.dataDir, 'demo.json'), JSON.stringify({ people: [person] }))
  await sms(aText({ to: person.mobile, text: 'prima' }))
  await sms(aText({ to: person.mobile }))
  await sms(aText({ to: '+393330000008', text: 'di un’altra persona' }))
  const page = (await app.inject({ url: `/inbox?person=${person.fiscalCode}` })).body
  assert.match(page, /SMS → Lucia Esposito \(\+393330000009\)/)
  assert.ok(page.includes('<a href="https://salute.example/a/AbC">https://salute.example/a/AbC</a> &lt;b&gt;'))
  assert.ok(page.indexOf('https://salute') < page.indexOf('prima'))
  assert.doesNotMatch(page, /altra persona|<script/)
  assert.match((await app.inject({ url: '/inbox' })).body, /di un’altra persona/)
})

test('links end before the full stop and survive an ampersand', () => {
  assert.equal(
    linked('Vai su https://x.example/a?b=1&c=2. Ciao'),
    'Vai su <a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>. Ciao',
  )
})

test('an e-mail is read whatever way it is encoded', () => {
  const raw = [
    'From: =?UTF-8?Q?Citt=C3=A0?= <a@b.example>',
    'Subject: =?UTF-8?B?w6ggYXJyaXZhdG8=?=',
    ' =?UTF-8?Q?_davvero?=',
    'Message-ID: <1@b.example>',
    'Content-Type: multipart/alternative; boundary="x"',
    '',
    '--x',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'L=E2=80=99appunta=',
    'mento',
    '--x',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('<p>è</p>').toString('base64'),
    '--x--',
    '',
  ].join('\r\n')
  assert.deepEqual(readMail(Buffer.from(raw)), {
    subject: 'è arrivato davvero',
    from: 'Città <a@b.example>',
    messageId: '<1@b.example>',
    text: 'L’appuntamento',
    html: '<p>è</p>',
  })
})
