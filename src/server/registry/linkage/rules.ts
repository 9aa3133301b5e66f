// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { nameLetters } from '../../../shared/names.ts'
import {
  codeFitsGivenName,
  compare,
  isWellFormed,
  type Field,
  type Incoming,
  type Known,
  type Levels,
} from './compare.ts'
import type { LinkageSettings } from './settings.ts'

/** How common names and places are in the registry. */
export interface Frequencies {
  people: number
  bearers(field: 'family' | 'given' | 'birthPlace' | 'residence', value: string): number
}

/** Why a clerk must look, whatever the weights say. */
export type Doubt =
  | 'another-given-name' // twins and siblings
  | 'another-sex'
  | 'another-code'
  | 'another-birth-date'
  | 'code-of-somebody-else' // the code is hers, what is written beside it is not
  | 'several-fit'

export interface Scored {
  person: Known
  levels: Levels
  /** Log odds, in bits, that both are one person, the size of the registry taken off. */
  bits: number
  doubts: Doubt[]
}

export interface Decision {
  verdict: 'match' | 'review' | 'new'
  /** What decided: the code alone, or all fields together. */
  by: 'code' | 'weights'
  /** The people worth a look, the likeliest first. */
  candidates: Scored[]
}

/** No agreement counts for more than one bearer in so many people. */
const rarest = 1e-6

/** Compares a record with a person and weighs every field. */
export function score(record: Incoming, person: Known, settings: LinkageSettings, known: Frequencies): Scored {
  const levels = compare(record, person, (kind, key) => known.bearers(kind, key) > 0)
  let bits = -Math.log2(Math.max(known.people, 1))
  for (const [field, level] of Object.entries(levels) as [Field, string][])
    bits += weight(field, level, person, settings, known)
  return { person, levels, bits, doubts: doubtsOf(record, person, levels) }
}

function weight(field: Field, level: string, person: Known, settings: LinkageSettings, known: Frequencies): number {
  const { m, u, frequency } = settings.fields[field][level]!
  return Math.log2(m / (frequency ? Math.max(rarest, shareOf(field, person, known) ?? u) : u))
}

/** Which part of the people share what this person has; undefined when nobody counted. */
function shareOf(field: Field, person: Known, known: Frequencies): number | undefined {
  if (known.people === 0) return undefined
  const bearers = {
    family: () => known.bearers('family', nameLetters(person.familyName)),
    given: () => known.bearers('given', nameLetters(person.givenName)),
    birthPlace: () => known.bearers('birthPlace', person.birthPlace ?? ''),
    residence: () => Math.max(...person.residences.map((place) => known.bearers('residence', place))),
  }[field as 'family']
  return Math.max(1, bearers()) / known.people
}

function doubtsOf(record: Incoming, person: Known, levels: Levels): Doubt[] {
  const { code, given, family, birthDate, sex } = levels
  const doubts: Doubt[] = []
  const sameCode = code === 'same'
  const identified = levels.team === 'same' || (code !== undefined && code !== 'different')
  if (
    given === 'different' ||
    (given === 'neighbour' && !(sameCode && codeFitsGivenName(record.code!, record.givenName!)))
  )
    doubts.push('another-given-name')
  if (sex === 'different' && !sameCode) doubts.push('another-sex')
  // Cousins named after one grandfather are born on other days; only a number tells a mistyped day from theirs.
  if (birthDate && birthDate !== 'same' && (birthDate === 'different' ? !sameCode : !identified))
    doubts.push('another-birth-date')
  // Two well-formed codes with more than a character between them are two people's, or the new code of one.
  if (code === 'different' && isWellFormed(record.code!) && person.codes.some(isWellFormed)) doubts.push('another-code')
  if (sameCode && birthDate === 'different' && family === 'different') doubts.push('code-of-somebody-else')
  return doubts
}

/** Whether a record is plainly of somebody else, such as a twin: another given name, and a right code that has it in it. */
const isAnother = (record: Incoming, { person, levels }: Scored): boolean =>
  levels.code === 'different' &&
  levels.given === 'different' &&
  codeFitsGivenName(record.code!, record.givenName!) &&
  person.codes.some(isWellFormed)

/** The people a record may be of, the likeliest first. */
export function rank(
  record: Incoming,
  people: readonly Known[],
  settings: LinkageSettings,
  known: Frequencies,
): Scored[] {
  return people
    .map((person) => score(record, person, settings, known))
    .filter((one) => !isAnother(record, one))
    .toSorted((a, b) => b.bits - a.bits)
}

/** Whose a record is: somebody's of the registry, nobody's, or for a clerk to say. */
export function decide(
  record: Incoming,
  people: readonly Known[],
  settings: LinkageSettings,
  known: Frequencies,
): Decision {
  const { match, review, margin } = settings.thresholds
  const scored = rank(record, people, settings, known)
  const [best, next] = scored
  // Who holds the very code is always worth a look: nobody new could be given it.
  const candidates = scored.filter(({ bits, levels }) => bits >= review || levels.code === 'same').slice(0, 5)
  if (!best || candidates.length === 0) return { verdict: 'new', by: 'weights', candidates }
  const { levels, doubts } = best
  const agrees = (levels.birthDate ?? 'different') !== 'different' || (levels.family ?? 'different') !== 'different'
  const alone = !next || next.bits < best.bits - margin
  if (!alone) doubts.push('several-fit')
  if (doubts.length > 0) return { verdict: 'review', by: 'weights', candidates }
  if (levels.code === 'same' && agrees) return { verdict: 'match', by: 'code', candidates }
  return { verdict: best.bits >= match ? 'match' : 'review', by: 'weights', candidates }
}
