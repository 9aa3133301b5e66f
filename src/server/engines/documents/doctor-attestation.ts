// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'
import type { Issuer } from './booking-promemoria.ts'
import { paper } from './paper.ts'

export interface DoctorAttestation {
  issuer: Issuer
  issuedAt: Date
  /** Code of the choice; older ones have none. */
  code: string | null
  /** Where anybody checks the code. */
  verifyUrl: string
  /** First day of the choice. */
  from: Day
  person: { givenName: string; familyName: string; birthDate: Day; fiscalCode: string | null }
  doctor: {
    kind: 'MMG' | 'PLS'
    givenName: string
    familyName: string
    telephone: string | null
    email: string | null
    surgeries: readonly {
      address: string
      postcode: string | null
      municipality: string
      hours: readonly { weekday: number; opens: string; closes: string }[]
    }[]
  }
}

const texts = {
  it: {
    title: 'Attestazione di scelta del medico',
    help: (i: Issuer) => `Assistenza: ${i.telephone} – ${i.email}`,
    person: 'Assistito',
    code: 'codice fiscale',
    born: 'Data di nascita',
    MMG: 'Medico di famiglia',
    PLS: 'Pediatra',
    from: 'Dal',
    reference: 'Codice della scelta',
    telephone: 'Telefono',
    email: 'E-mail',
    surgeries: 'Dove e quando riceve',
    days: ['lunedì', 'martedì', 'mercoledì', 'giovedì', 'venerdì', 'sabato', 'domenica'],
    none: 'Orari non comunicati',
    verify: (url: string, code: string) =>
      `Chi riceve questo foglio controlla se vale ancora su ${url} con il codice ${code}.`,
    alt: 'Codice QR che apre la pagina per controllare questa attestazione',
    note: 'Vale dal giorno indicato. Il medico precedente non è più quello dell’assistito.',
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: 'Attestation of the choice of doctor',
    help: (i: Issuer) => `Help: ${i.telephone} – ${i.email}`,
    person: 'Patient',
    code: 'tax code',
    born: 'Date of birth',
    MMG: 'Family doctor',
    PLS: 'Paediatrician',
    from: 'From',
    reference: 'Code of the choice',
    telephone: 'Telephone',
    email: 'E-mail',
    surgeries: 'Where and when',
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    none: 'No hours given',
    verify: (url: string, code: string) =>
      `Whoever receives this sheet checks whether it still holds at ${url} with the code ${code}.`,
    alt: 'QR code that opens the page to check this attestation',
    note: 'Valid from the day shown. The doctor before is no longer the patient’s.',
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** Who somebody's family doctor or paediatrician is, as a tagged PDF/A-2a. */
export function doctorAttestation(data: DoctorAttestation, language: Language): Promise<Buffer> {
  const t = texts[language]
  const { person, doctor } = data
  const options = {
    title: t.title,
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: data.code === null ? t.title : `${t.reference} ${data.code}`,
  }
  const name = `${person.givenName} ${person.familyName}`
  return paper(options, (sheet) => {
    sheet.heading(1, t.title)
    sheet.facts([
      [t.person, { text: person.fiscalCode ? `${name}, ${t.code} ${person.fiscalCode}` : name, bold: true }],
      [t.born, dayInWords(person.birthDate, language)],
      [t[doctor.kind], { text: `${doctor.givenName} ${doctor.familyName}`, bold: true }],
      [t.from, dayInWords(data.from, language)],
      [t.reference, data.code ?? undefined],
      [t.telephone, doctor.telephone ?? undefined],
      [t.email, doctor.email ?? undefined],
    ])
    sheet.heading(2, t.surgeries)
    for (const { address, postcode, municipality, hours } of doctor.surgeries) {
      sheet.heading(3, { text: [address, [postcode, municipality].filter(Boolean).join(' ')].join(', '), lang: 'it' })
      if (hours.length === 0) sheet.paragraph(t.none)
      else sheet.list(hours.map(({ weekday, opens, closes }) => `${t.days[weekday - 1]}: ${opens}–${closes}`))
    }
    sheet.gap(4)
    sheet.paragraph(t.note)
    const { code, verifyUrl } = data
    // Behind the sign # a browser keeps it to itself: the code is in no log of a server.
    if (code !== null)
      sheet.codeBeside({ kind: 'qr', content: `${verifyUrl}#${code}`, width: 90 }, t.alt, code, () =>
        sheet.paragraph(t.verify(verifyUrl, code)),
      )
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}
