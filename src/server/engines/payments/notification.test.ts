// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()

const message = (noticeNumber: string, org = creditor.fiscalCode) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
   <p:paSendRTV2Request xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><receipt><receiptId>forged</receiptId>
   <noticeNumber>${noticeNumber}</noticeNumber><fiscalCode>${org}</fiscalCode><outcome>OK</outcome><paymentAmount>22.00</paymentAmount>
   </receipt></p:paSendRTV2Request></s:Body></s:Envelope>`

const notify = (
  payload: string,
  headers: Record<string, string> = { 'x-notification-key': 'sandbox-notification-key' },
) =>
  t.app.inject({
    method: 'POST',
    url: '/pagopa/paForNode',
    payload,
    headers: { 'content-type': 'text/xml', ...headers },
  })

test('a forged receipt with the right key changes nothing: pagoPA is asked, and knows of no payment', async () => {
  const { id, noticeNumber } = await bench.aNotice(creditor.organisationId)
  const answer = await notify(message(noticeNumber))
  assert.equal(answer.statusCode, 200)
  assert.match(answer.body, /<outcome>OK</)
  await t.settle()
  const debt = await bench.stored(id)
  assert.equal(debt.state, 'notice-issued')
  assert.equal(debt.receipts, 0)
  assert.notEqual(debt.checked_at, null, 'it was asked')
})

test('without the key nobody is heard', async () => {
  const { noticeNumber } = await bench.aNotice(creditor.organisationId)
  for (const headers of [{}, { 'x-notification-key': 'guess' }] as Record<string, string>[]) {
    const answer = await notify(message(noticeNumber), headers)
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.json().code, 'payments/unknown-caller')
  }
})

test('from an address that is not on the list nobody is heard, key or not', async () => {
  await using strict = await testApp({ env: { PAGOPA_NOTIFICATION_ADDRESSES: '192.0.2.1, 192.0.2.2' } })
  const call = (remoteAddress: string) =>
    strict.app.inject({
      method: 'POST',
      url: '/pagopa/paForNode',
      payload: message('301000000000000144'),
      remoteAddress,
      headers: { 'content-type': 'text/xml', 'x-notification-key': 'sandbox-notification-key' },
    })
  assert.equal((await call('192.0.2.9')).statusCode, 401)
  assert.match((await call('192.0.2.2')).body, /PAA_PAGAMENTO_SCONOSCIUTO/)
})

test('nonsense, other messages and entity bombs are answered as the specification says', async () => {
  const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><a>&x;</a>'
  for (const payload of ['', 'nonsense', '<a><b></a>', '<Envelope><Body><other/></Body></Envelope>', bomb]) {
    const answer = await notify(payload)
    assert.ok(answer.statusCode < 500, answer.body)
    assert.match(answer.body, /PAA_SINTASSI_XSD|invalid-request/)
  }
  assert.match((await notify(message('309999999999999999'))).body, /PAA_PAGAMENTO_SCONOSCIUTO/)
  const json = await notify('{}', {
    'x-notification-key': 'sandbox-notification-key',
    'content-type': 'application/json',
  })
  assert.match(json.body, /PAA_SINTASSI_XSD/)
})
