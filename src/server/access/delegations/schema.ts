// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { delegatedServices } from '../../../shared/delegated-services.ts'
import { delegationKinds, delegationStates, type Step } from './states.ts'

export const Id = Type.String({ format: 'uuid' })
const CivilDay = Type.String({ format: 'date' })
const Instant = Type.String({ format: 'date-time' })

export const Service = Type.Enum([...delegatedServices], {
  title: 'DelegatedService',
  description: 'What one may do for another',
})
export type Service = Static<typeof Service>

const Services = Type.Array(Service, { minItems: 1, maxItems: delegatedServices.length, uniqueItems: true })
const Side = Type.Enum(['delegator', 'delegate'])
export type Side = Static<typeof Side>

const Code = Type.String({ minLength: 11, maxLength: 20, pattern: '^[0-9A-Za-z ]+$', description: 'Fiscal code' })

export const NewDelegation = Type.Object(
  {
    side: Type.Enum(['delegator', 'delegate'], {
      description: 'What the signed-in person is in it: she delegates somebody, or asks to be somebody’s delegate',
    }),
    fiscalCode: Code,
    services: Services,
    from: Type.Optional(CivilDay),
    until: Type.String({ format: 'date', description: 'Last day' }),
  },
  { title: 'NewDelegation', additionalProperties: false },
)
export type NewDelegation = Static<typeof NewDelegation>

export const Acceptance = Type.Object(
  { services: Type.Optional(Services) },
  {
    title: 'DelegationAcceptance',
    description: 'The delegator may grant fewer services than were asked for',
    additionalProperties: false,
  },
)
export const Renewal = Type.Object({ until: CivilDay }, { title: 'DelegationRenewal', additionalProperties: false })
export const Reason = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })) },
  { title: 'DelegationReason', additionalProperties: false },
)

const stepNames = ['accept', 'reject', 'revoke', 'suspend', 'resume'] as const satisfies readonly Step[]

export const Delegation = Type.Object(
  {
    id: Id,
    kind: Type.Enum([...delegationKinds]),
    state: Type.Enum([...delegationStates]),
    side: Side,
    asked: Type.Boolean({ description: 'The signed-in person asked for it' }),
    other: Type.Object({
      name: Type.Union([Type.String(), Type.Null()], { description: 'Null until who holds the code has accepted' }),
      fiscalCode: Type.Union([Type.String(), Type.Null()], {
        description: 'The code that was typed, while the name is unknown',
      }),
    }),
    services: Type.Array(Service),
    from: CivilDay,
    until: Type.Union([CivilDay, Type.Null()], { description: 'Last day' }),
    createdAt: Instant,
    answerBy: Type.Union([Instant, Type.Null()]),
    office: Type.Union([Type.String(), Type.Null()], { description: 'Where it was registered' }),
    powers: Type.Union([Type.String(), Type.Null()], { description: 'What the judge decided' }),
    steps: Type.Array(Type.Enum([...stepNames]), { description: 'What the signed-in person may do now' }),
    renewable: Type.Boolean(),
  },
  { title: 'Delegation' },
)
export type Delegation = Static<typeof Delegation>

export const DelegationDetail = Type.Object(
  {
    ...Delegation.properties,
    history: Type.Array(
      Type.Object({
        at: Instant,
        from: Type.Union([Type.Enum([...delegationStates]), Type.Null()]),
        to: Type.Enum([...delegationStates]),
        by: Type.Enum(['you', 'other', 'desk', 'system']),
        services: Type.Array(Service),
        until: Type.Union([CivilDay, Type.Null()]),
        reason: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  },
  { title: 'DelegationDetail' },
)
export type DelegationDetail = Static<typeof DelegationDetail>

export const Delegations = Type.Object(
  {
    given: Type.Array(Delegation),
    received: Type.Array(Delegation),
    minors: Type.Array(
      Type.Object({
        givenName: Type.String(),
        familyName: Type.String(),
        birthDate: CivilDay,
        relation: Type.Enum(['parent', 'guardian']),
        until: Type.String({ format: 'date', description: 'Last day' }),
      }),
    ),
    rules: Type.Object({
      mostDelegates: Type.Integer(),
      delegates: Type.Integer({ description: 'How many the signed-in person has now' }),
      answerDays: Type.Integer(),
      longestDays: Type.Integer(),
    }),
    ofAge: Type.Boolean({ description: 'Minors cannot delegate nor be delegates' }),
  },
  { title: 'Delegations' },
)
export type Delegations = Static<typeof Delegations>

export const Acts = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Id,
        at: Instant,
        what: Type.String({ description: 'In plain words' }),
        why: Type.String(),
      }),
    ),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'DelegateActs', description: 'What a delegate did in the name of the signed-in person, newest first' },
)

const Document = Type.Object(
  {
    kind: Type.Enum(['identity-card', 'passport', 'driving-licence', 'residence-permit']),
    number: Type.String({ minLength: 3, maxLength: 30 }),
    issuer: Type.String({ minLength: 2, maxLength: 120 }),
    expiresOn: CivilDay,
  },
  { title: 'IdentityDocument', additionalProperties: false },
)
const CourtOrder = Type.Object(
  {
    court: Type.String({ minLength: 3, maxLength: 120 }),
    number: Type.String({ minLength: 1, maxLength: 60 }),
    issuedOn: CivilDay,
    powers: Type.String({ minLength: 3, maxLength: 1000, description: 'What the judge decided, in his words' }),
  },
  { title: 'CourtOrder', additionalProperties: false },
)

/** What a clerk types in: of whom, for whom, on which paper. */
export const DeskDelegation = Type.Object(
  {
    kind: Type.Enum(['desk', 'guardian', 'curator', 'support-administrator']),
    delegatorCode: Code,
    delegateCode: Code,
    services: Services,
    from: Type.Optional(CivilDay),
    until: Type.Optional(CivilDay),
    document: Document,
    courtOrder: Type.Optional(CourtOrder),
    scanReference: Type.Optional(Type.String({ minLength: 3, maxLength: 200 })),
  },
  { title: 'DeskDelegation', additionalProperties: false },
)
export type DeskDelegation = Static<typeof DeskDelegation>

export const DeskList = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Id,
        kind: Type.Enum([...delegationKinds]),
        state: Type.Enum([...delegationStates]),
        delegator: Type.String(),
        delegate: Type.String(),
        until: Type.Union([CivilDay, Type.Null()], { description: 'Last day' }),
        steps: Type.Array(Type.Enum([...stepNames])),
        registeredByMe: Type.Boolean({ description: 'An order of a judge is verified by somebody else' }),
      }),
    ),
  },
  { title: 'DeskDelegations' },
)
export const ScanReference = Type.Object(
  {
    scanReference: Type.String({
      minLength: 3,
      maxLength: 200,
      description: 'Protocol number or address in the archive',
    }),
  },
  { title: 'ScanReference', additionalProperties: false },
)
export const DeskStep = Type.Object(
  { step: Type.Enum([...stepNames]), reason: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })) },
  { title: 'DeskStep', additionalProperties: false },
)
