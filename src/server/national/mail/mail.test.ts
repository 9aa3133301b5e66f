// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { BadSetting, readConfig } from '../../platform/config.ts'
import { MailRefused, MailUnavailable, mailer, readMailSettings, type MailSettings } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
beforeEach(async () => {
  t.sandbox.context.faults.clear()
  await t.sandbox.app.inject({ method: 'DELETE', url: '/inbox/messages' })
})
const settings: MailSettings = { ...readMailSettings(t.platform.config), timeoutMs: 700 }
const aMail = (over: object = {}) => ({
  reference: randomUUID(),
  to: 'Lucia.Esposito@posta.example',
  subject: 'Il tuo appuntamento è confermato – codice 7KQ4',
  text: 'Ciao Lucia,\nl’appuntamento è martedì 3 marzo: https://salute.example/app/appuntamenti/1?x=1&y=2',
  html: '<p>Ciao Lucia, l’appuntamento è martedì.</p>',
  ...over,
})
interface Arrived {
  recipient: string
  subject: string
  text: string
  html: string
  sender: string
  links: string[]
}
const inbox = async () =>
  (await t.sandbox.app.inject({ url: '/inbox/messages' })).json<{ messages: Arrived[] }>().messages

test('an e-mail arrives as it was written, in text and in HTML', async () => {
  await mailer(settings).send(aMail())
  const [mail, ...rest] = await inbox()
  assert.equal(rest.length, 0)
  assert.equal(mail?.recipient, 'lucia.esposito@posta.example')
  assert.equal(mail.subject, aMail().subject)
  assert.equal(mail.text.replaceAll('\r\n', '\n'), aMail().text)
  assert.equal(mail.html.trim(), aMail().html)
  assert.deepEqual(mail.links, ['https://salute.example/app/appuntamenti/1?x=1&y=2'])
  assert.match(mail.sender, /Regione Campania/)
})

test('an e-mail handed over twice under one reference is one message', async () => {
  const mail = aMail()
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'smtp', kind: 'time-out-after-commit', times: 1 })
  await assert.rejects(mailer(settings).send(mail), MailUnavailable)
  await mailer(settings).send(mail)
  assert.equal((await inbox()).length, 1)
})

test('a mail server that is down is tried again, an address that does not exist is not', async () => {
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'smtp', kind: 'down', times: 1 })
  await assert.rejects(mailer(settings).send(aMail()), MailUnavailable)
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'smtp', kind: 'error', code: '451', times: 1 })
  await assert.rejects(mailer(settings).send(aMail()), MailUnavailable)
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'smtp', kind: 'error', code: '554', times: 1 })
  await assert.rejects(mailer(settings).send(aMail()), MailRefused)
  await assert.rejects(mailer(settings).send(aMail({ to: 'sconosciuto@posta.example' })), MailRefused)
  await assert.rejects(mailer({ ...settings, port: 9 }).send(aMail()), MailUnavailable)
  assert.deepEqual(await inbox(), [])
})

test('a subject with line breaks cannot add headers', async () => {
  await mailer(settings).send(aMail({ subject: 'Avviso\r\nBcc: altro@posta.example' }))
  const arrived = await inbox()
  assert.deepEqual(
    arrived.map((mail) => mail.recipient),
    ['lucia.esposito@posta.example'],
  )
})

test('settings that cannot work are refused with what to write', () => {
  const read = (env: Record<string, string>) => () => readMailSettings(readConfig(env))
  assert.throws(read({ SMTP_PORT: '70000' }), BadSetting)
  assert.throws(read({ SMTP_SECURITY: 'perhaps' }), BadSetting)
  assert.throws(read({ MAIL_FROM: 'Regione' }), BadSetting)
  assert.equal(readMailSettings(readConfig({ SMTP_HOST: 'mail.example' })).security, 'starttls')
})
