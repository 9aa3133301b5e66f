// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, euros, grouped, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'
import type { Creditor } from './payment-notice.ts'

export interface PaymentReceipt {
  issuer: Issuer
  issuedAt: Date
  creditor: Creditor
  /** Who the payment was for. */
  debtor: { name: string; fiscalCode: string | null }
  /** Who paid, when the provider says so: for the tax return the expense is of this person. */
  payer: { name: string; fiscalCode: string | null } | null
  noticeNumber: string
  /** Identifier of the receipt (IUR or receipt id of the platform). */
  receiptId: string
  paidAt: Date
  amountCents: number
  /** Commission the payment provider took on top of the amount. */
  feeCents: number
  /** Who took the money: a payment provider, or the desk. */
  provider: string
  method: string | null
  subject: string
  /** Civil days on which the services are or were given. */
  serviceDays: readonly string[]
  /** Public code of the booking, if any. */
  bookingCode: string | null
  /** Cents asked back or given back so far. */
  refundedCents: number
}

const texts = {
  it: {
    title: 'Ricevuta di pagamento',
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    paid: (cents: number, moment: string) => `Pagato ${euros(cents, 'it')} ${moment}`,
    payment: 'Il pagamento',
    debtor: 'Intestatario',
    fiscalCode: 'Codice fiscale',
    payer: 'Pagato da',
    creditor: 'Ente creditore',
    creditorCode: 'Codice fiscale ente creditore',
    subject: 'Oggetto del pagamento',
    notice: 'Codice avviso',
    receipt: 'Identificativo della ricevuta',
    amount: 'Importo',
    when: 'Data e ora',
    provider: 'Prestatore di servizi di pagamento',
    method: 'Metodo',
    days: 'Giorno della prestazione',
    booking: 'Codice della prenotazione',
    refund: 'Rimborso',
    refunded: (cents: number) =>
      `Di questo importo ${euros(cents, 'it')} sono stati rimborsati o sono in corso di rimborso.`,
    fee: 'Commissione',
    tax: 'Conserva questa ricevuta: serve per la dichiarazione dei redditi.',
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: 'Payment receipt',
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    paid: (cents: number, moment: string) => `${euros(cents, 'en')} paid on ${moment}`,
    payment: 'The payment',
    debtor: 'In the name of',
    fiscalCode: 'Tax code',
    payer: 'Paid by',
    creditor: 'Creditor',
    creditorCode: 'Tax code of the creditor',
    subject: 'Subject of the payment',
    notice: 'Notice code',
    receipt: 'Receipt identifier',
    amount: 'Amount',
    when: 'Date and time',
    provider: 'Payment service provider',
    method: 'Method',
    days: 'Day of the service',
    booking: 'Booking code',
    refund: 'Refund',
    refunded: (cents: number) => `Of this amount ${euros(cents, 'en')} has been or is being refunded.`,
    fee: 'Commission',
    tax: 'Keep this receipt: you need it for the tax return.',
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** The receipt of a payment as a tagged PDF/A-2a, with what the tax return needs. */
export function paymentReceipt(data: PaymentReceipt, language: Language): Promise<Buffer> {
  const t = texts[language]
  const options = {
    title: t.title,
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: `${t.title} ${data.receiptId}`,
  }
  const { payer, refundedCents } = data
  return paper(options, (sheet) => {
    sheet.heading(1, t.title)
    sheet.notice({ text: t.paid(data.amountCents, momentInWords(data.paidAt, language)), bold: true, size: 14 })
    sheet.heading(2, t.payment)
    sheet.facts([
      [t.debtor, { text: data.debtor.name, bold: true }],
      [t.fiscalCode, data.debtor.fiscalCode ?? undefined],
      [t.payer, payer ? [payer.name, payer.fiscalCode].filter(Boolean).join(' – ') : undefined],
      [t.creditor, { text: data.creditor.name, lang: 'it' }],
      [t.creditorCode, data.creditor.fiscalCode],
      [t.subject, { text: data.subject, lang: 'it' }],
      [t.booking, data.bookingCode ?? undefined],
      [t.days, data.serviceDays.map((day) => dayInDigits(day, language)).join(', ') || undefined],
      [t.amount, { text: euros(data.amountCents, language), bold: true }],
      [t.fee, data.feeCents > 0 ? euros(data.feeCents, language) : undefined],
      [t.when, momentInWords(data.paidAt, language)],
      [t.provider, data.provider],
      [t.method, data.method ?? undefined],
      [t.notice, grouped(data.noticeNumber)],
      [t.receipt, data.receiptId],
    ])
    if (refundedCents > 0) {
      sheet.heading(2, t.refund)
      sheet.paragraph(t.refunded(refundedCents))
    }
    sheet.gap(4)
    sheet.paragraph(t.tax)
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}
