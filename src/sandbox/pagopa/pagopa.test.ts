// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testApp } from '../../../test/setup.ts'
import { ibanVerifies } from './validation.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const org = '99999150204'
const base = `/pagopa/gpd/debt-positions-service/v1/organizations/${org}/debtpositions`
const iban = 'IT60X0542811101000000123456'
let last = 0

function aPosition(
  over: Record<string, unknown> = {},
  option: Record<string, unknown> = {},
  transfer: Record<string, unknown> = {},
) {
  last += 1
  const iuv = `0126${String(last).padStart(13, '0')}`
  return {
    iupd: `p-${last}`,
    type: 'F',
    fiscalCode: 'RSSMRA80A01F839W',
    fullName: 'Maria Rossi',
    companyName: 'ASL di prova',
    switchToExpired: false,
    paymentOption: [
      {
        iuv,
        nav: `3${iuv}`,
        amount: 2200,
        description: 'Ticket',
        isPartialPayment: false,
        dueDate: '2099-01-01T23:59:59',
        transfer: [
          {
            idTransfer: '1',
            amount: 2200,
            remittanceInformation: '/RFB/',
            category: '9/0301100IM/',
            iban,
            ...transfer,
          },
        ],
        ...option,
      },
    ],
    ...over,
  }
}

const call = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object, key = 'sandbox-gpd-key') =>
  t.sandbox.app.inject({ method, url, headers: { 'ocp-apim-subscription-key': key }, ...(payload && { payload }) })
const create = (body: object, publish = true) => call('POST', `${base}?toPublish=${publish}`, body)
const statusOf = async (iupd: string) => (await call('GET', `${base}/${iupd}`)).json().status

test('without the subscription key nothing is answered', async () => {
  assert.equal((await call('GET', base, undefined, 'wrong')).statusCode, 401)
})

test('a position is made, read, published and listed', async () => {
  const draft = aPosition()
  const made = await create(draft, false)
  assert.equal(made.statusCode, 201, made.body)
  assert.equal(made.json().status, 'DRAFT')
  assert.equal((await call('POST', `${base}/${draft.iupd}/publish`)).statusCode, 200)
  assert.equal(await statusOf(draft.iupd), 'VALID')
  const page = (await call('GET', `${base}?limit=1&page=0&status=VALID`)).json()
  assert.equal(page.page_info.items_found, 1)
  assert.equal((await call('GET', `${base}/unknown`)).statusCode, 404)
  assert.equal((await call('GET', `${base}?limit=51`)).statusCode, 400)
  assert.equal((await call('GET', `${base}?due_date_from=2026-01-01&payment_date_from=2026-01-01`)).statusCode, 400)
})

test('neither a position nor an IUV is ever used twice, not even after withdrawal', async () => {
  const first = aPosition()
  assert.equal((await create(first)).statusCode, 201)
  assert.equal((await create(first)).statusCode, 409)
  assert.equal((await call('POST', `${base}/${first.iupd}/invalidate`)).statusCode, 200)
  const reuse = { ...aPosition(), paymentOption: first.paymentOption }
  assert.equal((await create(reuse)).statusCode, 409)
  assert.equal((await call('GET', `${base}/${reuse.iupd}`)).statusCode, 404, 'the refused position left nothing')
  assert.equal((await call('POST', `${base}/${first.iupd}/invalidate`)).statusCode, 409)
  assert.equal((await call('PUT', `${base}/${first.iupd}?toPublish=true`, first)).statusCode, 409)
})

const wrong: [string, object][] = [
  ['no name', aPosition({ fullName: ' ' })],
  ['an unknown kind of person', aPosition({ type: 'X' })],
  ['switchToExpired as text', aPosition({ switchToExpired: 'false' })],
  ['no options', aPosition({ paymentOption: [] })],
  ['a company name of 141 characters', aPosition({ companyName: 'x'.repeat(141) })],
  ['an amount in euros', aPosition({}, { amount: 22.5 })],
  ['an amount of nothing', aPosition({}, { amount: 0 })],
  ['transfers that do not add up', aPosition({}, {}, { amount: 2100 })],
  ['a wrong account', aPosition({}, {}, { iban: 'IT61X0542811101000000123456' })],
  ['an account and a stamp', aPosition({}, {}, { stamp: { hashDocument: 'x' } })],
  ['an IUV of 16 digits', aPosition({}, { iuv: '0'.repeat(16) })],
  ['a notice number of another IUV', aPosition({}, { nav: '300000000000000000' })],
  ['a due date of the past', aPosition({}, { dueDate: '2020-01-01T23:59:59' })],
  ['a due date without time', aPosition({}, { dueDate: '2099-01-01' })],
  ['a text instead of an object', ['x']],
]
for (const [name, body] of wrong) {
  test(`a position with ${name} is refused`, async () => {
    const answer = await create(body)
    assert.equal(answer.statusCode, 400, answer.body)
    assert.ok(answer.json().detail.length > 5)
  })
}

test('a notice paid elsewhere is closed once; an expired one is not payable', async () => {
  const paid = aPosition()
  await create(paid)
  const mark = (body: ReturnType<typeof aPosition>) =>
    call('POST', base.replace('debtpositions', `paymentoptions/paids/${body.paymentOption[0]!.nav}`), {
      paymentDate: '2026-03-02T10:00:00',
    })
  assert.equal((await mark(paid)).json().status, 'PO_PAID')
  assert.equal(await statusOf(paid.iupd), 'PAID')
  assert.equal((await mark(paid)).statusCode, 409)
  const soon = new Date(t.platform.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10)
  const expiring = aPosition({ switchToExpired: true }, { dueDate: `${soon}T00:00:00` })
  await create(expiring)
  t.setNow(new Date(Date.parse(soon) + 86_400_000))
  assert.equal(await statusOf(expiring.iupd), 'EXPIRED')
  assert.equal((await mark(expiring)).statusCode, 422)
  assert.equal((await mark(aPosition())).statusCode, 404)
})

test('Checkout takes one to five notices it knows, at their amount', async () => {
  const position = aPosition()
  await create(position)
  const notice = {
    noticeNumber: position.paymentOption[0]!.nav,
    fiscalCode: org,
    amount: 2200,
    companyName: 'ASL',
    description: 'Ticket',
  }
  const returnUrls = {
    returnOkUrl: 'http://a.example/ok',
    returnCancelUrl: 'http://a.example/no',
    returnErrorUrl: 'http://a.example/ko',
  }
  const cart = (paymentNotices: object[], over: object = {}) =>
    call('POST', '/pagopa/checkout/ec/v1/carts', { paymentNotices, returnUrls, ...over }, 'sandbox-checkout-key')
  const made = await cart([notice])
  assert.equal(made.statusCode, 302)
  assert.match(String(made.headers.location), /\/pagopa\/c\/[0-9a-f-]{36}$/)
  assert.equal((await cart([])).statusCode, 400)
  assert.equal((await cart([notice, notice])).statusCode, 400)
  assert.equal((await cart([notice], { returnUrls: { returnOkUrl: 'x' } })).statusCode, 400)
  assert.equal((await cart([{ ...notice, amount: 2100 }])).statusCode, 422)
  assert.equal((await cart([{ ...notice, noticeNumber: '301000000000000144' }])).statusCode, 422)
  t.setNow(new Date(t.platform.now().getTime() + 11 * 60_000))
  const late = await t.sandbox.app.inject({ url: new URL(String(made.headers.location)).pathname })
  assert.equal(late.statusCode, 404)
  assert.match(late.body, /dura dieci minuti/)
})

test('the pages name their language, fit a phone and need no script', async () => {
  for (const path of ['/pagopa', '/pagopa/counter']) {
    const { body, headers } = await t.sandbox.app.inject({ url: path })
    assert.match(String(headers['content-type']), /text\/html/)
    assert.match(body, /<html lang="it">.*width=device-width/)
    assert.match(body, /<h1>/)
    assert.doesNotMatch(body, /<script/)
  }
})

test('the counter reads the text of the QR code and escapes what people type', async () => {
  const position = aPosition({}, { description: 'Ticket <b>1</b>' })
  await create(position)
  const at = (form: Record<string, string>) =>
    t.sandbox.app.inject({
      method: 'POST',
      url: '/pagopa/counter',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    })
  const found = await at({ qr: `PAGOPA|002|${position.paymentOption[0]!.nav}|${org}|2200` })
  assert.equal(found.statusCode, 200)
  assert.match(found.body, /Ticket &lt;b&gt;1&lt;\/b&gt;/)
  const unknown = await at({ qr: 'PAGOPA|002|"><script>|1|1' })
  assert.equal(unknown.statusCode, 404)
  assert.doesNotMatch(unknown.body, /<script>/)
})

test('account numbers are checked by their two digits', () => {
  assert.equal(ibanVerifies(iban), true)
  assert.equal(ibanVerifies('IT60X0542811101000000123457'), false)
  assert.equal(ibanVerifies('DE89370400440532013000'), false)
})
