// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

export const Id = Type.String({ format: 'uuid' })
const Instant = Type.String({ format: 'date-time' })
const DayText = Type.String({ format: 'date' })
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

export const Priority = Type.Enum(['U', 'B', 'D', 'P'], {
  title: 'Priority',
  description: 'Priority class (classe di priorità)',
})

export const LookUp = Type.Object(
  {
    patientId: Id,
    nre: Type.String({ minLength: 15, maxLength: 40, description: 'Electronic prescription number, blanks allowed' }),
  },
  { title: 'PrescriptionLookUp', additionalProperties: false },
)

export const PrescriptionLine = Type.Object(
  {
    line: Type.Integer(),
    code: Type.String(),
    description: Type.String(),
    quantity: Type.Integer(),
    sessions: Nullable(Type.Integer()),
    firstAccess: Nullable(Type.Boolean()),
    televisit: Type.Boolean(),
    note: Nullable(Type.String()),
    serviceId: Nullable(Id),
    candidates: Type.Array(Type.Object({ serviceId: Id, description: Type.String() }), {
      description: 'When the code stands for several services, ask which one',
    }),
  },
  { title: 'PrescriptionLine' },
)

export const Prescription = Type.Object(
  {
    id: Id,
    nre: Type.String(),
    patientId: Id,
    priority: Nullable(Priority),
    maxDays: Nullable(Type.Integer()),
    issuedOn: DayText,
    bookBy: DayText,
    state: Type.Enum(['bookable', 'taken', 'released', 'unusable']),
    exemption: Nullable(Type.Object({ code: Type.String(), description: Type.String() })),
    prescriber: Nullable(Type.String()),
    clinicalQuestion: Nullable(Type.String()),
    bookingId: Nullable(Id),
    lines: Type.Array(PrescriptionLine),
  },
  { title: 'Prescription' },
)
export type Prescription = Static<typeof Prescription>

export const Place = Type.Object(
  {
    id: Id,
    name: Type.String(),
    address: Type.String(),
    municipality: Type.String(),
    latitude: Type.Number(),
    longitude: Type.Number(),
    distanceKm: Nullable(Type.Number()),
  },
  { title: 'Place' },
)

export const OfferPlace = Type.Object(
  {
    line: Type.Integer(),
    session: Type.Integer({ description: 'Which appointment of the line, in the order of time' }),
    scheduleId: Id,
    slotId: Id,
    startsAt: Instant,
    endsAt: Instant,
    daysWaited: Type.Integer(),
    withinMaximum: Type.Boolean(),
    place: Place,
    organisation: Type.Object({ id: Id, name: Type.String() }),
  },
  { title: 'OfferPlace' },
)

export const OfferSet = Type.Object(
  {
    id: Type.String(),
    together: Type.Enum(['one-line', 'series', 'same-day', 'same-place', 'separate']),
    withinMaximum: Type.Boolean(),
    insideArea: Type.Boolean(),
    places: Type.Array(OfferPlace),
  },
  { title: 'OfferSet', description: 'One place for every appointment of every line of the prescription' },
)
export type OfferSet = Static<typeof OfferSet>

export const Copay = Type.Object(
  { cents: Type.Integer({ minimum: 0 }), explanation: Type.String() },
  { title: 'Copay', description: 'Co-payment (ticket) due, in euro cents' },
)

export const OfferPage = Type.Object(
  {
    priority: Nullable(Priority),
    maxDays: Nullable(Type.Integer()),
    deadline: Nullable(Instant),
    firstAvailability: Nullable(Instant),
    withinMaximum: Type.Boolean({
      description: 'Whether some set inside the guarantee area respects the maximum wait',
    }),
    sets: Type.Array(OfferSet),
    series: Type.Array(
      Type.Object({
        line: Type.Integer(),
        count: Type.Integer({ description: 'Appointments of the line: all are held and booked, or none' }),
        kind: Type.Enum(['cycle', 'quantity']),
        mostPerWeek: Type.Integer(),
        leastPerWeek: Type.Integer(),
        differentDays: Type.Boolean(),
      }),
      {
        description:
          'Lines that need several appointments (a cycle of sessions, or a quantity above one) and their rhythm',
      },
    ),
    copay: Copay,
    organisations: Type.Array(Type.Object({ id: Id, name: Type.String() }), { description: 'For the filter' }),
    nextCursor: Nullable(Type.String()),
  },
  { title: 'OfferPage' },
)

export type OfferPage = Static<typeof OfferPage>

export const OfferWishes = Type.Object({
  order: Type.Optional(Type.Enum(['date', 'distance'])),
  from: Type.Optional(DayText),
  organisationId: Type.Optional(Id),
  placeId: Type.Optional(Id),
  halfDay: Type.Optional(Type.Enum(['am', 'pm'])),
  weekday: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
  area: Type.Optional(Type.Enum(['inside', 'all'])),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
})
export type OfferWishes = Static<typeof OfferWishes>

export const ChosenPlace = Type.Object(
  { line: Type.Integer({ minimum: 1, maximum: 8 }), serviceId: Type.Optional(Id), scheduleId: Id, slotId: Id },
  { additionalProperties: false, title: 'ChosenPlace' },
)
export type ChosenPlace = Static<typeof ChosenPlace>

export const NewBooking = Type.Object(
  {
    prescriptionId: Id,
    places: Type.Array(ChosenPlace, {
      minItems: 1,
      maxItems: 60,
      description: 'A place for every appointment: as many for a line as it has sessions',
    }),
    acceptsBeyondMaximum: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, title: 'NewBooking' },
)
export type NewBooking = Static<typeof NewBooking>

export const Appointment = Type.Object(
  {
    id: Id,
    line: Type.Integer(),
    session: Type.Integer({ description: 'Which appointment of the line, in the order of time' }),
    sessions: Type.Integer({ description: 'How many appointments the line has' }),
    state: Type.String(),
    service: Type.Object({ id: Id, description: Type.String() }),
    startsAt: Instant,
    endsAt: Instant,
    place: Place,
    organisation: Type.Object({ id: Id, name: Type.String(), telephone: Nullable(Type.String()) }),
    room: Nullable(Type.String()),
    movableUntil: Type.Union([Instant, Type.Null()], {
      description:
        'Until when it can be moved, or cancelled with those after it, at no charge; null when it is over or called off',
    }),
    preparation: Nullable(Type.String()),
    bring: Nullable(Type.String()),
  },
  { title: 'Appointment' },
)

export const Booking = Type.Object(
  {
    id: Id,
    code: Type.String(),
    state: Type.Enum(['held', 'confirming', 'confirmed', 'expired', 'released', 'cancelled', 'delivered', 'no-show']),
    patient: Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String() }),
    nre: Type.String(),
    prescriptionId: Id,
    priority: Nullable(Priority),
    requestedAt: Instant,
    holdExpiresAt: Nullable(Instant),
    holdExtensionsLeft: Type.Integer(),
    verifyBy: Type.Union([Instant, Type.Null()], {
      description: 'While confirming and the national prescription system is silent: until when the place is kept',
    }),
    withinMaximum: Type.Boolean(),
    freeCancellationUntil: Nullable(Instant),
    cancelledAt: Nullable(Instant),
    cancelledLate: Nullable(Type.Boolean()),
    moves: Type.Integer(),
    appointments: Type.Array(Appointment),
    copay: Copay,
    payment: Nullable(
      Type.Object({
        id: Id,
        state: Type.String(),
        amountCents: Type.Integer(),
        dueOn: Nullable(DayText),
        noticeNumber: Nullable(Type.String()),
      }),
    ),
    reminders: Type.Array(Type.Object({ at: Instant, channel: Type.String(), to: Type.String() })),
  },
  { title: 'Booking' },
)
export type Booking = Static<typeof Booking>

export const BookingPage = Type.Object(
  { items: Type.Array(Booking), nextCursor: Nullable(Type.String()) },
  { title: 'BookingPage' },
)

export const GivenBack = Type.Object(
  {
    id: Id,
    code: Type.String({ description: 'Of the booking she has it in now, or had it in' }),
    startsAt: Type.String({ format: 'date-time' }),
    service: Type.String(),
    place: Type.String(),
    state: Type.Enum(['restored', 'waiting', 'lost'], {
      description: 'Hers again; waiting for the prescription to be locked; the place or the prescription was gone',
    }),
  },
  { title: 'GivenBack' },
)
export type GivenBack = Static<typeof GivenBack>

export const SessionNumber = Type.Integer({
  minimum: 1,
  maximum: 20,
  description: 'Which session of a line that has several',
})

export const MoveWish = Type.Object(
  { line: Type.Integer({ minimum: 1, maximum: 8 }), session: Type.Optional(SessionNumber), scheduleId: Id, slotId: Id },
  { additionalProperties: false, title: 'MoveWish' },
)

export const CancelWish = Type.Object(
  {
    reason: Type.Optional(Type.String({ maxLength: 300 })),
    remaining: Type.Optional(
      Type.Boolean({ description: 'Of a cycle that has begun only the sessions still to come; the booking stays' }),
    ),
  },
  { additionalProperties: false, title: 'CancelWish' },
)

export const NewWaitingListEntry = Type.Object(
  { prescriptionId: Id, line: Type.Integer({ minimum: 1, maximum: 8 }), serviceId: Type.Optional(Id) },
  { additionalProperties: false, title: 'NewWaitingListEntry' },
)

export const WaitingListEntry = Type.Object(
  {
    id: Id,
    number: Type.String(),
    patient: Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String() }),
    state: Type.Enum(['taken-in-charge', 'offered', 'booked', 'declined', 'expired', 'escalated', 'withdrawn']),
    service: Type.String(),
    priority: Nullable(Priority),
    takenInChargeOn: DayText,
    deadline: DayText,
    owner: Type.Object({ name: Type.String(), phone: Type.String() }),
    bookingId: Nullable(Id),
    offer: Nullable(
      Type.Object({
        id: Id,
        bookingId: Id,
        startsAt: Instant,
        place: Type.String(),
        sessions: Type.Array(Instant, { description: 'When the appointments are: more than one for a cycle' }),
        answerBy: Instant,
        reason: Type.String({ description: 'Why this person was offered the seat' }),
      }),
    ),
  },
  { title: 'WaitingListEntry' },
)
export type WaitingListEntry = Static<typeof WaitingListEntry>

export const LinkView = Type.Object(
  {
    state: Type.Enum(['open', 'confirmed', 'cancelled', 'past']),
    code: Type.String(),
    startsAt: Instant,
    place: Type.String(),
    address: Type.String(),
    sessions: Type.Integer({ description: 'Appointments that cancelling calls off' }),
    freeCancellationUntil: Instant,
  },
  { title: 'AppointmentLink', description: 'What a link without login shows: no name, no clinical word' },
)
