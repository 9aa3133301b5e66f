// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { dayInWords, euros, grouped, momentInWords } from '../../../../shared/words.ts'
import { delegationWords } from './delegations.ts'
import { doctorWords } from './doctors.ts'
import { exemptionWords } from './exemptions.ts'
import { sameDay, shortMoment } from './moments.ts'
import type { Catalogue, Context, Visit } from './shapes.ts'

const full = (visit: Visit): string =>
  `${momentInWords(new Date(visit.startsAt), 'en')}, ${visit.place}, ${visit.address}, ${visit.municipality}`
const short = (visit: Visit): string => `${shortMoment(visit.startsAt, 'en')}, ${visit.address}, ${visit.municipality}`
function briefly(visits: readonly Visit[]): string {
  const [first, last] = [visits[0], visits.at(-1)]
  if (visits.length <= 2 || !first || !last || sameDay(first, last)) return visits.map(short).join('; ')
  return `${short(first)}, and ${visits.length - 1} more until ${shortMoment(last.startsAt, 'en')}`
}

const of = ({ forName }: Context): string => (forName ? ` for ${forName}` : '')
const moment = (instant: string): string => momentInWords(new Date(instant), 'en')
const one = (visits: readonly Visit[]): boolean => visits.length === 1
const bring = 'Bring an identity document, the health card and the booking reminder.'

/** Every notice in English. */
export const english: Catalogue = {
  ...delegationWords('en'),
  ...doctorWords('en'),
  ...exemptionWords('en'),
  'booking.confirmed': ({ code, visits, cancelBy }, c) => ({
    title: `Booking confirmed${of(c)}`,
    paragraphs: [
      `The booking${of(c)} with code ${code} is confirmed.`,
      ...visits.map(full),
      ...(cancelBy ? [`You can move or cancel it free of charge until ${moment(cancelBy)}.`] : []),
      bring,
    ],
    action: 'See the booking',
    sms: `${c.region}: booking ${code}${of(c)} confirmed. ${briefly(visits)}. Reminder and changes: ${c.publicUrl}/app`,
  }),
  'booking.failed': ({ because, visits }, c) => ({
    title: `Booking${of(c)} not made`,
    paragraphs: [
      `We could not confirm the booking${of(c)}. ${because.en}`,
      ...visits.map(full),
      'The place is free again and you pay nothing. Try again or call us.',
    ],
    action: 'Book again',
    sms: `${c.region}: we could not confirm your booking${of(c)}. Try again at ${c.publicUrl}/app or call ${c.telephone}`,
  }),
  'booking.moved': ({ code, from, visit, byProvider }, c) => ({
    title: `Appointment moved${of(c)}`,
    paragraphs: [
      `The appointment${of(c)} of ${moment(from)} was moved. The booking code is still ${code}.`,
      `The new appointment: ${full(visit)}.`,
      ...(byProvider
        ? [
            'The provider had to move it, and we found the first place within your waiting time. If it does not suit you, move or cancel it at no charge until the appointment.',
          ]
        : []),
      bring,
    ],
    action: 'See the booking',
    sms: `${c.region}: appointment${of(c)} moved (${code}). New: ${short(visit)}. Details: ${c.publicUrl}/app`,
  }),
  'booking.cancelled': ({ code, visits, late }, c) => ({
    title: `Booking cancelled${of(c)}`,
    paragraphs: [
      `The booking${of(c)} with code ${code} is cancelled.`,
      ...visits.map(full),
      late
        ? 'You cancelled after the deadline: the co-payment is still due, except for documented illness or force majeure.'
        : 'You pay nothing. If you had already paid, the refund starts by itself.',
      'The prescription is free again: you can use it for another booking while it is valid.',
    ],
    action: 'See the booking',
    sms: `${c.region}: booking ${code}${of(c)} cancelled. ${briefly(visits)}. Details: ${c.publicUrl}/app`,
  }),
  'booking.cancelled-by-provider': ({ code, visits }, c) => ({
    title: `Appointment cancelled by the facility${of(c)}`,
    paragraphs: [
      `The facility had to cancel the appointment${of(c)} of booking ${code}.`,
      ...visits.map(full),
      'We offer you another place within the promised time, at no charge. If you had already paid, the refund starts by itself.',
    ],
    action: 'See the booking',
    sms: `${c.region}: the facility cancelled your appointment${of(c)} (${code}): ${briefly(visits)}. We help you find another place: ${c.publicUrl}/app or ${c.telephone}`,
  }),
  'booking.sessions-cancelled': ({ code, visits, late, byProvider }, c) => ({
    title: one(visits) ? `An appointment is cancelled${of(c)}` : `Some appointments are cancelled${of(c)}`,
    paragraphs: [
      byProvider
        ? `The facility had to cancel these appointments${of(c)} of booking ${code}:`
        : `You cancelled these appointments${of(c)} of booking ${code}:`,
      ...visits.map(full),
      ...(byProvider ? ['The waiting-list office looks for another date for you, at no charge.'] : []),
      ...(late ? ['You cancelled after the deadline.'] : []),
      'The other appointments of the booking stay. The co-payment is one for the whole prescription and does not change.',
    ],
    action: 'See the booking',
    sms: `${c.region}: appointments${of(c)} cancelled (${code}): ${briefly(visits)}. The others stay. Details: ${c.publicUrl}/app`,
  }),
  'reminder.early': ({ visits }, c) => ({
    title: one(visits) ? `Your appointment is coming up${of(c)}` : `Your appointments are coming up${of(c)}`,
    paragraphs: [
      one(visits) ? `We remind you of the appointment${of(c)}:` : `We remind you of the appointments${of(c)}:`,
      ...visits.map(full),
      'If you cannot come, move or cancel it now: the place goes to somebody else.',
    ],
    action: 'Move, cancel or see the details',
    sms: `${c.region}: reminder of your ${one(visits) ? 'appointment' : 'appointments'}${of(c)}: ${briefly(visits)}. If you cannot come, move or cancel: ${c.publicUrl}/app`,
  }),
  'reminder.ask': ({ visits }, c) => ({
    title: `Are you coming to your ${one(visits) ? 'appointment' : 'appointments'}${of(c)}?`,
    paragraphs: [
      one(visits)
        ? `In a few days there is the appointment${of(c)}:`
        : `In a few days there are the appointments${of(c)}:`,
      ...visits.map(full),
      'Tell us whether you come. If you cannot, cancel: the place goes to somebody else. No sign-in is needed.',
    ],
    action: 'Confirm or cancel',
    sms: `${c.region}: appointment${of(c)} ${briefly(visits)}. Confirm or cancel: ${c.link}`,
  }),
  'reminder.last': ({ visits }, c) => ({
    title: one(visits)
      ? `You have an appointment tomorrow${of(c)}`
      : `You have ${visits.length} appointments tomorrow${of(c)}`,
    paragraphs: [`We expect you${c.forName ? ` with ${c.forName}` : ''}:`, ...visits.map(full), bring],
    action: 'See the details',
    sms: `${c.region}: reminder${of(c)}: ${briefly(visits)}. Bring an identity document and the health card. Details: ${c.publicUrl}/app`,
  }),
  'waiting-list.taken': ({ number, deadline, office, telephone }, c) => ({
    title: `We look for a place for you${of(c)}`,
    paragraphs: [
      `We have taken charge of your request${of(c)}: number ${number}.`,
      `We will offer you a place by ${dayInWords(deadline, 'en')}. You need not do anything else.`,
      `The office in charge: ${office}, telephone ${telephone}.`,
    ],
    action: 'Follow the request',
    sms: null,
  }),
  'waiting-list.offered': ({ number, visit, later = [], answerBy }, c) => ({
    title: `We have found a place${of(c)}`,
    paragraphs: [
      `For request ${number}${of(c)} there is a place: ${full(visit)}.`,
      ...(later.length > 0 ? ['The appointments that follow:', ...later.map(full)] : []),
      `We keep it for you until ${moment(answerBy)}. Then we offer it to somebody else and you stay on the list.`,
    ],
    action: 'Accept or decline',
    sms: `${c.region}: we found a place${of(c)}: ${briefly([visit, ...later])}. Answer by ${shortMoment(answerBy, 'en')}: ${c.publicUrl}/app`,
  }),
  'waiting-list.lapsed': ({ number }, c) => ({
    title: `The offered place has lapsed${of(c)}`,
    paragraphs: [
      `We had no answer for request ${number}${of(c)}, and the place went to somebody else.`,
      'You stay on the list: we will offer you the next free place.',
    ],
    action: 'Follow the request',
    sms: null,
  }),
  'adhesion.news': ({ what, code }, c) =>
    what === 'made'
      ? {
          title: `Request registered${of(c)}`,
          paragraphs: [
            `We registered the request${of(c)} with code ${code}. The health authority writes to you when and where to come.`,
            'You can withdraw it whenever you want, in the way you made it. If you know nothing of it, call us.',
          ],
          action: 'See the requests',
          sms: `${c.region}: request ${code}${of(c)} registered. The health authority writes to you when and where. If you know nothing of it call ${c.telephone}`,
        }
      : {
          title: `Request withdrawn${of(c)}`,
          paragraphs: [
            `The request${of(c)} with code ${code} is withdrawn: the health authority does not call you.`,
            'If you change your mind you can make it again while it is open. If you know nothing of it, call us.',
          ],
          action: 'See the requests',
          sms: `${c.region}: request ${code}${of(c)} withdrawn. If you know nothing of it call ${c.telephone}`,
        },
  'payment.due': ({ cents, dueOn, noticeNumber }, c) => ({
    title: `Co-payment due${of(c)}`,
    paragraphs: [
      `You have to pay ${euros(cents, 'en')} by ${dayInWords(dueOn, 'en')}.`,
      ...(noticeNumber ? [`Number of the pagoPA notice: ${grouped(noticeNumber)}.`] : []),
      'You can pay online, at a bank, at a tobacconist or at the desk. If you do not pay in time the appointment stays yours.',
    ],
    action: 'Pay or download the notice',
    sms: null,
  }),
  'payment.paid': ({ cents }, c) => ({
    title: `Payment received${of(c)}`,
    paragraphs: [
      `We have received the payment of ${euros(cents, 'en')}. Thank you.`,
      'The receipt is in your personal area: keep it for the tax return.',
    ],
    action: 'Download the receipt',
    sms: null,
  }),
  'payment.expired': ({ cents }, c) => ({
    title: `Payment notice expired${of(c)}`,
    paragraphs: [
      `The notice of ${euros(cents, 'en')} was not paid in time and is no longer valid.`,
      'The amount is still due: pay at the desk, or ask for a new notice.',
    ],
    action: 'See the payment',
    sms: null,
  }),
  'payment.refund-requested': ({ cents }, c) => ({
    title: `Refund started${of(c)}`,
    paragraphs: [
      `We have started the refund of ${euros(cents, 'en')}. We write to you as soon as it is done.`,
      'You need not do anything else.',
    ],
    action: 'See the payment',
    sms: null,
  }),
  'payment.refunded': ({ cents }, c) => ({
    title: `Refund made${of(c)}`,
    paragraphs: [`We have refunded you ${euros(cents, 'en')}. It reaches your account within a few days.`],
    action: 'See the payment',
    sms: null,
  }),
}
