// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { getReceipt, noteSubjectDays } from './index.ts'
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

test('the notice and the receipt are papers for as long as they say something true', async () => {
  const paper = (headers: object, id: string, name: string) =>
    t.app.inject({ url: `/api/v1/payments/${id}/${name}.pdf`, headers: { ...headers, 'accept-language': 'it' } })
  const debt = await bench.aDebt(creditor.organisationId)
  const headers = await t.signIn(debt.patientId)
  assert.equal((await paper(headers, debt.id, 'notice')).json().code, 'payments/no-notice')
  await t.settle()
  const notice = await paper(headers, debt.id, 'notice')
  assert.equal(notice.statusCode, 200, notice.body)
  assert.equal(notice.headers['content-type'], 'application/pdf')
  assert.equal(notice.headers['cache-control'], 'no-store')
  assert.match(notice.rawPayload.subarray(0, 5).toString(), /^%PDF-/)
  assert.equal((await paper(headers, debt.id, 'receipt')).json().code, 'payments/no-receipt')
  const { noticeNumber } = await bench.payment(headers, debt.id)
  assert.match(String(notice.headers['content-disposition']), new RegExp(`avviso-${noticeNumber}\\.pdf`))
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  assert.equal((await paper(headers, debt.id, 'notice')).json().code, 'payments/no-notice')
  const receipt = await paper(headers, debt.id, 'receipt')
  assert.equal(receipt.statusCode, 200, receipt.body)
  assert.match(receipt.rawPayload.subarray(0, 5).toString(), /^%PDF-/)
  const stranger = await t.signIn(await bench.aPerson())
  assert.equal((await paper(stranger, debt.id, 'receipt')).statusCode, 404)
  const { rows } = await t.owner.query(
    "select count(*)::int as n from access.audit_entry where object_id = $1 and action = 'PRINT'",
    [debt.id],
  )
  assert.deepEqual(rows, [{ n: 2 }])
})

test('the receipt tells the code and the days of what was paid, also after a move', async () => {
  const patientId = await bench.aPerson()
  const subject = { kind: 'booking', id: uuidv7(), code: '7KQ4-9MZT-P', days: ['2026-03-03'] }
  const debt = await bench.aNotice(creditor.organisationId, { patientId, subject })
  await bench.payAtCounter(creditor.fiscalCode, debt.noticeNumber)
  await bench.deliver()
  await asSystem(t.db, (tx) => noteSubjectDays(tx, subject, ['2026-04-01', '2026-04-02']))
  const { data } = await asSystem(t.db, (tx) => getReceipt(tx, t.platform, debt.id))
  assert.equal(data.bookingCode, '7KQ4-9MZT-P')
  assert.deepEqual(data.serviceDays, ['2026-04-01', '2026-04-02'])
  assert.deepEqual(data.debtor, { name: 'Maria Rossi', fiscalCode: 'RSSMRA80A01F839W' })
  assert.equal(data.provider, 'Tabaccheria di prova')
})
