// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInDigits, dayInWords } from '../../../../shared/words.ts'
import type { Language } from '../../../platform/text.ts'
import type { Catalogue, DoctorNews } from './shapes.ts'

interface News {
  title: string
  sentence: (doctor: string) => string
  /** What the day that comes with it is. */
  day?: (day: string) => string
  next: string
  /** The text message; none for what the reader has just done herself. */
  sms?: (of: string, day: string) => string
}

const choose = {
  it: 'Scegli un altro medico dal portale, o rivolgiti all’ufficio scelta e revoca del tuo distretto.',
  en: 'Choose another doctor on the portal, or ask the choice and revocation office of your district.',
}

const texts: Record<Language, Record<DoctorNews, News>> = {
  it: {
    'request-received': {
      title: 'Richiesta ricevuta',
      sentence: (doctor) => `La richiesta sul medico (${doctor}) è arrivata.`,
      next: 'A che punto è si legge nel portale, nella pagina del medico. Scriviamo di nuovo quando ci sono novità.',
    },
    'request-asked': {
      title: 'Manca qualcosa alla richiesta',
      sentence: (doctor) =>
        `Per andare avanti con la richiesta sul medico (${doctor}) il distretto ha bisogno di altro.`,
      next: 'Che cosa manca, e come rispondere, si legge nel portale, nella pagina del medico, o al distretto.',
      sms: (of) => `manca qualcosa alla richiesta sul medico${of}. Leggi e rispondi:`,
    },
    'request-rejected': {
      title: 'Richiesta non accolta',
      sentence: (doctor) => `La richiesta sul medico (${doctor}) non è stata accolta. Il medico di prima non cambia.`,
      next: 'Il motivo si legge nel portale, nella pagina del medico, o al distretto.',
      sms: (of) => `la richiesta sul medico${of} non è stata accolta. Perché, e che cosa si può fare:`,
    },
    chosen: {
      title: 'Medico scelto',
      sentence: (doctor) => `La scelta è registrata. Il medico ora è ${doctor}.`,
      day: (day) => `Vale dal ${day}.`,
      next: 'Se non sei stato tu, né chi può agire per te, avvisa subito il distretto.',
    },
    assigned: {
      title: 'Il medico è cambiato',
      sentence: (doctor) =>
        `Il medico di prima ha cessato l’attività e l’azienda sanitaria ha assegnato ${doctor}: non serve fare nulla.`,
      day: (day) => `Vale dal ${day}.`,
      next: 'Un altro medico si può scegliere in ogni momento, dal portale o al distretto.',
      sms: (of) => `il medico${of} è cambiato perché quello di prima ha cessato l’attività. Chi è e come cambiarlo:`,
    },
    left: {
      title: 'Medico lasciato',
      sentence: (doctor) => `${doctor} non è più il medico scelto, e ora non ce n’è un altro.`,
      next: choose.it,
    },
    leaving: {
      title: 'Il medico sta per cessare',
      sentence: (doctor) => `${doctor} lascia l’incarico.`,
      day: (day) => `Ultimo giorno: ${day}.`,
      next: 'Fino ad allora puoi scegliere un altro medico, dal portale o al distretto. Se qualcuno subentra, dopo quel giorno il passaggio avviene da sé.',
      sms: (of, day) => `il medico${of} lascia l’incarico il ${day}. Puoi già sceglierne un altro:`,
    },
    staying: {
      title: 'Il medico resta',
      sentence: (doctor) => `Avevamo scritto che ${doctor} lasciava l’incarico: invece resta.`,
      next: 'Non serve fare nulla. Ci scusiamo per l’avviso di prima.',
      sms: (of) => `il medico${of} che doveva lasciare l’incarico resta. Non serve fare nulla. Dettagli:`,
    },
    ceased: {
      title: 'Serve un nuovo medico',
      sentence: (doctor) => `${doctor} ha cessato l’attività e nessuno di chi subentra aveva ancora posto.`,
      next: `${choose.it} Altrimenti ne assegna uno il distretto.`,
      sms: (of) => `il medico${of} ha cessato l’attività e serve sceglierne un altro:`,
    },
    refusal: {
      title: 'Il medico rinuncia all’assistenza',
      sentence: (doctor) => `${doctor} ha comunicato all’azienda sanitaria che rinuncia a questa assistenza.`,
      day: (day) => `Vale dal ${day}: fino al giorno prima il medico non cambia.`,
      next: `${choose.it} L’elenco mostra chi ha posti liberi.`,
      sms: (of, day) => `dal ${day} il medico${of} non sarà più lo stesso: scegline un altro:`,
    },
    'refusal-near': {
      title: 'Scegli un altro medico',
      sentence: (doctor) => `Tra pochi giorni ${doctor} non sarà più il medico scelto.`,
      day: (day) => `Vale dal ${day}.`,
      next: `${choose.it} Senza una scelta non ci sarà più un medico.`,
      sms: (of, day) => `dal ${day} non ci sarà più un medico${of}: scegline un altro:`,
    },
    refused: {
      title: 'Serve un nuovo medico',
      sentence: (doctor) => `Come avevamo scritto, ${doctor} non è più il medico scelto.`,
      next: choose.it,
      sms: (of) => `ora non c’è un medico${of}. Scegline uno:`,
    },
    'turning-14': {
      title: 'A 14 anni cambia il medico',
      sentence: (doctor) =>
        `Con il quattordicesimo compleanno la scelta di ${doctor} finisce: serve un medico di famiglia.`,
      day: (day) => `Compleanno: ${day}.`,
      next: 'Scegli il medico di famiglia dal portale, anche prima del compleanno: può essere quello di un genitore. Se c’è una ragione documentata per restare dal pediatra fino a 16 anni, chiedilo dal portale o al distretto.',
      sms: (of, day) => `con i 14 anni (${day}) serve un medico di famiglia${of}. Sceglilo per tempo:`,
    },
    'age-limit': {
      title: 'Serve un medico di famiglia',
      sentence: (doctor) => `Con i 14 anni la scelta di ${doctor} è finita e ora non c’è un medico scelto.`,
      next: 'Scegli un medico di famiglia dal portale, o rivolgiti all’ufficio scelta e revoca del distretto.',
      sms: (of) => `la scelta del pediatra${of} è finita con i 14 anni: scegli un medico di famiglia:`,
    },
    'term-ended': {
      title: 'La scelta del medico è finita',
      sentence: (doctor) => `La scelta di ${doctor} aveva una scadenza, ed è arrivata.`,
      next: 'Se ne hai ancora bisogno chiedila di nuovo; altrimenti scegli un medico della zona in cui abiti.',
      sms: (of) => `la scelta a tempo del medico${of} è finita: scegli il medico della tua zona:`,
    },
    moved: {
      title: 'Scegli il medico nella nuova zona',
      sentence: (doctor) => `L’azienda sanitaria è cambiata: ${doctor} non è più il medico scelto.`,
      next: choose.it,
      sms: (of) => `la zona è cambiata e ora non c’è un medico${of}. Scegline uno:`,
    },
  },
  en: {
    'request-received': {
      title: 'Request received',
      sentence: (doctor) => `The request about the doctor (${doctor}) has been received.`,
      next: 'Its state is on the portal, on the page of the doctor. We write again when there is news.',
    },
    'request-asked': {
      title: 'Something is missing from the request',
      sentence: (doctor) => `To go on with the request about the doctor (${doctor}) the district needs more.`,
      next: 'What is missing, and how to answer, is on the portal, on the page of the doctor, or at the district.',
      sms: (of) => `something is missing from the request about the doctor${of}. Read and answer:`,
    },
    'request-rejected': {
      title: 'Request refused',
      sentence: (doctor) =>
        `The request about the doctor (${doctor}) was not granted. The doctor of before does not change.`,
      next: 'Why is on the portal, on the page of the doctor, or at the district.',
      sms: (of) => `the request about the doctor${of} was not granted. Why, and what can be done:`,
    },
    chosen: {
      title: 'Doctor chosen',
      sentence: (doctor) => `The choice is registered. The doctor is now ${doctor}.`,
      day: (day) => `It counts from ${day}.`,
      next: 'If it was not you, nor who may act for you, tell your district at once.',
    },
    assigned: {
      title: 'The doctor has changed',
      sentence: (doctor) =>
        `The doctor before has ended practice and the health authority has assigned ${doctor}: there is nothing to do.`,
      day: (day) => `It counts from ${day}.`,
      next: 'Another doctor can be chosen at any time, on the portal or at the district.',
      sms: (of) => `the doctor${of} has changed because the one before ended practice. Who it is and how to change:`,
    },
    left: {
      title: 'Doctor left',
      sentence: (doctor) => `${doctor} is no longer the chosen doctor, and now there is none.`,
      next: choose.en,
    },
    leaving: {
      title: 'The doctor is about to leave',
      sentence: (doctor) => `${doctor} leaves the post.`,
      day: (day) => `Last day: ${day}.`,
      next: 'Until then you can choose another doctor, on the portal or at the district. If somebody takes over, after that day it happens by itself.',
      sms: (of, day) => `the doctor${of} leaves the post on ${day}. You can already choose another:`,
    },
    staying: {
      title: 'The doctor stays',
      sentence: (doctor) => `We had written that ${doctor} was leaving the post: it is not so.`,
      next: 'There is nothing to do. We apologise for the notice before.',
      sms: (of) => `the doctor${of} who was to leave the post stays. There is nothing to do. Details:`,
    },
    ceased: {
      title: 'A new doctor is needed',
      sentence: (doctor) => `${doctor} has ended practice and nobody of those who take over had a place left.`,
      next: `${choose.en} Otherwise the district assigns one.`,
      sms: (of) => `the doctor${of} has ended practice and another must be chosen:`,
    },
    refusal: {
      title: 'The doctor gives up the care',
      sentence: (doctor) => `${doctor} has told the health authority of giving up this care.`,
      day: (day) => `It counts from ${day}: until the day before nothing changes.`,
      next: `${choose.en} The list shows who has places left.`,
      sms: (of, day) => `from ${day} the doctor${of} will no longer be the same: choose another:`,
    },
    'refusal-near': {
      title: 'Choose another doctor',
      sentence: (doctor) => `In a few days ${doctor} will no longer be the chosen doctor.`,
      day: (day) => `It counts from ${day}.`,
      next: `${choose.en} Without a choice there will be no doctor.`,
      sms: (of, day) => `from ${day} there will be no doctor${of}: choose another:`,
    },
    refused: {
      title: 'A new doctor is needed',
      sentence: (doctor) => `As we had written, ${doctor} is no longer the chosen doctor.`,
      next: choose.en,
      sms: (of) => `now there is no doctor${of}. Choose one:`,
    },
    'turning-14': {
      title: 'At 14 the doctor changes',
      sentence: (doctor) => `With the fourteenth birthday the choice of ${doctor} ends: a family doctor is needed.`,
      day: (day) => `Birthday: ${day}.`,
      next: 'Choose the family doctor on the portal, also before the birthday: it can be that of a parent. If there is a documented reason to stay with the paediatrician until 16, ask for it on the portal or at the district.',
      sms: (of, day) => `from the 14th birthday (${day}) a family doctor${of} is needed. Choose in time:`,
    },
    'age-limit': {
      title: 'A family doctor is needed',
      sentence: (doctor) =>
        `With the 14th birthday the choice of ${doctor} has ended and now there is no chosen doctor.`,
      next: 'Choose a family doctor on the portal, or ask the choice and revocation office of the district.',
      sms: (of) => `the choice of the paediatrician${of} ended at 14: choose a family doctor:`,
    },
    'term-ended': {
      title: 'The choice of the doctor has ended',
      sentence: (doctor) => `The choice of ${doctor} had a last day, which is over.`,
      next: 'If you still need it ask again; otherwise choose a doctor of the area where you live.',
      sms: (of) => `the choice of the doctor${of} for a time has ended: choose a doctor of your area:`,
    },
    moved: {
      title: 'Choose the doctor in the new area',
      sentence: (doctor) => `The health authority has changed: ${doctor} is no longer the chosen doctor.`,
      next: choose.en,
      sms: (of) => `the area has changed and now there is no doctor${of}. Choose one:`,
    },
  },
}

const common = {
  it: { action: 'Vai al medico', of: (name: string) => ` di ${name}` },
  en: { action: 'Go to the doctor', of: (name: string) => ` of ${name}` },
} as const

/** The notices about somebody's doctor in one language. Text messages name neither the doctor nor a reason. */
export function doctorWords(language: Language): Pick<Catalogue, 'doctor.news'> {
  const t = common[language]
  return {
    'doctor.news': ({ what, doctor, day }, { forName, region, publicUrl }) => {
      const news = texts[language][what]
      const sms = news.sms?.(forName ? t.of(forName) : '', day ? dayInDigits(day, language) : '')
      return {
        title: forName ? `${news.title} (${forName})` : news.title,
        paragraphs: [
          news.sentence(doctor),
          ...(news.day && day ? [news.day(dayInWords(day, language))] : []),
          news.next,
        ],
        action: t.action,
        sms: sms === undefined ? null : `${region}: ${sms} ${publicUrl}/app/medico`,
      }
    },
  }
}
