// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords, euros, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

interface Who {
  name: string
  fiscalCode: string | null
  birthDate: string | null
}

type Relation = 'spouse' | 'civil-partner' | 'child' | 'parent' | 'sibling' | 'other'

export interface ExemptionDeclaration {
  issuer: Issuer
  submittedAt: Date
  protocol: string
  declarant: Who
  /** Whom it is about, when it is not the declarant. */
  patient: Who | null
  code: string
  description: string
  startsOn: string
  incomeYear: number
  incomeCents: number | null
  limitCents: number | null
  presumed: boolean
  household: readonly {
    givenName: string
    familyName: string
    fiscalCode: string | null
    relation: Relation
    dependant: boolean
  }[]
  job: { ended: 'dismissal' | 'resignation' | 'term'; endedOn: string; jobCentre: string; registeredOn: string } | null
  pensionNumber: string | null
  authority: string
}

const texts = {
  it: {
    title: (code: string) => `Dichiarazione sostitutiva per l’esenzione ${code}`,
    law: 'Resa ai sensi degli articoli 46 e 47 del DPR 28 dicembre 2000, n. 445.',
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    declarant: 'Chi dichiara',
    name: 'Nome e cognome',
    fiscalCode: 'Codice fiscale',
    birth: 'Data di nascita',
    patient: 'Per chi',
    what: 'Che cosa dichiara',
    code: 'Codice di esenzione',
    from: 'Vale dal',
    income: (year: number) => `Reddito del nucleo fiscale nel ${year}`,
    within: 'entro il limite',
    presumed: 'presunto',
    limit: 'Limite',
    job: 'Lavoro finito',
    ended: { dismissal: 'licenziamento', resignation: 'dimissioni', term: 'contratto scaduto' },
    jobCentre: 'Centro per l’impiego',
    registered: 'Dichiarazione di disponibilità (DID)',
    pension: 'Numero della pensione o dell’assegno',
    household: 'Nucleo fiscale oltre alla persona',
    alone: 'Nessun’altra persona.',
    heads: ['Nome e cognome', 'Codice fiscale', 'Relazione', 'A carico'],
    relations: {
      spouse: 'coniuge',
      'civil-partner': 'unita o unito civilmente',
      child: 'figlia o figlio',
      parent: 'genitore',
      sibling: 'sorella o fratello',
      other: 'altra persona',
    },
    yes: 'sì',
    no: 'no',
    commitments: 'Impegni',
    statements: [
      'Sa che chi dichiara il falso perde il beneficio e può essere punito per legge (articoli 75 e 76 DPR 445/2000).',
      'Si impegna a comunicare subito se perde i requisiti e da quel momento a non usare più il certificato.',
    ],
    signature: 'Firma',
    signed: (moment: string) =>
      `Sottoscritta ${moment} entrando con identità digitale SPID, CIE o CNS di livello 2 o superiore: equivale alla firma autografa (articolo 65, comma 1, lettera b, del Codice dell’amministrazione digitale).`,
    protocol: 'Protocollo',
    authority: 'Azienda sanitaria',
    none: 'non indicato',
  },
  en: {
    title: (code: string) => `Declaration for exemption ${code}`,
    law: 'Made under articles 46 and 47 of DPR 28 December 2000, no. 445.',
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    declarant: 'Who declares',
    name: 'Name',
    fiscalCode: 'Tax code',
    birth: 'Date of birth',
    patient: 'For whom',
    what: 'What is declared',
    code: 'Exemption code',
    from: 'Valid from',
    income: (year: number) => `Income of the fiscal household in ${year}`,
    within: 'within the limit',
    presumed: 'presumed',
    limit: 'Limit',
    job: 'Job that ended',
    ended: { dismissal: 'dismissal', resignation: 'resignation', term: 'end of the term' },
    jobCentre: 'Job centre',
    registered: 'Declaration of availability (DID)',
    pension: 'Number of the pension or allowance',
    household: 'Fiscal household besides the person',
    alone: 'Nobody else.',
    heads: ['Name', 'Tax code', 'Relation', 'Dependant'],
    relations: {
      spouse: 'spouse',
      'civil-partner': 'civil partner',
      child: 'child',
      parent: 'parent',
      sibling: 'sibling',
      other: 'other person',
    },
    yes: 'yes',
    no: 'no',
    commitments: 'Commitments',
    statements: [
      'Knows that who declares what is untrue loses the benefit and can be punished by law (articles 75 and 76 DPR 445/2000).',
      'Will tell at once when the requisites are lost and will not use the certificate from then on.',
    ],
    signature: 'Signature',
    signed: (moment: string) =>
      `Signed on ${moment} by signing in with SPID, CIE or CNS of level 2 or higher: it stands for a handwritten signature (article 65, paragraph 1, letter b, of the Digital Administration Code).`,
    protocol: 'Protocol',
    authority: 'Health authority',
    none: 'not given',
  },
} as const

/** A self-certification as it was signed, as a tagged PDF/A-2a. */
export function exemptionDeclaration(data: ExemptionDeclaration, language: Language): Promise<Buffer> {
  const t = texts[language]
  const { job, limitCents } = data
  const income = data.incomeCents === null ? t.within : euros(data.incomeCents, language)
  const options = {
    title: t.title(data.code),
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.submittedAt,
    reference: data.protocol,
  }
  const person = (who: Who) =>
    [
      [t.name, { text: who.name, bold: true }],
      [t.fiscalCode, who.fiscalCode ?? t.none],
      [t.birth, who.birthDate ? dayInDigits(who.birthDate, language) : undefined],
    ] as const
  return paper(options, (sheet) => {
    sheet.heading(1, t.title(data.code))
    sheet.paragraph(t.law)
    sheet.heading(2, t.declarant)
    sheet.facts(person(data.declarant))
    if (data.patient) {
      sheet.heading(2, t.patient)
      sheet.facts(person(data.patient))
    }
    sheet.heading(2, t.what)
    sheet.facts([
      [t.code, { text: `${data.code} – ${data.description}`, bold: true }],
      [t.from, dayInWords(data.startsOn, language)],
      [t.income(data.incomeYear), data.presumed ? `${income} (${t.presumed})` : income],
      [t.limit, limitCents === null ? undefined : euros(limitCents, language)],
      [t.job, job ? `${t.ended[job.ended]}, ${dayInDigits(job.endedOn, language)}` : undefined],
      [t.jobCentre, job?.jobCentre],
      [t.registered, job ? dayInDigits(job.registeredOn, language) : undefined],
      [t.pension, data.pensionNumber ?? undefined],
    ])
    sheet.heading(2, t.household)
    if (data.household.length === 0) sheet.paragraph(t.alone)
    else
      sheet.table(
        t.heads,
        data.household.map((one) => [
          `${one.givenName} ${one.familyName}`,
          one.fiscalCode ?? t.none,
          t.relations[one.relation],
          one.dependant ? t.yes : t.no,
        ]),
        [4, 3, 3, 2],
      )
    sheet.heading(2, t.commitments)
    sheet.list(t.statements)
    sheet.heading(2, t.signature)
    sheet.paragraph(t.signed(momentInWords(data.submittedAt, language)))
    sheet.facts([
      [t.protocol, { text: data.protocol, bold: true }],
      [t.authority, { text: data.authority, lang: 'it' }],
    ])
  })
}
