// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { addDays, type Day } from '../../platform/time.ts'

/** Ages counted to the birthday: from that day, after it, until it, before it. */
export interface AgeBand {
  from?: number
  over?: number
  upTo?: number
  below?: number
}

export const conditions = ['unemployed', 'social-allowance', 'minimum-pension'] as const
export type Condition = (typeof conditions)[number]
type Comparison = '<' | '<='

/** Who is entitled to a code on a day: a row of exemptions.code_rule. */
export interface CodeRule {
  code: string
  ages: readonly AgeBand[]
  condition: Condition | null
  limitCents: number | null
  comparison: Comparison | null
  spouseLimitCents: number | null
  childCents: number | null
  increasedComparison: Comparison | null
  householdFrom: number
  householdTo: number | null
  /** Who gets the exemption besides the person: nobody, those who depend on her for tax, the whole fiscal household. */
  beneficiaries: 'self' | 'dependants' | 'household'
}

/** The fiscal household (DM 22 January 1993): the person, the spouse not separated, and who depends on her for tax. */
export interface Household {
  spouse: boolean
  /** Children who depend on her. */
  children: number
  /** Other people who depend on her. */
  others: number
}

export interface Situation {
  birthDate: Day
  household: Household
  /** Gross income of the household; null when it is only said to be within the limit. */
  incomeCents: number | null
  condition: Condition | null
}

export const whys = ['age', 'condition', 'household', 'income'] as const
export type Why = (typeof whys)[number]

/** A birthday; who is born on 29 February has it on 1 March in other years (art. 2963 c. 5 c.c.). */
export function birthday(birthDate: Day, age: number): Day {
  const year = String(Number(birthDate.slice(0, 4)) + age).padStart(4, '0')
  const day = `${year}-${birthDate.slice(5)}`
  const leap = new Date(`${year}-02-29T00:00:00Z`).getUTCMonth() === 1
  return birthDate.slice(5) === '02-29' && !leap ? `${year}-03-01` : day
}

function holds(band: AgeBand, birthDate: Day, day: Day): boolean {
  const at = (age: number) => birthday(birthDate, age)
  return (
    (band.from === undefined || day >= at(band.from)) &&
    (band.over === undefined || day > at(band.over)) &&
    (band.upTo === undefined || day <= at(band.upTo)) &&
    (band.below === undefined || day < at(band.below))
  )
}

/** Whether the age is right on a day; `until` is the last day on which it is, null when it stays so. */
export function ageFits(ages: readonly AgeBand[], birthDate: Day, day: Day): { fits: boolean; until: Day | null } {
  if (ages.length === 0) return { fits: true, until: null }
  const band = ages.find((one) => holds(one, birthDate, day))
  if (!band) return { fits: false, until: null }
  if (band.below !== undefined) return { fits: true, until: addDays(birthday(birthDate, band.below), -1) }
  return { fits: true, until: band.upTo === undefined ? null : birthday(birthDate, band.upTo) }
}

export const sizeOf = ({ spouse, children, others }: Household): number => 1 + Number(spouse) + children + others

/** The income limit of a household: the base, or the one for who has a spouse, and so much for each child. */
export function limitOf(rule: CodeRule, household: Household): { cents: number; comparison: Comparison } | null {
  if (rule.limitCents === null || rule.comparison === null) return null
  const spouse = household.spouse && rule.spouseLimitCents !== null
  const children = rule.childCents === null ? 0 : household.children
  const increased = spouse || children > 0
  return {
    cents: (spouse ? rule.spouseLimitCents! : rule.limitCents) + children * (rule.childCents ?? 0),
    comparison: (increased && rule.increasedComparison) || rule.comparison,
  }
}

/** Why somebody is not entitled to a code on a day; nothing when she is. */
export function whyNot(rule: CodeRule, situation: Situation, day: Day): Why[] {
  const { household, incomeCents } = situation
  const size = sizeOf(household)
  const limit = limitOf(rule, household)
  const above =
    limit !== null &&
    incomeCents !== null &&
    (limit.comparison === '<' ? incomeCents >= limit.cents : incomeCents > limit.cents)
  const found: readonly (Why | false)[] = [
    !ageFits(rule.ages, situation.birthDate, day).fits && 'age',
    rule.condition !== null && rule.condition !== situation.condition && 'condition',
    (size < rule.householdFrom || (rule.householdTo !== null && size > rule.householdTo)) && 'household',
    above && 'income',
  ]
  return found.filter((why) => why !== false)
}

/** The first last-day-of-the-year on or after a day, for a `MM-DD`. */
export function yearEnd(day: Day, monthDay: string): Day {
  const year = Number(day.slice(0, 4))
  const sameYear = `${year}-${monthDay}`
  return day <= sameYear ? sameYear : `${year + 1}-${monthDay}`
}

/** Income counts as of the calendar year before (DM 11/12/2009). */
export const incomeYearOf = (day: Day): number => Number(day.slice(0, 4)) - 1

/**
 * The last day of an exemption that begins on a day: the region's day of the year, the day before a birthday that ends the
 * age, the end of the enrolment, or death, whichever comes first.
 */
export function lastDay(
  start: Day,
  facts: { yearEnd: string; ages: readonly AgeBand[]; birthDate: Day; enrolledUntil: Day | null; diedOn: Day | null },
): Day {
  const ends = [
    yearEnd(start, facts.yearEnd),
    ageFits(facts.ages, facts.birthDate, start).until,
    facts.enrolledUntil,
    facts.diedOn,
  ]
  return ends.filter((day) => day !== null).toSorted()[0]!
}

/** The most a fine can be for a benefit that was not due (art. 316-ter c.p.), and whether it is a crime instead. */
export function sanctionOf(
  benefitCents: number,
  setting: { fineTimes: number; crimeAboveCents: number },
): { fineCapCents: number; crime: boolean } {
  return { fineCapCents: benefitCents * setting.fineTimes, crime: benefitCents > setting.crimeAboveCents }
}
