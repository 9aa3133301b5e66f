// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static, type TSchema } from 'typebox'
import { differenceStates, messageActions, messageStates } from '../../registry/national/index.ts'
import { eventKinds, nationalSources } from '../../national/registries/index.ts'

const Id = Type.String({ format: 'uuid' })
const Day = Type.String({ format: 'date' })
const At = Type.String({ format: 'date-time' })
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Reason = Type.String({ minLength: 3, maxLength: 500 })
export const ByNationalId = Type.Object({ id: Id })

const Source = Type.Enum([...nationalSources], {
  title: 'NationalSource',
  description: 'anpr: registry of residents; ana: registry of people assisted, on Sistema TS',
})
const Page = Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
const Who = Type.Object(
  { id: Nullable(Id), familyName: Type.String(), givenName: Type.String(), birthDate: Day },
  { title: 'NationalWho', description: 'id is null for somebody the registry does not know' },
)

export const differenceParts = [
  'familyName',
  'givenName',
  'birthDate',
  'sex',
  'birthPlace',
  'citizenship',
  'deceasedOn',
  'fiscalCode',
  'healthCard',
  'residence',
  'enrolment',
] as const
const Part = Type.Enum([...differenceParts], { title: 'NationalPart' })
const State = Type.Enum([...differenceStates], {
  title: 'NationalDifferenceState',
  description: 'later: put off; taken: as the registry says; kept: as we have it; overtaken: no longer a difference',
})
const Sides = Type.Object({ value: Type.String(), from: Type.Optional(Day) }, { title: 'NationalSaid' })

export const DifferenceQuery = Type.Object({
  state: Type.Enum([...differenceStates]),
  part: Type.Optional(Type.Enum([...differenceParts])),
  source: Type.Optional(Type.Enum([...nationalSources])),
  sort: Type.Optional(Type.Enum(['newest', 'oldest', 'name'])),
  page: Page,
})
export type DifferenceQuery = Static<typeof DifferenceQuery>

const inShort = {
  id: Id,
  person: Who,
  part: Part,
  source: Source,
  ours: Sides,
  ourSource: Nullable(Type.String({ description: 'Who said ours; null when nobody wrote it down' })),
  theirs: Sides,
  because: Type.Enum(['equal-or-stronger', 'unknown-source', 'held-by-another', 'later-act']),
  foundAt: At,
  state: State,
}
export const DifferencePage = Type.Object(
  {
    items: Type.Array(Type.Object(inShort, { title: 'NationalDifferenceInShort' })),
    more: Type.Boolean(),
    open: Type.Integer(),
    later: Type.Integer(),
  },
  { title: 'NationalDifferencePage' },
)
export type DifferencePage = Static<typeof DifferencePage>

/** Fields that are shown side by side, whether they differ or not. */
export const comparedParts = [
  'familyName',
  'givenName',
  'birthDate',
  'sex',
  'birthPlace',
  'citizenship',
  'fiscalCode',
  'residence',
] as const

export const DifferenceView = Type.Object(
  {
    ...inShort,
    note: Nullable(Type.String()),
    message: Type.Object(
      { id: Id, kind: Nullable(Type.Enum([...eventKinds])), on: Nullable(Day), receivedAt: At },
      { title: 'NationalMessageOfDifference' },
    ),
    fields: Type.Array(
      Type.Object(
        {
          field: Type.Enum([...comparedParts]),
          ours: Nullable(Type.String()),
          theirs: Nullable(Type.String()),
          same: Type.Boolean(),
        },
        { title: 'NationalFieldCompared' },
      ),
    ),
    history: Type.Array(
      Type.Object(
        { state: Type.Enum(['open', 'later', 'taken', 'kept']), note: Type.String(), decidedAt: At },
        { title: 'NationalDecisionMade', description: 'open: the decision before was taken back' },
      ),
    ),
    canUndo: Type.Boolean(),
    own: Type.Boolean({ description: 'The record is of who looks: somebody else decides' }),
  },
  { title: 'NationalDifference' },
)
export type DifferenceView = Static<typeof DifferenceView>

export const DifferenceWish = Type.Object(
  { decision: Type.Enum(['take', 'keep', 'later']), note: Reason },
  { title: 'NationalDecision', additionalProperties: false },
)
export type DifferenceWish = Static<typeof DifferenceWish>
export const DifferenceUndoWish = Type.Object(
  { reason: Reason },
  { title: 'UndoNationalDecision', additionalProperties: false },
)

export const MessageQuery = Type.Object({
  state: Type.Optional(Type.Enum([...messageStates])),
  source: Type.Optional(Type.Enum([...nationalSources])),
  sort: Type.Optional(Type.Enum(['newest', 'oldest'])),
  page: Page,
})
export type MessageQuery = Static<typeof MessageQuery>

export const MessageView = Type.Object(
  {
    id: Id,
    source: Source,
    externalId: Type.String(),
    kind: Nullable(Type.Enum([...eventKinds])),
    on: Nullable(Day),
    sequence: Nullable(Type.Integer()),
    person: Nullable(Who),
    state: Type.Enum(['waiting', 'applied', 'error', 'set-aside']),
    problem: Nullable(
      Type.Enum(['malformed', 'id-reused', 'sequence-taken', 'unknown-person', 'unknown-event'], {
        title: 'NationalProblem',
      }),
    ),
    missing: Nullable(Type.Integer({ description: 'Number of the message it waits for, which has not come' })),
    deliveries: Type.Integer({ description: 'How often it came; it counted once' }),
    receivedAt: At,
    seenAt: At,
    outcome: Type.Array(
      Type.Object({ part: Type.String(), result: Type.Enum(['written', 'difference']) }, { title: 'NationalOutcome' }),
    ),
    note: Nullable(Type.String()),
    actions: Type.Array(Type.Enum([...messageActions])),
  },
  { title: 'NationalMessage' },
)
export type MessageView = Static<typeof MessageView>

export const MessagePage = Type.Object(
  {
    items: Type.Array(MessageView),
    total: Type.Integer(),
    more: Type.Boolean(),
    feeds: Type.Array(
      Type.Object(
        {
          source: Source,
          askedAt: At,
          answeredAt: Nullable(At),
          problem: Nullable(Type.Enum(['not-configured', 'unavailable'])),
        },
        { title: 'NationalFeedState' },
      ),
    ),
  },
  { title: 'NationalMessagePage' },
)
export type MessagePage = Static<typeof MessagePage>

export const MessageWish = Type.Object(
  {
    action: Type.Enum([...messageActions], {
      description:
        'retry: the person is known now; set-aside: it does not count; proceed: go on without the one before',
    }),
    note: Reason,
  },
  { title: 'NationalMessageDecision', additionalProperties: false },
)
export type MessageWish = Static<typeof MessageWish>
