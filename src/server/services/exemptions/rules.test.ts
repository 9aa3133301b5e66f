// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { addDays, type Day } from '../../platform/time.ts'
import {
  ageFits,
  birthday,
  incomeYearOf,
  lastDay,
  limitOf,
  sanctionOf,
  whyNot,
  yearEnd,
  type CodeRule,
  type Household,
  type Situation,
} from './rules.ts'

// Registry notes, section 3 and section 7 no. 17 to 21, with the limits as the region's configuration states them.

interface Configured {
  code: string
  ages?: CodeRule['ages']
  condition?: CodeRule['condition']
  limit?: number
  comparison?: '<' | '<='
  spouseLimit?: number
  child?: number
  increasedComparison?: '<' | '<='
  household?: { from: number; to?: number }
  beneficiaries: CodeRule['beneficiaries']
}
const file = resolve(import.meta.dirname, '../../../../config/campania/exemptions.yaml')
const { rules } = parse(readFileSync(file, 'utf8')) as { rules: Configured[] }
function rule(code: string): CodeRule {
  const one = rules.find((each) => each.code === code)!
  return {
    code,
    ages: one.ages ?? [],
    condition: one.condition ?? null,
    limitCents: one.limit ?? null,
    comparison: one.comparison ?? null,
    spouseLimitCents: one.spouseLimit ?? null,
    childCents: one.child ?? null,
    increasedComparison: one.increasedComparison ?? null,
    householdFrom: one.household?.from ?? 1,
    householdTo: one.household?.to ?? null,
    beneficiaries: one.beneficiaries,
  }
}
const alone: Household = { spouse: false, children: 0, others: 0 }
const couple = (children: number): Household => ({ spouse: true, children, others: 0 })
const day = '2026-11-30'
const who = (facts: Partial<Situation> = {}): Situation => ({
  birthDate: '1980-06-10',
  household: alone,
  incomeCents: 0,
  condition: 'unemployed',
  ...facts,
})

test('E02: alone strictly below 8,263.31; a couple with two children up to 12,394.97', () => {
  assert.deepEqual(whyNot(rule('E02'), who({ incomeCents: 826_330 }), day), [])
  assert.deepEqual(whyNot(rule('E02'), who({ incomeCents: 826_331 }), day), ['income'])
  assert.deepEqual(limitOf(rule('E02'), couple(2)), { cents: 1_239_497, comparison: '<=' })
  assert.deepEqual(whyNot(rule('E02'), who({ household: couple(2), incomeCents: 1_239_497 }), day), [])
  assert.deepEqual(whyNot(rule('E02'), who({ household: couple(2), incomeCents: 1_239_498 }), day), ['income'])
  assert.deepEqual(limitOf(rule('E02'), { spouse: false, children: 1, others: 0 }), {
    cents: 877_977,
    comparison: '<=',
  })
  assert.deepEqual(whyNot(rule('E02'), who({ condition: null }), day), ['condition'])
})

test('E01: up to 36,151.98, below six or over sixty-five, counted to the birthday', () => {
  const child = who({ birthDate: '2021-06-10', condition: null })
  assert.deepEqual(whyNot(rule('E01'), { ...child, incomeCents: 3_615_198 }, day), [])
  assert.deepEqual(whyNot(rule('E01'), { ...child, incomeCents: 3_615_199 }, day), ['income'])
  assert.deepEqual(ageFits(rule('E01').ages, '2021-06-10', '2027-06-09'), { fits: true, until: '2027-06-09' })
  assert.equal(ageFits(rule('E01').ages, '2021-06-10', '2027-06-10').fits, false)
  assert.equal(ageFits(rule('E01').ages, '1961-11-30', day).fits, false, 'the birthday itself is not over 65')
  assert.deepEqual(ageFits(rule('E01').ages, '1961-11-29', day), { fits: true, until: null })
  assert.deepEqual(ageFits(rule('E00').ages, '1961-12-25', day), { fits: true, until: '2026-12-25' })
})

test('E03 has no limit, E04 asks for over sixty and a minimum pension', () => {
  assert.equal(limitOf(rule('E03'), couple(1)), null)
  assert.deepEqual(whyNot(rule('E03'), who({ condition: 'social-allowance', incomeCents: 9_000_000 }), day), [])
  assert.deepEqual(whyNot(rule('E04'), who({ condition: 'minimum-pension', birthDate: '1967-01-01' }), day), ['age'])
  assert.deepEqual(whyNot(rule('E04'), who({ condition: 'minimum-pension', birthDate: '1966-01-01' }), day), [])
})

test('the regional codes go by the size of the fiscal household', () => {
  const fits = (household: Household) =>
    ['E10', 'E11', 'E12', 'E13'].filter((code) => whyNot(rule(code), who({ household }), day).length === 0)
  assert.deepEqual(fits(alone), ['E10'])
  assert.deepEqual(fits(couple(1)), ['E11'])
  assert.deepEqual(fits(couple(3)), ['E12'])
  assert.deepEqual(fits(couple(4)), ['E13'])
})

test('a certificate ends on 31 March, or before: sixth birthday, enrolment, death', () => {
  const facts = { yearEnd: '03-31', ages: [], birthDate: '1980-01-01', enrolledUntil: null, diedOn: null }
  assert.equal(lastDay('2026-02-05', facts), '2026-03-31', 'declared on 5 February it ends the same year')
  assert.equal(lastDay('2026-03-31', facts), '2026-03-31')
  assert.equal(lastDay('2026-04-01', facts), '2027-03-31')
  const child = { ...facts, ages: rule('E01').ages, birthDate: '2020-06-10' }
  assert.equal(lastDay('2026-04-01', child), '2026-06-09')
  assert.equal(lastDay('2026-04-01', { ...child, enrolledUntil: '2026-05-01' }), '2026-05-01')
  assert.equal(lastDay('2026-04-01', { ...child, diedOn: '2026-04-02' }), '2026-04-02')
  assert.equal(incomeYearOf('2027-04-01'), 2026)
})

test('a benefit of 386.40 euro can cost a fine of at most 1,159.20, and is no crime', () => {
  const setting = { fineTimes: 3, crimeAboveCents: 399_996 }
  assert.deepEqual(sanctionOf(38_640, setting), { fineCapCents: 115_920, crime: false })
  assert.equal(sanctionOf(399_996, setting).crime, false)
  assert.equal(sanctionOf(399_997, setting).crime, true)
})

/** Whole numbers that are the same in every run (a linear congruential generator). */
function numbers(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return Math.floor((state / 4_294_967_296) * most)
  }
}

test('whatever the dates, the end is the first of the reasons to end and never before the beginning', () => {
  const next = numbers(17)
  const anyDay = (from: Day, most: number): Day => addDays(from, next(most))
  for (let i = 0; i < 5_000; i += 1) {
    const start = anyDay('2020-01-01', 4_000)
    const birthDate = anyDay(addDays(start, -40_000), 40_000)
    const { ages } = rule(['E00', 'E01', 'E02', 'E04'][next(4)]!)
    if (!ageFits(ages, birthDate, start).fits) continue
    const maybe = () => (next(3) === 0 ? anyDay(start, 500) : null)
    const [enrolledUntil, diedOn] = [maybe(), maybe()]
    const end = lastDay(start, { yearEnd: '03-31', ages, birthDate, enrolledUntil, diedOn })
    assert.ok(end >= start, `${start} ${birthDate} ${end}`)
    assert.ok(end <= yearEnd(start, '03-31') && yearEnd(start, '03-31').endsWith('-03-31'))
    assert.ok(yearEnd(start, '03-31') < addDays(start, 366))
    for (const limit of [enrolledUntil, diedOn]) assert.ok(limit === null || end <= limit)
    assert.ok(ageFits(ages, birthDate, end).fits, 'the age still fits on the last day')
    const after = addDays(end, 1)
    const goesOn =
      after <= yearEnd(start, '03-31') &&
      ageFits(ages, birthDate, after).fits &&
      ageFits(ages, birthDate, start).until !== end
    assert.ok(!goesOn || end === enrolledUntil || end === diedOn, 'it ends for a reason')
  }
  assert.equal(birthday('2020-02-29', 6), '2026-03-01')
  assert.equal(birthday('2020-02-29', 8), '2028-02-29')
})
