// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { checkCharacter, computeFiscalCode, withoutOmocodia } from '../../../shared/fiscal-code.ts'
import { mistakes, nameLetters } from '../../../shared/names.ts'
import type { Day } from '../../platform/time.ts'

/** A record that comes in: a row of a file, a message of a national registry. What it does not say is missing. */
export interface Incoming {
  /** Fiscal, provisional, STP or ENI code, as written. */
  code?: string
  /** Number of the health card. */
  team?: string
  familyName?: string
  givenName?: string
  birthDate?: Day
  sex?: 'M' | 'F' | 'N'
  /** Cadastral code of the municipality or state of birth. */
  birthPlace?: string
  /** ISTAT code of the municipality of residence. */
  residence?: string
}

/** Somebody of the registry, with all the codes, cards and residences she has or had. */
export interface Known {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: 'M' | 'F' | 'N'
  birthPlace: string | null
  codes: readonly string[]
  teams: readonly string[]
  residences: readonly string[]
}

/** How far two records agree on a field, from the same to different; a field that one of them lacks is left out. */
export const levels = {
  code: ['same', 'form', 'close', 'different'],
  team: ['same', 'different'],
  family: ['same', 'part', 'close', 'neighbour', 'different'],
  given: ['same', 'part', 'close', 'neighbour', 'different'],
  order: ['kept', 'swapped'],
  birthDate: ['same', 'swapped', 'digit', 'different'],
  sex: ['same', 'different'],
  birthPlace: ['same', 'different'],
  residence: ['same', 'different'],
} as const
export type Field = keyof typeof levels
export type Levels = { [F in Field]?: (typeof levels)[F][number] }
type NameLevel = (typeof levels)['family'][number]

/** Whether a name as it is compared is one that people of the registry bear. */
export type Borne = (kind: 'family' | 'given', key: string) => boolean

/** Compares a record with a person, field by field. */
export function compare(record: Incoming, person: Known, borne: Borne): Levels {
  const found: Levels = {}
  const put = <F extends Field>(field: F, level: Levels[F] | undefined): void => {
    if (level) found[field] = level
  }
  put('code', record.code ? compareCodes(record.code, person.codes) : undefined)
  put('team', among(record.team, person.teams))
  Object.assign(found, compareNames(record, person, borne))
  put('birthDate', record.birthDate ? compareDays(record.birthDate, person.birthDate) : undefined)
  // N: not known, or not said.
  if (record.sex && record.sex !== 'N' && person.sex !== 'N')
    put('sex', record.sex === person.sex ? 'same' : 'different')
  put('birthPlace', among(record.birthPlace, person.birthPlace ? [person.birthPlace] : []))
  put('residence', among(record.residence, person.residences))
  return found
}

const among = (value: string | undefined, known: readonly string[]): 'same' | 'different' | undefined =>
  !value || known.length === 0 ? undefined : known.includes(value) ? 'same' : 'different'

const kindOf = (code: string): string =>
  /^[0-9]+$/.test(code) ? 'CF_PROVISIONAL' : (/^(STP|ENI)(?=[0-9])/.exec(code)?.[1] ?? 'CF')

/** Codes of another kind say nothing: somebody with an STP code gets a fiscal code one day. */
function compareCodes(code: string, known: readonly string[]): Levels['code'] {
  if (known.includes(code)) return 'same'
  const alike = known.filter((other) => kindOf(other) === kindOf(code))
  if (alike.length === 0) return undefined
  if (kindOf(code) === 'CF' && alike.some((other) => plainCode(other) === plainCode(code))) return 'form'
  return alike.some((other) => mistakes(other, code, 1) === 1) ? 'close' : 'different'
}

/** The first 15 characters of a fiscal code without omocodia, as `registry.plain_code` makes them. */
export const plainCode = (code: string): string => (code.length === 16 ? withoutOmocodia(code).slice(0, 15) : code)

/** Whether a fiscal code is well formed and its letters are those of this given name: then it was not copied from a relative. */
export function codeFitsGivenName(code: string, givenName: string): boolean {
  const of = { familyName: '', givenName, birthDate: '2000-01-01', sex: 'M' as const, birthPlaceCode: 'A000' }
  return isWellFormed(code) && code.slice(3, 6) === computeFiscalCode(of).slice(3, 6)
}

/** Whether the last character of a fiscal code checks the others: then no single character is mistyped. */
export const isWellFormed = (code: string): boolean =>
  code.length === 16 && checkCharacter(code.slice(0, 15)) === code[15]

function compareNames(record: Incoming, person: Known, borne: Borne): Pick<Levels, 'family' | 'given' | 'order'> {
  const { familyName: family, givenName: given } = record
  const straight = {
    ...(family && { family: compareName('family', family, person.familyName, borne) }),
    ...(given && { given: compareName('given', given, person.givenName, borne) }),
  }
  if (!family || !given || straight.family !== 'different' || straight.given !== 'different')
    return family && given ? { ...straight, order: 'kept' } : straight
  const crossed = {
    family: compareName('family', given, person.familyName, borne),
    given: compareName('given', family, person.givenName, borne),
  }
  const swapped = crossed.family !== 'different' && crossed.given !== 'different'
  return swapped ? { ...crossed, order: 'swapped' } : { ...straight, order: 'kept' }
}

const wordsOf = (name: string): string[] =>
  name
    .split(/[\s-]+/)
    .map(nameLetters)
    .filter(Boolean)

function compareName(kind: 'family' | 'given', written: string, known: string, borne: Borne): NameLevel {
  const [one, other] = [nameLetters(written), nameLetters(known)]
  if (one === other) return 'same'
  const [few, many] = [wordsOf(written), wordsOf(known)].toSorted((a, b) => a.length - b.length) as [string[], string[]]
  if (few.length < many.length && few.every((word) => many.includes(word))) return 'part'
  const allowed = Math.min(one.length, other.length) < 4 ? 0 : Math.min(one.length, other.length) < 8 ? 1 : 2
  if (mistakes(one, other, allowed) > allowed) return 'different'
  return borne(kind, one) ? 'neighbour' : 'close'
}

function compareDays(one: Day, other: Day): Levels['birthDate'] {
  if (one === other) return 'same'
  if (`${one.slice(0, 5)}${one.slice(8)}-${one.slice(5, 7)}` === other) return 'swapped'
  return mistakes(one.replaceAll('-', ''), other.replaceAll('-', ''), 1) === 1 ? 'digit' : 'different'
}
