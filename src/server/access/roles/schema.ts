// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { roleCodes } from '../../platform/policy.ts'

export const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Role = Type.Enum([...roleCodes])
const OrganisationName = Type.Object({ id: Id, name: Type.String() })
const PersonName = Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String() })
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

export const OwnRole = Type.Object(
  {
    appointmentId: Id,
    role: Role,
    organisation: OrganisationName,
    unit: orNull(Type.String()),
    until: orNull(Day),
    current: Type.Boolean({ description: 'The role this session acts in' }),
  },
  { title: 'OwnRole' },
)
export type OwnRole = Static<typeof OwnRole>

export const ActingWish = Type.Object(
  { appointmentId: Type.Union([Id, Type.Null()], { description: 'null acts as a citizen again' }) },
  { additionalProperties: false, title: 'ActingWish' },
)

export const RoleAppointment = Type.Object(
  {
    id: Id,
    person: PersonName,
    fiscalCode: orNull(Type.String()),
    role: Role,
    organisation: OrganisationName,
    unit: orNull(Type.String()),
    from: Day,
    until: orNull(Type.String({ format: 'date', description: 'Last day' })),
    actReference: Type.String({ description: 'The act that gives it' }),
    state: Type.Enum(['active', 'suspended', 'ended']),
    certifyBy: Day,
    lastUsedAt: orNull(Type.String({ format: 'date-time' })),
  },
  { title: 'RoleAppointment' },
)
export type RoleAppointment = Static<typeof RoleAppointment>

export const RoleAppointmentDetail = Type.Object(
  {
    ...RoleAppointment.properties,
    changes: Type.Array(
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        step: Type.Enum(['granted', 'suspended', 'resumed', 'ended', 'confirmed']),
        by: Type.Union([Type.String(), Type.Null()], { description: 'Name; null for the service itself' }),
        reason: orNull(Type.String()),
      }),
    ),
  },
  { title: 'RoleAppointmentDetail' },
)

export const RoleSearch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 2, maxLength: 80, description: 'Beginning of the family name' })),
  role: Type.Optional(Role),
  organisationId: Type.Optional(Id),
  state: Type.Optional(Type.Enum(['active', 'suspended', 'ended', 'to-confirm'])),
})
export type RoleSearch = Static<typeof RoleSearch>

export const NewRole = Type.Object(
  {
    fiscalCode: Type.String({ minLength: 11, maxLength: 16 }),
    role: Role,
    organisationId: Id,
    unit: Type.Optional(Type.String({ minLength: 2, maxLength: 120 })),
    from: Day,
    until: Type.Optional(Day),
    actReference: Type.String({ minLength: 3, maxLength: 200, description: 'The act that gives it' }),
  },
  { additionalProperties: false, title: 'NewRole' },
)
export type NewRole = Static<typeof NewRole>

export const RoleStep = Type.Object(
  {
    step: Type.Enum(['suspend', 'resume', 'end', 'confirm']),
    reason: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
  },
  { additionalProperties: false, title: 'RoleStep' },
)
