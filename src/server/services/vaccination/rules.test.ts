// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cohortOf, type Cohort } from './rules.ts'

const name = { it: 'prova', en: 'test' }
const today = '2026-11-30'
const invited = (
  cohort: Omit<Cohort, 'code' | 'name'>,
  birthDate: string,
  exemptions: string[] | null = [],
  day = today,
) => cohortOf([{ code: 'one', name, ...cohort }], { birthDate, exemptions }, day) !== undefined

test('years are whole, the birthday counts, and both ends are included', () => {
  const cohort = { ages: { from: 60, to: 64 } }
  const born: [string, boolean][] = [
    ['1966-12-01', false],
    ['1966-11-30', true],
    ['1962-01-01', true],
    ['1961-12-01', true],
    ['1961-11-30', false],
  ]
  for (const [birthDate, expected] of born) assert.equal(invited(cohort, birthDate), expected, birthDate)
})

test('who was born on 29 February is a year older on 1 March of other years', () => {
  assert.equal(invited({ ages: { from: 60 } }, '1968-02-29', [], '2028-02-28'), false)
  assert.equal(invited({ ages: { from: 60 } }, '1968-02-29', [], '2028-02-29'), true)
  assert.equal(invited({ ages: { from: 61 } }, '1968-02-29', [], '2029-02-28'), false)
  assert.equal(invited({ ages: { from: 61 } }, '1968-02-29', [], '2029-03-01'), true)
})

test('months are whole, and a newborn of a short month waits for the day after', () => {
  const cohort = { ages: { fromMonths: 6, to: 6 } }
  const born: [string, string, boolean][] = [
    ['2026-05-30', today, true],
    ['2026-05-31', today, false],
    ['2026-05-31', '2026-12-01', true],
    ['2019-12-01', today, true],
    ['2019-11-30', today, false],
  ]
  for (const [birthDate, day, expected] of born) assert.equal(invited(cohort, birthDate, [], day), expected, birthDate)
})

test('an age may be that of a fixed day, whenever one adheres', () => {
  const cohort = { ages: { from: 60, on: '2026-12-31' } }
  assert.equal(invited(cohort, '1966-12-31'), true)
  assert.equal(invited(cohort, '1967-01-01', [], '2027-02-01'), false)
})

test('a cohort of birth does not move with the day', () => {
  const cohort = { born: { from: 1952, to: 1961 } }
  for (const day of ['2026-01-01', '2026-12-31']) {
    assert.equal(invited(cohort, '1951-12-31', [], day), false)
    assert.equal(invited(cohort, '1952-01-01', [], day), true)
    assert.equal(invited(cohort, '1961-12-31', [], day), true)
    assert.equal(invited(cohort, '1962-01-01', [], day), false)
  }
  assert.equal(invited({ born: { to: 1960 } }, '1930-01-01'), true)
})

test('an exemption invites with the age it is given with, and never when health must not be looked at', () => {
  const cohort = { ages: { from: 18 }, exemptions: ['013', '048'] }
  assert.equal(invited(cohort, '1980-01-01', ['E01', '048']), true)
  assert.equal(invited(cohort, '1980-01-01', ['E01']), false)
  assert.equal(invited(cohort, '2015-01-01', ['048']), false)
  assert.equal(invited(cohort, '1980-01-01', null), false)
})

test('of several reasons the one that says nothing of health is noted, wherever it stands', () => {
  const cohorts: Cohort[] = [
    { code: 'ill', name, exemptions: ['013'] },
    { code: 'old', name, ages: { from: 60 } },
  ]
  assert.equal(cohortOf(cohorts, { birthDate: '1950-01-01', exemptions: ['013'] }, today)?.code, 'old')
  assert.equal(cohortOf(cohorts, { birthDate: '1980-01-01', exemptions: ['013'] }, today)?.code, 'ill')
  assert.equal(cohortOf(cohorts, { birthDate: '1980-01-01', exemptions: [] }, today), undefined)
})
