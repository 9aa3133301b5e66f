// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { Day, Id } from '../schema.ts'
import { checkActs, checkStates } from './check-states.ts'
import { lastPage, Named, OrNull } from './schema.ts'

const State = Type.Enum([...checkStates])
const Reason = Type.Enum(['sample', 'targeted', 'not-listed'])
const Moment = Type.String({ format: 'date-time' })
const Note = Type.String({ minLength: 1, maxLength: 2000 })

export const CheckSearch = Type.Object({
  state: Type.Optional(State),
  reason: Type.Optional(Reason),
  page: Type.Integer({ minimum: 1, maximum: lastPage, default: 1 }),
})
export type CheckSearch = Static<typeof CheckSearch>

const CheckRow = Type.Object({
  id: Id,
  number: Type.String(),
  personName: Type.String(),
  code: Type.String(),
  protocol: Type.String(),
  reason: Reason,
  state: State,
  replyBy: OrNull(Day),
  undueCents: OrNull(Type.Integer()),
  openedAt: Moment,
})
export const Checks = Type.Object({ items: Type.Array(CheckRow), total: Type.Integer() }, { title: 'ExemptionChecks' })
export type Checks = Static<typeof Checks>

export const Check = Type.Object(
  {
    ...CheckRow.properties,
    declarationId: Id,
    declarantName: Type.String(),
    revokeFrom: OrNull(Day),
    objection: OrNull(Type.String()),
    undue: Type.Array(Type.Object({ bookingId: Id, code: Type.String(), day: Day, cents: Type.Integer() })),
    payment: OrNull(Type.Object({ state: Type.String(), dueOn: Day, noticeNumber: OrNull(Type.String()) })),
    fineCapCents: OrNull(Type.Integer({ description: 'The most that a fine can be (art. 316-ter c.p.)' })),
    crime: Type.Boolean({ description: 'So much was not paid that it is to be reported' }),
    acts: Type.Array(Type.Enum([...checkActs]), { description: 'What can be done now' }),
    steps: Type.Array(Type.Object({ state: State, note: OrNull(Type.String()), byOffice: Type.Boolean(), at: Moment })),
  },
  { title: 'ExemptionCheck' },
)
export type Check = Static<typeof Check>

export const NewCheck = Type.Object(
  { declarationId: Id, note: Note },
  { title: 'NewCheck', additionalProperties: false },
)
export const Act = Type.Object(
  {
    act: Type.Enum([...checkActs]),
    note: Type.String({ minLength: 3, maxLength: 2000, description: 'Why; for an objection what the declarant says' }),
    from: Type.Optional(
      Type.String({ format: 'date', description: 'First day on which it did not hold; its beginning when not given' }),
    ),
  },
  { title: 'CheckAct', additionalProperties: false },
)
export type Act = Static<typeof Act>

export const NewSample = Type.Object(
  { authorityId: Id, from: Day, to: Day },
  { title: 'NewSample', additionalProperties: false, description: 'First and last day of submission' },
)
export type NewSample = Static<typeof NewSample>
export const Sample = Type.Object(
  {
    id: Id,
    authority: Named,
    from: Day,
    to: Day,
    percent: Type.Number(),
    seed: Type.String(),
    population: Type.Integer(),
    drawn: Type.Integer(),
    drawnAt: Moment,
  },
  { title: 'CheckSample' },
)
export type Sample = Static<typeof Sample>

export const OwnCheck = Type.Object({
  id: Id,
  number: Type.String(),
  code: Type.String(),
  patientId: Id,
  state: State,
  replyBy: OrNull(Day),
  mayObject: Type.Boolean(),
  undueCents: OrNull(Type.Integer()),
  paymentId: OrNull(Id),
})
export const OwnChecks = Type.Object({ items: Type.Array(OwnCheck) }, { title: 'OwnExemptionChecks' })
export type OwnChecks = Static<typeof OwnChecks>
export const Objection = Type.Object({ text: Note }, { title: 'CheckObjection', additionalProperties: false })
