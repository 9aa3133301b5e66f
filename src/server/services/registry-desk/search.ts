// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import { searchPeople } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { lastPage, type PersonSearchResult, type PersonSearchWish } from './schema.ts'

const tooWide = new Refusal(
  'registry/search-too-wide',
  400,
  { it: 'La ricerca è troppo ampia.', en: 'The search is too wide.' },
  {
    field: 'familyName',
    next: {
      it: 'Indica un codice, il cognome con almeno due lettere, o la data di nascita.',
      en: 'Give a code, the family name with at least two letters, or the date of birth.',
    },
  },
)

const pageSize = 20

/**
 * Looks people up for a desk, as much as it takes to tell them apart and a page at a time. Each person shown has it in her
 * trail, with what for.
 *
 * @throws Refusal `registry/search-too-wide` when neither a code nor a family name nor a date of birth is given
 */
export async function searchPersons(
  { db, now }: Platform,
  actor: Actor,
  { purpose, page, ...search }: PersonSearchWish,
): Promise<PersonSearchResult> {
  const letters = search.familyName?.match(/\p{L}/gu)?.length ?? 0
  if (!search.identifier && !search.birthDate && letters < 2) throw tooWide
  return asSystem(db, async (tx) => {
    const skip = (page - 1) * pageSize
    const found = await searchPeople(tx, search, romeDay(now()), { skip, limit: pageSize + 1 })
    const people = found.slice(0, pageSize)
    const entry = { action: 'SEARCH', object: 'person', purpose } as const
    const shown = people.length > 0 ? people.map(({ id }) => id) : [null]
    await audit(tx, actor, ...shown.map((patientId) => ({ ...entry, patientId })))
    const further = found.length > pageSize
    return {
      people: people as PersonSearchResult['people'],
      more: further && page < lastPage,
      narrow: further && page === lastPage,
    } // sex is checked by the table
  })
}
