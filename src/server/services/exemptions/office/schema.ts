// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { exemptionStates } from '../../../registry/people/index.ts'
import { Day, Id } from '../schema.ts'

export const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
export const Pdf = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' })
const State = Type.Enum([...exemptionStates])
export const AnyCode = Type.String({ pattern: '^[A-Z0-9]{3,6}$', description: 'Exemption code' })
export const Named = Type.Object({ id: Id, name: Type.String() })

export const Office = Type.Object(
  {
    authorities: Type.Array(Named),
    districts: Type.Array(Named),
    codes: Type.Array(Type.String(), { description: 'Codes that can be self-certified' }),
  },
  { title: 'ExemptionOffice' },
)
export type Office = Static<typeof Office>

const filters = {
  fiscalCode: Type.Optional(Type.String({ minLength: 11, maxLength: 20 })),
  familyName: Type.Optional(Type.String({ minLength: 2, maxLength: 80 })),
  givenName: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
  code: Type.Optional(AnyCode),
  state: Type.Optional(State),
  districtId: Type.Optional(Id),
  from: Type.Optional(Type.String({ format: 'date', description: 'First day of submission' })),
  to: Type.Optional(Type.String({ format: 'date', description: 'Last day of submission' })),
  sort: Type.Enum(['submitted', 'name', 'until']),
  descending: Type.Boolean(),
}
export const pageSize = 20
export const lastPage = 500
export const DeclarationExport = Type.Object(filters, { title: 'DeclarationExport', additionalProperties: false })
export type DeclarationExport = Static<typeof DeclarationExport>
export const DeclarationSearch = Type.Object(
  { ...filters, page: Type.Integer({ minimum: 1, maximum: lastPage }) },
  { title: 'DeclarationSearch', additionalProperties: false },
)
export type DeclarationSearch = Static<typeof DeclarationSearch>

export const DeclarationRow = Type.Object({
  id: Id,
  protocol: Type.String(),
  familyName: Type.String(),
  givenName: Type.String(),
  fiscalCode: OrNull(Type.String()),
  code: Type.String(),
  state: State,
  from: Day,
  until: OrNull(Day),
  district: OrNull(Type.String()),
  submittedAt: Type.String({ format: 'date-time' }),
})
export type DeclarationRow = Static<typeof DeclarationRow>
export const Declarations = Type.Object(
  {
    items: Type.Array(DeclarationRow),
    total: Type.Integer({ description: 'How many fit; counted up to 10,000' }),
    narrow: Type.Boolean({ description: 'More people are called so than are looked through: tell more of the name' }),
  },
  { title: 'DeclarationsFound' },
)
export type Declarations = Static<typeof Declarations>

const Given = Type.Object({
  id: Id,
  familyName: Type.String(),
  givenName: Type.String(),
  state: State,
  from: Day,
  until: OrNull(Day),
  steps: Type.Array(
    Type.Object({ state: State, from: Day, until: OrNull(Day), at: Type.String({ format: 'date-time' }) }),
    { description: 'What changed since it was entered, the oldest first' },
  ),
})
const Member = Type.Object({
  givenName: Type.String(),
  familyName: Type.String(),
  fiscalCode: OrNull(Type.String()),
  relation: Type.Enum(['spouse', 'civil-partner', 'child', 'parent', 'sibling', 'other']),
  dependant: Type.Boolean(),
})
export const Declaration = Type.Object(
  {
    id: Id,
    protocol: Type.String(),
    code: Type.String(),
    name: Type.String(),
    patientName: Type.String(),
    fiscalCode: OrNull(Type.String()),
    birthDate: Day,
    declarantName: Type.String(),
    declarantAs: Type.Enum(['self', 'child', 'ward', 'delegator']),
    submittedAt: Type.String({ format: 'date-time' }),
    startsOn: Day,
    incomeYear: Type.Integer(),
    incomeCents: OrNull(Type.Integer()),
    limitCents: OrNull(Type.Integer()),
    presumed: Type.Boolean(),
    household: Type.Array(Member),
    jobCentre: OrNull(Type.String()),
    jobEndedOn: OrNull(Day),
    pensionNumber: OrNull(Type.String()),
    authority: Type.String(),
    district: OrNull(Type.String()),
    exemptions: Type.Array(Given, {
      description: 'What it gave: first to whom it is about, then to who depends on her',
    }),
  },
  { title: 'ExemptionDeclaration' },
)
export type Declaration = Static<typeof Declaration>
