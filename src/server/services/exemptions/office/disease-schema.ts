// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { exemptionStates } from '../../../registry/people/index.ts'
import { Day, Id } from '../schema.ts'
import { AnyCode, lastPage, Named, OrNull } from './schema.ts'

const Moment = Type.String({ format: 'date-time' })
const Count = Type.Integer({ minimum: 0 })

export const DiseaseCode = Type.Object({ code: Type.String(), name: Type.String(), rare: Type.Boolean() })
export const DiseaseCodes = Type.Object({ items: Type.Array(DiseaseCode) }, { title: 'DiseaseExemptionCodes' })
export type DiseaseCodes = Static<typeof DiseaseCodes>

export const NewDiseaseExemption = Type.Object(
  {
    fiscalCode: Type.String({ minLength: 11, maxLength: 20 }),
    code: AnyCode,
    issuer: Type.String({ minLength: 3, maxLength: 200, description: 'Who certified the disease' }),
    issuedOn: Day,
    number: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'Of the certificate' })),
    until: OrNull(Type.String({ format: 'date', description: 'Last day; null when it has no end' })),
  },
  { title: 'NewDiseaseExemption', additionalProperties: false },
)
export type NewDiseaseExemption = Static<typeof NewDiseaseExemption>

export const DiseaseExemption = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Of the exemption' }),
    personName: Type.String(),
    fiscalCode: OrNull(Type.String()),
    code: Type.String(),
    name: Type.String(),
    state: Type.Enum([...exemptionStates]),
    from: Day,
    until: OrNull(Day),
    issuer: Type.String(),
    issuedOn: Day,
    number: OrNull(Type.String()),
    enteredAt: Moment,
  },
  { title: 'DiseaseExemption' },
)
export type DiseaseExemption = Static<typeof DiseaseExemption>
export const DiseasePage = Type.Object({ page: Type.Integer({ minimum: 1, maximum: lastPage, default: 1 }) })
export const DiseaseExemptions = Type.Object(
  { items: Type.Array(DiseaseExemption), total: Count },
  { title: 'DiseaseExemptions' },
)
export type DiseaseExemptions = Static<typeof DiseaseExemptions>

export const NewProrogation = Type.Object(
  {
    authorityId: Id,
    act: Type.String({ minLength: 5, maxLength: 300, description: 'Act of the region that says so' }),
    codes: Type.Array(AnyCode, { minItems: 1, maxItems: 200, uniqueItems: true }),
    endingFrom: Type.String({ format: 'date', description: 'First last day of those it is for' }),
    endingTo: Type.String({ format: 'date', description: 'Last one' }),
    until: Type.String({ format: 'date', description: 'New last day' }),
  },
  { title: 'NewProrogation', additionalProperties: false },
)
export type NewProrogation = Static<typeof NewProrogation>
export const Prorogation = Type.Object(
  {
    id: Id,
    authority: Named,
    act: Type.String(),
    codes: Type.Array(Type.String()),
    endingFrom: Day,
    endingTo: Day,
    until: Day,
    state: Type.Enum(['PREPARED', 'RUNNING', 'DONE', 'UNDOING', 'UNDONE']),
    counted: Type.Integer({ description: 'Exemptions it was for when it was prepared' }),
    done: Type.Integer({ description: 'Prorogued so far' }),
    leftOut: Type.Integer({ description: 'Already followed by another of the same code' }),
    mayUndo: Type.Boolean({ description: 'It is done and can be taken back' }),
    undoUntil: OrNull(Moment),
    preparedAt: Moment,
  },
  { title: 'ExemptionProrogation' },
)
export type Prorogation = Static<typeof Prorogation>
export const Prorogations = Type.Object({ items: Type.Array(Prorogation) }, { title: 'ExemptionProrogations' })
