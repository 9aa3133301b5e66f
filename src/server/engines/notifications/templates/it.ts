// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords, euros, grouped, momentInWords } from '../../../../shared/words.ts'
import { delegationWords } from './delegations.ts'
import { doctorWords } from './doctors.ts'
import { exemptionWords } from './exemptions.ts'
import { sameDay, shortMoment } from './moments.ts'
import type { Catalogue, Context, Visit } from './shapes.ts'

/** Where and when in an e-mail; in a text message only the street, because names of places can give away the reason. */
const full = (visit: Visit): string =>
  `${momentInWords(new Date(visit.startsAt), 'it')}, ${visit.place}, ${visit.address}, ${visit.municipality}`
const short = (visit: Visit): string => `${shortMoment(visit.startsAt, 'it')}, ${visit.address}, ${visit.municipality}`
/** In a text message a cycle is its first appointment, how many follow and until when: the e-mail lists each. */
function briefly(visits: readonly Visit[]): string {
  const [first, last] = [visits[0], visits.at(-1)]
  if (visits.length <= 2 || !first || !last || sameDay(first, last)) return visits.map(short).join('; ')
  return `${short(first)}, e altri ${visits.length - 1} fino a ${shortMoment(last.startsAt, 'it')}`
}

const of = ({ forName }: Context): string => (forName ? ` di ${forName}` : '')
const moment = (instant: string): string => momentInWords(new Date(instant), 'it')
const one = (visits: readonly Visit[]): boolean => visits.length === 1
const bring = 'Porta un documento, la tessera sanitaria e il promemoria della prenotazione.'

/** Every notice in Italian: plain words, second person, what happens next. */
export const italian: Catalogue = {
  ...delegationWords('it'),
  ...doctorWords('it'),
  ...exemptionWords('it'),
  'booking.confirmed': ({ code, visits, cancelBy }, c) => ({
    title: `Prenotazione confermata${of(c)}`,
    paragraphs: [
      `La prenotazione${of(c)} con codice ${code} è confermata.`,
      ...visits.map(full),
      ...(cancelBy ? [`Puoi spostare o disdire senza costi fino a ${moment(cancelBy)}.`] : []),
      bring,
    ],
    action: 'Vedi la prenotazione',
    sms: `${c.region}: prenotazione ${code}${of(c)} confermata. ${briefly(visits)}. Promemoria e modifiche: ${c.publicUrl}/app`,
  }),
  'booking.failed': ({ because, visits }, c) => ({
    title: `Prenotazione${of(c)} non riuscita`,
    paragraphs: [
      `Non abbiamo potuto confermare la prenotazione${of(c)}. ${because.it}`,
      ...visits.map(full),
      'Il posto è di nuovo libero e non devi pagare nulla. Prova di nuovo o chiamaci.',
    ],
    action: 'Prenota di nuovo',
    sms: `${c.region}: non abbiamo potuto confermare la tua prenotazione${of(c)}. Riprova su ${c.publicUrl}/app o chiama ${c.telephone}`,
  }),
  'booking.moved': ({ code, from, visit, byProvider }, c) => ({
    title: `Appuntamento spostato${of(c)}`,
    paragraphs: [
      `L’appuntamento${of(c)} di ${moment(from)} è stato spostato. Il codice della prenotazione resta ${code}.`,
      `Il nuovo appuntamento: ${full(visit)}.`,
      ...(byProvider
        ? [
            'La struttura ha dovuto spostarlo e abbiamo trovato il primo posto nei tempi previsti. Se non ti va bene, spostalo o disdicilo senza costi fino all’appuntamento.',
          ]
        : []),
      bring,
    ],
    action: 'Vedi la prenotazione',
    sms: `${c.region}: appuntamento${of(c)} spostato (${code}). Nuovo: ${short(visit)}. Dettagli: ${c.publicUrl}/app`,
  }),
  'booking.cancelled': ({ code, visits, late }, c) => ({
    title: `Prenotazione disdetta${of(c)}`,
    paragraphs: [
      `La prenotazione${of(c)} con codice ${code} è disdetta.`,
      ...visits.map(full),
      late
        ? 'Hai disdetto oltre il termine: il ticket resta da pagare, salvo malattia documentata o forza maggiore.'
        : 'Non devi pagare nulla. Se avevi già pagato, il rimborso parte da solo.',
      'La ricetta è di nuovo libera: puoi usarla per un’altra prenotazione finché è valida.',
    ],
    action: 'Vedi la prenotazione',
    sms: `${c.region}: prenotazione ${code}${of(c)} disdetta. ${briefly(visits)}. Dettagli: ${c.publicUrl}/app`,
  }),
  'booking.cancelled-by-provider': ({ code, visits }, c) => ({
    title: `Appuntamento annullato dalla struttura${of(c)}`,
    paragraphs: [
      `La struttura ha dovuto annullare l’appuntamento${of(c)} della prenotazione ${code}.`,
      ...visits.map(full),
      'Ti proponiamo un altro posto nei tempi previsti, senza costi. Se avevi già pagato, il rimborso parte da solo.',
    ],
    action: 'Vedi la prenotazione',
    sms: `${c.region}: la struttura ha annullato il tuo appuntamento${of(c)} (${code}): ${briefly(visits)}. Ti aiutiamo a trovare un altro posto: ${c.publicUrl}/app o ${c.telephone}`,
  }),
  'booking.sessions-cancelled': ({ code, visits, late, byProvider }, c) => ({
    title: one(visits) ? `Un appuntamento è annullato${of(c)}` : `Alcuni appuntamenti sono annullati${of(c)}`,
    paragraphs: [
      byProvider
        ? `La struttura ha dovuto annullare questi appuntamenti${of(c)} della prenotazione ${code}:`
        : `Hai disdetto questi appuntamenti${of(c)} della prenotazione ${code}:`,
      ...visits.map(full),
      ...(byProvider ? ['L’ufficio liste d’attesa cerca un’altra data per te, senza costi.'] : []),
      ...(late ? ['Hai disdetto oltre il termine.'] : []),
      'Gli altri appuntamenti della prenotazione restano validi. Il ticket è uno per tutta la ricetta e non cambia.',
    ],
    action: 'Vedi la prenotazione',
    sms: `${c.region}: appuntamenti${of(c)} annullati (${code}): ${briefly(visits)}. Gli altri restano. Dettagli: ${c.publicUrl}/app`,
  }),
  'reminder.early': ({ visits }, c) => ({
    title: one(visits) ? `Il tuo appuntamento si avvicina${of(c)}` : `I tuoi appuntamenti si avvicinano${of(c)}`,
    paragraphs: [
      one(visits) ? `Ti ricordiamo l’appuntamento${of(c)}:` : `Ti ricordiamo gli appuntamenti${of(c)}:`,
      ...visits.map(full),
      'Se non puoi venire, sposta o disdici adesso: il posto va a un’altra persona.',
    ],
    action: 'Sposta, disdici o vedi i dettagli',
    sms: `${c.region}: ti ricordiamo ${one(visits) ? 'l’appuntamento' : 'gli appuntamenti'}${of(c)}: ${briefly(visits)}. Se non puoi, sposta o disdici: ${c.publicUrl}/app`,
  }),
  'reminder.ask': ({ visits }, c) => ({
    title: `Confermi ${one(visits) ? 'l’appuntamento' : 'gli appuntamenti'}${of(c)}?`,
    paragraphs: [
      one(visits)
        ? `Tra pochi giorni c’è l’appuntamento${of(c)}:`
        : `Tra pochi giorni ci sono gli appuntamenti${of(c)}:`,
      ...visits.map(full),
      'Dicci se vieni. Se non puoi, disdici: il posto va a un’altra persona. Non serve entrare con SPID.',
    ],
    action: 'Conferma o disdici',
    sms: `${c.region}: appuntamento${of(c)} ${briefly(visits)}. Conferma o disdici: ${c.link}`,
  }),
  'reminder.last': ({ visits }, c) => ({
    title: one(visits) ? `Domani hai un appuntamento${of(c)}` : `Domani hai ${visits.length} appuntamenti${of(c)}`,
    paragraphs: [`Ti aspettiamo${c.forName ? ` con ${c.forName}` : ''}:`, ...visits.map(full), bring],
    action: 'Vedi i dettagli',
    sms: `${c.region}: promemoria${of(c)}: ${briefly(visits)}. Porta documento e tessera sanitaria. Dettagli: ${c.publicUrl}/app`,
  }),
  'waiting-list.taken': ({ number, deadline, office, telephone }, c) => ({
    title: `Ti cerchiamo noi un posto${of(c)}`,
    paragraphs: [
      `Abbiamo preso in carico la tua richiesta${of(c)}: numero ${number}.`,
      `Ti proporremo un posto entro ${dayInWords(deadline, 'it')}. Non devi fare altro.`,
      `Se ne occupa: ${office}, telefono ${telephone}.`,
    ],
    action: 'Segui la richiesta',
    sms: null,
  }),
  'waiting-list.offered': ({ number, visit, later = [], answerBy }, c) => ({
    title: `Abbiamo trovato un posto${of(c)}`,
    paragraphs: [
      `Per la richiesta ${number}${of(c)} c’è un posto: ${full(visit)}.`,
      ...(later.length > 0 ? ['Gli appuntamenti che seguono:', ...later.map(full)] : []),
      `Te lo teniamo fino a ${moment(answerBy)}. Poi lo proponiamo a un’altra persona e tu resti in lista.`,
    ],
    action: 'Accetta o rifiuta',
    sms: `${c.region}: abbiamo trovato un posto${of(c)}: ${briefly([visit, ...later])}. Rispondi entro ${shortMoment(answerBy, 'it')}: ${c.publicUrl}/app`,
  }),
  'waiting-list.lapsed': ({ number }, c) => ({
    title: `Il posto proposto è scaduto${of(c)}`,
    paragraphs: [
      `Non abbiamo ricevuto risposta per la richiesta ${number}${of(c)}, e il posto è passato a un’altra persona.`,
      'Resti in lista: ti proporremo il prossimo posto libero.',
    ],
    action: 'Segui la richiesta',
    sms: null,
  }),
  'adhesion.news': ({ what, code }, c) =>
    what === 'made'
      ? {
          title: `Adesione registrata${of(c)}`,
          paragraphs: [
            `Abbiamo registrato l’adesione${of(c)} con codice ${code}. La ASL ti scrive quando e dove presentarti.`,
            'Puoi ritirarla quando vuoi, nello stesso modo in cui l’hai fatta. Se non ne sai nulla, chiamaci.',
          ],
          action: 'Vedi le adesioni',
          sms: `${c.region}: adesione ${code}${of(c)} registrata. La ASL ti scrive quando e dove. Se non ne sai nulla chiama ${c.telephone}`,
        }
      : {
          title: `Adesione ritirata${of(c)}`,
          paragraphs: [
            `L’adesione${of(c)} con codice ${code} è ritirata: la ASL non ti chiama.`,
            'Se cambi idea puoi aderire di nuovo finché è aperta. Se non ne sai nulla, chiamaci.',
          ],
          action: 'Vedi le adesioni',
          sms: `${c.region}: adesione ${code}${of(c)} ritirata. Se non ne sai nulla chiama ${c.telephone}`,
        },
  'payment.due': ({ cents, dueOn, noticeNumber }, c) => ({
    title: `Ticket da pagare${of(c)}`,
    paragraphs: [
      `Devi pagare ${euros(cents, 'it')} entro ${dayInWords(dueOn, 'it')}.`,
      ...(noticeNumber ? [`Numero dell’avviso pagoPA: ${grouped(noticeNumber)}.`] : []),
      'Puoi pagare online, in banca, dal tabaccaio o allo sportello. Se non paghi in tempo l’appuntamento resta tuo.',
    ],
    action: 'Paga o scarica l’avviso',
    sms: null,
  }),
  'payment.paid': ({ cents }, c) => ({
    title: `Pagamento ricevuto${of(c)}`,
    paragraphs: [
      `Abbiamo ricevuto il pagamento di ${euros(cents, 'it')}. Grazie.`,
      'La ricevuta è nella tua area personale: conservala per la dichiarazione dei redditi.',
    ],
    action: 'Scarica la ricevuta',
    sms: null,
  }),
  'payment.expired': ({ cents }, c) => ({
    title: `Avviso di pagamento scaduto${of(c)}`,
    paragraphs: [
      `L’avviso di ${euros(cents, 'it')} non è stato pagato in tempo e non è più valido.`,
      'L’importo resta da pagare: puoi farlo allo sportello, oppure chiedi un nuovo avviso.',
    ],
    action: 'Vedi il pagamento',
    sms: null,
  }),
  'payment.refund-requested': ({ cents }, c) => ({
    title: `Rimborso avviato${of(c)}`,
    paragraphs: [
      `Abbiamo avviato il rimborso di ${euros(cents, 'it')}. Ti scriviamo appena è fatto.`,
      'Non devi fare altro.',
    ],
    action: 'Vedi il pagamento',
    sms: null,
  }),
  'payment.refunded': ({ cents }, c) => ({
    title: `Rimborso fatto${of(c)}`,
    paragraphs: [`Ti abbiamo rimborsato ${euros(cents, 'it')}. L’accredito arriva in pochi giorni.`],
    action: 'Vedi il pagamento',
    sms: null,
  }),
}
