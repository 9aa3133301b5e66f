// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// The citizen API as these pages expect it, in the form of openapi-typescript.

type Json<T> = { content: { 'application/json': T } }
type Parameters<Path, Query> = { header?: { 'idempotency-key'?: string } } & (Path extends undefined
  ? unknown
  : { path: Path }) &
  (Query extends undefined ? unknown : { query?: Query })
type Get<Answer, Path = undefined, Query = undefined> = {
  get: { parameters: Parameters<Path, Query>; responses: { 200: Json<Answer> } }
}
type Post<Answer, Body, Path = undefined> = {
  post: { parameters: Parameters<Path, undefined>; requestBody: Json<Body>; responses: { 200: Json<Answer> } }
}
type PostEmpty<Answer, Path = undefined> = {
  post: { parameters: Parameters<Path, undefined>; responses: { 200: Json<Answer> } }
}

export interface Session {
  signedIn: boolean
  language: 'it' | 'en'
  csrfToken?: string
  person?: { id: string; givenName: string; familyName: string }
  level?: number
  provider?: string
  idleExpiresAt?: string
  expiresAt?: string
  actsFor?: ActsFor[]
}
export interface ActsFor {
  personId: string
  givenName: string
  familyName: string
  birthDate: string
  relation: 'self' | 'child' | 'delegator'
}
export interface IdentityProvider {
  entityId: string
  name: string
  logoUrl?: string
}
export type Priority = 'U' | 'B' | 'D' | 'P'
export interface PrescriptionLine {
  line: number
  serviceId: string | null
  code: string
  description: string
  quantity: number
  sessions: number | null
  firstAccess: boolean | null
  televisit: boolean
  note: string | null
  candidates: { serviceId: string; description: string }[]
}
export interface Prescription {
  id: string
  nre: string
  patientId: string
  priority: Priority | null
  maxDays: number | null
  issuedOn: string
  bookBy: string
  state: 'bookable' | 'taken' | 'released' | 'unusable'
  exemption: { code: string; description: string } | null
  prescriber: string | null
  clinicalQuestion: string | null
  bookingId: string | null
  lines: PrescriptionLine[]
}
export interface Place {
  id: string
  name: string
  address: string
  municipality: string
  distanceKm: number | null
  latitude: number
  longitude: number
}
export interface OfferedPlace {
  line: number
  scheduleId: string
  slotId: string
  startsAt: string
  endsAt: string
  daysWaited: number
  withinMaximum: boolean
  place: Place
  organisation: { id: string; name: string }
}
export interface OfferSet {
  id: string
  together: 'one-line' | 'same-day' | 'same-place' | 'separate'
  withinMaximum: boolean
  insideArea: boolean
  places: OfferedPlace[]
}
export interface Offers {
  priority: Priority | null
  maxDays: number | null
  deadline: string | null
  firstAvailability: string | null
  withinMaximum: boolean
  sets: OfferSet[]
  copay: { cents: number; explanation: string }
  organisations: { id: string; name: string }[]
  nextCursor: string | null
}
export interface OffersQuery {
  order?: 'date' | 'distance'
  from?: string
  organisationId?: string
  placeId?: string
  halfDay?: 'am' | 'pm'
  weekday?: number
  area?: 'inside' | 'all'
  cursor?: string
}
export interface Appointment {
  id: string
  line: number
  state: string
  service: { id: string; description: string }
  startsAt: string
  endsAt: string
  place: Place
  organisation: { id: string; name: string; telephone: string | null }
  room: string | null
  preparation: string | null
  bring: string | null
}
export interface Booking {
  id: string
  code: string
  state: 'held' | 'confirming' | 'confirmed' | 'expired' | 'released' | 'cancelled' | 'delivered' | 'no-show'
  patient: { id: string; givenName: string; familyName: string }
  nre: string
  prescriptionId: string
  priority: Priority | null
  requestedAt: string
  holdExpiresAt: string | null
  holdExtensionsLeft: number
  withinMaximum: boolean
  freeCancellationUntil: string | null
  cancelledAt: string | null
  cancelledLate: boolean | null
  moves: number
  appointments: Appointment[]
  copay: { cents: number; explanation: string }
  payment: { id: string; state: string; amountCents: number; dueOn: string | null; noticeNumber: string | null } | null
  reminders: { at: string; channel: string; to: string }[]
}
export interface PlaceChoice {
  line: number
  serviceId?: string
  scheduleId: string
  slotId: string
}
export interface WaitingListEntry {
  id: string
  number: string
  patient: { id: string; givenName: string; familyName: string }
  state: 'taken-in-charge' | 'offered' | 'booked' | 'declined' | 'expired' | 'escalated' | 'withdrawn'
  service: string
  priority: Priority | null
  takenInChargeOn: string
  deadline: string
  owner: { name: string; phone: string }
  bookingId: string | null
  offer: { id: string; bookingId: string; startsAt: string; place: string; answerBy: string; reason: string } | null
}
export type PaymentState =
  | 'due'
  | 'notice-issued'
  | 'checkout-started'
  | 'pending-outcome'
  | 'paid'
  | 'paid-elsewhere'
  | 'cancelled'
  | 'expired'
  | 'refund-requested'
  | 'refunded'
  | 'reported'
export interface Payment {
  id: string
  patientId: string
  subject: { kind: string; id: string }
  description: string
  creditor: { name: string; fiscalCode: string }
  amountCents: number
  dueOn: string
  state: PaymentState
  noticeNumber: string | null
  payable: boolean
  paid: { at: string; amountCents: number; channel: 'pagopa' | 'desk'; provider: string; receiptNumber: string } | null
  refund: {
    amountCents: number
    state: 'requested' | 'refunded'
    requestedAt: string
    refundedAt: string | null
  } | null
  createdAt: string
}
export interface Message {
  id: string
  subject: string
  body: string
  sentAt: string
  readAt: string | null
}
export interface Contacts {
  email: string | null
  mobile: string | null
  language: 'it' | 'en'
  channels: string[]
}
type Id = { id: string }
type Page<T> = { items: T[]; nextCursor: string | null }

export interface paths {
  '/api/v1/session': Get<Session> & { delete: { responses: { 204: { content?: never } } } }
  '/api/v1/session/language': {
    put: { requestBody: Json<{ language: 'it' | 'en' }>; responses: { 204: { content?: never } } }
  }
  '/api/v1/identity-providers': Get<IdentityProvider[]>
  '/api/v1/prescription-lookups': Post<Prescription, { patientId: string; nre: string }>
  '/api/v1/prescriptions': Get<Prescription[], undefined, { patientId?: string }>
  '/api/v1/prescriptions/{id}': Get<Prescription, Id>
  '/api/v1/prescriptions/{id}/offers': Get<Offers, Id, OffersQuery>
  '/api/v1/bookings': Post<Booking, { prescriptionId: string; places: PlaceChoice[]; acceptsBeyondMaximum: boolean }> &
    Get<Page<Booking>, undefined, { patientId?: string; when?: 'upcoming' | 'past'; cursor?: string }>
  '/api/v1/bookings/{id}': Get<Booking, Id>
  '/api/v1/bookings/{id}/extend-hold': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/release': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/confirm': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/offers': Get<Offers, Id, OffersQuery & { line: number }>
  '/api/v1/bookings/{id}/move': Post<Booking, PlaceChoice, Id>
  '/api/v1/bookings/{id}/cancel': Post<Booking, { reason?: string }, Id>

  '/api/v1/waiting-list-entries': Post<WaitingListEntry, { prescriptionId: string; line: number }> &
    Get<Page<WaitingListEntry>, undefined, { patientId?: string }>
  '/api/v1/waiting-list-entries/{id}/accept': PostEmpty<WaitingListEntry, Id>
  '/api/v1/waiting-list-entries/{id}/decline': PostEmpty<WaitingListEntry, Id>
  '/api/v1/waiting-list-entries/{id}/withdraw': PostEmpty<WaitingListEntry, Id>
  '/api/v1/payments': Get<Page<Payment>, undefined, { patientId?: string; cursor?: string }>
  '/api/v1/payments/{id}': Get<Payment, Id>
  '/api/v1/checkouts': Post<{ id: string; url: string }, { paymentIds: string[] }>
  '/api/v1/checkouts/{id}/return': Post<
    { payments: Payment[] },
    { outcome: 'ok' | 'cancelled' | 'error' | 'waiting' },
    Id
  >
  '/api/v1/push-subscriptions/key': Get<{ publicKey: string }>
  '/api/v1/messages': Get<Page<Message>, undefined, { cursor?: string }>
  '/api/v1/messages/{id}/read': PostEmpty<Message, Id>
  '/api/v1/people/{id}/contacts': Get<Contacts, Id> & {
    put: { parameters: { path: Id }; requestBody: Json<Contacts>; responses: { 200: Json<Contacts> } }
  }
  '/api/v1/push-subscriptions': Post<unknown, { endpoint: string; keys: { p256dh: string; auth: string } }>
  '/api/v1/appointment-links/{token}': Get<LinkedAppointment, { token: string }>
  '/api/v1/appointment-links/{token}/confirm': PostEmpty<LinkedAppointment, { token: string }>
  '/api/v1/appointment-links/{token}/cancel': PostEmpty<LinkedAppointment, { token: string }>
  '/api/v1/feedback': Post<
    unknown,
    { about: string; kind: 'page' | 'procedure'; score: number; answers: string[]; text: string; release: string }
  >
  '/api/v1/help-requests': Post<
    { number: string },
    { kind: 'question' | 'fault' | 'barrier'; name: string; email: string; text: string; page?: string }
  >
}

export interface LinkedAppointment {
  state: 'open' | 'confirmed' | 'cancelled' | 'past'
  code: string
  startsAt: string
  place: string
  address: string
  freeCancellationUntil: string
}
