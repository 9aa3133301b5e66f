// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { testApp } from '../../../../test/setup.ts'
import { BadSetting, readConfig } from '../../platform/config.ts'
import { readSmsSettings, SmsRefused, SmsUnavailable, smsGateway, type SmsSettings } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
beforeEach(async () => {
  t.sandbox.context.faults.clear()
  await t.sandbox.app.inject({ method: 'DELETE', url: '/inbox/messages' })
})
const settings: SmsSettings = { ...readSmsSettings(t.platform.config), timeoutMs: 500 }
const aText = (over: object = {}) => ({ reference: randomUUID(), to: '+393330000001', text: 'Promemoria', ...over })
const inbox = async () =>
  (await t.sandbox.app.inject({ url: '/inbox/messages' })).json<{ messages: { text: string; links: string[] }[] }>()
    .messages

test('a text message arrives once, however often it is handed over', async () => {
  const gateway = smsGateway(settings)
  const message = aText({ text: 'Vedi https://salute.example/a/AbC_1-2.' })
  const first = await gateway.send(message)
  assert.deepEqual(await gateway.send(message), first)
  const [arrived, ...rest] = await inbox()
  assert.equal(rest.length, 0)
  assert.deepEqual(arrived?.links, ['https://salute.example/a/AbC_1-2'])
})

test('a hand-over that timed out after the gateway took it is repeated without a second message', async () => {
  t.sandbox.context.faults.add({
    system: 'inbox',
    operation: 'sms',
    kind: 'time-out-after-commit',
    times: 1,
    milliseconds: 1500,
  })
  const gateway = smsGateway(settings)
  const message = aText()
  await assert.rejects(gateway.send(message), SmsUnavailable)
  await gateway.send(message)
  assert.equal((await inbox()).length, 1)
})

test('a gateway that is down or does not know our key is tried again, a refused message is not', async () => {
  for (const code of ['429', '500', '503']) {
    t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'error', code, times: 1 })
    await assert.rejects(smsGateway(settings).send(aText()), SmsUnavailable)
  }
  await assert.rejects(smsGateway({ ...settings, key: 'wrong' }).send(aText()), SmsUnavailable)
  await assert.rejects(smsGateway({ ...settings, url: 'http://localhost:9' }).send(aText()), SmsUnavailable)
  await assert.rejects(smsGateway(settings).send(aText({ to: '3330000001' })), SmsRefused)
  await assert.rejects(smsGateway(settings).send(aText({ text: ' ' })), SmsRefused)
  assert.deepEqual(await inbox(), [])
})

test('one reference cannot carry two texts', async () => {
  const message = aText()
  await smsGateway(settings).send(message)
  await assert.rejects(smsGateway(settings).send({ ...message, text: 'Altro' }), SmsRefused)
})

test('after five failures the gateway is left alone for a while', async () => {
  t.sandbox.context.faults.add({ system: 'inbox', operation: 'sms', kind: 'down' })
  const gateway = smsGateway(settings)
  for (let i = 0; i < 5; i += 1) await assert.rejects(gateway.send(aText()), /answered 503/)
  await assert.rejects(gateway.send(aText()), /not asked again for a while/)
})

test('settings that cannot work are refused with what to write', () => {
  const read = (env: Record<string, string>) => () => readSmsSettings(readConfig(env))
  assert.throws(read({ SMS_SENDER: 'Regione Campania' }), BadSetting)
  assert.throws(read({ SMS_GATEWAY_URL: 'gateway' }), BadSetting)
  assert.throws(read({ SMS_TIMEOUT_MS: '0' }), BadSetting)
  const url = 'https://sms.example/v1/'
  assert.throws(read({ SMS_GATEWAY_URL: url }), /SMS_GATEWAY_KEY is not set/)
  assert.throws(read({ SMS_GATEWAY_URL: url, SMS_GATEWAY_KEY: 'ours' }), /SMS_REPORT_KEY is not set/)
  const ours = readSmsSettings(readConfig({ SMS_GATEWAY_URL: url, SMS_GATEWAY_KEY: 'ours', SMS_REPORT_KEY: 'too' }))
  assert.equal(ours.url, 'https://sms.example/v1')
})
