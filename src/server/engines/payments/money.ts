// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { publish } from '../../platform/events.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { lockDebt, move, queueSync, type Debt, type Means } from './debt.ts'
import { owed, settled, type DebtState } from './states.ts'

export type RefundReason =
  | 'cancelled-in-time'
  | 'not-delivered'
  | 'paid-twice'
  | 'paid-after-cancellation'
  | 'amount-lowered'

/** Money that came in, from pagoPA or over the counter. */
export interface Money {
  receiptNumber: string
  channel: 'pagopa' | 'desk'
  amountCents: number
  feeCents: number
  provider: string
  method: string
  paidAt: Date
  document: string | null
}

export interface StoredReceipt {
  id: string
  /** What is left of it after the refunds already asked for. */
  keptCents: number
}

constraint(
  'refund_within_payment',
  new Refusal('payments/refund-too-high', 409, {
    it: 'Il rimborso supera quanto è stato pagato.',
    en: 'The refund is more than what was paid.',
  }),
)

const nothingPaid = new Refusal('payments/nothing-paid', 409, {
  it: 'Per questo pagamento non risulta denaro da rimborsare.',
  en: 'There is no money to give back for this payment.',
})

/** The receipt that settled a debt, with what is left of it. Refuses when nothing was paid. */
export async function keptReceipt(tx: Tx, debtId: string): Promise<StoredReceipt> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.receipt as receipt')
    .where('receipt.debtId', '=', debtId)
    .where('receipt.surplus', '=', false)
    .select([
      'receipt.id',
      sql<number>`receipt.amount_cents - coalesce((select sum(amount_cents) from payments.refund where receipt_id = receipt.id), 0)::int`.as(
        'keptCents',
      ),
    ])
    .executeTakeFirst()
  if (!found) throw nothingPaid
  return found
}

/**
 * Stores money that came in for a locked debt. The same receipt told twice is stored once. Owed: the debt is paid by it.
 * Not owed any more (paid before, or cancelled): the money is surplus and a refund of it is opened at once. More than owed:
 * the rest is refunded. Less than owed is left to the caller. Returns what the money did.
 */
export async function recordMoney(
  tx: Tx,
  means: Means,
  debt: Debt,
  money: Money,
): Promise<'known' | 'paid' | 'surplus'> {
  const now = means.now()
  const surplus = !owed.includes(debt.state)
  const inserted = await tables<'payments'>(tx)
    .insertInto('payments.receipt')
    .values({
      id: uuidv7(now.getTime()),
      debtId: debt.id,
      patientId: debt.patientId,
      creditorFiscalCode: debt.creditorFiscalCode,
      surplus,
      recordedAt: now,
      ...money,
    })
    .onConflict((conflict) => conflict.constraint('receipt_once').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) return 'known'
  const receipt = { id: inserted.id, keptCents: money.amountCents }
  if (surplus) {
    const reason = debt.state === 'cancelled' ? 'paid-after-cancellation' : 'paid-twice'
    await insertRefund(tx, means, debt, receipt.id, money.amountCents, reason)
    if (debt.state === 'cancelled') await move(tx, debt, 'refund-requested', now)
    return 'surplus'
  }
  // A payment seen before our own note that the notice exists: an answer of pagoPA was lost on the way.
  const known = debt.state === 'due' && money.channel === 'pagopa' ? await move(tx, debt, 'notice-issued', now) : debt
  const paid = await move(tx, known, money.channel === 'desk' ? 'paid-elsewhere' : 'paid', now)
  await publish(tx, 'payments.paid', { debtId: debt.id, patientId: debt.patientId })
  if (money.amountCents > debt.amountCents) {
    await refundPart(tx, means, paid, receipt, {
      reason: 'amount-lowered',
      amountCents: money.amountCents - debt.amountCents,
    })
  }
  return 'paid'
}

export interface DeskPayment {
  debtId: string
  /** Must be what is owed. */
  amountCents: number
  /** Number of the desk's own receipt, unique at the creditor. */
  receiptNumber: string
  method: 'cash' | 'card' | 'other'
  /** The desk, as printed on the receipt. */
  desk: string
  paidAt: Date
}

/**
 * Records a payment at the desk; a job then closes the notice at pagoPA. Told twice with the same receipt number it is
 * recorded once. Refuses with payments/already-paid, payments/wrong-amount or payments/wrong-state (cancelled).
 * Should the payer have paid at pagoPA at the same moment, that second payment is refunded when its receipt comes.
 */
export async function markPaidElsewhere(tx: Tx, means: Means, payment: DeskPayment): Promise<DebtState> {
  const debt = await lockDebt(tx, payment.debtId)
  const same = await tables<'payments'>(tx)
    .selectFrom('payments.receipt')
    .select('debtId')
    .where('creditorFiscalCode', '=', debt.creditorFiscalCode)
    .where('receiptNumber', '=', payment.receiptNumber)
    .executeTakeFirst()
  if (same?.debtId === debt.id) return debt.state
  if (same) throw receiptTaken
  if (!owed.includes(debt.state)) throw debt.state === 'cancelled' ? nothingOwed : alreadyPaid
  if (payment.amountCents !== debt.amountCents) throw wrongAmount(debt.amountCents)
  await recordMoney(tx, means, debt, {
    receiptNumber: payment.receiptNumber,
    channel: 'desk',
    amountCents: payment.amountCents,
    feeCents: 0,
    provider: payment.desk,
    method: payment.method,
    paidAt: payment.paidAt,
    document: null,
  })
  await queueSync(tx, means, debt.id)
  return 'paid-elsewhere'
}

const alreadyPaid = new Refusal(
  'payments/already-paid',
  409,
  { it: 'Questo avviso è già stato pagato.', en: 'This notice has already been paid.' },
  {
    next: {
      it: 'Non incassare: consegna la ricevuta che trovi nel pagamento.',
      en: 'Take no money: give the receipt found in the payment.',
    },
  },
)
const nothingOwed = new Refusal('payments/nothing-owed', 409, {
  it: 'Questo avviso è stato annullato: non c’è niente da pagare.',
  en: 'This notice was cancelled: there is nothing to pay.',
})
const receiptTaken = new Refusal('payments/receipt-number-used', 409, {
  it: 'Questo numero di ricevuta è già di un altro pagamento.',
  en: 'This receipt number already belongs to another payment.',
})
const wrongAmount = (cents: number): Refusal =>
  new Refusal(
    'payments/wrong-amount',
    409,
    { it: 'L’importo non è quello dovuto.', en: 'The amount is not what is owed.' },
    { field: 'amountCents', extra: { amountCents: cents } },
  )

async function insertRefund(
  tx: Tx,
  means: Means,
  debt: Debt,
  receiptId: string,
  amountCents: number,
  reason: RefundReason,
): Promise<string> {
  const now = means.now()
  const id = uuidv7(now.getTime())
  await tables<'payments'>(tx)
    .insertInto('payments.refund')
    .values({ id, debtId: debt.id, receiptId, patientId: debt.patientId, amountCents, reason, requestedAt: now })
    .execute()
  await publish(tx, 'payments.refund-requested', { debtId: debt.id, patientId: debt.patientId })
  return id
}

/** Opens a refund of a settled, locked debt: of all that is left (the debt becomes refund-requested) or of a part. */
export async function refundPart(
  tx: Tx,
  means: Means,
  debt: Debt,
  receipt: StoredReceipt,
  wish: { reason: RefundReason; amountCents?: number },
): Promise<DebtState> {
  const amount = wish.amountCents ?? receipt.keptCents
  if (amount <= 0) throw nothingPaid
  await insertRefund(tx, means, debt, receipt.id, amount, wish.reason)
  if (amount < receipt.keptCents) return debt.state
  return (await move(tx, debt, 'refund-requested', means.now())).state
}

export interface RefundWish {
  debtId: string
  reason: 'cancelled-in-time' | 'not-delivered' | 'amount-lowered'
  /** Cents to give back; all that is left when not given. */
  amountCents?: number
}

/** Opens a refund of a paid debt. Refuses with payments/nothing-paid or payments/refund-too-high. Asked twice in full, once. */
export async function requestRefund(tx: Tx, means: Means, wish: RefundWish): Promise<DebtState> {
  const debt = await lockDebt(tx, wish.debtId)
  if (debt.state === 'refund-requested' || debt.state === 'refunded') return debt.state
  if (!settled.includes(debt.state)) throw nothingPaid
  return refundPart(tx, means, debt, await keptReceipt(tx, debt.id), wish)
}

/**
 * Records that the office has transferred a refund to the payer (pagoPA has no command for it: the creditor pays by bank
 * transfer). When it was all the debt had received, the debt is refunded. Told twice with the same reference, once.
 */
export async function completeRefund(
  tx: Tx,
  means: Means,
  done: { refundId: string; reference: string },
): Promise<void> {
  const own = tables<'payments'>(tx)
  const refund = await own
    .selectFrom('payments.refund')
    .select(['id', 'debtId', 'state', 'patientId'])
    .where('id', '=', done.refundId)
    .forUpdate()
    .executeTakeFirst()
  if (!refund) throw notFound({ it: 'Rimborso', en: 'Refund' })
  if (refund.state === 'refunded') return
  const now = means.now()
  await own
    .updateTable('payments.refund')
    .set({ state: 'refunded', refundedAt: now, reference: done.reference })
    .where('id', '=', refund.id)
    .execute()
  const debt = await lockDebt(tx, refund.debtId)
  const open = await own
    .selectFrom('payments.refund')
    .select('id')
    .where('debtId', '=', debt.id)
    .where('state', '=', 'requested')
    .executeTakeFirst()
  if (debt.state === 'refund-requested' && !open) await move(tx, debt, 'refunded', now)
  await publish(tx, 'payments.refunded', { debtId: debt.id, patientId: debt.patientId })
}
