// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { AdhesionNews, DelegationNews, ExemptionNews } from '../../../platform/events.ts'
import type { Text } from '../../../platform/text.ts'

/** When and where to be. Instants are ISO 8601; nothing here says what for. */
export interface Visit {
  startsAt: string
  place: string
  address: string
  municipality: string
}

/** What each notice is told with. No parameter names a service, a specialty or a reason. */
export interface Notices {
  'booking.confirmed': { bookingId: string; code: string; visits: Visit[]; cancelBy: string | null }
  /** The prescription could not be locked: the places are free again. `because` says why, in both languages. */
  'booking.failed': { prescriptionId: string; because: Text; visits: Visit[] }
  'booking.moved': { bookingId: string; code: string; from: string; visit: Visit; byProvider: boolean }
  'booking.cancelled': { bookingId: string; code: string; visits: Visit[]; late: boolean }
  'booking.cancelled-by-provider': { bookingId: string; code: string; visits: Visit[] }
  /** Some appointments of a cycle are called off; the others stay. */
  'booking.sessions-cancelled': {
    bookingId: string
    code: string
    visits: Visit[]
    late: boolean
    byProvider: boolean
  }
  /** Long before; only information. */
  'reminder.early': { visits: Visit[] }
  /** Some days before; asks to confirm or cancel with a link. */
  'reminder.ask': { visits: Visit[] }
  /** The day before; only information. */
  'reminder.last': { visits: Visit[] }
  'waiting-list.taken': { entryId: string; number: string; deadline: string; office: string; telephone: string }
  /** `later`: the further appointments of a cycle. */
  'waiting-list.offered': { entryId: string; number: string; visit: Visit; later?: Visit[]; answerBy: string }
  'waiting-list.lapsed': { entryId: string; number: string }
  /** Name nobody: who opens it sees the rest after signing in. For the delegator, and for the delegate. */
  'delegation.given': { delegationId: string; what: DelegationNews; until: string | null }
  'delegation.received': { delegationId: string; what: DelegationNews; until: string | null }
  /** A delegate did something in this person's name; where she sees what. */
  'delegation.acted': Record<string, never>
  /** The eighteenth birthday: told to those who had parental responsibility, and to who acts alone from now on. */
  'majority.parent': Record<string, never>
  'majority.child': Record<string, never>
  /** Says neither the code nor the reason: it can tell of a lost job. `until`: the last day, where it helps. */
  'exemption.news': { what: ExemptionNews | 'expiring' | 'checked'; until: string | null }
  /** News of somebody's family doctor or paediatrician; `doctor` is a name, `day` the one that matters. */
  'doctor.news': { what: DoctorNews; doctor: string; day: string | null }
  /** Names no campaign: it can tell of a disease. */
  'adhesion.news': { what: AdhesionNews; code: string }
  'payment.due': { paymentId: string; cents: number; dueOn: string; noticeNumber: string | null }
  'payment.paid': { paymentId: string; cents: number }
  'payment.expired': { paymentId: string; cents: number }
  'payment.refund-requested': { paymentId: string; cents: number }
  'payment.refunded': { paymentId: string; cents: number }
}

/** What happened, or is about to, to the choice of a doctor. */
export type DoctorNews =
  | 'chosen'
  | 'assigned'
  | 'left'
  | 'leaving'
  | 'staying'
  | 'ceased'
  | 'refusal'
  | 'refusal-near'
  | 'refused'
  | 'turning-14'
  | 'age-limit'
  | 'term-ended'
  | 'moved'
  | 'request-received'
  | 'request-asked'
  | 'request-rejected'

export type Template = keyof Notices

/** What a text needs besides its parameters. */
export interface Context {
  /** Given name of the person it is about, when the reader is somebody else. */
  forName: string | null
  /** Name of the region. */
  region: string
  /** Telephone of the booking centre. */
  telephone: string
  /** Address of the portal, without a final slash. */
  publicUrl: string
  /** Where the reader goes on: a page that needs sign-in, or a link of its own where the notice asks for an answer. */
  link: string
}

/** A notice in one language, before it takes the form of a channel. */
export interface Words {
  /** Subject of the e-mail and title of the message. */
  title: string
  /** The body of e-mail and message. */
  paragraphs: string[]
  /** Name of the link in e-mail and message. */
  action: string
  /** The text message; null for notices that are not sent as one. */
  sms: string | null
}

export type Catalogue = { [T in Template]: (parameters: Notices[T], context: Context) => Words }

/** The page of the portal a notice leads to. */
export const pages: { [T in Template]: (parameters: Notices[T]) => string } = {
  'booking.confirmed': ({ bookingId }) => `/app/appuntamenti/${bookingId}`,
  'booking.failed': ({ prescriptionId }) => `/app/prenota/${prescriptionId}`,
  'booking.moved': ({ bookingId }) => `/app/appuntamenti/${bookingId}`,
  'booking.cancelled': ({ bookingId }) => `/app/appuntamenti/${bookingId}`,
  'booking.cancelled-by-provider': ({ bookingId }) => `/app/appuntamenti/${bookingId}`,
  'booking.sessions-cancelled': ({ bookingId }) => `/app/appuntamenti/${bookingId}`,
  'reminder.early': () => '/app/appuntamenti',
  'reminder.ask': () => '/app/appuntamenti',
  'reminder.last': () => '/app/appuntamenti',
  'waiting-list.taken': () => '/app/lista-attesa',
  'waiting-list.offered': () => '/app/lista-attesa',
  'waiting-list.lapsed': () => '/app/lista-attesa',
  'delegation.given': ({ delegationId }) => `/app/deleghe/${delegationId}`,
  'delegation.received': ({ delegationId }) => `/app/deleghe/${delegationId}`,
  'delegation.acted': () => '/app/accessi',
  'majority.parent': () => '/app/deleghe',
  'majority.child': () => '/app/deleghe',
  'exemption.news': () => '/app/esenzioni',
  'doctor.news': () => '/app/medico',
  'adhesion.news': () => '/app/vaccinazioni',
  'payment.due': ({ paymentId }) => `/app/pagamenti/${paymentId}`,
  'payment.paid': ({ paymentId }) => `/app/pagamenti/${paymentId}`,
  'payment.expired': ({ paymentId }) => `/app/pagamenti/${paymentId}`,
  'payment.refund-requested': ({ paymentId }) => `/app/pagamenti/${paymentId}`,
  'payment.refunded': ({ paymentId }) => `/app/pagamenti/${paymentId}`,
}
