// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import { noPayment } from './debt.ts'
import { noticeQr } from './numbers.ts'
import type { Payment } from './schema.ts'
import { owed, payable, type DebtState } from './states.ts'

const badCursor = new Refusal(
  'payments/bad-cursor',
  400,
  { it: 'Il segno di pagina non è valido.', en: 'The page cursor is not valid.' },
  { field: 'cursor', next: { it: 'Riparti dalla prima pagina.', en: 'Start again from the first page.' } },
)

interface Place {
  createdAt: string
  id: string
}

const writeCursor = ({ createdAt, id }: Place): string => Buffer.from(`${createdAt} ${id}`).toString('base64url')

function readCursor(cursor: string): Place {
  const [createdAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ')
  const sound = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && !Number.isNaN(Date.parse(createdAt))
  if (!sound) throw badCursor
  return { createdAt: new Date(createdAt).toISOString(), id }
}

function paymentRows(tx: Tx) {
  return tables<'payments'>(tx)
    .selectFrom('payments.debt as debt')
    .innerJoin('payments.creditor as creditor', 'creditor.organisationId', 'debt.creditorId')
    .leftJoin('payments.receipt as receipt', (join) =>
      join.onRef('receipt.debtId', '=', 'debt.id').on('receipt.surplus', '=', false),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('payments.refund')
          .whereRef('debtId', '=', 'debt.id')
          .select([
            sql<number | null>`sum(amount_cents)::int`.as('refundCents'),
            sql<boolean | null>`bool_and(state = 'refunded')`.as('refunded'),
            sql<Date | null>`min(requested_at)`.as('refundRequestedAt'),
            sql<Date | null>`max(refunded_at)`.as('refundedAt'),
          ])
          .as('refund'),
      (join) => join.onTrue(),
    )
    .select([
      'debt.id', 'debt.patientId', 'debt.subjectKind', 'debt.subjectId', 'debt.description', 'debt.amountCents', 'debt.dueOn',
      'debt.state', 'debt.noticeNumber', 'debt.positionState', 'debt.createdAt', 'creditor.name as creditorName',
      'debt.creditorFiscalCode', 'receipt.paidAt', 'receipt.amountCents as paidCents', 'receipt.channel', 'receipt.provider',
      'receipt.receiptNumber', 'refund.refundCents', 'refund.refunded', 'refund.refundRequestedAt', 'refund.refundedAt',
    ]) // prettier-ignore
}

type Row = Awaited<ReturnType<ReturnType<typeof paymentRows>['execute']>>[number]

function toPayment(row: Row): Payment {
  const state = row.state as DebtState // a check constraint holds the states
  return {
    id: row.id,
    patientId: row.patientId,
    subject: { kind: row.subjectKind, id: row.subjectId },
    description: row.description,
    creditor: { name: row.creditorName, fiscalCode: row.creditorFiscalCode },
    amountCents: row.amountCents,
    dueOn: row.dueOn,
    state,
    noticeNumber: row.positionState === 'absent' ? null : row.noticeNumber,
    payable: payable.includes(state),
    paid: row.receiptNumber
      ? {
          at: row.paidAt!.toISOString(),
          amountCents: row.paidCents!,
          channel: row.channel === 'desk' ? 'desk' : 'pagopa',
          provider: row.provider!,
          receiptNumber: row.receiptNumber,
        }
      : null,
    refund: row.refundCents
      ? {
          amountCents: row.refundCents,
          state: row.refunded ? 'refunded' : 'requested',
          requestedAt: row.refundRequestedAt!.toISOString(),
          refundedAt: row.refunded ? row.refundedAt!.toISOString() : null,
        }
      : null,
    createdAt: row.createdAt.toISOString(),
  }
}

/** One payment as its payer sees it; refuses with 404 when it is not one of the actor's people. */
export async function getPayment(tx: Tx, id: string): Promise<Payment> {
  const row = await paymentRows(tx).where('debt.id', '=', id).executeTakeFirst()
  if (!row) throw noPayment
  return toPayment(row)
}

/** The payments of one checkout. */
export async function paymentsOf(tx: Tx, ids: readonly string[]): Promise<Payment[]> {
  if (ids.length === 0) return []
  return (await paymentRows(tx).where('debt.id', 'in', ids).orderBy('debt.id').execute()).map(toPayment)
}

/** Payments of some people, newest first, twenty a page. */
export async function listPayments(
  tx: Tx,
  patientIds: readonly string[],
  cursor: string | undefined,
  limit = 20,
): Promise<{ items: Payment[]; nextCursor: string | null }> {
  if (patientIds.length === 0) return { items: [], nextCursor: null }
  const after = cursor === undefined ? undefined : readCursor(cursor)
  const rows = await paymentRows(tx)
    .where('debt.patientId', 'in', patientIds)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(debt.created_at, debt.id) < (${after?.createdAt}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('debt.createdAt', 'desc')
    .orderBy('debt.id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(toPayment)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? writeCursor(last) : null }
}

/** What a printed notice shows. */
export interface Notice {
  debtId: string
  patientId: string
  noticeNumber: string
  /** Text of the QR code. */
  qr: string
  amountCents: number
  dueOn: Day
  /** True when it cannot be paid after `dueOn`. */
  expires: boolean
  description: string
  creditor: { name: string; fiscalCode: string }
  payer: { name: string; fiscalCode: string | null }
}

const noNotice = new Refusal(
  'payments/no-notice',
  409,
  { it: 'Per questo pagamento non c’è un avviso da pagare.', en: 'There is no notice to pay for this payment.' },
  {
    next: {
      it: 'Se l’avviso è appena nato riprova tra un minuto; altrimenti è già pagato o annullato.',
      en: 'If it is new, try again in a minute; otherwise it is paid or cancelled.',
    },
  },
)

/** The notice of an owed debt. Refuses with payments/no-notice before pagoPA has accepted it and after payment. */
export async function getNotice(tx: Tx, id: string): Promise<Notice> {
  const row = await paperRow(tx, id)
  const state = row.state as DebtState
  if (row.positionState !== 'published' || !owed.includes(state) || state === 'expired') throw noNotice
  const { noticeNumber, amountCents } = row
  return {
    ...paperFacts(row),
    noticeNumber,
    qr: noticeQr({ nav: noticeNumber, creditorFiscalCode: row.creditorFiscalCode, amountCents }),
    amountCents,
    dueOn: row.dueOn,
    expires: row.expires,
  }
}

/** What a printed receipt shows: also who paid, when and for whom, as tax deduction asks. */
export interface Receipt {
  debtId: string
  patientId: string
  receiptNumber: string
  noticeNumber: string
  amountCents: number
  /** Commission of the payment provider, on top of the amount. */
  feeCents: number
  paidAt: Date
  channel: 'pagopa' | 'desk'
  provider: string
  method: string
  description: string
  creditor: { name: string; fiscalCode: string }
  payer: { name: string; fiscalCode: string | null }
  /** Cents asked back or given back so far. */
  refundedCents: number
}

const noReceipt = new Refusal(
  'payments/no-receipt',
  409,
  { it: 'Per questo pagamento non c’è ancora una ricevuta.', en: 'There is no receipt for this payment yet.' },
  { next: { it: 'Arriva pochi minuti dopo il pagamento.', en: 'It comes a few minutes after the payment.' } },
)

/** The receipt of a paid debt; refuses with payments/no-receipt before the payment is proven. */
export async function getReceipt(tx: Tx, id: string): Promise<Receipt> {
  const row = await paperRow(tx, id)
  const own = tables<'payments'>(tx)
  const receipt = await own
    .selectFrom('payments.receipt')
    .select(['receiptNumber', 'amountCents', 'feeCents', 'paidAt', 'channel', 'provider', 'method'])
    .where('debtId', '=', id)
    .where('surplus', '=', false)
    .executeTakeFirst()
  if (!receipt) throw noReceipt
  const { refundedCents } = await own
    .selectFrom('payments.refund')
    .select(sql<number>`coalesce(sum(amount_cents), 0)::int`.as('refundedCents'))
    .where('debtId', '=', id)
    .executeTakeFirstOrThrow()
  return {
    ...paperFacts(row),
    ...receipt,
    channel: receipt.channel === 'desk' ? 'desk' : 'pagopa',
    noticeNumber: row.noticeNumber,
    refundedCents,
  }
}

async function paperRow(tx: Tx, id: string) {
  const row = await tables<'payments'>(tx)
    .selectFrom('payments.debt as debt')
    .innerJoin('payments.creditor as creditor', 'creditor.organisationId', 'debt.creditorId')
    .selectAll('debt')
    .select('creditor.name as creditorName')
    .where('debt.id', '=', id)
    .executeTakeFirst()
  if (!row) throw noPayment
  return row
}

function paperFacts(row: Awaited<ReturnType<typeof paperRow>>) {
  return {
    debtId: row.id,
    patientId: row.patientId,
    description: row.description,
    creditor: { name: row.creditorName, fiscalCode: row.creditorFiscalCode },
    payer: { name: row.payerName, fiscalCode: row.payerFiscalCode === 'ANONIMO' ? null : row.payerFiscalCode },
  }
}
