// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Instant = Type.String({ format: 'date-time' })
const Maybe = Type.Union([Type.String(), Type.Null()])
const State = Type.Enum(['active', 'suspended'])
const RequestState = Type.Enum(['asked', 'granted', 'refused'])
const Texts = Type.Object({ it: Type.String(), en: Type.String() })

const name = Type.String({ minLength: 3, maxLength: 100, description: 'What the organisation calls the system' })
const key = Type.String({ minLength: 1, maxLength: 8000, description: 'Public key, PEM or JWK; never a private one' })
const scopeList = Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 })
const reason = Type.Optional(Type.String({ maxLength: 1000, description: 'Why scopes that are not open are needed' }))

export const NewClient = Type.Object(
  {
    name,
    purpose: Type.String({ minLength: 10, maxLength: 1000, description: 'What the system does with the data' }),
    contact: Type.String({
      maxLength: 200,
      pattern: '^[^@\\s]+@[^@\\s]+$',
      description: 'Mailbox of an office, not of a person',
    }),
    key: Type.Optional(key),
    jwksUri: Type.Optional(Type.String({ maxLength: 500, description: 'https address of the system’s own key set' })),
    scopes: scopeList,
    reason,
  },
  { title: 'NewPartnerClient', additionalProperties: false },
)
export const NewKey = Type.Object({ key }, { title: 'NewPartnerKey', additionalProperties: false })
export const ScopeWish = Type.Object(
  { scopes: scopeList, reason },
  { title: 'PartnerScopeWish', additionalProperties: false },
)
export const Activity = Type.Object(
  { active: Type.Boolean() },
  { title: 'PartnerClientActivity', additionalProperties: false },
)
export const PurposeWish = Type.Object(
  {
    purposeId: Type.String({ format: 'uuid', description: 'Purpose on PDND' }),
    eServiceId: Type.String({ format: 'uuid', description: 'One of our e-services' }),
    pdndClientId: Type.String({ format: 'uuid', description: 'The client on PDND whose vouchers will be used' }),
  },
  { title: 'PartnerPurposeWish', additionalProperties: false },
)
export const Decision = Type.Object(
  { granted: Type.Boolean(), answer: Type.Optional(Type.String({ maxLength: 1000 })) },
  { title: 'PartnerDecision', additionalProperties: false },
)
export const Quota = Type.Object(
  {
    perMinute: Type.Integer({ minimum: 1, maximum: 100_000 }),
    perDay: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  },
  { title: 'PartnerQuota', additionalProperties: false },
)

export const Catalogue = Type.Object(
  {
    tokenEndpoint: Type.String(),
    scopes: Type.Array(
      Type.Object({
        scope: Type.String(),
        name: Texts,
        open: Type.Boolean({ description: 'Granted at once; the others wait for the region' }),
      }),
    ),
    eServices: Type.Array(
      Type.Object({
        id: Id,
        name: Texts,
        scopes: Type.Array(Type.String()),
        integrity: Type.Boolean(),
        evidence: Type.Boolean(),
      }),
    ),
    region: Type.Boolean({ description: 'The caller acts for the region: she decides and sees every client' }),
  },
  { title: 'PartnerCatalogue' },
)

const summary = { id: Id, name: Type.String(), organisation: Type.String(), state: State, suspendedBy: Maybe }
export const ClientList = Type.Object(
  {
    clients: Type.Array(
      Type.Object({
        ...summary,
        waiting: Type.Integer({ description: 'Scopes that wait for the region' }),
        today: Type.Object({ calls: Type.Integer(), errors: Type.Integer() }),
      }),
    ),
  },
  { title: 'PartnerClients' },
)
export const ClientView = Type.Object(
  {
    ...summary,
    purpose: Type.String(),
    contact: Type.String(),
    jwksUri: Maybe,
    perMinute: Type.Integer(),
    perDay: Type.Integer(),
    createdAt: Instant,
    keys: Type.Array(
      Type.Object({
        kid: Type.String(),
        kind: Type.String({ description: 'RSA, P-256 or P-384' }),
        addedAt: Instant,
        lastUsedAt: Maybe,
      }),
    ),
    scopes: Type.Array(
      Type.Object({ scope: Type.String(), state: RequestState, reason: Maybe, answer: Maybe, askedAt: Instant }),
    ),
    purposes: Type.Array(Type.Object({ id: Id, eServiceId: Id, pdndClientId: Id, state: RequestState, answer: Maybe })),
    days: Type.Array(
      Type.Object({
        day: Day,
        calls: Type.Integer(),
        refused: Type.Integer({ description: 'Answers 4xx' }),
        failed: Type.Integer({ description: 'Answers 5xx' }),
        ms: Type.Integer({ description: 'Average' }),
      }),
      { description: 'The last thirty days, the oldest first' },
    ),
    errors: Type.Array(
      Type.Object({
        at: Instant,
        requestId: Id,
        method: Type.String(),
        route: Type.String(),
        status: Type.Integer(),
        code: Maybe,
      }),
      { description: 'The last twenty' },
    ),
    changes: Type.Array(Type.Object({ at: Instant, action: Type.String(), detail: Maybe, byRegion: Type.Boolean() })),
  },
  { title: 'PartnerClient' },
)
const request = { clientId: Id, name: Type.String(), organisation: Type.String(), askedAt: Instant }
export const Requests = Type.Object(
  {
    scopes: Type.Array(Type.Object({ ...request, scope: Type.String(), purpose: Type.String(), reason: Maybe })),
    purposes: Type.Array(Type.Object({ ...request, id: Id, eServiceId: Id, pdndClientId: Id })),
  },
  { title: 'PartnerRequests' },
)
