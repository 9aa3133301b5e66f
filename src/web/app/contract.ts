// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// The citizen API as these pages expect it, in the form of openapi-typescript.

type Json<T> = { content: { 'application/json': T } }
type Parameters<Path, Query> = (Path extends undefined ? unknown : { path: Path }) &
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
  csrfToken: string
  person?: { id: string; givenName: string; familyName: string }
  level?: number
  idleExpiresAt?: string
  expiresAt?: string
  language?: 'it' | 'en'
  actsFor: ActsFor[]
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
export interface PrescriptionLine {
  line: number
  serviceId: string | null
  code: string
  description: string
  quantity: number
  sessions: number
  firstAccess: boolean
  televisit: boolean
  candidates: { serviceId: string; description: string }[]
}
export interface Prescription {
  id: string
  nre: string
  patientId: string
  priority: 'U' | 'B' | 'D' | 'P'
  issuedOn: string
  bookBy: string
  state: string
  exemption: { code: string; description: string } | null
  prescriber: string
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
  latitude: number | null
  longitude: number | null
}
export interface OfferedPlace {
  line: number
  scheduleId: string
  slotId: string
  startsAt: string
  endsAt: string
  place: Place
  organisation: { id: string; name: string }
  daysWaited: number
}
export interface OfferSet {
  id: string
  together: 'same-day' | 'same-place' | 'separate'
  withinMaximum: boolean
  insideArea: boolean
  places: OfferedPlace[]
}
export interface Offers {
  priority: 'U' | 'B' | 'D' | 'P'
  maxDays: number
  deadline: string
  firstAvailability: string | null
  withinMaximum: boolean
  sets: OfferSet[]
  copay: { cents: number; explanation: string }
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
  service: string
  startsAt: string
  endsAt: string
  place: Place
  organisation: { id: string; name: string }
  room: string | null
  preparation: string | null
}
export interface BookingPayment {
  id: string
  state: string
  amountCents: number
  dueOn: string | null
  noticeNumber: string | null
}
export interface Booking {
  id: string
  code: string | null
  state: string
  patient: { id: string; givenName: string; familyName: string }
  nre: string
  priority: 'U' | 'B' | 'D' | 'P'
  holdExpiresAt: string | null
  freeCancellationUntil: string | null
  appointments: Appointment[]
  payment: BookingPayment | null
  reminders: { at: string; channel: string; to: string }[]
  moves: number
}
export interface PlaceChoice {
  line: number
  scheduleId: string
  slotId: string
}
export interface WaitingListEntry {
  id: string
  number: string
  state: string
  service: string
  takenInChargeOn: string
  deadline: string
  owner: { name: string; phone: string }
  offers: { id: string; startsAt: string; place: Place; answerBy: string }[]
}
export interface Payment {
  id: string
  state: string
  amountCents: number
  dueOn: string | null
  noticeNumber: string | null
  description: string
  patient: { id: string; givenName: string; familyName: string }
  bookingId: string | null
  paidAt: string | null
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
type List<Name extends string, T> = Record<Name, T[]> & { nextCursor?: string | null }

export interface paths {
  '/api/v1/session': Get<Session> & { delete: { responses: { 204: { content?: never } } } }
  '/api/v1/identity-providers': Get<IdentityProvider[]>
  '/api/v1/prescription-lookups': Post<Prescription, { patientId: string; nre: string }>
  '/api/v1/prescriptions': Get<Prescription[], undefined, { patientId?: string }>
  '/api/v1/prescriptions/{id}': Get<Prescription, Id>
  '/api/v1/prescriptions/{id}/offers': Get<Offers, Id, OffersQuery>
  '/api/v1/bookings': Post<Booking, { prescriptionId: string; places: PlaceChoice[]; acceptsBeyondMaximum: boolean }> &
    Get<List<'bookings', Booking>, undefined, { patientId?: string; when?: 'upcoming' | 'past'; cursor?: string }>
  '/api/v1/bookings/{id}': Get<Booking, Id>
  '/api/v1/bookings/{id}/extend-hold': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/release': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/confirm': PostEmpty<Booking, Id>
  '/api/v1/bookings/{id}/offers': Get<Offers, Id, OffersQuery & { line: number }>
  '/api/v1/bookings/{id}/move': Post<Booking, PlaceChoice, Id>
  '/api/v1/bookings/{id}/cancel': Post<Booking, { reason?: string }, Id>

  '/api/v1/waiting-list-entries': Post<WaitingListEntry, { prescriptionId: string; line: number }> &
    Get<List<'entries', WaitingListEntry>, undefined, { patientId?: string }>
  '/api/v1/waiting-list-entries/{id}/accept': Post<Booking, { offerId: string }, Id>
  '/api/v1/waiting-list-entries/{id}/decline': Post<WaitingListEntry, { offerId: string }, Id>
  '/api/v1/waiting-list-entries/{id}/withdraw': PostEmpty<WaitingListEntry, Id>
  '/api/v1/payments': Get<List<'payments', Payment>, undefined, { patientId?: string; cursor?: string }>
  '/api/v1/payments/{id}': Get<Payment, Id>
  '/api/v1/checkouts': Post<{ url: string }, { paymentIds: string[] }>
  '/api/v1/messages': Get<List<'messages', Message>, undefined, { cursor?: string }>
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
    { about: string; kind: 'page' | 'procedure'; score: number; answers: string[]; text: string }
  >
  '/api/v1/help-requests': Post<
    { number: string },
    { kind: 'question' | 'fault' | 'barrier'; name: string; email: string; text: string; page?: string }
  >
}

export interface LinkedAppointment {
  state: string
  startsAt: string
  place: { name: string; address: string; municipality: string }
  freeCancellationUntil: string | null
}
