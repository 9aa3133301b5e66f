// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, euros, grouped, momentInWords } from '../../../shared/words.ts'
import type { Language } from '../../platform/text.ts'
import { paper, type Sheet } from './paper.ts'

/** The administration that issues a document. */
export interface Issuer {
  name: string
  telephone: string
  email: string
}

export interface PromemoriaAppointment {
  /** Code of the service in the catalogue and its name in the language of the document. */
  service: { code: string; name: string }
  startsAt: Date
  organisation: string
  place: { name: string; address: string; municipality: string }
  room: string | null
  /** What to do before, from the catalogue; paragraphs divided by line breaks. */
  preparation: string | null
  /** What to bring besides what everybody brings; paragraphs divided by line breaks. */
  bring?: string | null
  /** Every appointment of a service that needs several, in the order of time. */
  sessions?: readonly Pick<PromemoriaAppointment, 'startsAt' | 'place' | 'room'>[]
}

export interface BookingPromemoria {
  issuer: Issuer
  issuedAt: Date
  /** Public code of the booking, as people read it on the phone. */
  code: string
  /** No fiscal code for people who have none yet, e.g. a newborn. */
  patient: { givenName: string; familyName: string; fiscalCode: string | null; birthDate: string }
  /** Electronic prescription number, 15 characters; null when none was needed. */
  nre: string | null
  /** Priority class and the days it promises. */
  priority: { code: string; maxDays: number } | null
  appointments: readonly PromemoriaAppointment[]
  copay:
    | { kind: 'exempt'; exemption: string }
    | { kind: 'nothing-due' }
    | { kind: 'due'; cents: number; dueOn: string | null; noticeNumber: string | null }
    | { kind: 'paid'; cents: number }
  /** Until when cancelling costs nothing. */
  freeCancellationUntil: Date | null
  /** Address of the page where the booking is managed. */
  manageUrl: string
  /** Code and moment with which the national system (SAC) confirmed that the prescription is taken. */
  authentication: { code: string; at: Date } | null
}

const texts = {
  it: {
    title: (code: string) => `Promemoria di prenotazione ${code}`,
    help: (i: Issuer) => `Centro unico di prenotazione (CUP): ${i.telephone} – ${i.email}`,
    code: 'Codice della prenotazione',
    codeAlt: (code: string) => `Codice QR con il codice della prenotazione ${code}`,
    patient: 'Paziente',
    fiscalCode: 'Codice fiscale',
    birth: 'Nata o nato il',
    priority: 'Classe di priorità',
    within: (p: { code: string; maxDays: number }) =>
      `${p.code} – entro ${p.maxDays === 3 ? '72 ore' : `${p.maxDays} giorni`}`,
    appointments: (n: number) => (n === 1 ? 'Il tuo appuntamento' : 'I tuoi appuntamenti'),
    when: 'Quando',
    sessions: (n: number) => `${n} appuntamenti`,
    sessionsList: 'Date di tutti gli appuntamenti',
    first: 'Il primo',
    service: 'Prestazione',
    where: 'Dove',
    room: 'Ambulatorio',
    organisation: 'Azienda',
    preparation: 'Come prepararti',
    bring: 'Cosa portare',
    toBring: [
      'un documento di identità valido',
      'la tessera sanitaria',
      'questo promemoria, stampato o sul telefono',
      'i referti di visite ed esami precedenti che riguardano lo stesso problema',
    ],
    pay: 'Ticket',
    exempt: (code: string) => `Non devi pagare il ticket: sulla ricetta c’è l’esenzione ${code}.`,
    nothing: 'Non devi pagare il ticket.',
    due: (cents: number, by: string | null) =>
      `Devi pagare ${euros(cents, 'it')}${by ? ` entro il ${by}` : ' prima della visita'}.`,
    howToPay: (notice: string) =>
      `Paga con l’avviso pagoPA numero ${notice}: online, in banca, dal tabaccaio o allo sportello.`,
    payOnline: 'Puoi pagare online dalla pagina della prenotazione oppure allo sportello.',
    paid: (cents: number) => `Hai già pagato ${euros(cents, 'it')}. Trovi la ricevuta nella pagina della prenotazione.`,
    cancel: 'Se non puoi venire',
    until: (moment: string) => `Sposta o disdici entro ${moment}. Il posto andrà a un’altra persona.`,
    late: 'Se non vieni e non hai disdetto in tempo devi pagare il ticket intero, anche se hai un’esenzione. Non paghi in caso di malattia documentata o per una causa di forza maggiore (decreto-legge 73/2024, articolo 3).',
    how: (url: string, phone: string) => `Per spostare o disdire vai su ${url} oppure chiama ${phone}.`,
    prescription: 'La tua ricetta',
    nre: 'Numero di ricetta elettronica (NRE)',
    nreFirst: (part: string) => `Codice a barre della prima parte del numero di ricetta: ${part}`,
    nreSecond: (part: string) => `Codice a barre della seconda parte del numero di ricetta: ${part}`,
    authentication: 'Codice di autenticazione',
    confirmedOn: (code: string, moment: string) => `${code}, rilasciato ${moment}`,
    issued: (moment: string) => `Documento emesso ${moment}.`,
  },
  en: {
    title: (code: string) => `Booking reminder ${code}`,
    help: (i: Issuer) => `Booking centre (CUP): ${i.telephone} – ${i.email}`,
    code: 'Booking code',
    codeAlt: (code: string) => `QR code with the booking code ${code}`,
    patient: 'Patient',
    fiscalCode: 'Tax code',
    birth: 'Born on',
    priority: 'Priority class',
    within: (p: { code: string; maxDays: number }) =>
      `${p.code} – within ${p.maxDays === 3 ? '72 hours' : `${p.maxDays} days`}`,
    appointments: (n: number) => (n === 1 ? 'Your appointment' : 'Your appointments'),
    when: 'When',
    sessions: (n: number) => `${n} appointments`,
    sessionsList: 'Dates of all appointments',
    first: 'The first',
    service: 'Service',
    where: 'Where',
    room: 'Room',
    organisation: 'Health authority',
    preparation: 'How to prepare',
    bring: 'What to bring',
    toBring: [
      'a valid identity document',
      'your health card (tessera sanitaria)',
      'this reminder, printed or on your phone',
      'reports of earlier visits and tests about the same problem',
    ],
    pay: 'Co-payment (ticket)',
    exempt: (code: string) => `You do not have to pay: the prescription carries the exemption ${code}.`,
    nothing: 'You do not have to pay.',
    due: (cents: number, by: string | null) =>
      `You have to pay ${euros(cents, 'en')}${by ? ` by ${by}` : ' before the visit'}.`,
    howToPay: (notice: string) =>
      `Pay with the pagoPA notice number ${notice}: online, at a bank, at a tobacconist or at the desk.`,
    payOnline: 'You can pay online from the page of the booking, or at the desk.',
    paid: (cents: number) => `You have paid ${euros(cents, 'en')}. The receipt is on the page of the booking.`,
    cancel: 'If you cannot come',
    until: (moment: string) => `Move or cancel by ${moment}. Somebody else will get the place.`,
    late: 'If you do not come and have not cancelled in time, you have to pay the full co-payment even if you are exempt. You do not pay in case of documented illness or of force majeure (decree-law 73/2024, article 3).',
    how: (url: string, phone: string) => `To move or cancel go to ${url} or call ${phone}.`,
    prescription: 'Your prescription',
    nre: 'Electronic prescription number (NRE)',
    nreFirst: (part: string) => `Bar code of the first part of the prescription number: ${part}`,
    nreSecond: (part: string) => `Bar code of the second part of the prescription number: ${part}`,
    authentication: 'Authentication code',
    confirmedOn: (code: string, moment: string) => `${code}, given on ${moment}`,
    issued: (moment: string) => `Issued on ${moment}.`,
  },
} as const

/** The promemoria of a booking as a tagged PDF/A-2a: code, appointments, preparation, payment and cancellation terms. */
export function bookingPromemoria(data: BookingPromemoria, language: Language): Promise<Buffer> {
  const t = texts[language]
  const options = {
    title: t.title(data.code),
    language,
    issuer: data.issuer.name,
    help: t.help(data.issuer),
    issuedAt: data.issuedAt,
    reference: t.title(data.code),
  }
  return paper(options, (sheet) => {
    sheet.heading(1, t.title(data.code))
    sheet.codeBeside({ kind: 'qr', content: data.code, width: 120 }, t.codeAlt(data.code), data.code, () => {
      sheet.facts([
        [t.code, { text: data.code, bold: true, size: 14 }],
        [t.patient, { text: `${data.patient.givenName} ${data.patient.familyName}`, bold: true }],
        [t.fiscalCode, data.patient.fiscalCode || undefined],
        [t.birth, dayInDigits(data.patient.birthDate, language)],
        [t.priority, data.priority ? t.within(data.priority) : undefined],
      ])
    })
    const count = data.appointments.reduce((sum, one) => sum + Math.max(1, one.sessions?.length ?? 1), 0)
    sheet.heading(2, t.appointments(count))
    data.appointments.forEach((one, i) => writeAppointment(sheet, one, i + 1, data.appointments.length, language))
    sheet.heading(2, t.bring)
    const more = data.appointments.flatMap((one) => (one.bring ?? '').split(/\n+/).filter(Boolean))
    sheet.list([...t.toBring, ...new Set(more)])
    writePayment(sheet, data, language)
    sheet.heading(2, t.cancel)
    if (data.freeCancellationUntil) {
      sheet.paragraph({ text: t.until(momentInWords(data.freeCancellationUntil, language)), bold: true })
    }
    sheet.paragraph(t.how(data.manageUrl, data.issuer.telephone))
    sheet.paragraph(t.late)
    writePrescription(sheet, data, language)
    sheet.gap(4)
    sheet.paragraph({ text: t.issued(momentInWords(data.issuedAt, language)), size: 9 })
  })
}

function writeAppointment(
  sheet: Sheet,
  one: PromemoriaAppointment,
  number: number,
  of: number,
  language: Language,
): void {
  const t = texts[language]
  const sessions = one.sessions ?? []
  const several = sessions.length > 1
  if (of > 1) sheet.heading(3, `${number}. ${one.service.name}`)
  sheet.facts([
    [several ? t.first : t.when, { text: momentInWords(one.startsAt, language), bold: true, size: 12 }],
    [t.service, `${one.service.name} (${one.service.code})${several ? `, ${t.sessions(sessions.length)}` : ''}`],
    [t.where, { text: `${one.place.name}\n${one.place.address}, ${one.place.municipality}`, lang: 'it' }],
    [t.room, one.room ? { text: one.room, lang: 'it' } : undefined],
    [t.organisation, { text: one.organisation, lang: 'it' }],
  ])
  if (several) {
    sheet.heading(3, t.sessionsList)
    sheet.facts(
      sessions.map(({ startsAt, place, room }, i) => [
        `${i + 1} / ${sessions.length}`,
        [momentInWords(startsAt, language), place.name, room].filter(Boolean).join(' – '),
      ]),
    )
  }
  if (!one.preparation) return
  sheet.heading(3, t.preparation)
  for (const paragraph of one.preparation.split(/\n+/).filter(Boolean)) sheet.paragraph(paragraph)
}

function writePayment(sheet: Sheet, { copay }: BookingPromemoria, language: Language): void {
  const t = texts[language]
  sheet.heading(2, t.pay)
  switch (copay.kind) {
    case 'exempt':
      return sheet.paragraph(t.exempt(copay.exemption))
    case 'nothing-due':
      return sheet.paragraph(t.nothing)
    case 'paid':
      return sheet.paragraph(t.paid(copay.cents))
    case 'due':
      sheet.notice({ text: t.due(copay.cents, copay.dueOn && dayInDigits(copay.dueOn, language)), bold: true })
      return sheet.paragraph(copay.noticeNumber ? t.howToPay(grouped(copay.noticeNumber)) : t.payOnline)
  }
}

/** The number in two pieces of 5 and 10 characters, as on the ministerial promemoria (DM 2 November 2011). */
function writePrescription(sheet: Sheet, { nre, authentication }: BookingPromemoria, language: Language): void {
  if (!nre) return
  const t = texts[language]
  const [first, second] = [nre.slice(0, 5), nre.slice(5)]
  sheet.heading(2, t.prescription)
  sheet.facts([
    [t.nre, { text: `${first} ${second}`, bold: true }],
    [
      t.authentication,
      authentication ? t.confirmedOn(authentication.code, momentInWords(authentication.at, language)) : undefined,
    ],
  ])
  sheet.code({ kind: 'code39', content: first, width: 150, height: 34 }, t.nreFirst(first), first)
  sheet.code({ kind: 'code39', content: second, width: 250, height: 34 }, t.nreSecond(second), second)
}
