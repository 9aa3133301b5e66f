// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

export const actions = ['READ', 'SEARCH', 'CREATE', 'UPDATE', 'DELETE', 'PRINT', 'EXPORT', 'BREAK_GLASS'] as const
export const Action = Type.Enum([...actions])
export type AuditAction = Static<typeof Action>

/** Who looked, by how close to the person: herself, somebody in her name, a professional, another service, or no person. */
export const whoKinds = ['self', 'delegate', 'professional', 'partner', 'automatic'] as const
export const WhoKind = Type.Enum([...whoKinds])
export type WhoKind = Static<typeof WhoKind>

export const Outcome = Type.Enum(['done', 'refused'])

export const Access = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    at: Type.String({ format: 'date-time' }),
    who: Type.Object({
      kind: WhoKind,
      you: Type.Boolean({ description: 'Whoever reads this' }),
      name: Type.String({ description: 'A person, or what acted by itself' }),
      role: OrNull(Type.String()),
      organisation: OrNull(Type.String()),
    }),
    onBehalf: Type.Boolean({ description: 'In the name of the person whose data it is' }),
    action: Action,
    what: Type.String({ description: 'What was done, in plain words' }),
    why: Type.String({ description: 'What for, in plain words' }),
    reason: OrNull(Type.String({ description: 'What the professional declared' })),
    outcome: Outcome,
  },
  { title: 'Access', description: 'One time somebody read or changed the data of a person' },
)
export type Access = Static<typeof Access>

export const AccessPage = Type.Object(
  { items: Type.Array(Access), nextCursor: OrNull(Type.String()) },
  { title: 'AccessPage' },
)

export const period = {
  from: Type.String({ format: 'date', description: 'First day, in Italy' }),
  to: Type.String({ format: 'date', description: 'Last day, in Italy' }),
}

export const AccessQuery = Type.Object({
  ...period,
  who: Type.Optional(WhoKind),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
})
export type AccessQuery = Static<typeof AccessQuery>

/** What an auditor looks for. In the body: fiscal codes never stand in an address. */
export const AuditSearch = Type.Object(
  {
    reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why the auditor looks; kept with the search' }),
    ...period,
    person: Type.Optional(Type.String({ maxLength: 20, description: 'Fiscal code of the person whose data it is' })),
    actor: Type.Optional(Type.String({ maxLength: 20, description: 'Fiscal code of who read or changed it' })),
    objectId: Type.Optional(Type.String({ format: 'uuid' })),
    who: Type.Optional(WhoKind),
    action: Type.Optional(Action),
    object: Type.Optional(Type.String({ pattern: '^[a-z-]{1,40}$' })),
    outcome: Type.Optional(Outcome),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { title: 'AuditSearch', additionalProperties: false },
)
export type AuditSearch = Static<typeof AuditSearch>

export const AuditRow = Type.Object(
  {
    ...Access.properties,
    patient: OrNull(Type.Object({ id: Type.String({ format: 'uuid' }), name: Type.String() })),
    object: Type.String(),
    objectId: OrNull(Type.String({ format: 'uuid' })),
    purpose: Type.String(),
    address: OrNull(Type.String()),
    requestId: Type.String({ format: 'uuid', description: 'As in the logs of the servers' }),
  },
  { title: 'AuditRow', description: 'A row of the audit trail as auditors see it' },
)
export type AuditRow = Static<typeof AuditRow>

export const AuditRowPage = Type.Object(
  { items: Type.Array(AuditRow), nextCursor: OrNull(Type.String()) },
  { title: 'AuditRowPage' },
)
