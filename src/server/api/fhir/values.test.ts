// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, type Day } from '../../platform/time.ts'
import { alternatives, dates, escaped, position, reference, text, token } from './values.ts'

const today = '2026-11-30'
const aDay: fc.Arbitrary<Day> = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1890-01-01', days))

test('the days that a date means are those that begin as it is written', () => {
  fc.assert(
    fc.property(aDay, aDay, fc.constantFrom(4, 7, 10), (asked, day, precision) => {
      const written = asked.slice(0, precision)
      const { from, to } = dates('birthdate', written, today)
      assert.equal(from <= day && day < to, day.startsWith(written))
    }),
  )
})

test('a time is taken for its day in Italy, with or without a zone', () => {
  assert.deepEqual(dates('date', '2026-03-15T23:30:00Z', today), {
    relation: 'eq',
    from: '2026-03-16',
    to: '2026-03-17',
  })
  assert.deepEqual(dates('date', 'ge2026-03-15T23:30', today), { relation: 'ge', from: '2026-03-15', to: '2026-03-16' })
  assert.deepEqual(dates('date', 'ap2026-11-20', today), { relation: 'ap', from: '2026-11-19', to: '2026-11-22' })
})

test('what is no date is refused, and not repeated', () => {
  for (const wrong of [
    '',
    '26',
    '2026-2',
    '2026-02-30',
    '2026-13',
    'xx2026',
    '2026-03-15T25:99Z',
    '0000',
    '9999',
    '2026-01-01 ',
  ])
    assert.throws(() => dates('birthdate', wrong, today), { code: 'fhir/value' }, wrong)
})

test('whatever a value says, written escaped it is read as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (values) => {
      const read = alternatives(values.map(escaped).join(','))
      assert.deepEqual(read.map(text), values)
    }),
  )
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (system, code) => {
      assert.deepEqual(token('identifier', `${escaped(system)}|${escaped(code)}`), { system, code })
      assert.deepEqual(token('identifier', escaped(code)), { system: undefined, code })
    }),
  )
})

test('references are read in each of their forms, and to nobody else’s server', () => {
  const base = 'https://sinfonia.example/fhir/R4'
  for (const form of ['7', 'Organization/7', `${base}/Organization/7`])
    assert.equal(reference(form, ['Organization'], base), '7', form)
  for (const form of [
    'Patient/7',
    'https://other.example/Organization/7',
    `${base}/Organization/7/_history/1`,
    `${base}/7`,
  ])
    assert.equal(reference(form, ['Organization'], base), undefined, form)
})

test('positions have a distance, in units that are known', () => {
  assert.deepEqual(position('near', '40.85|14.25'), { latitude: 40.85, longitude: 14.25, km: 5 })
  assert.equal(position('near', '40.85|14.25|2000|m').km, 2)
  for (const wrong of ['', '40.85', '91|0', '0|181', '40|14|-1|km', '40|14|501|km', '40|14|1|league', 'x|y'])
    assert.throws(() => position('near', wrong), { code: 'fhir/value' }, wrong)
})
