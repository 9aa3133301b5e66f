// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { uuidv7 } from './ids.ts'
import { romeDay } from './time.ts'

test('the day in Rome is the one the calendar of the system says, around every change of the clocks', () => {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Rome', dateStyle: 'short' })
  const hour = 3_600_000
  for (let at = Date.UTC(1890, 0); at < Date.UTC(2100, 0); at += 397 * hour + 1_234_567) {
    for (const instant of [new Date(at), new Date(at - (at % hour)), new Date(at - (at % hour) - 1)])
      assert.equal(romeDay(instant), calendar.format(instant), instant.toISOString())
  }
  const midnights = [
    '2026-03-28T22:59:59.999Z',
    '2026-03-28T23:00:00Z',
    '2026-10-25T22:59:59.999Z',
    '2026-10-25T23:00:00Z',
  ]
  assert.deepEqual(
    midnights.map((at) => romeDay(new Date(at))),
    ['2026-03-28', '2026-03-29', '2026-10-25', '2026-10-26'],
  )
  assert.throws(() => romeDay(new Date('never')), RangeError)
})

test('ids are different, in the order of their milliseconds, and of version 7', () => {
  const ids = Array.from({ length: 5_000 }, (_, i) => uuidv7(1_700_000_000_000 + i))
  assert.equal(new Set(ids).size, ids.length)
  assert.deepEqual(ids.toSorted(), ids)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(new Set(Array.from({ length: 5_000 }, () => uuidv7(0))).size, 5_000)
})
