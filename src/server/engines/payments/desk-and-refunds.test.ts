// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { paymentsBench } from '../../../../test/payments.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { refusalOf } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import {
  cancelDebt,
  changeAmount,
  completeRefund,
  findDebt,
  markPaidElsewhere,
  openDebt,
  requestRefund,
} from './index.ts'

const t = await testApp({ listen: true })
after(() => t[Symbol.asyncDispose]())
const bench = paymentsBench(t)
const creditor = await bench.aCreditor()
const { platform } = t
const aNotice = () => bench.aNotice(creditor.organisationId)

const atDesk = (debtId: string, over: { amountCents?: number; receiptNumber?: string } = {}) =>
  asSystem(t.db, (tx) =>
    markPaidElsewhere(tx, platform, {
      debtId,
      amountCents: 2200,
      receiptNumber: `CASSA-${uuidv7()}`,
      method: 'cash',
      desk: 'Sportello 3',
      paidAt: t.platform.now(),
      ...over,
    }),
  )
const cancel = (debtId: string, refund: boolean) => asSystem(t.db, (tx) => cancelDebt(tx, platform, { debtId, refund }))
const change = (debtId: string, amountCents: number) =>
  asSystem(t.db, (tx) => changeAmount(tx, platform, { debtId, amountCents }))
const refusedWith = (code: string) => (error: unknown) => refusalOf(error)?.code === code

async function refunds(debtId: string) {
  const { rows } = await t.owner.query<{ id: string; reason: string; amount_cents: number; state: string }>(
    'select id, reason, amount_cents, state from payments.refund where debt_id = $1 order by requested_at, id',
    [debtId],
  )
  return rows
}

test('a payment at the desk closes the notice at pagoPA', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  assert.equal(await atDesk(id), 'paid-elsewhere')
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.position_status, 'PAID')
  assert.match(await bench.payAtCounter(creditor.fiscalCode, noticeNumber), /già stato pagato/)
  const payment = await bench.payment(headers, id)
  assert.equal(payment.state, 'paid-elsewhere')
  assert.equal(payment.paid.channel, 'desk')
  assert.deepEqual(await bench.events(id), ['payments.notice-issued', 'payments.paid'])
})

test('a desk payment told twice is recorded once; another one is refused', async () => {
  const { id } = await aNotice()
  const receiptNumber = `CASSA-${uuidv7()}`
  await atDesk(id, { receiptNumber })
  assert.equal(await atDesk(id, { receiptNumber }), 'paid-elsewhere')
  assert.equal((await bench.stored(id)).receipts, 1)
  await assert.rejects(atDesk(id), refusedWith('payments/already-paid'))
  const other = await aNotice()
  await assert.rejects(atDesk(other.id, { receiptNumber }), refusedWith('payments/receipt-number-used'))
})

test('the desk takes exactly what is owed, and nothing for a cancelled notice', async () => {
  const { id } = await aNotice()
  await assert.rejects(atDesk(id, { amountCents: 2000 }), refusedWith('payments/wrong-amount'))
  await cancel(id, false)
  await assert.rejects(atDesk(id), refusedWith('payments/nothing-owed'))
  assert.equal((await bench.stored(id)).receipts, 0)
})

test('paid at the desk and at a provider: the second payment is refunded, the first stands', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  assert.match(await bench.payAtCounter(creditor.fiscalCode, noticeNumber), /Avviso pagato/)
  await atDesk(id)
  await t.settle() // closing the notice fails: pagoPA says it is paid, so its receipt is fetched
  const debt = await bench.stored(id)
  assert.equal(debt.state, 'paid-elsewhere')
  assert.equal(debt.receipts, 2)
  assert.deepEqual(
    (await refunds(id)).map(({ reason, amount_cents }) => [reason, amount_cents]),
    [['paid-twice', 2200]],
  )
  const payment = await bench.payment(headers, id)
  assert.equal(payment.paid.channel, 'desk')
  assert.equal(payment.refund.state, 'requested')
  assert.deepEqual(await bench.events(id), ['payments.notice-issued', 'payments.paid', 'payments.refund-requested'])
})

test('cancelled in time, a paid debt opens a refund; the office closes it with the transfer', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  assert.equal(await cancel(id, true), 'refund-requested')
  assert.equal(await cancel(id, true), 'refund-requested', 'asked twice, refunded once')
  const [refund, ...more] = await refunds(id)
  assert.equal(more.length, 0)
  assert.equal(refund!.reason, 'cancelled-in-time')
  const done = () =>
    asSystem(t.db, (tx) => completeRefund(tx, platform, { refundId: refund!.id, reference: 'CRO 123' }))
  await done()
  await done()
  const payment = await bench.payment(headers, id)
  assert.equal(payment.state, 'refunded')
  assert.equal(payment.refund.state, 'refunded')
  assert.deepEqual((await bench.events(id)).slice(1), [
    'payments.paid',
    'payments.refund-requested',
    'payments.refunded',
  ])
})

test('cancelled too late, a paid debt is kept', async () => {
  const { id, noticeNumber } = await aNotice()
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  await bench.deliver()
  assert.equal(await cancel(id, false), 'paid')
  assert.deepEqual(await refunds(id), [])
})

test('cancelled before payment, the notice is withdrawn and its number is never used again', async () => {
  const { id, noticeNumber, subject, patientId } = await aNotice()
  assert.equal(await cancel(id, true), 'cancelled')
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.position_status, 'INVALID')
  assert.match(await bench.payAtCounter(creditor.fiscalCode, noticeNumber), /ha annullato/)
  const again = await bench.aDebt(creditor.organisationId, { subject, patientId })
  assert.notEqual(again.id, id)
  assert.notEqual((await bench.stored(again.id)).notice_number, noticeNumber)
})

test('paid after cancelling: the money that was on its way is refunded', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  const started = await bench.checkout(headers, [id])
  await bench.atCheckout(started.json().url, { action: 'pay', outcome: 'slow' })
  await cancel(id, true)
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.position_status, 'INVALID')
  await bench.deliver() // the bank's answer comes after the withdrawal
  const debt = await bench.stored(id)
  assert.equal(debt.state, 'refund-requested')
  assert.deepEqual(
    (await refunds(id)).map(({ reason, amount_cents }) => [reason, amount_cents]),
    [['paid-after-cancellation', 2200]],
  )
  assert.deepEqual(await bench.events(id), ['payments.notice-issued', 'payments.refund-requested'])
})

test('a cancellation that meets a payment pagoPA already knows takes the receipt and refunds it', async () => {
  const { id, noticeNumber } = await aNotice()
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  await bench.payAtCounter(creditor.fiscalCode, noticeNumber)
  assert.equal(await cancel(id, true), 'cancelled')
  await t.settle() // withdrawing is refused with 409: paid
  assert.equal((await bench.stored(id)).state, 'refund-requested')
  assert.equal((await refunds(id))[0]?.reason, 'paid-after-cancellation')
})

test('while unpaid a new amount goes to pagoPA under the same number', async () => {
  const { id, noticeNumber, headers } = await aNotice()
  assert.deepEqual(await change(id, 3600), { state: 'notice-issued', integrationId: null, refundedCents: 0 })
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.amount, 3600)
  const payment = await bench.payment(headers, id)
  assert.equal(payment.amountCents, 3600)
  assert.equal(payment.noticeNumber, noticeNumber)
})

test('an amount that falls to zero cancels the notice', async () => {
  const { id, noticeNumber } = await aNotice()
  assert.equal((await change(id, 0)).state, 'cancelled')
  await t.settle()
  assert.equal((await bench.position(noticeNumber))?.position_status, 'INVALID')
})

test('after payment a higher amount opens a debt of the difference, changed once more under the same notice', async () => {
  const { id } = await aNotice()
  await atDesk(id)
  const raised = await change(id, 3000)
  assert.equal(raised.state, 'paid-elsewhere')
  assert.equal((await bench.stored(raised.integrationId!)).amount_cents, 800)
  const again = await change(id, 3615)
  assert.equal(again.integrationId, raised.integrationId)
  assert.equal((await bench.stored(raised.integrationId!)).amount_cents, 1415)
  await change(id, 2200)
  assert.equal((await bench.stored(raised.integrationId!)).state, 'cancelled')
  assert.deepEqual(await refunds(id), [])
})

test('after payment a lower amount is refunded in part, also over a paid difference', async () => {
  const { id } = await aNotice()
  await atDesk(id)
  const { integrationId } = await change(id, 3000)
  await atDesk(integrationId!, { amountCents: 800 })
  assert.deepEqual(await change(id, 1500), { state: 'paid-elsewhere', integrationId: null, refundedCents: 1500 })
  assert.deepEqual(
    (await refunds(integrationId!)).map((r) => r.amount_cents),
    [800],
  )
  assert.deepEqual(
    (await refunds(id)).map((r) => r.amount_cents),
    [700],
  )
  assert.equal((await bench.stored(id)).state, 'paid-elsewhere')
  assert.equal((await change(id, 0)).state, 'refund-requested')
  assert.deepEqual(
    (await refunds(id)).map((r) => r.amount_cents),
    [700, 1500],
  )
})

test('an amount raised while the old notice was being paid leaves a debt of the difference', async () => {
  const { id, headers, subject } = await aNotice()
  const started = await bench.checkout(headers, [id])
  bench.fault({ operation: 'notification', kind: 'lost', times: 1 })
  await bench.atCheckout(started.json().url, { action: 'pay', outcome: 'ok' })
  await change(id, 3000)
  await t.settle() // the update is refused: paid; the receipt of 22 euros is taken
  assert.equal((await bench.stored(id)).state, 'paid')
  const { rows } = await t.owner.query('select amount_cents, state from payments.debt where integrates = $1', [id])
  assert.deepEqual(rows, [{ amount_cents: 800, state: 'notice-issued' }])
  assert.ok(subject.id)
})

test('a subject given up while a difference is owed: the difference is cancelled, what was paid goes back', async () => {
  const { id, subject } = await aNotice()
  await atDesk(id)
  const { integrationId } = await change(id, 3000)
  const speaking = await asSystem(t.db, (tx) => findDebt(tx, subject))
  assert.equal(speaking?.id, integrationId, 'what is still owed is what people are asked for')
  assert.equal(await cancel(integrationId!, true), 'refund-requested')
  assert.equal((await bench.stored(integrationId!)).state, 'cancelled')
  assert.deepEqual(
    (await refunds(id)).map((r) => r.amount_cents),
    [2200],
  )
})

test('a partial refund leaves the debt paid; more than was paid is refused by the database', async () => {
  const { id } = await aNotice()
  await atDesk(id)
  const ask = (amountCents?: number) =>
    asSystem(t.db, (tx) =>
      requestRefund(tx, platform, {
        debtId: id,
        reason: 'not-delivered',
        ...(amountCents !== undefined && { amountCents }),
      }),
    )
  assert.equal(await ask(1000), 'paid-elsewhere')
  await assert.rejects(ask(1300), refusedWith('payments/refund-too-high'))
  const both = await Promise.allSettled([ask(1200), ask(1200)])
  assert.deepEqual(
    both.map((result) => result.status === 'fulfilled' && result.value),
    ['refund-requested', 'refund-requested'],
  )
  assert.deepEqual(
    (await refunds(id)).map((r) => r.amount_cents),
    [1000, 1200],
    'two offices at once refund once',
  )
  const unpaid = await aNotice()
  const early = asSystem(t.db, (tx) => requestRefund(tx, platform, { debtId: unpaid.id, reason: 'not-delivered' }))
  await assert.rejects(early, refusedWith('payments/nothing-paid'))
})

test('the same subject asked ten times at once owes once', async () => {
  const subject = { kind: 'booking', id: uuidv7() }
  const patientId = await bench.aPerson()
  const debts = await Promise.all(
    Array.from({ length: 10 }, () => bench.aDebt(creditor.organisationId, { subject, patientId })),
  )
  assert.equal(new Set(debts.map(({ id }) => id)).size, 1)
})

test('hundreds of debts of one creditor at once get hundreds of numbers', async () => {
  const patientId = await bench.aPerson()
  const debts = await Promise.all(
    Array.from({ length: 200 }, () => bench.aDebt(creditor.organisationId, { patientId })),
  )
  const { rows } = await t.owner.query<{ n: number }>(
    'select count(distinct notice_number)::int as n from payments.debt where id = any($1)',
    [debts.map(({ id }) => id)],
  )
  assert.equal(rows[0]!.n, 200)
  await t.owner.query("delete from pgboss.job where name = 'payments.sync-position'")
})

test('an organisation that does not collect is told at once; a debt of nothing is a bug', async () => {
  await assert.rejects(bench.aDebt(uuidv7()), refusedWith('payments/no-creditor'))
  await assert.rejects(bench.aDebt(creditor.organisationId, { amountCents: 0 }), RangeError)
})

test('a payer without an Italian fiscal code is anonymous to pagoPA', async () => {
  const patientId = await bench.aPerson()
  const payer = { personId: patientId, fiscalCode: null, name: 'Anna Schmidt' }
  const { noticeNumber } = await bench.aNotice(creditor.organisationId, { patientId, payer })
  const { rows } = await t.sandbox.context.sql.query(
    'select debtor_code from pagopa_position join pagopa_option using (org, iupd) where nav = $1',
    [noticeNumber],
  )
  assert.equal(rows[0].debtor_code, 'ANONIMO')
})

test('the database refuses a transition and a change of number that the code would not make', async () => {
  const { id } = await aNotice()
  const set = (what: string) => t.owner.query(`update payments.debt set ${what} where id = $1`, [id])
  await assert.rejects(set("state = 'reported'"), /debt_transition|cannot become/)
  await assert.rejects(set("state = 'refunded'"), /cannot become/)
  await assert.rejects(set("iuv = '01260000000000199'"), /keeps its number/)
  const { rows } = await t.owner.query<{ from_state: string; to_state: string }>(
    'select * from payments.debt_transition',
  )
  const { debtTransitions } = await import('./index.ts')
  assert.deepEqual(
    rows.map((row) => `${row.from_state} > ${row.to_state}`).toSorted(),
    debtTransitions.map((row) => `${row.from} > ${row.to}`).toSorted(),
    'the table of the code and of the database are one',
  )
})

test('two debts opened in one transaction that fails leave no trace', async () => {
  const patientId = await bench.aPerson()
  const wish = {
    creditorId: creditor.organisationId,
    patientId,
    payer: { personId: patientId, fiscalCode: null, name: 'A' },
    subject: { kind: 'booking', id: uuidv7() },
    amountCents: 100,
    description: 'Ticket',
    dueOn: '2099-01-01',
  }
  const failed = asSystem(t.db, async (tx) => {
    await openDebt(tx, platform, wish)
    throw new Error('the booking failed')
  })
  await assert.rejects(failed, /the booking failed/)
  const { rows } = await t.owner.query(
    "select (select count(*)::int from payments.debt where patient_id = $1) as debts, (select count(*)::int from pgboss.job where name = 'payments.sync-position' and state = 'created') as jobs",
    [patientId],
  )
  assert.deepEqual(rows, [{ debts: 0, jobs: 0 }])
})
