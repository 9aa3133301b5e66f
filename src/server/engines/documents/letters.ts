// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

export interface Letter {
  language: Language
  /** Name, street, postcode and town: where it is posted to. */
  address: readonly string[]
  title: string
  paragraphs: readonly string[]
}

export interface Letters {
  issuer: Issuer
  issuedAt: Date
  /** Public code of the batch, in the foot of every page. */
  reference: string
  letters: readonly Letter[]
}

const texts = {
  it: {
    date: (day: string) => `Data: ${day}`,
    online: (url: string) => `Nel portale, dopo l’accesso con SPID, CIE o CNS: ${url}`,
    contacts:
      'Questa lettera arriva per posta perché non risultano un’e-mail o un cellulare confermati: si aggiungono nel profilo del portale o allo sportello.',
  },
  en: {
    date: (day: string) => `Date: ${day}`,
    online: (url: string) => `On the portal, after signing in with SPID, CIE or CNS: ${url}`,
    contacts:
      'This letter comes by post because no confirmed e-mail or mobile number is known: they are added in the profile of the portal or at a desk.',
  },
} as const

/** Letters to be folded into window envelopes, each on pages of its own, as one tagged PDF/A-2a. */
export function letters(data: Letters, url: string): Promise<Buffer> {
  const { issuer } = data
  const options = {
    title: `${issuer.name}: ${data.reference}`,
    language: 'it' as const,
    issuer: issuer.name,
    help: `${issuer.telephone} – ${issuer.email}`,
    issuedAt: data.issuedAt,
    reference: data.reference,
    numbered: false,
  }
  return paper(options, (sheet) => {
    data.letters.forEach(({ language: lang, address, title, paragraphs }, i) => {
      const t = texts[lang]
      if (i > 0) sheet.page()
      sheet.address(address)
      sheet.paragraph({ text: t.date(dayInWords(romeDay(data.issuedAt), lang)), lang })
      sheet.heading(1, { text: title, lang })
      for (const text of paragraphs) sheet.paragraph({ text, lang })
      sheet.gap(8)
      sheet.paragraph({ text: t.online(url), lang })
      sheet.paragraph({ text: t.contacts, size: 9, lang })
    })
  })
}
