// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { AuditRow } from '../audit/index.ts'

/**
 * What is unusual: one person reads many, reads at night, is refused often, reads her own data or her family's or her
 * colleagues' while acting in a role, or enters in an emergency.
 */
export const alertKinds = [
  'many-people',
  'at-night',
  'many-refused',
  'own-family',
  'colleagues',
  'break-glass',
] as const
export type AlertKind = (typeof alertKinds)[number]

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

export const AccessAlert = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    kind: Type.Enum([...alertKinds]),
    who: Type.Object({
      name: Type.String({ description: 'A person, or the client of a partner' }),
      role: OrNull(Type.String()),
      organisation: OrNull(Type.String()),
      you: Type.Boolean({ description: 'About whoever reads this, who cannot examine it' }),
    }),
    from: Type.String({ format: 'date-time', description: 'First access counted' }),
    to: Type.String({ format: 'date-time', description: 'Last access counted' }),
    seen: Type.Integer({ description: 'People, refusals or accesses' }),
    most: Type.Integer({ description: 'The threshold that was passed' }),
    openedAt: Type.String({ format: 'date-time' }),
    told: Type.Boolean({ description: 'The privacy office was told' }),
    state: Type.Enum(['open', 'examined']),
    examined: OrNull(
      Type.Object({
        at: Type.String({ format: 'date-time' }),
        by: Type.String({ description: 'Name of the auditor' }),
        note: Type.String(),
      }),
    ),
  },
  { title: 'AccessAlert', description: 'Unusual access that a rule found in the audit trail' },
)
export type AccessAlert = Static<typeof AccessAlert>

export const AccessAlertPage = Type.Object(
  { items: Type.Array(AccessAlert), nextCursor: OrNull(Type.String()) },
  { title: 'AccessAlertPage' },
)

export const AlertQuery = Type.Object({
  state: Type.Enum(['open', 'examined']),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
})

export const Examination = Type.Object(
  { note: Type.String({ minLength: 10, maxLength: 1000, description: 'What was found; kept with the alert' }) },
  { title: 'Examination', additionalProperties: false },
)

export const AlertAccesses = Type.Object(
  { items: Type.Array(AuditRow), more: Type.Boolean({ description: 'There are more: search the trail' }) },
  { title: 'AlertAccesses' },
)
