// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static, type TSchema } from 'typebox'
import { actKinds, enrolmentKinds, identifierKinds } from '../../../registry/people/index.ts'
import { officeActs, standings } from './rules.ts'

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: '\\p{L}' })
const Text = Type.String({ minLength: 3, maxLength: 500 })
const PlaceCode = Type.String({
  pattern: '^[A-Z][0-9]{3}$',
  description: 'Cadastral code of a municipality or foreign state',
})
export const ById = Type.Object({ id: Id })
export const ByAct = Type.Object({ id: Id, actId: Id })
export const Key = Type.Object({ 'idempotency-key': Id })

export const PlaceQuery = Type.Object({
  text: Type.String({ minLength: 2, maxLength: 60 }),
  on: Type.Optional(
    Type.String({ format: 'date', description: 'Places as they were on this day; today when not given' }),
  ),
})
export type PlaceQuery = Static<typeof PlaceQuery>
export const Places = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          code: PlaceCode,
          name: Type.String(),
          kind: Type.Enum(['municipality', 'state']),
          province: OrNull(Type.String()),
          inRegion: Type.Boolean(),
          citizenship: OrNull(Type.String()),
        },
        { title: 'NamedPlace' },
      ),
    ),
  },
  { title: 'NamedPlaces' },
)

const period = { from: Day, until: OrNull(Type.String({ format: 'date', description: 'Last day' })) }
const Relation = Type.Enum(['parent', 'guardian', 'spouse', 'civil-partner', 'child', 'ward'])

export const RecordView = Type.Object(
  {
    id: Id,
    standing: Type.Enum([...standings], { description: 'Where she is in the life of an assisted person' }),
    familyName: Type.String(),
    givenName: Type.String(),
    birthDate: Day,
    sex: Type.Enum(['M', 'F', 'N']),
    birthPlace: Type.String(),
    citizenship: Type.String({ description: 'Name of the state' }),
    deceasedOn: OrNull(Day),
    mergedInto: OrNull(Id),
    merged: Type.Array(Type.Object({ id: Id, name: Type.String(), birthDate: Day })),
    identifiers: Type.Array(
      Type.Object({
        id: Id,
        kind: Type.Enum([...identifierKinds]),
        value: Type.String(),
        checked: Type.Boolean({ description: 'Confirmed by who issues it' }),
        ...period,
      }),
    ),
    addresses: Type.Array(
      Type.Object({
        id: Id,
        kind: Type.Enum(['residence', 'domicile']),
        line: Type.String(),
        postcode: OrNull(Type.String()),
        place: Type.String(),
        ...period,
      }),
    ),
    enrolments: Type.Array(
      Type.Object({
        id: Id,
        kind: Type.Enum([...enrolmentKinds]),
        state: Type.Enum(['PENDING', 'ACTIVE', 'SUSPENDED', 'ENDED']),
        endReason: OrNull(Type.String()),
        aslName: Type.String(),
        districtName: OrNull(Type.String()),
        ...period,
      }),
    ),
    contacts: Type.Array(
      Type.Object({
        kind: Type.Enum(['mobile', 'phone', 'email']),
        value: Type.String(),
        verified: Type.Boolean(),
        ...period,
      }),
    ),
    family: Type.Array(Type.Object({ id: Id, name: Type.String(), birthDate: Day, relation: Relation })),
    doctors: Type.Array(
      Type.Object({
        name: Type.String(),
        kind: Type.Enum(['MMG', 'PLS']),
        endReason: OrNull(Type.String()),
        ...period,
      }),
    ),
    exemptions: Type.Array(Type.Object({ code: Type.String(), name: Type.String(), state: Type.String(), ...period })),
    acts: Type.Array(
      Type.Object(
        {
          id: Id,
          kind: Type.Enum([...actKinds]),
          on: Day,
          note: OrNull(Type.String()),
          doneAt: Type.String({ format: 'date-time' }),
          undoneAt: OrNull(Type.String({ format: 'date-time' })),
          undoneWhy: OrNull(Type.String()),
          canUndo: Type.Boolean(),
        },
        { title: 'ActOnRecord' },
      ),
    ),
    can: Type.Array(Type.Enum([...officeActs]), { description: 'What an office can do to this record now' }),
  },
  { title: 'PersonRecord' },
)
export type RecordView = Static<typeof RecordView>

const Address = Type.Object(
  {
    placeCode: PlaceCode,
    line: Type.String({ minLength: 3, maxLength: 200, description: 'Street and number' }),
    postcode: Type.Optional(Type.String({ pattern: '^[0-9]{5}$' })),
    town: Type.Optional(Type.String({ minLength: 2, maxLength: 80, description: 'Town, when the place is a state' })),
  },
  { title: 'AddressGiven', additionalProperties: false },
)
export type AddressGiven = Static<typeof Address>

const actOf = <A extends (typeof officeActs)[number], P extends Record<string, TSchema>>(act: A, properties: P) =>
  Type.Object({ act: Type.Literal(act), ...properties, note: Type.Optional(Text) }, { additionalProperties: false })
/** The first day from which it counts. */
const on = Day
export const ActWish = Type.Union(
  [
    actOf('move', { on, address: Address }),
    actOf('domicile', { on, until: Type.Optional(Day), address: Address }),
    actOf('end-domicile', { on }),
    actOf('give-code', {
      code: Type.String({ minLength: 16, maxLength: 20 }),
      confirmed: Type.Optional(
        Type.Boolean({ description: 'The code is right although it does not follow from the data' }),
      ),
    }),
    actOf('issue-code', { kind: Type.Enum(['STP', 'ENI']) }),
    actOf('renew-code', {}),
    actOf('emigrate', { on, stateCode: PlaceCode, town: Type.Optional(Type.String({ minLength: 2, maxLength: 80 })) }),
    actOf('death', { on }),
  ],
  { title: 'ActWish' },
)
export type ActWish = Static<typeof ActWish>

export const UndoAct = Type.Object({ reason: Text }, { title: 'UndoAct', additionalProperties: false })

const facts = {
  familyName: Name,
  givenName: Name,
  sex: Type.Enum(['M', 'F']),
  birthDate: Day,
  birthPlaceCode: PlaceCode,
  code: Type.Optional(Type.String({ minLength: 16, maxLength: 20, description: 'Fiscal code, when she has one' })),
}
export const FactsGiven = Type.Object(facts, { title: 'PersonFacts', additionalProperties: false })
export type FactsGiven = Static<typeof FactsGiven>

export const FactsChecked = Type.Object(
  {
    birthPlace: Type.String(),
    computedCode: Type.String({
      description: 'Fiscal code that follows from the data; the Revenue Agency alone gives it',
    }),
    differences: Type.Array(Type.Enum(['name', 'birthDate', 'sex', 'birthPlace']), {
      description: 'What of the code given does not follow from the data',
    }),
    likely: Type.Array(
      Type.Object(
        {
          id: Id,
          familyName: Type.String(),
          givenName: Type.String(),
          birthDate: Day,
          likelihood: Type.Enum(['almost-sure', 'likely', 'possible']),
        },
        { title: 'LikelyPerson' },
      ),
      { description: 'People of the registry who may be her, the likeliest first' },
    ),
  },
  { title: 'PersonFactsChecked' },
)
export type FactsChecked = Static<typeof FactsChecked>

export const registrations = ['RESIDENT', 'TEMP_DOMICILE', 'STP', 'ENI', 'TEAM_VISITOR', 'NEWBORN'] as const
export const NewPerson = Type.Object(
  {
    ...facts,
    as: Type.Enum([...registrations]),
    citizenship: Type.String({ pattern: '^[0-9]{3}$', description: 'State code (ANPR), 100 for Italy' }),
    on: Day,
    until: Type.Optional(
      Type.String({ format: 'date', description: 'Last day of a temporary domicile or of a foreign card' }),
    ),
    address: Address,
    cardNumber: Type.Optional(
      Type.String({ pattern: '^[0-9A-Z]{5,20}$', description: 'Number of the European card (TEAM) of another state' }),
    ),
    parentCode: Type.Optional(
      Type.String({ minLength: 11, maxLength: 20, description: 'Code of a parent of a newborn' }),
    ),
    confirmedCode: Type.Optional(Type.Boolean()),
    confirmedNew: Type.Optional(Type.Boolean({ description: 'She is none of the people who are like her' })),
    note: Type.Optional(Text),
  },
  { title: 'NewPerson', additionalProperties: false },
)
export type NewPerson = Static<typeof NewPerson>
