// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'

export const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Maybe = Type.Union([Type.String(), Type.Null()])
const MaybeDay = Type.Union([Day, Type.Null()])
export const Kind = Type.Enum(['MMG', 'PLS'], { description: 'MMG family doctor, PLS paediatrician' })

export const Doctor = Type.Object(
  {
    id: Id,
    kind: Kind,
    givenName: Type.String(),
    familyName: Type.String(),
    sex: Type.Enum(['M', 'F', 'N']),
    languages: Type.Array(Type.String()),
    receives: Type.Enum(['walk-in', 'appointment', 'both']),
    telephone: Maybe,
    email: Maybe,
    area: Type.String({ description: 'Area whose residents may choose her' }),
    availability: Type.Enum(['free', 'last', 'full'], { description: 'Places left: many, twenty at most, none' }),
    leavingOn: MaybeDay,
    distanceKm: Type.Union([Type.Number(), Type.Null()]),
    surgeries: Type.Array(
      Type.Object({
        address: Type.String(),
        postcode: Maybe,
        municipality: Type.String(),
        telephone: Maybe,
        stepFree: Type.Boolean(),
        latitude: Type.Number(),
        longitude: Type.Number(),
        hours: Type.Array(
          Type.Object({
            weekday: Type.Integer({ minimum: 1, maximum: 7 }),
            opens: Type.String(),
            closes: Type.String(),
          }),
        ),
      }),
    ),
  },
  { title: 'Doctor' },
)

export const DoctorPage = Type.Object({ doctors: Type.Array(Doctor), nextCursor: Maybe }, { title: 'DoctorPage' })

export const DoctorWishes = Type.Object({
  kind: Type.Optional(Kind),
  municipality: Type.Optional(
    Type.String({ pattern: '^[0-9]{6}$', description: 'ISTAT code: doctors of its area, the nearest first' }),
  ),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 80, description: 'Beginning of the name' })),
  language: Type.Optional(Type.String({ pattern: '^[a-z]{2}$' })),
  weekday: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
  free: Type.Optional(Type.Boolean({ description: 'Only with places left' })),
  cursor: Type.Optional(Type.String({ maxLength: 400 })),
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 20 }),
})

export const Choice = Type.Object(
  {
    id: Id,
    doctorId: Id,
    doctorKind: Kind,
    doctorName: Type.String(),
    kind: Type.Enum([
      'ORDINARY',
      'REUNIFICATION',
      'OUT_OF_AREA',
      'TEMPORARY',
      'PROVISIONAL_PAED',
      'OVER_14',
      'EX_OFFICIO',
      'EXCEPTION',
    ]),
    from: Day,
    until: MaybeDay,
    endReason: Type.Union([
      Type.Enum([
        'CHANGED',
        'REVOKED',
        'REFUSED_BY_DOCTOR',
        'DOCTOR_CEASED',
        'AGE_LIMIT',
        'TERM_ENDED',
        'DECEASED',
        'MOVED',
        'DOUBLE',
      ]),
      Type.Null(),
    ]),
    channel: Type.Enum(['ONLINE', 'DESK', 'OFFICE', 'EX_OFFICIO']),
  },
  { title: 'DoctorChoice' },
)

export const PrimaryCare = Type.Object(
  {
    /** Who it is about. */
    person: Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String() }),
    current: Type.Union([Choice, Type.Null()]),
    doctor: Type.Union([Doctor, Type.Null()]),
    history: Type.Array(Choice, { description: 'Earlier doctors, the latest first' }),
    kinds: Type.Array(Kind, { description: 'What may be chosen at this age' }),
    municipality: Type.Union([Type.Object({ code: Type.String(), name: Type.String() }), Type.Null()], {
      description: 'Where she lives: doctors are looked for there',
    }),
  },
  { title: 'PrimaryCare' },
)

export const Verdict = Type.Object(
  {
    doctor: Doctor,
    kind: Choice.properties.kind,
    leavingOn: MaybeDay,
    replaces: Type.Union([Type.String(), Type.Null()], { description: 'Name of the doctor who is left' }),
  },
  { title: 'DoctorChoiceVerdict' },
)
