// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()
const hospital = await bench.aCreditor()
const aNotice = (over: Parameters<typeof bench.aNotice>[1] = {}) => bench.aNotice(creditor.organisationId, over)

test('several payments of a family, to different organisations, are paid in one go', async () => {
  const patientId = await bench.aPerson()
  const first = await aNotice({ patientId })
  const second = await bench.aNotice(hospital.organisationId, { patientId, amountCents: 3615 })
  const started = await bench.checkout(first.headers, [first.id, second.id])
  assert.equal(started.statusCode, 201, started.body)
  await bench.atCheckout(started.json().url, { action: 'pay', outcome: 'ok' })
  await bench.deliver()
  for (const { id } of [first, second]) assert.equal((await bench.payment(first.headers, id)).state, 'paid')
})

test('a sign-in of more than half an hour ago opens no cart: it is asked for again, and the notice stays as it was', async () => {
  const { id, headers, patientId } = await aNotice()
  const signedIn = (minutes: number) =>
    t.owner.query(
      `update access.session set authenticated_at = now() - $2 * interval '1 minute' where person_id = $1`,
      [patientId, minutes],
    )
  await signedIn(31)
  const key = randomUUID()
  const refused = await bench.checkout(headers, [id], key)
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'access/step-up-required'])
  assert.equal((await bench.payment(headers, id)).state, 'notice-issued', 'reading asks for nothing fresh')
  const { rows } = await t.owner.query('select from payments.checkout_debt where debt_id = $1', [id])
  assert.equal(rows.length, 0)
  await signedIn(29)
  assert.equal((await bench.checkout(headers, [id], key)).statusCode, 201, 'the same press goes on')
})

test('one can pay right after booking, before the notice was made by its job', async () => {
  const debt = await bench.aDebt(creditor.organisationId)
  const headers = await t.signIn(debt.patientId)
  const started = await bench.checkout(headers, [debt.id])
  assert.equal(started.statusCode, 201, started.body)
  assert.equal((await bench.payment(headers, debt.id)).state, 'checkout-started')
  await t.settle()
  assert.deepEqual(await bench.events(debt.id), ['payments.notice-issued'], 'its job finds the work done')
})

test('the same request repeated gives the same cart; the same key for another payment is refused', async () => {
  const { id, headers, patientId } = await aNotice()
  const other = await aNotice({ patientId })
  const key = randomUUID()
  const [first, again] = [await bench.checkout(headers, [id], key), await bench.checkout(headers, [id], key)]
  assert.deepEqual(again.json(), first.json())
  const wrong = await bench.checkout(headers, [other.id], key)
  assert.equal(wrong.statusCode, 409)
  assert.equal(wrong.json().code, 'payments/idempotency-key-used')
})

test('a cart abandoned or refused by the bank leaves the notice payable', async () => {
  const { id, headers } = await aNotice()
  for (const [form, outcome] of [
    [{ action: 'cancel' }, 'cancelled'],
    [{ action: 'pay', outcome: 'error' }, 'error'],
  ] as const) {
    const { id: checkoutId, url } = (await bench.checkout(headers, [id])).json()
    assert.match(await bench.atCheckout(url, { ...form }), outcome === 'error' ? /esito=errore$/ : /esito=annullato$/)
    const noted = await t.app.inject({
      method: 'POST',
      url: `/api/v1/checkouts/${checkoutId}/return`,
      headers,
      payload: { outcome },
    })
    assert.equal(noted.json().payments[0].state, 'notice-issued')
    await bench.deliver()
    assert.equal((await bench.payment(headers, id)).payable, true)
  }
})

test('saying that the payment went well does not make it paid', async () => {
  const { id, headers } = await aNotice()
  const { id: checkoutId } = (await bench.checkout(headers, [id])).json()
  await t.app.inject({
    method: 'POST',
    url: `/api/v1/checkouts/${checkoutId}/return`,
    headers,
    payload: { outcome: 'ok' },
  })
  await t.settle()
  assert.equal((await bench.payment(headers, id)).state, 'pending-outcome')
  assert.equal((await bench.stored(id)).receipts, 0)
})

test('what is paid cannot be paid again', async () => {
  const { id, headers, noticeNumber } = await aNotice()
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  const refused = await bench.checkout(headers, [id])
  assert.equal(refused.statusCode, 409)
  assert.equal(refused.json().code, 'payments/not-payable')
  assert.equal(refused.json().paymentId, id)
})

test('two people paying the same notice at once: pagoPA takes one, the other is told', async () => {
  const { id, headers } = await aNotice()
  const [first, second] = [(await bench.checkout(headers, [id])).json(), (await bench.checkout(headers, [id])).json()]
  await bench.atCheckout(first.url, { action: 'pay', outcome: 'ok' })
  const late = await t.sandbox.app.inject({
    method: 'POST',
    url: new URL(second.url).pathname,
    payload: 'action=pay&outcome=ok',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  assert.equal(late.statusCode, 409)
  assert.match(late.body, /già stato pagato/)
})

test('a stranger neither sees nor pays nor confirms somebody’s payment', async () => {
  const { id, headers, patientId } = await aNotice()
  const { id: checkoutId } = (await bench.checkout(headers, [id])).json()
  const stranger = await t.signIn(await bench.aPerson())
  const calls = [
    await t.app.inject({ url: `/api/v1/payments/${id}`, headers: stranger }),
    await t.app.inject({ url: `/api/v1/payments?patientId=${patientId}`, headers: stranger }),
    await bench.checkout(stranger, [id]),
    await t.app.inject({
      method: 'POST',
      url: `/api/v1/checkouts/${checkoutId}/return`,
      headers: stranger,
      payload: { outcome: 'ok' },
    }),
  ]
  assert.deepEqual(
    calls.map((call) => call.statusCode),
    [404, 404, 404, 404],
  )
  const list = await t.app.inject({ url: '/api/v1/payments', headers: stranger })
  assert.deepEqual(list.json(), { items: [], nextCursor: null })
  const nobody = await t.app.inject({ url: `/api/v1/payments/${id}` })
  assert.equal(nobody.statusCode, 401)
})

test('payments come newest first, page after page, each once', async () => {
  const patientId = await bench.aPerson()
  const headers = await t.signIn(patientId)
  const made: string[] = []
  for (let i = 0; i < 45; i += 1) made.unshift((await bench.aDebt(creditor.organisationId, { patientId })).id)
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await t.app.inject({
      url: `/api/v1/payments?patientId=${patientId}${cursor && `&cursor=${cursor}`}`,
      headers,
    })
    const page: { items: { id: string }[]; nextCursor: string | null } = answer.json()
    seen.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  }
  assert.equal(seen.length, 45)
  assert.deepEqual(new Set(seen), new Set(made))
  const bad = await t.app.inject({ url: '/api/v1/payments?cursor=nonsense', headers })
  assert.equal(bad.statusCode, 400)
  assert.equal(bad.json().code, 'payments/bad-cursor')
})

test('every reading leaves a trace in the audit trail', async () => {
  const { id, headers, patientId } = await aNotice()
  await bench.payment(headers, id)
  const { rows } = await t.owner.query(
    'select distinct action from access.audit_entry where patient_id = $1 and object_id = $2',
    [patientId, id],
  )
  assert.deepEqual(rows, [{ action: 'READ' }])
})
