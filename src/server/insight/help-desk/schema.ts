// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

export const NewFeedback = Type.Object(
  {
    about: Type.String({ pattern: '^[a-z0-9/-]{1,80}$', description: 'Page or procedure' }),
    kind: Type.Enum(['page', 'procedure']),
    score: Type.Integer({ minimum: 1, maximum: 5 }),
    answers: Type.Array(Type.String({ pattern: '^[a-z]{1,20}$' }), { maxItems: 5, uniqueItems: true }),
    text: Type.String({ maxLength: 200, description: 'No health data, no names' }),
    release: Type.String({ maxLength: 40, description: 'Version of the page' }),
  },
  { title: 'NewFeedback', additionalProperties: false },
)
export type NewFeedback = Static<typeof NewFeedback>

export const NewHelpRequest = Type.Object(
  {
    kind: Type.Enum(['question', 'fault', 'barrier']),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    email: Type.String({ format: 'email', maxLength: 254 }),
    text: Type.String({ minLength: 1, maxLength: 2000 }),
    page: Type.Optional(Type.String({ maxLength: 300, description: 'Where it happened' })),
  },
  { title: 'NewHelpRequest', additionalProperties: false },
)
export type NewHelpRequest = Static<typeof NewHelpRequest>

export const HelpRequest = Type.Object(
  { number: Type.String(), answerBy: Type.String({ format: 'date' }) },
  { title: 'HelpRequest' },
)
