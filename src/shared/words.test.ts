// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayInDigits, dayInWords, euros, grouped, momentInWords, timeOfDay } from './words.ts'

test('dates are said in words, in the time of Rome', () => {
  const morning = new Date('2026-03-03T08:30:00Z')
  assert.equal(momentInWords(morning, 'it'), 'martedì 3 marzo 2026, ore 9:30')
  assert.equal(momentInWords(morning, 'en'), 'Tuesday 3 March 2026 at 9:30')
  assert.equal(dayInWords('2026-10-25', 'it'), 'domenica 25 ottobre 2026')
  assert.equal(dayInDigits('2026-10-25', 'en'), '25/10/2026')
})

test('the hour follows daylight saving', () => {
  assert.equal(timeOfDay(new Date('2026-07-01T07:05:00Z'), 'it'), '9:05')
  assert.equal(timeOfDay(new Date('2026-12-01T08:05:00Z'), 'it'), '9:05')
  assert.equal(timeOfDay(new Date('2026-12-01T23:30:00Z'), 'it'), '0:30')
})

test('amounts are cents turned into euros', () => {
  assert.equal(euros(3615, 'it').replaceAll('\u00a0', ' '), '36,15 €')
  assert.equal(euros(3615, 'en'), '€36.15')
  assert.equal(euros(123456789, 'it').replaceAll('\u00a0', ' '), '1.234.567,89 €')
})

test('long numbers are read in groups', () => {
  assert.equal(grouped('301000000000000144'), '3010 0000 0000 0001 44')
  assert.equal(grouped('150A10000000001', 5), '150A1 00000 00001')
  assert.equal(grouped(''), '')
})
