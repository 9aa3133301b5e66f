// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

export interface ExemptionCertificate {
  issuer: Issuer
  issuedAt: Date
  holder: { name: string; fiscalCode: string | null; birthDate: string }
  code: string
  /** The code in words, in the language of the document. */
  description: string
  from: string
  until: string
  /** False once it has ended: the paper then says so. */
  inForce: boolean
  protocol: string
  declaredBy: string
  declaredAt: Date
  incomeYear: number
  /** The health authority that answers for it. */
  authority: string
  verificationCode: string
  /** Page on which anybody can check the code. */
  verifyUrl: string
}

const texts = {
  it: {
    title: (code: string) => `Certificato di esenzione ${code}`,
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    validity: (until: string) => `Vale fino al ${until}`,
    ended: 'Questa esenzione non è più valida',
    holder: 'Persona esente',
    fiscalCode: 'Codice fiscale',
    birth: 'Nata o nato il',
    code: 'Codice di esenzione',
    from: 'Primo giorno',
    until: 'Ultimo giorno',
    authority: 'Azienda sanitaria',
    declaration: 'La dichiarazione',
    declared:
      'Rilasciato in base alla dichiarazione sostitutiva resa ai sensi degli articoli 46 e 47 del DPR 445/2000 da:',
    declaredBy: 'Chi ha dichiarato',
    protocol: 'Protocollo',
    when: 'Quando',
    income: 'Redditi dell’anno',
    use: 'Come si usa',
    uses: [
      'Chiedi al medico di scrivere il codice di esenzione sulla ricetta.',
      'Il certificato vale per visite ed esami specialistici. Per i farmaci valgono le regole della Regione.',
      'Se perdi i requisiti (un nuovo lavoro, un reddito più alto, un cambiamento in famiglia) dillo subito online o al distretto: da quel momento non puoi più usarlo.',
    ],
    warning:
      'La ASL controlla tutte le dichiarazioni (articolo 71 DPR 445/2000). Chi dichiara il falso perde il beneficio, paga i ticket non versati e una sanzione, e può essere punito per legge (articoli 75 e 76 DPR 445/2000).',
    verify: 'Come si controlla',
    verifyHow: (url: string) => `Chiunque riceve questo foglio può controllarlo su ${url} con il codice:`,
    codeAlt: 'Codice QR che apre la pagina di verifica di questo certificato',
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: (code: string) => `Certificate of exemption ${code}`,
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    validity: (until: string) => `Valid until ${until}`,
    ended: 'This exemption no longer holds',
    holder: 'Exempt person',
    fiscalCode: 'Tax code',
    birth: 'Born on',
    code: 'Exemption code',
    from: 'First day',
    until: 'Last day',
    authority: 'Health authority',
    declaration: 'The declaration',
    declared: 'Issued on the declaration made under articles 46 and 47 of DPR 445/2000 by:',
    declaredBy: 'Who declared',
    protocol: 'Protocol',
    when: 'When',
    income: 'Income of the year',
    use: 'How to use it',
    uses: [
      'Ask the doctor to write the exemption code on the prescription.',
      'The certificate holds for specialist visits and exams. Medicines follow the rules of the region.',
      'If you lose the requisites (a new job, a higher income, a change in the family) tell it at once online or at the district: from then on you cannot use it.',
    ],
    warning:
      'The health authority checks all declarations (article 71 DPR 445/2000). Who declares what is untrue loses the benefit, pays the co-payments that were due and a fine, and can be punished by law (articles 75 and 76 DPR 445/2000).',
    verify: 'How to check it',
    verifyHow: (url: string) => `Whoever receives this sheet can check it at ${url} with the code:`,
    codeAlt: 'QR code that opens the page to check this certificate',
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** The certificate of an income exemption as a tagged PDF/A-2a: for whom, which, until when, and how to check it. */
export function exemptionCertificate(data: ExemptionCertificate, language: Language): Promise<Buffer> {
  const t = texts[language]
  const { holder } = data
  const options = {
    title: t.title(data.code),
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: `${t.title(data.code)} – ${data.protocol}`,
  }
  // Behind the sign # a browser keeps it to itself: the code is in no log of a server.
  const link = `${data.verifyUrl}#${data.verificationCode}`
  return paper(options, (sheet) => {
    sheet.heading(1, t.title(data.code))
    sheet.notice({
      text: data.inForce ? t.validity(dayInWords(data.until, language)) : t.ended,
      bold: true,
      size: 14,
    })
    sheet.facts([
      [t.holder, { text: holder.name, bold: true, size: 14 }],
      [t.fiscalCode, holder.fiscalCode ?? undefined],
      [t.birth, dayInDigits(holder.birthDate, language)],
      [t.code, { text: `${data.code} – ${data.description}`, bold: true }],
      [t.from, dayInWords(data.from, language)],
      [t.until, dayInWords(data.until, language)],
      [t.authority, { text: data.authority, lang: 'it' }],
    ])
    sheet.heading(2, t.declaration)
    sheet.paragraph(t.declared)
    sheet.facts([
      [t.declaredBy, data.declaredBy],
      [t.when, momentInWords(data.declaredAt, language)],
      [t.protocol, { text: data.protocol, bold: true }],
      [t.income, String(data.incomeYear)],
    ])
    sheet.paragraph(t.warning)
    sheet.heading(2, t.use)
    sheet.list(t.uses)
    sheet.heading(2, t.verify)
    sheet.codeBeside({ kind: 'qr', content: link, width: 110 }, t.codeAlt, data.verificationCode, () => {
      sheet.paragraph(t.verifyHow(data.verifyUrl))
      sheet.paragraph({ text: data.verificationCode, bold: true, size: 14 })
    })
    sheet.gap(4)
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}
