// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords, euros, grouped } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

export interface ExemptionLetter {
  /** That it seems not due and one may reply; or that it was revoked, with what is to be paid back. */
  kind: 'notice' | 'revocation'
  issuer: Issuer
  /** The health authority that checks. */
  authority: string
  issuedAt: Date
  number: string
  addressee: { name: string; fiscalCode: string | null }
  /** Whom the exemption is for. */
  holder: string
  code: string
  protocol: string
  declaredOn: string
  revokeFrom: string
  replyBy: string
  reason: string | null
  visits: readonly { code: string; day: string; cents: number }[]
  total: number | null
  payment: { dueOn: string; noticeNumber: string | null } | null
  /** Where one replies and pays online. */
  url: string
}

const texts = {
  it: {
    title: {
      notice: (code: string) => `Controllo dell’esenzione ${code}`,
      revocation: (code: string) => `Revoca dell’esenzione ${code}`,
    },
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    number: 'Pratica',
    to: 'A',
    fiscalCode: 'Codice fiscale',
    holder: 'Esenzione di',
    declaration: 'Dichiarazione',
    of: (protocol: string, day: string) => `${protocol} del ${day}`,
    authority: 'Azienda sanitaria',
    notice: (day: string) =>
      `Abbiamo controllato la dichiarazione (articolo 71 del DPR 445/2000): dal ${day} l’esenzione risulta non dovuta.`,
    revocation: (day: string) =>
      `L’esenzione è revocata dal ${day} (articolo 75 del DPR 445/2000): da quel giorno il ticket è dovuto.`,
    reason: 'Motivo',
    reply: 'Puoi rispondere',
    by: (day: string) => `Hai tempo fino al ${day}`,
    replies: (url: string) => [
      `Online, entrando su ${url}: scrivi perché l’esenzione ti spetta.`,
      'Al tuo distretto, con i documenti: per esempio la dichiarazione dei redditi, la composizione del nucleo, il certificato del centro per l’impiego.',
    ],
    silence: 'Se non rispondi entro il termine l’esenzione è revocata e chiediamo i ticket non pagati.',
    undue: 'I ticket non pagati',
    counting: 'L’importo dei ticket non pagati è in corso di calcolo.',
    none: 'Con questa esenzione non risultano visite o esami: non devi pagare nulla.',
    heads: ['Prenotazione', 'Giorno', 'Ticket'],
    total: 'Totale',
    pay: 'Come pagare',
    payBy: (cents: string, day: string) => `${cents} entro il ${day}`,
    avviso: 'Codice avviso pagoPA',
    payAt: (url: string) =>
      `Online su ${url}, oppure con l’app della tua banca, alla posta o in tabaccheria con il codice avviso.`,
    care: 'Le cure non si fermano: puoi continuare a prenotare visite ed esami.',
    appeal:
      'Contro la revoca puoi ricorrere al giudice competente. Chi ha dichiarato il falso può ricevere una sanzione (articolo 316-ter del codice penale).',
  },
  en: {
    title: {
      notice: (code: string) => `Check of exemption ${code}`,
      revocation: (code: string) => `Revocation of exemption ${code}`,
    },
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    number: 'Case',
    to: 'To',
    fiscalCode: 'Tax code',
    holder: 'Exemption of',
    declaration: 'Declaration',
    of: (protocol: string, day: string) => `${protocol} of ${day}`,
    authority: 'Health authority',
    notice: (day: string) =>
      `We checked the declaration (article 71 of DPR 445/2000): from ${day} the exemption appears not to be due.`,
    revocation: (day: string) =>
      `The exemption is revoked from ${day} (article 75 of DPR 445/2000): from that day the co-payment is due.`,
    reason: 'Reason',
    reply: 'You can reply',
    by: (day: string) => `You have until ${day}`,
    replies: (url: string) => [
      `Online at ${url}: write why the exemption is due to you.`,
      'At your district, with documents: for example the tax return, the members of the household, the certificate of the job centre.',
    ],
    silence: 'If you do not reply in time the exemption is revoked and we ask for the co-payments that were not paid.',
    undue: 'Co-payments not paid',
    counting: 'The amount of the co-payments not paid is being computed.',
    none: 'There are no visits or exams with this exemption: you owe nothing.',
    heads: ['Booking', 'Day', 'Co-payment'],
    total: 'Total',
    pay: 'How to pay',
    payBy: (cents: string, day: string) => `${cents} by ${day}`,
    avviso: 'pagoPA notice number',
    payAt: (url: string) =>
      `Online at ${url}, or with your bank’s app, at the post office or a tobacconist’s with the notice number.`,
    care: 'Care goes on: you can keep booking visits and exams.',
    appeal:
      'You can appeal against the revocation to the competent court. Who declared what is untrue can be fined (article 316-ter of the criminal code).',
  },
} as const

/** A letter to whoever declared an exemption, as a tagged PDF/A-2a. */
export function exemptionLetter(data: ExemptionLetter, language: Language): Promise<Buffer> {
  const t = texts[language]
  const day = (one: string) => dayInWords(one, language)
  const options = {
    title: t.title[data.kind](data.code),
    language,
    issuer: data.authority,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: data.number,
  }
  return paper(options, (sheet) => {
    sheet.heading(1, options.title)
    sheet.facts([
      [t.number, { text: data.number, bold: true }],
      [t.to, { text: data.addressee.name, bold: true }],
      [t.fiscalCode, data.addressee.fiscalCode ?? undefined],
      [t.holder, data.holder === data.addressee.name ? undefined : data.holder],
      [t.declaration, t.of(data.protocol, dayInDigits(data.declaredOn, language))],
      [t.authority, { text: data.authority, lang: 'it' }],
    ])
    sheet.paragraph(t[data.kind](day(data.revokeFrom)))
    if (data.reason) sheet.facts([[t.reason, { text: data.reason, lang: 'it' }]])
    if (data.kind === 'notice') {
      sheet.heading(2, t.reply)
      sheet.notice({ text: t.by(day(data.replyBy)), bold: true, size: 14 })
      sheet.list(t.replies(data.url))
      sheet.paragraph(t.silence)
    } else {
      sheet.heading(2, t.undue)
      if (data.total === null) sheet.paragraph(t.counting)
      else if (data.visits.length === 0) sheet.paragraph(t.none)
      else {
        const rows = data.visits.map((one) => [one.code, dayInDigits(one.day, language), euros(one.cents, language)])
        sheet.table(
          t.heads,
          [...rows, [{ text: t.total, bold: true }, '', { text: euros(data.total, language), bold: true }]],
          [4, 3, 2],
        )
      }
      if (data.payment && data.total) {
        sheet.heading(2, t.pay)
        sheet.notice({ text: t.payBy(euros(data.total, language), day(data.payment.dueOn)), bold: true, size: 14 })
        if (data.payment.noticeNumber)
          sheet.facts([[t.avviso, { text: grouped(data.payment.noticeNumber), bold: true }]])
        sheet.paragraph(t.payAt(data.url))
      }
      sheet.paragraph(t.appeal)
    }
    sheet.paragraph(t.care)
  })
}
