// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readConfig } from '../../platform/config.ts'
import { Refusal } from '../../platform/errors.ts'
import { addDays, ageOn, type Day } from '../../platform/time.ts'
import type { ChoiceFacts } from '../../registry/doctors/index.ts'
import { decide, kindsAt, readRule } from './rules.ts'

const rule = readRule(readConfig({}))
const day = '2026-11-30'
const doctor = 'd1'
const good: ChoiceFacts = {
  enrolled: true,
  inArea: true,
  places: 10,
  state: 'ACTIVE',
  leavingOn: null,
  kind: 'MMG',
  familyThere: false,
  paediatricianFree: true,
  lastOnlineChange: null,
  refusedOn: null,
  current: null,
}
const adult = '1980-05-05'

/** The kind of the choice, or the code of the refusal. */
function outcome(facts: Partial<ChoiceFacts>, birth: Day = adult, on: Day = day): string {
  try {
    return decide({ ...good, ...facts }, doctor, birth, on, rule).kind
  } catch (error) {
    assert.ok(error instanceof Refusal)
    return error.code.replace('doctor-choice/', '')
  }
}

test('the decision table, row by row', () => {
  assert.equal(outcome({}), 'ORDINARY')
  assert.equal(outcome({ enrolled: false }), 'not-enrolled')
  assert.equal(outcome({ state: 'CEASED' }), 'doctor-closed')
  assert.equal(outcome({ state: 'SUSPENDED' }), 'doctor-closed')
  assert.equal(outcome({ leavingOn: day }), 'doctor-closed')
  assert.equal(outcome({ inArea: false }), 'out-of-area')
  assert.equal(outcome({ places: 0 }), 'full')
  assert.equal(outcome({ places: 0, familyThere: true }), 'REUNIFICATION')
  assert.equal(outcome({ current: { choiceId: 'c', doctorId: doctor } }), 'same-doctor')
})

test('a change online within 31 days waits, a first choice or one after the doctor left does not', () => {
  const current = { choiceId: 'c', doctorId: 'd2' }
  assert.equal(outcome({ current, lastOnlineChange: '2026-10-31' }), 'too-soon')
  assert.equal(outcome({ current, lastOnlineChange: '2026-10-30' }), 'ORDINARY')
  assert.equal(outcome({ current: null, lastOnlineChange: '2026-11-29' }), 'ORDINARY')
})

test('a doctor who refused somebody is not chosen again for twelve months', () => {
  assert.equal(outcome({ refusedOn: '2025-12-01' }), 'refused-by-doctor')
  assert.equal(outcome({ refusedOn: '2025-11-30' }), 'ORDINARY')
  assert.equal(outcome({ refusedOn: '2024-02-29' }, adult, '2025-02-28'), 'ORDINARY', 'the last day of February')
})

test('ages: a paediatrician below 6 unless none has places, either until 13, a family doctor from 14', () => {
  const [five, six, thirteen, fourteen] = ['2020-12-01', '2020-11-30', '2012-12-01', '2012-11-30']
  assert.equal(outcome({ kind: 'MMG' }, five), 'paediatrician-needed')
  assert.equal(outcome({ kind: 'MMG', paediatricianFree: false }, five), 'PROVISIONAL_PAED')
  assert.equal(outcome({ kind: 'PLS' }, five), 'ORDINARY')
  assert.equal(outcome({ kind: 'MMG' }, six), 'ORDINARY')
  assert.equal(outcome({ kind: 'PLS' }, thirteen), 'ORDINARY')
  assert.equal(outcome({ kind: 'PLS' }, fourteen), 'family-doctor-needed')
  assert.equal(outcome({ kind: 'MMG' }, fourteen), 'ORDINARY')
})

test('a doctor who leaves within 30 days may be chosen, with a warning', () => {
  const soon = decide({ ...good, leavingOn: addDays(day, 30) }, doctor, adult, day, rule)
  assert.equal(soon.leavingOn, addDays(day, 30))
  assert.equal(decide({ ...good, leavingOn: addDays(day, 31) }, doctor, adult, day, rule).leavingOn, null)
})

test('nobody is ever given a doctor her age does not allow, nor a full list without a reason', () => {
  const days = fc.integer({ min: 0, max: 40_000 }).map((back) => addDays(day, -back))
  const facts = fc.record({
    enrolled: fc.boolean(),
    inArea: fc.boolean(),
    places: fc.integer({ min: 0, max: 3 }),
    state: fc.constantFrom('ACTIVE', 'SUSPENDED', 'CEASED'),
    leavingOn: fc.option(fc.constantFrom('2026-11-01', '2026-12-10', '2028-01-01')),
    kind: fc.constantFrom('MMG', 'PLS'),
    familyThere: fc.boolean(),
    paediatricianFree: fc.boolean(),
    lastOnlineChange: fc.option(days),
    refusedOn: fc.option(days),
    current: fc.option(fc.constantFrom({ choiceId: 'c', doctorId: doctor }, { choiceId: 'c', doctorId: 'd2' })),
  })
  fc.assert(
    fc.property(facts, days, (found, birth) => {
      const what = outcome(found as ChoiceFacts, birth)
      if (what === what.toLowerCase()) return
      const age = ageOn(birth, day)
      assert.ok(found.enrolled && found.inArea && found.state === 'ACTIVE')
      assert.ok(found.kind === 'PLS' ? age < 14 : age >= 6 || what === 'PROVISIONAL_PAED')
      assert.ok(found.places > 0 || (what === 'REUNIFICATION' && found.familyThere))
      assert.ok(found.kind !== 'MMG' || kindsAt(birth, day, rule).includes('MMG') || !found.paediatricianFree)
    }),
    { numRuns: 2_000 },
  )
})
