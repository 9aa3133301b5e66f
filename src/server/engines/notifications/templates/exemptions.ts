// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords } from '../../../../shared/words.ts'
import type { Language } from '../../../platform/text.ts'
import type { Catalogue, Notices } from './shapes.ts'

type What = Notices['exemption.news']['what']

const texts: Record<Language, Record<What, readonly [title: string, sentence: string]>> = {
  it: {
    declared: [
      'Esenzione registrata',
      'Abbiamo registrato una dichiarazione e il certificato di esenzione è pronto. Se non ne sai nulla, chiama l’assistenza.',
    ],
    entered: ['Esenzione registrata', 'Il distretto ha registrato una nuova esenzione.'],
    started: ['L’esenzione è valida', 'Da oggi vale una nuova esenzione dal ticket.'],
    ceased: ['Esenzione cessata', 'Un’esenzione è cessata perché i requisiti non ci sono più.'],
    expired: [
      'Esenzione scaduta',
      'Un’esenzione dal ticket è scaduta. Se hai ancora i requisiti puoi chiederla di nuovo.',
    ],
    reopened: [
      'L’esenzione vale di nuovo',
      'Era finita per un errore nei dati anagrafici, che è stato corretto: vale come prima.',
    ],
    expiring: [
      'L’esenzione sta per scadere',
      'Un’esenzione dal ticket sta per scadere. Se hai ancora i requisiti puoi rinnovarla in pochi minuti.',
    ],
    checked: [
      'Controllo di un’esenzione',
      'Da un controllo un’esenzione risulta non dovuta. Leggi la lettera: dice fino a quando puoi rispondere e come.',
    ],
    revoked: [
      'Esenzione revocata',
      'Dai controlli risulta che un’esenzione non spettava ed è stata revocata. Puoi chiedere spiegazioni e presentare documenti al distretto.',
    ],
  },
  en: {
    declared: [
      'Exemption registered',
      'We registered a declaration and the certificate of exemption is ready. If you know nothing of it, call the help desk.',
    ],
    entered: ['Exemption registered', 'The district has registered a new exemption.'],
    started: ['The exemption holds', 'A new exemption from the co-payment holds from today.'],
    ceased: ['Exemption ended', 'An exemption has ended because its requisites are gone.'],
    expired: [
      'Exemption expired',
      'An exemption from the co-payment has expired. If you still have the requisites you can ask for it again.',
    ],
    reopened: [
      'The exemption holds again',
      'It had ended by an error in the registry, which was corrected: it holds as before.',
    ],
    expiring: [
      'The exemption is about to expire',
      'An exemption from the co-payment is about to expire. If you still have the requisites you can renew it in a few minutes.',
    ],
    checked: [
      'Check of an exemption',
      'By a check an exemption appears not to be due. Read the letter: it says until when you can reply, and how.',
    ],
    revoked: [
      'Exemption revoked',
      'Checks show that an exemption was not due, and it was revoked. You can ask the district for explanations and bring documents.',
    ],
  },
}

const common = {
  it: {
    until: (day: string) => `Ultimo giorno: ${dayInWords(day, 'it')}.`,
    action: 'Vedi le esenzioni',
    sms: (region: string, forName: string, day: string, url: string) =>
      `${region}: un’esenzione dal ticket${forName} scade il ${day}. Se hai ancora i requisiti rinnovala: ${url}`,
    of: (name: string) => ` di ${name}`,
  },
  en: {
    until: (day: string) => `Last day: ${dayInWords(day, 'en')}.`,
    action: 'See the exemptions',
    sms: (region: string, forName: string, day: string, url: string) =>
      `${region}: a co-payment exemption${forName} expires on ${day}. If you still have the requisites renew it: ${url}`,
    of: (name: string) => ` of ${name}`,
  },
} as const

/** The notices about exemptions in one language. */
export function exemptionWords(language: Language): Pick<Catalogue, 'exemption.news'> {
  const t = common[language]
  return {
    'exemption.news': ({ what, until }, { forName, region, publicUrl }) => {
      const [title, sentence] = texts[language][what]
      return {
        title: forName ? `${title} (${forName})` : title,
        paragraphs: [sentence, ...(until ? [t.until(until)] : [])],
        action: t.action,
        sms:
          what === 'expiring' && until
            ? t.sms(region, forName ? t.of(forName) : '', dayInDigits(until, language), `${publicUrl}/app/esenzioni`)
            : null,
      }
    },
  }
}
