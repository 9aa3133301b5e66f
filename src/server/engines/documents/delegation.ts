// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords, momentInWords } from '../../../shared/words.ts'
import type { DelegatedService } from '../../../shared/delegated-services.ts'
import type { Language } from '../../platform/text.ts'
import type { DelegationFacts, DelegationParty } from '../../access/delegations/index.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

export interface DelegationDocument extends DelegationFacts {
  issuer: Issuer
  issuedAt: Date
}

type Names<Key extends string> = Record<Key, string>

const kinds: Record<Language, Names<DelegationFacts['kind']>> = {
  it: {
    voluntary: 'Delega tra adulti, accettata online',
    desk: 'Delega registrata allo sportello',
    guardian: 'Tutela',
    curator: 'Curatela',
    'support-administrator': 'Amministrazione di sostegno',
  },
  en: {
    voluntary: 'Delegation between adults, accepted online',
    desk: 'Delegation registered at a desk',
    guardian: 'Guardianship',
    curator: 'Curatorship',
    'support-administrator': 'Support administration',
  },
}
const services: Record<Language, Names<DelegatedService>> = {
  it: {
    BOOKING: 'Prenotazioni',
    PAYMENT: 'Pagamenti',
    RECORD: 'Fascicolo sanitario',
    DOCTOR_CHOICE: 'Medico di famiglia',
    VACCINATION: 'Vaccinazioni',
    EXEMPTION: 'Esenzioni',
  },
  en: {
    BOOKING: 'Bookings',
    PAYMENT: 'Payments',
    RECORD: 'Health record',
    DOCTOR_CHOICE: 'Family doctor',
    VACCINATION: 'Vaccinations',
    EXEMPTION: 'Exemptions',
  },
}
const states: Record<Language, Names<DelegationFacts['state']>> = {
  it: {
    draft: 'in preparazione',
    pending: 'in attesa di risposta',
    active: 'attiva',
    suspended: 'sospesa',
    rejected: 'rifiutata',
    expired: 'scaduta',
    revoked: 'revocata',
    'ceased-majority': 'finita con la maggiore età',
    'ceased-death': 'finita per decesso',
  },
  en: {
    draft: 'being prepared',
    pending: 'waiting for an answer',
    active: 'active',
    suspended: 'suspended',
    rejected: 'refused',
    expired: 'expired',
    revoked: 'revoked',
    'ceased-majority': 'ended with majority',
    'ceased-death': 'ended by death',
  },
}

const texts = {
  it: {
    title: 'Delega ai servizi sanitari',
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    state: (state: string) => `Al momento della stampa la delega è ${state}`,
    delegator: 'Chi delega',
    delegate: 'Chi agisce',
    code: 'codice fiscale',
    kind: 'Tipo',
    services: 'Per questi servizi',
    from: 'Primo giorno',
    until: 'Ultimo giorno',
    noEnd: 'senza scadenza',
    accepted: 'Accettata',
    office: 'Registrata da',
    facts: 'La delega',
    note: 'Questo foglio riporta i dati registrati e non sostituisce la delega: la revoca vale da subito, anche se il foglio dice altro. Ogni operazione del delegato resta registrata a suo nome.',
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: 'Delegation for the health services',
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    state: (state: string) => `When this was printed the delegation was ${state}`,
    delegator: 'Who delegates',
    delegate: 'Who acts',
    code: 'tax code',
    kind: 'Kind',
    services: 'For these services',
    from: 'First day',
    until: 'Last day',
    noEnd: 'no end',
    accepted: 'Accepted',
    office: 'Registered by',
    facts: 'The delegation',
    note: 'This sheet shows what is registered and does not replace the delegation: a revocation holds at once, whatever the sheet says. Everything the delegate does is kept in the delegate’s name.',
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** A delegation on paper as a tagged PDF/A-2a: who, for what, until when, and how it stands at this moment. */
export function delegationDocument(data: DelegationDocument, language: Language): Promise<Buffer> {
  const t = texts[language]
  const options = {
    title: t.title,
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: `${t.title} ${data.id}`,
  }
  const party = ({ name, fiscalCode }: DelegationParty) => (fiscalCode ? `${name}, ${t.code} ${fiscalCode}` : name)
  return paper(options, (sheet) => {
    sheet.heading(1, t.title)
    sheet.notice({ text: t.state(states[language][data.state]), bold: true, size: 14 })
    sheet.heading(2, t.facts)
    sheet.facts([
      [t.delegator, { text: party(data.delegator), bold: true }],
      [t.delegate, { text: party(data.delegate), bold: true }],
      [t.kind, kinds[language][data.kind]],
      [t.from, dayInWords(data.from, language)],
      [t.until, data.until ? dayInWords(data.until, language) : t.noEnd],
      [t.accepted, data.acceptedAt ? momentInWords(data.acceptedAt, language) : undefined],
      [t.office, data.office ? { text: data.office, lang: 'it' } : undefined],
    ])
    sheet.heading(2, t.services)
    sheet.list(data.services.map((service) => services[language][service]))
    sheet.gap(4)
    sheet.paragraph(t.note)
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}
