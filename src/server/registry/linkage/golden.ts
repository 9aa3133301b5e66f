// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Who said something of a person, the most to be believed first. */
export const sources = ['anpr', 'sistema-ts', 'asl', 'hospital', 'self'] as const
export type Source = (typeof sources)[number]

/** A person's own data, with the columns they are kept in. */
export const fieldColumns = {
  familyName: ['family_name'],
  givenName: ['given_name'],
  birthDate: ['birth_date'],
  sex: ['sex'],
  birthPlace: ['birth_place_code', 'birth_place_name'],
  citizenship: ['citizenship'],
  deceasedOn: ['deceased_on'],
} as const
export type PersonField = keyof typeof fieldColumns
export const personFields = Object.keys(fieldColumns) as PersonField[]

/** The columns of a person as the database gives them as JSON. */
export type Image = Readonly<Record<string, string | null>>

export interface Provenance {
  source: Source
  observedAt: string
}

/** A record with who said what of it. */
export interface Sourced {
  image: Image
  said: Partial<Record<PersonField, Provenance>>
}

/** What the record that goes on takes over from the duplicate. */
export interface Taken {
  field: PersonField
  before: Image
  after: Image
  saidBefore: Provenance | null
  saidAfter: Provenance | null
}

const rank = (said: Provenance | undefined): number => (said ? sources.indexOf(said.source) : sources.length)

/**
 * The golden record: of each field what the better source said, of equal ones the record that goes on; what it lacks comes
 * from the duplicate. Returns only what changes.
 */
export function takenOver(survivor: Sourced, duplicate: Sourced): Taken[] {
  return personFields.flatMap((field): Taken[] => {
    const of = ({ image }: Sourced): Image =>
      Object.fromEntries(fieldColumns[field].map((column) => [column, image[column] ?? null]))
    const [before, after] = [of(survivor), of(duplicate)]
    const lacks = ({ [fieldColumns[field][0]]: first }: Image): boolean => first === null
    if (lacks(after) || JSON.stringify(before) === JSON.stringify(after)) return []
    const [mine, its] = [survivor.said[field], duplicate.said[field]]
    if (!lacks(before) && rank(its) >= rank(mine)) return []
    return [{ field, before, after, saidBefore: mine ?? null, saidAfter: its ?? null }]
  })
}
