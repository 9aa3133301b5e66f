// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

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
