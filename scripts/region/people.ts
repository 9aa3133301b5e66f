// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { computeFiscalCode, omocodeVariant } from '../../src/shared/fiscal-code.ts'
import { plainName } from '../../src/shared/plain-text.ts'
import { cardCheckDigit } from '../../src/shared/team-card.ts'
import { email, givenName, mobile, street, surname } from './names.ts'
import { weighted, type Random } from './random.ts'
import { days, type Row } from './rows.ts'
import type { BirthPlace, Municipality, Territory } from './territory.ts'

/** A generated person, before becoming rows. */
export interface Generated {
  id: string
  givenName: string
  familyName: string
  sex: 'M' | 'F'
  /** YYYY-MM-DD */
  birthDate: string
  birthPlace: BirthPlace
  fiscalCode: string
  home: Municipality
  line: string
  latitude: number
  longitude: number
  mobile: string | null
  email: string | null
  /** Ids of the parents, for minors and for adults who live with them. */
  parents: string[]
}

/** Shares of ages by five years, 0-4 to 95-99, near those of Campania; they are weights, not percentages. */
const ageWeights = [40, 45, 51, 54, 56, 57, 58, 60, 66, 75, 80, 79, 70, 60, 53, 41, 29, 17, 7, 2]
/** Ages of the one a household is counted from. */
const pickHeadAge = weighted(
  ageWeights.flatMap((weight, band) =>
    band < 4 ? [] : [[band * 5, band < 6 ? weight * 0.3 : band < 12 ? weight * 0.45 : weight] as const],
  ),
)
/** Ages of those who bring up children at home. */
const pickParentAge = weighted([
  [25, 10],
  [30, 22],
  [35, 30],
  [40, 32],
  [45, 30],
  [50, 24],
  [55, 18],
  [60, 8],
] as const)
const pickHousehold = weighted([
  ['alone', 36],
  ['couple', 26],
  ['couple-with-children', 29],
  ['parent-with-children', 9],
] as const)

/** Codes given so far in a run: a second person with the same code gets an omocode variant. */
export class FiscalCodes {
  readonly #given = new Set<string>()

  /** How many were given. */
  get given(): number {
    return this.#given.size
  }

  /** Notes that a code is somebody's already. */
  take(code: string): void {
    this.#given.add(code)
  }

  give(facts: Parameters<typeof computeFiscalCode>[0]): string {
    const plain = computeFiscalCode(facts)
    for (let mask = 0; mask < 128; mask += 1) {
      const code = mask === 0 ? plain : omocodeVariant(plain, mask)
      if (this.#given.has(code)) continue
      this.#given.add(code)
      return code
    }
    throw new Error(`All 128 forms of ${plain} are taken.`)
  }
}

interface Context {
  random: Random
  territory: Territory
  codes: FiscalCodes
  /** YYYY-MM-DD */
  today: string
}

function birthDateAt(random: Random, age: number, today: string): string {
  const year = Number(today.slice(0, 4)) - age - 1
  const day = new Date(Date.UTC(year, Number(today.slice(5, 7)) - 1, Number(today.slice(8, 10)) + random.int(1, 365)))
  return day.toISOString().slice(0, 10)
}

function birthPlace({ random, territory }: Context, home: Municipality): BirthPlace {
  const chance = random.next()
  if (chance < 0.055) return random.pick(territory.abroad)
  if (chance < 0.12) return random.pick(territory.italy)
  const town = chance < 0.7 ? home : random.pick(territory.municipalities)
  return { code: town.belfiore, name: town.name.toUpperCase() }
}

interface PersonWish {
  sex: 'M' | 'F'
  age: number
  home: Municipality
  line: string
  familyName: string
  parents?: Generated[]
}

/** One person of a given sex and age, with a fiscal code of her own. */
function makePerson(context: Context, wish: PersonWish): Generated {
  const { random, codes, today } = context
  const facts = {
    givenName: givenName(random, wish.sex),
    familyName: wish.familyName,
    sex: wish.sex,
    birthDate: birthDateAt(random, wish.age, today),
  }
  const place = birthPlace(context, wish.home)
  const adult = wish.age >= 18
  const [parent] = wish.parents ?? []
  return {
    id: random.uuid(),
    ...facts,
    birthPlace: place,
    fiscalCode: codes.give({ ...facts, birthPlaceCode: place.code }),
    home: wish.home,
    line: wish.line,
    latitude: parent?.latitude ?? wish.home.latitude + (random.next() - 0.5) * 0.03,
    longitude: parent?.longitude ?? wish.home.longitude + (random.next() - 0.5) * 0.03,
    mobile: adult && random.chance(0.88) ? mobile(random) : null,
    email:
      adult && random.chance(wish.age > 75 ? 0.25 : 0.7) ? email(facts.givenName, facts.familyName, codes.given) : null,
    parents: (wish.parents ?? []).map((parent) => parent.id),
  }
}

/** People who live together: alone, a couple, parents with children. */
function household(context: Context, home: Municipality): Generated[] {
  const { random } = context
  const kind = pickHousehold(random)
  const age = (kind.endsWith('children') ? pickParentAge(random) : pickHeadAge(random)) + random.int(0, 4)
  const line = street(random)
  const sex = kind === 'parent-with-children' ? (random.chance(0.82) ? 'F' : 'M') : random.chance(0.51) ? 'F' : 'M'
  const head = makePerson(context, { sex, age, home, line, familyName: surname(random) })
  const parents = [head]
  if (kind === 'couple' || kind === 'couple-with-children') {
    const otherAge = Math.max(19, Math.min(99, age + random.int(-6, 6)))
    // Spouses keep their own surname in Italy; fiscal codes follow it.
    parents.push(
      makePerson(context, { sex: sex === 'F' ? 'M' : 'F', age: otherAge, home, line, familyName: surname(random) }),
    )
  }
  if (!kind.endsWith('children')) return parents
  const mother = parents.find((person) => person.sex === 'F') ?? head
  const motherAge = Number(context.today.slice(0, 4)) - Number(mother.birthDate.slice(0, 4))
  const familyName = (parents.find((person) => person.sex === 'M') ?? head).familyName
  const children = [1, 2, 2, 2, 2, 3][random.int(0, 5)]!
  const made: Generated[] = []
  for (let child = 0; child < children; child += 1) {
    const childAge = motherAge - random.int(21, 38)
    if (childAge < 0 || childAge > 32) continue
    made.push(
      makePerson(context, { sex: random.chance(0.485) ? 'F' : 'M', age: childAge, home, line, familyName, parents }),
    )
  }
  return [...parents, ...made]
}

/** Every household of the region, municipality by municipality, until `wanted` people are there. */
export function* households(context: Context, wanted: number): Generator<Generated[]> {
  const total = context.territory.municipalities.reduce((sum, town) => sum + town.population, 0)
  let [made, due] = [0, 0]
  for (const town of context.territory.municipalities) {
    due += (town.population / total) * wanted
    while (made < Math.round(due)) {
      const people = household(context, town)
      made += people.length
      yield people
    }
  }
}

/** Tables of the registry a person fills, in the order of their foreign keys. */
export const personTables = [
  'registry.person',
  'registry.person_identifier',
  'registry.address',
  'registry.enrolment',
  'registry.contact',
  'registry.family_link',
] as const
export type PersonRows = Record<(typeof personTables)[number], Row[]>

export const emptyRows = (): PersonRows => ({
  'registry.person': [],
  'registry.person_identifier': [],
  'registry.address': [],
  'registry.enrolment': [],
  'registry.contact': [],
  'registry.family_link': [],
})

/** Adds a person's rows to those waiting to be inserted. `number` counts the people of the region: health cards carry it. */
export function addRows(rows: PersonRows, person: Generated, number: number, random: Random, now: string): void {
  const since = days(person.birthDate)
  rows['registry.person'].push({
    id: person.id,
    family_name: person.familyName,
    given_name: person.givenName,
    search_name: plainName(person.familyName, person.givenName),
    birth_date: person.birthDate,
    sex: person.sex,
    birth_place_code: person.birthPlace.code,
    birth_place_name: person.birthPlace.name,
    citizenship: '100',
    version: 1,
    created_at: now,
    updated_at: now,
  })
  const foreign = person.fiscalCode.startsWith('STP')
  const card = `8038000150${String(number).padStart(9, '0')}`
  rows['registry.person_identifier'].push(
    foreign
      ? identifier(person.id, 'STP', person.fiscalCode, days('2026-01-01'), random)
      : identifier(person.id, 'CF', person.fiscalCode, since, random),
  )
  if (!foreign) {
    const number20 = card + cardCheckDigit(card)
    rows['registry.person_identifier'].push(
      identifier(person.id, 'TEAM', number20, days('2024-01-01', '2030-01-01'), random),
    )
  }
  const own = { person_id: person.id, valid: since, source: 'generator' }
  rows['registry.address'].push({
    id: random.uuid(),
    ...own,
    kind: 'residence',
    line: person.line,
    postcode: person.home.postcode,
    istat_code: person.home.istatCode,
    place: person.home.name,
    latitude: person.latitude,
    longitude: person.longitude,
  })
  rows['registry.enrolment'].push({
    id: random.uuid(),
    ...own,
    asl_id: person.home.aslId,
    district_id: person.home.districtId,
    kind: foreign ? 'STP' : 'RESIDENT',
    state: 'ACTIVE',
  })
  for (const kind of ['mobile', 'email'] as const) {
    const value = person[kind]
    if (value) rows['registry.contact'].push({ id: random.uuid(), ...own, kind, value, verified_at: now })
  }
  for (const parent of person.parents) {
    rows['registry.family_link'].push({ id: random.uuid(), ...own, related_id: parent, relation: 'parent' })
  }
}

export function identifier(personId: string, type: string, value: string, valid: string, random: Random): Row {
  return { id: random.uuid(), person_id: personId, type, value, valid, checked: true, source: 'generator' }
}
