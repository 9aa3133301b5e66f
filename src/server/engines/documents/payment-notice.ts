// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords, euros, grouped, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

/** The body to which a payment is due. */
export interface Creditor {
  name: string
  /** Eleven digits. */
  fiscalCode: string
  /** Code in the CBILL register of billers (SIA code), for home banking; null when the creditor has none. */
  cbill: string | null
}

export interface PaymentNotice {
  issuer: Issuer
  issuedAt: Date
  creditor: Creditor
  /** Whose debt it is; no code for people who have none. */
  debtor: { name: string; fiscalCode: string | null }
  /** Notice number (numero avviso, NAV): 18 digits. */
  noticeNumber: string
  amountCents: number
  /** Civil day. */
  dueOn: string
  /** Neutral words: they travel to banks and shops, so they never name a service. */
  subject: string
  /** Where to pay online. */
  payUrl: string
}

/** The content of the QR code of a notice (pagoPA, "L'Avviso di pagamento analogico"); amount in euro cents. */
export function noticeQr(noticeNumber: string, creditorFiscalCode: string, amountCents: number): string {
  return `PAGOPA|002|${noticeNumber}|${creditorFiscalCode}|${amountCents}`
}

const texts = {
  it: {
    title: 'Avviso di pagamento pagoPA',
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    reference: (number: string) => `Avviso ${grouped(number)}`,
    amount: 'Quanto e quando pagare',
    by: (cents: number, day: string) => `${euros(cents, 'it')} entro ${dayInWords(day, 'it')}`,
    change: 'L’importo è aggiornato dal sistema e può cambiare, per esempio per un’esenzione riconosciuta dopo.',
    where: 'Dove pagare',
    online: (url: string) => `Online: ${url}, oppure con l’app IO o con l’app della tua banca.`,
    shops:
      'Sul territorio: in banca, all’ufficio postale, in ricevitoria, dal tabaccaio, al bancomat o al supermercato abilitato. Puoi pagare in contanti, con carta o con addebito in conto.',
    channels: 'Banche e altri canali',
    scan: 'Inquadra il codice QR con l’app, oppure usa il codice avviso.',
    qrAlt: (number: string) => `Codice QR per pagare l’avviso ${grouped(number)}`,
    debtor: 'Destinatario dell’avviso',
    creditor: 'Ente creditore',
    subject: 'Oggetto del pagamento',
    cbill: 'Codice CBILL',
    notice: 'Codice avviso',
    fiscalCode: 'Codice fiscale ente creditore',
    debtorCode: 'Codice fiscale',
    due: 'Scadenza',
    value: 'Importo',
    late: 'Dopo la scadenza',
    lateText:
      'Se la scadenza è passata l’avviso può non essere più pagabile: richiedilo di nuovo dalla pagina dei pagamenti.',
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: 'pagoPA payment notice',
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    reference: (number: string) => `Notice ${grouped(number)}`,
    amount: 'How much and by when',
    by: (cents: number, day: string) => `${euros(cents, 'en')} by ${dayInWords(day, 'en')}`,
    change: 'The amount is kept current by the system and may change, for example when an exemption is granted later.',
    where: 'Where to pay',
    online: (url: string) => `Online: ${url}, or with the IO app or the app of your bank.`,
    shops:
      'Nearby: at a bank, post office, betting shop, tobacconist, cash machine or supermarket that takes part. You can pay in cash, by card or from your account.',
    channels: 'Banks and other channels',
    scan: 'Scan the QR code with the app, or use the notice code.',
    qrAlt: (number: string) => `QR code to pay the notice ${grouped(number)}`,
    debtor: 'Addressee of the notice',
    creditor: 'Creditor',
    subject: 'Subject of the payment',
    cbill: 'CBILL code',
    notice: 'Notice code',
    fiscalCode: 'Tax code of the creditor',
    debtorCode: 'Tax code',
    due: 'Due date',
    value: 'Amount',
    late: 'After the due date',
    lateText:
      'Once the due date has passed the notice may no longer be payable: ask for it again on the payments page.',
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** The paper notice (avviso analogico) of a pagoPA payment as a tagged PDF/A-2a. */
export function paymentNotice(data: PaymentNotice, language: Language): Promise<Buffer> {
  const t = texts[language]
  const options = {
    title: t.title,
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: t.reference(data.noticeNumber),
  }
  const { name } = data.debtor
  const qr = noticeQr(data.noticeNumber, data.creditor.fiscalCode, data.amountCents)
  return paper(options, (sheet) => {
    sheet.heading(1, t.title)
    sheet.facts([
      [t.creditor, { text: data.creditor.name, bold: true, lang: 'it' }],
      [t.subject, { text: data.subject, lang: 'it' }],
      [t.debtor, { text: name, bold: true }],
      [t.debtorCode, data.debtor.fiscalCode ?? undefined],
    ])
    sheet.heading(2, t.amount)
    sheet.notice({ text: t.by(data.amountCents, data.dueOn), bold: true, size: 15 })
    sheet.paragraph(t.change)
    sheet.heading(2, t.where)
    sheet.list([t.online(data.payUrl), t.shops])
    sheet.heading(2, t.channels)
    sheet.paragraph(t.scan)
    sheet.codeBeside(
      { kind: 'qr', content: qr, width: 130 },
      t.qrAlt(data.noticeNumber),
      grouped(data.noticeNumber),
      () =>
        sheet.facts([
          [t.debtor, name],
          [t.creditor, { text: data.creditor.name, lang: 'it' }],
          [t.subject, { text: data.subject, lang: 'it' }],
          [t.cbill, data.creditor.cbill ?? undefined],
          [t.notice, { text: grouped(data.noticeNumber), bold: true, size: 12 }],
          [t.fiscalCode, data.creditor.fiscalCode],
          [t.value, { text: euros(data.amountCents, language), bold: true }],
          [t.due, dayInDigits(data.dueOn, language)],
        ]),
    )
    sheet.heading(2, t.late)
    sheet.paragraph(t.lateText)
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}
