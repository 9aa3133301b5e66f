// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instantOf, notificationAnswer, readFlow, readNotification, readReceipt } from './receipts.ts'
import { BadXml, centsOf, readXml } from './xml.ts'

const receipt = (over: Record<string, string> = {}) => {
  const fields = {
    receiptId: 'c110729d258c4ab1b765fe902aae41d6',
    noticeNumber: '302251123000004258',
    fiscalCode: '99999150204',
    outcome: 'OK',
    creditorReferenceId: '02251123000004258',
    paymentAmount: '22.00',
    PSPCompanyName: 'Banca &amp; Figli',
    paymentMethod: 'creditCard',
    fee: '1.5',
    paymentDateTime: '2026-03-02T09:12:44',
    ...over,
  }
  const inside = Object.entries(fields).map(([name, value]) => (value === '' ? '' : `<${name}>${value}</${name}>`))
  return `<?xml version="1.0"?><pafn:paSendRTV2Request xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><idPA>99999150204</idPA><receipt>${inside.join('')}</receipt></pafn:paSendRTV2Request>`
}

test('a receipt is read with money in cents and civil time in Rome', () => {
  const document = receipt()
  assert.deepEqual(readReceipt(document), {
    receiptNumber: 'c110729d258c4ab1b765fe902aae41d6',
    creditorFiscalCode: '99999150204',
    noticeNumber: '302251123000004258',
    iuv: '02251123000004258',
    amountCents: 2200,
    feeCents: 150,
    provider: 'Banca & Figli',
    method: 'creditCard',
    paidAt: new Date('2026-03-02T08:12:44Z'),
    document,
  })
})

test('what pagoPA may leave out has a value all the same', () => {
  const read = readReceipt(receipt({ fee: '', paymentMethod: '' }))
  assert.equal(read.feeCents, 0)
  assert.equal(read.method, 'other')
})

for (const [name, document] of [
  ['a failed payment', receipt({ outcome: 'KO' })],
  ['a receipt without its number', receipt({ receiptId: '' })],
  ['an amount with three decimals', receipt({ paymentAmount: '22.001' })],
  ['a negative amount', receipt({ paymentAmount: '-22.00' })],
  ['a date that is none', receipt({ paymentDateTime: 'yesterday' })],
  ['another message', '<paVerifyPaymentNoticeReq><qrCode/></paVerifyPaymentNoticeReq>'],
  ['half a message', receipt().slice(0, 200)],
  [
    'a message that names entities',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + receipt({ receiptId: '&x;' }),
  ],
] as const) {
  test(`${name} is not a receipt`, () => assert.throws(() => readReceipt(document), BadXml))
}

test('an offset in a date counts; summer time is known', () => {
  assert.equal(instantOf('2026-07-01T10:00:00').toISOString(), '2026-07-01T08:00:00.000Z')
  assert.equal(instantOf('2026-07-01T10:00:00Z').toISOString(), '2026-07-01T10:00:00.000Z')
  assert.equal(instantOf('2026-07-01').toISOString(), '2026-06-30T22:00:00.000Z')
})

test('euros become cents without floating point', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), (cents) => {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
      return centsOf(text) === cents
    }),
  )
  for (const wrong of ['', '1,00', '1e3', '0x10', ' 1.00', '1.', '1234567890.00'])
    assert.throws(() => centsOf(wrong), BadXml)
})

test('a notification says where to look', () => {
  const message = `<Envelope><Body>${receipt().replace(/^<\?xml[^>]*\?>/, '')}</Body></Envelope>`
  assert.deepEqual(readNotification(message), { creditorFiscalCode: '99999150204', noticeNumber: '302251123000004258' })
  assert.throws(() => readNotification(receipt()), BadXml)
})

test('the answers to a notification are well-formed', () => {
  assert.ok(readXml(notificationAnswer()))
  assert.match(
    notificationAnswer({ code: 'PAA_SINTASSI_XSD', text: 'no' }),
    /<outcome>KO<.*<faultCode>PAA_SINTASSI_XSD</,
  )
})

const line = (amount: string) =>
  `<datiSingoliPagamenti><identificativoUnivocoVersamento>02251123000004258</identificativoUnivocoVersamento>
   <identificativoUnivocoRiscossione>abc</identificativoUnivocoRiscossione><singoloImportoPagato>${amount}</singoloImportoPagato>
   <codiceEsitoSingoloPagamento>0</codiceEsitoSingoloPagamento></datiSingoliPagamenti>`
const flow = (total: string, count: number, lines: string) =>
  `<FlussoRiversamento><identificativoFlusso>2026-03-03PSP-S1</identificativoFlusso><dataOraFlusso>2026-03-03T05:00:00</dataOraFlusso>
   <identificativoUnivocoRegolamento>TRN1</identificativoUnivocoRegolamento><dataRegolamento>2026-03-03</dataRegolamento>
   <numeroTotalePagamenti>${count}</numeroTotalePagamenti><importoTotalePagamenti>${total}</importoTotalePagamenti>${lines}</FlussoRiversamento>`

test('a reporting flow is read when its totals agree with its lines', () => {
  const read = readFlow(flow('58.15', 2, line('22.00') + line('36.15')))
  assert.equal(read.totalCents, 5815)
  assert.deepEqual(
    read.lines.map((item) => item.amountCents),
    [2200, 3615],
  )
  assert.equal(readFlow(flow('22.00', 1, line('22.00'))).lines.length, 1)
  assert.throws(() => readFlow(flow('58.16', 2, line('22.00') + line('36.15'))), /totals/)
  assert.throws(() => readFlow(flow('22.00', 2, line('22.00'))), /totals/)
})
