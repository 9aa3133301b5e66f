// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { PaymentNotice, PaymentReceipt } from '../documents/index.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { noPayment } from './debt.ts'
import { owed, type DebtState } from './states.ts'

type Press = Pick<Platform, 'config' | 'now'>

/** A paper and whose it is, for the audit trail. */
export interface Paper<Data> {
  patientId: string
  /** For the name of the file. */
  noticeNumber: string
  data: Data
}

const noNotice = new Refusal(
  'payments/no-notice',
  409,
  { it: 'Per questo pagamento non c’è un avviso da pagare.', en: 'There is no notice to pay for this payment.' },
  {
    next: {
      it: 'Se l’avviso è appena nato o cambiato riprova tra un minuto; altrimenti è già pagato, scaduto o annullato.',
      en: 'If it is new or has just changed, try again in a minute; otherwise it is paid, expired or cancelled.',
    },
  },
)

/**
 * What the printed notice of an owed debt shows. Refuses with payments/no-notice while pagoPA has not accepted the notice
 * or its newest amount, and when there is nothing to pay any more.
 */
export async function getNotice(tx: Tx, press: Press, id: string): Promise<Paper<PaymentNotice>> {
  const row = await paperRow(tx, id)
  const state = row.state as DebtState // a check constraint holds the states
  const known = row.positionState === 'published' && row.positionSynced
  if (!known || !owed.includes(state) || state === 'expired') throw noNotice
  const { patientId, noticeNumber } = row
  const payUrl = `${press.config.publicUrl}/app/pagamenti/${id}`
  return { patientId, noticeNumber, data: { ...facts(row, press), dueOn: row.dueOn, payUrl } }
}

const noReceipt = new Refusal(
  'payments/no-receipt',
  409,
  { it: 'Per questo pagamento non c’è ancora una ricevuta.', en: 'There is no receipt for this payment yet.' },
  { next: { it: 'Arriva pochi minuti dopo il pagamento.', en: 'It comes a few minutes after the payment.' } },
)

/** What the printed receipt of a paid debt shows; refuses with payments/no-receipt before the payment is proven. */
export async function getReceipt(tx: Tx, press: Press, id: string): Promise<Paper<PaymentReceipt>> {
  const row = await paperRow(tx, id)
  const own = tables<'payments'>(tx)
  const receipt = await own
    .selectFrom('payments.receipt')
    .select(['id', 'receiptNumber', 'amountCents', 'feeCents', 'paidAt', 'channel', 'provider', 'method'])
    .where('debtId', '=', id)
    .where('surplus', '=', false)
    .executeTakeFirst()
  if (!receipt) throw noReceipt
  const { refundedCents } = await own
    .selectFrom('payments.refund')
    .select(sql<number>`coalesce(sum(amount_cents), 0)::int`.as('refundedCents'))
    .where('receiptId', '=', receipt.id)
    .executeTakeFirstOrThrow()
  const { patientId, noticeNumber } = row
  const data: PaymentReceipt = {
    ...facts(row, press),
    payer: null, // pagoPA seldom says who held the card; the debtor is on the paper
    receiptId: receipt.receiptNumber,
    paidAt: receipt.paidAt,
    amountCents: receipt.amountCents,
    feeCents: receipt.feeCents,
    provider: receipt.provider,
    method: receipt.channel === 'desk' ? null : receipt.method,
    serviceDays: row.serviceDays,
    bookingCode: row.subjectCode,
    refundedCents,
  }
  return { patientId, noticeNumber, data }
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

function facts(row: Awaited<ReturnType<typeof paperRow>>, { config, now }: Press) {
  const { owner: name, telephone, email } = config.region
  return {
    issuer: { name, telephone, email },
    issuedAt: now(),
    creditor: { name: row.creditorName, fiscalCode: row.creditorFiscalCode, cbill: null },
    debtor: { name: row.payerName, fiscalCode: row.payerFiscalCode === 'ANONIMO' ? null : row.payerFiscalCode },
    noticeNumber: row.noticeNumber,
    amountCents: row.amountCents,
    subject: row.description,
  }
}
