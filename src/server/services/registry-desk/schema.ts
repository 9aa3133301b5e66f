// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static, type TSchema } from 'typebox'

/** What a desk looks somebody up for. */
export const SearchPurpose = Type.Enum(['booking', 'payment', 'delegation', 'enrolment', 'contacts'], {
  title: 'SearchPurpose',
  description: 'What the person is looked up for; she reads it in the list of who saw her data',
})

/** The pages of a search: whoever does not find somebody in these must ask more precisely. */
export const lastPage = 5

export const PersonSearchWish = Type.Object(
  {
    purpose: SearchPurpose,
    identifier: Type.Optional(
      Type.String({
        minLength: 5,
        maxLength: 40,
        description: 'Fiscal code (also provisional), STP, ENI or number of the health card',
      }),
    ),
    familyName: Type.Optional(Type.String({ minLength: 2, maxLength: 80 })),
    givenName: Type.Optional(Type.String({ minLength: 2, maxLength: 80 })),
    birthDate: Type.Optional(Type.String({ format: 'date' })),
    page: Type.Integer({ minimum: 1, maximum: lastPage }),
  },
  { title: 'PersonSearch', additionalProperties: false },
)
export type PersonSearchWish = Static<typeof PersonSearchWish>

export const PersonSearchResult = Type.Object(
  {
    people: Type.Array(
      Type.Object(
        {
          id: Type.String({ format: 'uuid' }),
          familyName: Type.String(),
          givenName: Type.String(),
          birthDate: Type.String({ format: 'date' }),
          sex: Type.Enum(['M', 'F', 'N']),
          birthPlace: Type.String(),
          town: Type.Union([Type.String(), Type.Null()], { description: 'Municipality of residence' }),
          deceased: Type.Boolean(),
          exact: Type.Boolean({ description: 'False when a name is only like the one asked for' }),
        },
        { title: 'PersonFound' },
      ),
    ),
    more: Type.Boolean({ description: 'Whether there is another page' }),
    narrow: Type.Boolean({ description: 'Whether there are more people than can be paged through' }),
  },
  { title: 'PersonSearchResult' },
)
export type PersonSearchResult = Static<typeof PersonSearchResult>

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const ById = Type.Object({ id: Id })
const Reason = Type.String({ minLength: 3, maxLength: 500 })

export const CaseStates = ['open', 'later', 'same', 'different'] as const
const CaseState = Type.Enum([...CaseStates], {
  title: 'DuplicateState',
  description: 'open: to decide; later: put off',
})
/** How likely two records are one person, in three steps a person can read. */
const Likelihood = Type.Enum(['almost-sure', 'likely', 'possible'], { title: 'DuplicateLikelihood' })
const Doubt = Type.Enum(
  ['another-given-name', 'another-sex', 'another-code', 'another-birth-date', 'code-of-somebody-else', 'several-fit'],
  { title: 'DuplicateDoubt' },
)
const ShortRecord = Type.Object(
  { id: Id, familyName: Type.String(), givenName: Type.String(), birthDate: Day },
  { title: 'RecordInShort' },
)

export const CaseQuery = Type.Object({
  state: Type.Enum([...CaseStates]),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
})
export type CaseQuery = Static<typeof CaseQuery>

export const CasePage = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { id: Id, first: ShortRecord, second: ShortRecord, likelihood: Likelihood, state: CaseState },
        { title: 'DuplicateInShort' },
      ),
    ),
    more: Type.Boolean(),
    open: Type.Integer(),
    later: Type.Integer(),
  },
  { title: 'DuplicatePage' },
)
export type CasePage = Static<typeof CasePage>

/** Fields as they are compared on the screen. */
export const comparedFields = [
  'code',
  'familyName',
  'givenName',
  'birthDate',
  'sex',
  'birthPlace',
  'residence',
  'card',
  'mobile',
  'email',
  'citizenship',
  'deceasedOn',
  'since',
] as const

export const CaseView = Type.Object(
  {
    id: Id,
    state: CaseState,
    likelihood: Likelihood,
    doubts: Type.Array(Doubt),
    note: Nullable(Type.String()),
    first: ShortRecord,
    second: ShortRecord,
    fields: Type.Array(
      Type.Object(
        {
          field: Type.Enum([...comparedFields]),
          first: Nullable(Type.String()),
          second: Nullable(Type.String()),
          level: Type.Enum(['same', 'similar', 'different', 'missing'], {
            description: 'missing: one of the two has none',
          }),
          how: Type.Union([Type.Enum(['form', 'close', 'part', 'neighbour', 'swapped', 'digit']), Type.Null()], {
            description:
              'How they are similar: form (but for omocodia), close (a character), part (one of two names), neighbour (a letter, yet another name), swapped (day and month), digit',
          }),
        },
        { title: 'FieldCompared' },
      ),
    ),
    hangs: Type.Array(
      Type.Object(
        {
          what: Type.Enum([
            'bookings',
            'payments',
            'prescriptions',
            'exemptions',
            'doctors',
            'delegations',
            'messages',
            'family',
          ]),
          first: Type.Integer(),
          second: Type.Integer(),
        },
        { title: 'HangingOn', description: 'How much hangs on each record' },
      ),
    ),
    suggested: Type.Enum(['first', 'second'], {
      description: 'The record that had better go on: the one more hangs on',
    }),
    mergeId: Nullable(Id),
  },
  { title: 'DuplicateCase' },
)
export type CaseView = Static<typeof CaseView>

export const CaseDecisionWish = Type.Object(
  {
    decision: Type.Enum(['same', 'different', 'later']),
    survivorId: Type.Optional(
      Type.String({ format: 'uuid', description: 'Of records that are one person: the one that goes on' }),
    ),
    note: Reason,
  },
  { title: 'DuplicateDecision', additionalProperties: false },
)
export type CaseDecisionWish = Static<typeof CaseDecisionWish>

export const MergeQuery = Type.Object({ page: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) })

export const MergePage = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Id,
          duplicate: ShortRecord,
          survivor: ShortRecord,
          mergedAt: Type.String({ format: 'date-time' }),
          reason: Type.String(),
          undoneAt: Nullable(Type.String({ format: 'date-time' })),
          undoneWhy: Nullable(Type.String()),
          canUndo: Type.Boolean({ description: 'Only the last merge of a record can be undone' }),
        },
        { title: 'MergeInShort' },
      ),
    ),
    more: Type.Boolean(),
  },
  { title: 'MergePage' },
)
export type MergePage = Static<typeof MergePage>

export const UndoWish = Type.Object({ reason: Reason }, { title: 'UndoMerge', additionalProperties: false })

export const UndoResult = Type.Object(
  {
    differs: Type.Integer({ description: 'Rows changed or deleted since the merge, which stay as they are now' }),
    since: Type.Integer({ description: 'Rows written for the record that went on since, which stay with it' }),
  },
  { title: 'UndoneMerge' },
)
export type UndoResult = Static<typeof UndoResult>
