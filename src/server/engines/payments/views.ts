// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { noPayment } from './debt.ts'
import type { Payment } from './schema.ts'
import { payable, type DebtState } from './states.ts'

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
