// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { cancelDebt, changeAmount, payments } from './index.ts'

const t = await testApp({ listen: true, env: { PAGOPA_TIMEOUT_MS: '1500' } })
after(() => t[Symbol.asyncDispose]())
beforeEach(() => t.sandbox.context.faults.clear())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()
const aNotice = (over: Parameters<typeof bench.aNotice>[1] = {}) => bench.aNotice(creditor.organisationId, over)

const run = (name: string) => payments.jobs!.find((job) => job.name === name)!.handle({} as never, t.platform)
const sweep = () => run('payments.sweep')
const reconcile = () => run('payments.reconcile')

/** What the queue does after its back-off, without waiting for it. */
async function retry(): Promise<void> {
  await t.owner.query("update pgboss.job set start_after = now() where name like 'payments.%' and state = 'retry'")
  await t.settle()
}

const minutes = (count: number) => t.setNow(new Date(t.platform.now().getTime() + count * 60_000))

test('while pagoPA is down the debt waits, and becomes a notice when pagoPA is back', async () => {
  bench.fault({ operation: 'createPosition', kind: 'down', times: 2 })
  const debt = await bench.aDebt(creditor.organisationId)
  await t.settle()
  assert.equal((await bench.stored(debt.id)).state, 'due')
  await retry()
  assert.equal((await bench.stored(debt.id)).state, 'due')
  await retry()
  assert.equal((await bench.stored(debt.id)).state, 'notice-issued')
})

test('a creation whose answer was lost is recognised, not made twice', async () => {
  bench.fault({ operation: 'createPosition', kind: 'time-out-after-commit', times: 1 })
  const debt = await bench.aDebt(creditor.organisationId)
  await t.settle()
  assert.equal((await bench.stored(debt.id)).state, 'due')
  await retry()
  const stored = await bench.stored(debt.id)
  assert.equal(stored.state, 'notice-issued')
  assert.equal((await bench.position(stored.notice_number))?.position_status, 'VALID')
})

test('a cancellation before the creation was acknowledged still withdraws the notice', async () => {
  bench.fault({ operation: 'createPosition', kind: 'time-out-after-commit', times: 1 })
  const debt = await bench.aDebt(creditor.organisationId)
  await t.settle()
  await asSystem(t.db, (tx) => cancelDebt(tx, t.platform, { debtId: debt.id, refund: true }))
  await t.settle()
  await retry()
  const stored = await bench.stored(debt.id)
  assert.equal(stored.state, 'cancelled')
  assert.equal(stored.position_synced, true)
  assert.equal((await bench.position(stored.notice_number))?.position_status, 'INVALID')
})

test('a withdrawal whose answer was lost is found done', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'invalidatePosition', kind: 'time-out-after-commit', times: 1 })
  await asSystem(t.db, (tx) => cancelDebt(tx, t.platform, { debtId: id, refund: true }))
  await t.settle()
  assert.equal((await bench.stored(id)).position_synced, false)
  await retry()
  assert.equal((await bench.stored(id)).position_state, 'withdrawn')
  assert.equal((await bench.position(noticeNumber))?.position_status, 'INVALID')
})

test('a job that gave up is started again by the sweep', async () => {
  bench.fault({ operation: 'createPosition', kind: 'error', times: 1 })
  const debt = await bench.aDebt(creditor.organisationId)
  await t.settle()
  await t.owner.query("delete from pgboss.job where name = 'payments.sync-position'")
  await sweep()
  await t.settle()
  assert.equal((await bench.stored(debt.id)).state, 'due', 'not before ten minutes: its own job may still be trying')
  minutes(11)
  await sweep()
  await t.settle()
  assert.equal((await bench.stored(debt.id)).state, 'notice-issued')
})

test('the same receipt notified twice is one payment', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'twice', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  await bench.deliver()
  const debt = await bench.stored(id)
  assert.equal(debt.state, 'paid')
  assert.equal(debt.receipts, 1)
  assert.equal(debt.refund_cents, 0)
  assert.deepEqual(await bench.events(id), ['payments.notice-issued', 'payments.paid'])
})

test('two workers that read the same receipt at once store it once', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  const pull = payments.jobs!.find((job) => job.name === 'payments.pull-position')!
  await Promise.all(Array.from({ length: 6 }, () => pull.handle({ debtId: id } as never, t.platform)))
  const debt = await bench.stored(id)
  assert.equal(debt.receipts, 1)
  assert.equal(debt.refund_cents, 0)
})

test('a lost notification is made up for by the sweep', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  assert.equal((await bench.stored(id)).state, 'notice-issued')
  await sweep()
  assert.equal((await bench.stored(id)).state, 'paid')
})

test('a receipt that is not ready at pagoPA is fetched at the next attempt', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'findReceipt', kind: 'error', code: '404', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  assert.equal((await bench.stored(id)).state, 'notice-issued')
  await retry()
  assert.equal((await bench.stored(id)).state, 'paid')
})

test('who left Checkout without paying can pay again after half an hour', async () => {
  const { id, headers } = await aNotice()
  await bench.checkout(headers, [id])
  minutes(10)
  await sweep()
  assert.equal((await bench.stored(id)).state, 'checkout-started')
  minutes(25)
  await sweep()
  assert.equal((await bench.stored(id)).state, 'notice-issued')
})

test('an outcome that comes late finds the payment still waiting', async () => {
  const { id, headers } = await aNotice()
  const { id: checkoutId, url } = (await bench.checkout(headers, [id])).json()
  await bench.atCheckout(url, { action: 'pay', outcome: 'slow' })
  const back = {
    method: 'POST' as const,
    url: `/api/v1/checkouts/${checkoutId}/return`,
    headers,
    payload: { outcome: 'waiting' },
  }
  assert.equal((await t.app.inject(back)).json().payments[0].state, 'pending-outcome')
  await t.settle()
  assert.equal((await bench.payment(headers, id)).state, 'pending-outcome')
  const again = await bench.checkout(headers, [id])
  assert.equal(again.statusCode, 409)
  assert.equal(again.json().code, 'payments/outcome-pending')
  await bench.deliver()
  assert.equal((await bench.payment(headers, id)).state, 'paid')
})

test('a notice that expires cannot be paid after its day; money already on its way pays it all the same', async () => {
  const dueOn = addDays(romeDay(t.platform.now()), 1)
  const late = await aNotice({ dueOn, expires: true })
  const onItsWay = await aNotice({ dueOn, expires: true })
  const stays = await aNotice({ dueOn })
  const started = await bench.checkout(onItsWay.headers, [onItsWay.id])
  await bench.atCheckout(started.json().url, { action: 'pay', outcome: 'slow' })
  await t.sandbox.context.sql.query("update pagopa_outcome set due_at = '2199-01-01' where not done") // a very slow bank
  t.setNow(romeInstant(addDays(dueOn, 1), '08:00'))
  await sweep()
  assert.equal((await bench.stored(late.id)).state, 'expired')
  assert.equal((await bench.stored(stays.id)).state, 'notice-issued', 'a co-payment is owed also after its day')
  assert.match(await bench.payAtCounter(creditor.fiscalCode, late.noticeNumber), /scaduto/)
  assert.match(await bench.payAtCounter(creditor.fiscalCode, stays.noticeNumber), /Avviso pagato/)
  assert.deepEqual((await bench.events(late.id)).slice(1), ['payments.expired'])
  const headers = await t.signIn(late.patientId)
  const refused = await bench.checkout(headers, [late.id])
  assert.equal(refused.json().code, 'payments/not-payable')
  await bench.deliver()
  assert.deepEqual((await bench.events(onItsWay.id)).slice(1), ['payments.expired', 'payments.paid'])
})

test('the reporting flow ties the money on the account to its payments', async () => {
  const { id, noticeNumber } = await aNotice()
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  const flows = await bench.report()
  assert.ok(flows.length >= 1)
  await reconcile()
  await reconcile()
  assert.equal((await bench.stored(id)).state, 'reported')
  const { rows } = await t.owner.query<{ lines: number; unmatched: number; total: boolean }>(
    `select count(*)::int as lines, count(*) filter (where not matched)::int as unmatched,
       sum(amount_cents) = (select sum(total_cents) from payments.reporting_flow) as total from payments.reporting_line`,
  )
  assert.equal(rows[0]!.unmatched, 0)
  assert.equal(rows[0]!.total, true, 'read twice, counted once')
})

test('money reported for a payment nobody knows is kept for the accounts office', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.report()
  await reconcile()
  const { rows } = await t.owner.query('select iuv from payments.reporting_line where not matched')
  assert.deepEqual(rows, [{ iuv: (await bench.stored(id)).iuv }])
})

test('an overdue co-payment can still change its amount', async () => {
  const dueOn = addDays(romeDay(t.platform.now()), 1)
  const { id, noticeNumber } = await aNotice({ dueOn })
  t.setNow(romeInstant(addDays(dueOn, 20), '10:00'))
  await asSystem(t.db, (tx) => changeAmount(tx, t.platform, { debtId: id, amountCents: 900 }))
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.amount, 900)
  assert.equal((await bench.stored(id)).position_synced, true)
})

test('a debt pagoPA refuses does not keep the others from being told', async () => {
  const one = await bench.aDebt(creditor.organisationId)
  const other = await bench.aDebt(creditor.organisationId)
  await t.owner.query("delete from pgboss.job where name = 'payments.sync-position'")
  bench.fault({ operation: 'createPosition', kind: 'error', code: '400', times: 1 })
  minutes(11)
  await sweep()
  const states = new Set([(await bench.stored(one.id)).state, (await bench.stored(other.id)).state])
  assert.deepEqual(states, new Set(['due', 'notice-issued']))
})

test('an unreachable pagoPA ends the sweep in peace, and payers are told', async () => {
  const { id, headers } = await aNotice()
  bench.fault({ operation: '*', kind: 'down' })
  await sweep()
  const refused = await bench.checkout(headers, [id])
  assert.equal(refused.statusCode, 503)
  assert.equal(refused.json().code, 'payments/pagopa-unavailable')
  assert.match(refused.json().detail, /nulla è andato perso/)
  assert.equal(refused.headers['retry-after'], '60')
  assert.equal((await bench.payment(headers, id)).state, 'notice-issued')
})
