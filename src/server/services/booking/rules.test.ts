// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { romeInstant } from '../../platform/time.ts'
import { freeCancellationUntil, lastInstant, move, reminderInstants, transitions, type BookingState } from './rules.ts'

const at = (day: string, time = '10:00') => romeInstant(day, time)
const day = (instant: Date) => instant.toISOString().slice(0, 10)

test('two working days before, counted by day and by full days between', () => {
  const visit = at('2025-10-14')
  assert.equal(day(freeCancellationUntil(visit, { workingDays: 2, mode: 'by-day' }, [])), '2025-10-10')
  assert.equal(day(freeCancellationUntil(visit, { workingDays: 2, mode: 'full-days' }, [])), '2025-10-09')
})

test('the patron’s day and national holidays do not count as working days', () => {
  const visit = at('2025-09-22') // Monday after San Gennaro, Friday 19 September in Naples
  assert.equal(day(freeCancellationUntil(visit, { workingDays: 2, mode: 'by-day' }, [])), '2025-09-18')
  assert.equal(day(freeCancellationUntil(visit, { workingDays: 2, mode: 'by-day' }, ['09-19'])), '2025-09-17')
  assert.equal(
    day(freeCancellationUntil(at('2026-04-08'), { workingDays: 2, mode: 'by-day' }, [])),
    '2026-04-03',
    'Easter Monday',
  )
})

test('the free cancellation ends at midnight in Rome also when the clocks change in between', () => {
  const until = freeCancellationUntil(at('2025-10-28'), { workingDays: 2, mode: 'by-day' }, [])
  assert.equal(until.toISOString(), '2025-10-24T21:59:59.999Z', 'summer time')
  const winter = freeCancellationUntil(at('2025-10-29'), { workingDays: 2, mode: 'by-day' }, [])
  assert.equal(winter.toISOString(), '2025-10-27T22:59:59.999Z', 'winter time')
})

test('class U is counted in hours from the contact, the others in whole days', () => {
  assert.equal(
    lastInstant(at('2025-10-10', '17:00'), { amount: 72, unit: 'hours' }).getTime(),
    at('2025-10-13', '17:00').getTime(),
  )
  const b = lastInstant(at('2025-10-06', '09:00'), { amount: 10, unit: 'days' })
  assert.ok(at('2025-10-16', '23:00') <= b)
  assert.ok(at('2025-10-17', '00:00') > b)
})

test('every move that is not in the table is refused', () => {
  const states: BookingState[] = [
    'held',
    'confirming',
    'confirmed',
    'expired',
    'released',
    'cancelled',
    'delivered',
    'no-show',
  ]
  for (const from of states) {
    for (const to of states) {
      const allowed = transitions.some((transition) => transition.from === from && transition.to === to)
      if (allowed) assert.equal(move(from, to), to)
      else assert.throws(() => move(from, to), /wrong-state/)
    }
  }
})

test('the far reminder goes only to those who booked long before', () => {
  const rule = { daysBefore: [15, 4, 1], firstOnlyIfBookedDaysAhead: 20, hour: '09:00' }
  const visit = at('2026-03-20')
  assert.deepEqual(
    reminderInstants(visit, at('2026-02-01'), rule).map((r) => r.daysBefore),
    [15, 4, 1],
  )
  assert.deepEqual(
    reminderInstants(visit, at('2026-03-03'), rule).map((r) => r.daysBefore),
    [4, 1],
  )
  assert.deepEqual(reminderInstants(visit, at('2026-03-19', '12:00'), rule), [])
})

test('the table of moves in docs/booking.md is the one in force', () => {
  const text = readFileSync(new URL('../../../../docs/booking.md', import.meta.url), 'utf8')
  const written = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| From'))
  assert.deepEqual(
    written,
    transitions.map(({ from, to, who, effect }) => `| ${[from, to, who, effect].join(' | ')} |`),
  )
})
