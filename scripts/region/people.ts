// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import {
  familyNamePart,
  fiscalCodeOf,
  givenNamePart,
  omocodeVariant,
  type BirthFacts,
} from '../../src/shared/fiscal-code.ts'
import { dayAfter } from './calendar.ts'
import { email, givenName, mobile, remembered, street, surname } from './names.ts'
import { weighted, type Random } from './random.ts'
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
  /** What not everybody has. */
  life?: Life
}

/** What happened to a person besides being born and living in one place. Days are YYYY-MM-DD. */
export interface Life {
  /** State code of ANPR, when not Italian. */
  citizenship?: string
  /** When somebody born elsewhere came to live in the region. */
  arrived?: string
  /** Where the household lived before, and the day it moved. */
  moved?: { on: string; from: Municipality }
  /** Where the person stays without residing there, since a day. */
  domicile?: { since: string; at: Municipality }
  /** A fiscal code that was found wrong and replaced on a day. */
  formerCode?: { value: string; until: string }
  /** The person is dead, or went to live abroad, since a day. */
  died?: string
  emigrated?: string
  /** A newborn whose code has not come yet. */
  uncoded?: boolean
}

/** Shares of ages by five years, 0-4 to 95-99, near those of Campania; they are weights, not percentages. */
const ageWeights = [40, 45, 51, 54, 56, 57, 58, 60, 66, 75, 80, 79, 70, 60, 53, 43, 34, 24, 11, 3]
/** How much of an age is left to those who live alone or as a couple: the others are children or bring up children. */
const headed = (band: number): number => (band < 6 ? 0.22 : band < 10 ? 0.15 : band < 12 ? 0.5 : band < 13 ? 0.8 : 1)
/** Ages of the one a household is counted from. */
const pickHeadAge = weighted(
  ageWeights.flatMap((weight, band) => (band < 4 ? [] : [[band * 5, weight * headed(band)] as const])),
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
  ['alone', 38],
  ['couple', 27],
  ['couple-with-children', 27],
  ['parent-with-children', 8],
] as const)

/** Codes given so far in a run: a second person with the same code gets an omocode variant. */
export class FiscalCodes {
  readonly #given = new Set<string>()
  // A region has millions of people and thousands of names.
  readonly #familyName = remembered(familyNamePart)
  readonly #givenName = remembered(givenNamePart)

  /** How many were given. */
  get given(): number {
    return this.#given.size
  }

  /** Notes that a code is somebody's already. */
  take(code: string): void {
    this.#given.add(code)
  }

  give(facts: BirthFacts): string {
    const plain = fiscalCodeOf(this.#familyName(facts.familyName) + this.#givenName(facts.givenName), facts)
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
  // A birthday that a year does not have, of 29 February, is the day after.
  const year = Number(today.slice(0, 4)) - age - 1
  return dayAfter(`${year}${today.slice(4)}`, random.int(1, 365))
}

function birthPlace({ random, territory }: Context, home: Municipality, adult: boolean): BirthPlace {
  const chance = random.next()
  if (chance < (adult ? 0.062 : 0.02)) return random.pick(territory.abroad)
  if (chance < 0.12) return random.pick(territory.italy)
  const town = chance < 0.7 ? home : random.pick(territory.municipalities)
  return { code: town.belfiore, name: town.name.toUpperCase() }
}

/** What all those of a household share. */
interface Roof {
  home: Municipality
  line: string
  latitude: number
  longitude: number
  moved: Life['moved']
}

function roof(context: Context, home: Municipality): Roof {
  const { random, territory, today } = context
  const from = random.chance(0.12) ? random.pick(territory.municipalities) : home
  return {
    home,
    line: street(random),
    latitude: home.latitude + (random.next() - 0.5) * 0.03,
    longitude: home.longitude + (random.next() - 0.5) * 0.03,
    moved: from === home ? undefined : { on: dayAfter(today, -random.int(30, 3650)), from },
  }
}

interface PersonWish {
  sex: 'M' | 'F'
  age: number
  familyName: string
  parents?: Generated[]
  /** Born on this day, whatever the age. */
  birthDate?: string
}

/** One person of a given sex and age, with a fiscal code of her own. */
function makePerson(context: Context, under: Roof, wish: PersonWish): Generated {
  const { random, codes, today } = context
  const facts = {
    givenName: givenName(random, wish.sex),
    familyName: wish.familyName,
    sex: wish.sex,
    birthDate: wish.birthDate ?? birthDateAt(random, wish.age, today),
  }
  const adult = wish.age >= 18
  const place = birthPlace(context, under.home, adult)
  const life = lifeOf(context, under, facts, wish.age, place)
  return {
    id: random.uuid(),
    ...facts,
    birthPlace: place,
    fiscalCode: codes.give({ ...facts, birthPlaceCode: place.code }),
    home: under.home,
    line: under.line,
    latitude: under.latitude,
    longitude: under.longitude,
    mobile: adult && random.chance(0.88) ? mobile(random) : null,
    email:
      adult && random.chance(wish.age > 75 ? 0.25 : 0.7) ? email(facts.givenName, facts.familyName, codes.given) : null,
    parents: (wish.parents ?? []).map((parent) => parent.id),
    life,
  }
}

/** Who died in the last two years, by age: some eleven in a thousand people a year. */
const deathsInTwoYears = (age: number): number =>
  age < 50 ? 0.001 : age < 70 ? 0.01 : age < 80 ? 0.045 : age < 90 ? 0.14 : 0.35

function lifeOf(
  { random, codes, territory, today }: Context,
  { moved }: Roof,
  facts: Omit<BirthFacts, 'birthPlaceCode'>,
  age: number,
  place: BirthPlace,
): Life {
  const life: Life = {}
  if (place.state && random.chance(0.8)) life.citizenship = place.state
  const elsewhere = place.state !== undefined || territory.italy.includes(place)
  if (elsewhere && age > 0) life.arrived = dayAfter(facts.birthDate, random.int(1, age * 365))
  if (moved && moved.on > (life.arrived ?? facts.birthDate)) life.moved = moved
  if (random.chance(age >= 19 && age < 30 ? 0.07 : age >= 80 ? 0.04 : 0.01))
    life.domicile = {
      since: dayAfter(today, -random.int(0, Math.min(700, age * 365))),
      at: random.pick(territory.municipalities),
    }
  if (age > 0 && random.chance(0.003)) {
    // The day had been written wrong.
    const wrong = dayAfter(facts.birthDate, facts.birthDate.endsWith('-01') ? 1 : -1)
    const value = codes.give({ ...facts, birthDate: wrong, birthPlaceCode: place.code })
    life.formerCode = { value, until: dayAfter(today, -random.int(1, Math.min(3000, age * 365 - 1))) }
  }
  if (age >= 18 && random.chance(deathsInTwoYears(age))) life.died = dayAfter(today, -random.int(1, 730))
  else if (age >= 20 && age < 45 && random.chance(0.006)) life.emigrated = dayAfter(today, -random.int(1, 1000))
  const left = life.died ?? life.emigrated
  if (left && life.arrived && life.arrived >= left) delete life.arrived
  if (facts.birthDate > dayAfter(today, -6) && random.chance(0.5)) life.uncoded = true
  return life
}

/** People who live together: alone, a couple, parents with children. */
function household(context: Context, home: Municipality): Generated[] {
  const { random } = context
  const kind = pickHousehold(random)
  const age = (kind.endsWith('children') ? pickParentAge(random) : pickHeadAge(random)) + random.int(0, 4)
  const under = roof(context, home)
  const sex = kind === 'parent-with-children' ? (random.chance(0.82) ? 'F' : 'M') : random.chance(0.51) ? 'F' : 'M'
  const head = makePerson(context, under, { sex, age, familyName: surname(random) })
  const parents = [head]
  if (kind === 'couple' || kind === 'couple-with-children') {
    const otherAge = Math.max(19, Math.min(99, age + random.int(-6, 6)))
    // Spouses keep their own surname in Italy; fiscal codes follow it.
    parents.push(
      makePerson(context, under, { sex: sex === 'F' ? 'M' : 'F', age: otherAge, familyName: surname(random) }),
    )
  }
  if (!kind.endsWith('children')) return parents
  return [...parents, ...childrenOf(context, under, parents)]
}

/** Children at home: those of one mother are born nine months apart at least, or on one day. */
function childrenOf(context: Context, under: Roof, parents: Generated[]): Generated[] {
  const { random, today } = context
  const [head] = parents
  const yearOf = (person: Generated): number => Number(today.slice(0, 4)) - Number(person.birthDate.slice(0, 4))
  const youngest = Math.min(...parents.map(yearOf))
  const motherAge = yearOf(parents.find((person) => person.sex === 'F') ?? head!)
  const familyName = (parents.find((person) => person.sex === 'M') ?? head!).familyName
  const wanted = [1, 2, 2, 2, 2, 3][random.int(0, 5)]!
  const made: Generated[] = []
  const ages: number[] = []
  for (let child = 0; child < wanted; child += 1) {
    const age = motherAge - random.int(21, 38)
    if (age < 0 || age > 32 || youngest - age < 17 || ages.some((other) => Math.abs(other - age) < 2)) continue
    ages.push(age)
    const wish = { sex: random.chance(0.485) ? 'F' : 'M', age, familyName, parents } as const
    const first = makePerson(context, under, wish)
    made.push(first)
    if (!random.chance(0.015)) continue
    const twin = makePerson(context, under, {
      ...wish,
      sex: random.chance(0.7) ? wish.sex : 'F',
      birthDate: first.birthDate,
    })
    if (twin.givenName !== first.givenName) made.push(twin)
  }
  return made
}

/** Somebody without documents, whom the health service knows by a code of its own (STP; ENI for citizens of the Union). */
function foreigner(context: Context, home: Municipality, number: number): Generated {
  const { random, territory } = context
  const person = makePerson(context, roof(context, home), {
    sex: random.chance(0.4) ? 'F' : 'M',
    age: random.int(18, 55),
    familyName: surname(random),
  })
  const place = random.pick(territory.abroad)
  const kind = place.inUnion ? 'ENI' : 'STP'
  return {
    ...person,
    birthPlace: place,
    fiscalCode: `${kind}150${home.aslCode}${String(1_000_000 + number)}`,
    life: place.state ? { citizenship: place.state } : {},
  }
}

/** Every household of the region, municipality by municipality, until `wanted` people are there. */
export function* households(context: Context, wanted: number): Generator<Generated[]> {
  const total = context.territory.municipalities.reduce((sum, town) => sum + town.population, 0)
  let [made, due] = [0, 0]
  for (const town of context.territory.municipalities) {
    due += (town.population / total) * wanted
    while (made < Math.round(due)) {
      const people = context.random.chance(0.004) ? [foreigner(context, town, made)] : household(context, town)
      made += people.length
      yield people
    }
  }
}
