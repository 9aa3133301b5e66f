// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { Id } from '../schema.ts'
import { differenceKinds } from './list-rules.ts'
import { lastPage, Named, OrNull } from './schema.ts'

const Count = Type.Integer({ minimum: 0 })
const Moment = Type.String({ format: 'date-time' })

export const NewImport = Type.Object(
  {
    authorityId: Id,
    year: Type.Integer({ minimum: 2010, maximum: 2100, description: 'Exemptions from 1 April of this year' }),
    dryRun: Type.Boolean({ description: 'Only compare: nothing that people hold is touched' }),
  },
  { title: 'NewListImport', additionalProperties: false },
)
export type NewImport = Static<typeof NewImport>

export const ListImport = Type.Object(
  {
    id: Id,
    authority: Named,
    year: Type.Integer(),
    dryRun: Type.Boolean(),
    state: Type.Enum(['QUEUED', 'READING', 'COMPARING', 'DONE', 'NOT_PUBLISHED']),
    number: OrNull(Type.Integer({ description: 'Of the publication by Sistema TS' })),
    pages: Count,
    pagesRead: Count,
    counts: Type.Object({
      entered: Count,
      shortened: Count,
      same: Count,
      declared: Count,
      unknown: Count,
      notListed: Count,
      withdrawn: Count,
    }),
    askedAt: Moment,
    doneAt: OrNull(Moment),
  },
  { title: 'ExemptionListImport' },
)
export type ListImport = Static<typeof ListImport>

export const DifferenceQuery = Type.Object({
  kind: Type.Optional(Type.Enum([...differenceKinds])),
  page: Type.Integer({ minimum: 1, maximum: lastPage, default: 1 }),
})
export type DifferenceQuery = Static<typeof DifferenceQuery>
export const Differences = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String(),
        kind: Type.Enum([...differenceKinds]),
        personName: OrNull(Type.String()),
        fiscalCode: OrNull(Type.String()),
        code: Type.String(),
      }),
    ),
    total: Count,
  },
  { title: 'ExemptionListDifferences' },
)
export type Differences = Static<typeof Differences>
