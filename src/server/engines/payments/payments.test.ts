// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'
import { navVerifies } from './numbers.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()

const aNotice = (over: Parameters<typeof bench.aNotice>[1] = {}) => bench.aNotice(creditor.organisationId, over)

test('a debt becomes a notice that can be paid anywhere', async () => {
  const debt = await bench.aDebt(creditor.organisationId)
  const headers = await t.signIn(debt.patientId)
  const before = await bench.payment(headers, debt.id)
  assert.equal(before.state, 'due')
  assert.equal(before.noticeNumber, null, 'no number is shown before pagoPA has accepted it')
  await t.settle()
  const payment = await bench.payment(headers, debt.id)
  assert.equal(payment.state, 'notice-issued')
  assert.equal(navVerifies(payment.noticeNumber), true)
  assert.equal((await bench.position(payment.noticeNumber))?.position_status, 'VALID')
  assert.deepEqual(await bench.events(debt.id), ['payments.notice-issued'])
})

test('paying now: the receipt, not the way back, makes it paid', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  const started = await bench.checkout(headers, [id])
  assert.equal(started.statusCode, 201, started.body)
  assert.equal((await bench.payment(headers, id)).state, 'checkout-started')
  bench.fault({ operation: 'notification', kind: 'late', times: 1 })
  const back = await bench.atCheckout(started.json().url, { action: 'pay', outcome: 'ok' })
  assert.equal(back, `${t.platform.config.publicUrl}/app/pagamenti/esito/${started.json().id}?esito=ok`)
  assert.equal((await bench.payment(headers, id)).state, 'checkout-started', 'coming back proves nothing')
  const noted = await t.app.inject({
    method: 'POST',
    url: `/api/v1/checkouts/${started.json().id}/return`,
    headers,
    payload: { outcome: 'ok' },
  })
  assert.equal(noted.statusCode, 200, noted.body)
  assert.equal(noted.json().payments[0].state, 'pending-outcome')
  await bench.deliver()
  const paid = await bench.payment(headers, id)
  assert.equal(paid.state, 'paid')
  assert.equal(paid.paid.amountCents, 2200)
  assert.equal(paid.paid.channel, 'pagopa')
  assert.equal(paid.paid.receiptNumber, (await bench.position(noticeNumber))?.receipt_id)
  assert.deepEqual((await bench.stored(id)).history, [
    'due',
    'notice-issued',
    'checkout-started',
    'pending-outcome',
    'paid',
  ])
  assert.deepEqual(await bench.events(id), ['payments.notice-issued', 'payments.paid'])
})

test('paying later with the notice at a tobacconist', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  assert.match(await bench.payAtCounter(creditor.fiscalCode, noticeNumber), /Avviso pagato/)
  await bench.deliver()
  const payment = await bench.payment(headers, id)
  assert.equal(payment.state, 'paid')
  assert.equal(payment.paid.provider, 'Tabaccheria di prova')
  assert.match(await bench.payAtCounter(creditor.fiscalCode, noticeNumber), /già stato pagato/)
})
