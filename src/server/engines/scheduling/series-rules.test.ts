// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDays, daysBetween, isWorkingDay, romeDay, romeInstant, romeTime } from '../../platform/time.ts'
import { keepsRhythm, longestSpan, planSeries, spotOf, type Rhythm, type Spot, type Times } from './series-rules.ts'

const cycle: Rhythm = { most: 3, least: 2, spareDays: 7, daysApart: 1, nearMinutes: 120 }
const anyDay: Rhythm = { most: 8, least: 1, spareDays: 28, daysApart: 0, nearMinutes: 1440 }

type Place = Spot & Times
const at = (day: string, time = '09:00', minutes = 30): Place => {
  const startsAt = romeInstant(day, time)
  const times = { startsAt, endsAt: new Date(startsAt.getTime() + minutes * 60_000) }
  return { ...times, ...spotOf(times) }
}
/** Every working day of some weeks at these hours. */
const openDays = (from: string, days: number, times: readonly string[] = ['09:00']): Place[] =>
  Array.from({ length: days }, (_, n) => addDays(from, n))
    .filter((day) => isWorkingDay(day))
    .flatMap((day) => times.map((time) => at(day, time)))
const daysOf = (series: readonly { startsAt: Date }[] | undefined) => series?.map(({ startsAt }) => romeDay(startsAt))
const planned = (free: readonly Place[], count: number, rhythm = cycle) => planSeries(free[0]!, free, { count, rhythm })

test('where every day is free a cycle is spread over the week: Monday, Wednesday, Friday', () => {
  const days = ['2026-03-02', '2026-03-04', '2026-03-06', '2026-03-09', '2026-03-11', '2026-03-13']
  assert.deepEqual(daysOf(planned(openDays('2026-03-02', 30), 6)), days)
})

test('a holiday in between makes the cycle longer, not shorter: ten sessions over Easter Monday', () => {
  const series = planned(openDays('2026-03-23', 60), 10)
  assert.equal(series?.length, 10)
  assert.ok(!daysOf(series)!.includes('2026-04-06'))
})

test('an agenda open on two days in a row still serves a cycle, three times a week at most', () => {
  const free = openDays('2026-03-02', 40).filter(({ startsAt }) => ['2', '3'].includes(String(startsAt.getUTCDay())))
  const days = daysOf(planned(free, 4))
  assert.deepEqual(days, ['2026-03-03', '2026-03-04', '2026-03-10', '2026-03-11'])
})

test('one free day a week is too slow for a cycle, and is said so', () => {
  const mondays = openDays('2026-03-02', 120).filter(({ startsAt }) => startsAt.getUTCDay() === 1)
  assert.equal(planned(mondays, 10), undefined)
})

test('the hour stays near that of the first, by the clock on the wall, also when the clocks change', () => {
  const times = ['08:00', '09:30', '12:00', '15:00']
  const free = openDays('2026-03-20', 30, times).filter(({ startsAt }) => romeTime(startsAt) !== '08:00')
  const series = planned(free, 6)!
  assert.deepEqual(new Set(series.map(({ startsAt }) => romeTime(startsAt))), new Set(['09:30']))
  const afternoons = [at('2026-03-02', '09:00'), ...openDays('2026-03-03', 30, ['15:00'])]
  assert.equal(planned(afternoons, 3), undefined)
})

test('what may be on one day is put one after another', () => {
  const free = openDays('2026-03-02', 1, ['09:00', '09:20', '09:30', '10:00'])
  const series = planned(free, 3, anyDay)!
  assert.deepEqual(
    series.map(({ startsAt }) => romeTime(startsAt)),
    ['09:00', '09:30', '10:00'],
  )
})

test('a rhythm is kept or not', () => {
  const starts = (...days: string[]) => days.map((day) => romeInstant(day, '09:00'))
  const cases: [Date[], Rhythm, boolean][] = [
    [starts(), cycle, true],
    [starts('2026-03-02'), cycle, true],
    [starts('2026-03-02', '2026-03-02'), cycle, false],
    [starts('2026-03-04', '2026-03-02'), cycle, false],
    [starts('2026-03-02', '2026-03-03', '2026-03-04'), cycle, true],
    [starts('2026-03-02', '2026-03-03', '2026-03-04', '2026-03-06'), cycle, false],
    [starts('2026-03-02', '2026-03-13'), cycle, true],
    [starts('2026-03-02', '2026-03-14'), cycle, false],
  ]
  for (const [given, rhythm, kept] of cases)
    assert.equal(keepsRhythm(given, rhythm), kept, daysOf(given.map(whole))?.join())
})
const whole = (startsAt: Date) => ({ startsAt })

test('whatever is free, a plan has exactly as many places as asked, distinct, in order, in the rhythm and near the hour', () => {
  const free = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 20 })), {
      minLength: 1,
      maxLength: 120,
      selector: ([day, nth]) => `${day} ${nth}`,
    })
    .map((slots) =>
      slots
        .map(([day, nth]) =>
          at(
            addDays('2026-02-20', day),
            `${String(8 + Math.floor(nth / 2)).padStart(2, '0')}:${nth % 2 ? '30' : '00'}`,
          ),
        )
        .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime()),
    )
  const rhythm = fc.record({
    most: fc.integer({ min: 1, max: 7 }),
    least: fc.integer({ min: 1, max: 3 }),
    spareDays: fc.integer({ min: 0, max: 14 }),
    daysApart: fc.integer({ min: 0, max: 3 }),
    nearMinutes: fc.constantFrom(30, 120, 1440),
  })
  fc.assert(
    fc.property(free, rhythm, fc.integer({ min: 1, max: 12 }), (places, how, count) => {
      const series = planSeries(places[0]!, places, { count, rhythm: how })
      if (!series) return
      assert.equal(series.length, count)
      assert.equal(new Set(series).size, count)
      assert.equal(series[0], places[0])
      assert.ok(
        keepsRhythm(
          series.map(({ startsAt }) => startsAt),
          how,
        ),
      )
      for (const [i, place] of series.entries()) assert.ok(i === 0 || series[i - 1]!.endsAt <= place.startsAt)
    }),
    { numRuns: 500 },
  )
})

test('a cycle is always found where one hour of every working day is free', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 10 }), (day, count) => {
      const free = openDays(addDays('2026-01-01', day), 80)
      const series = planned(free, count)
      assert.equal(series?.length, count)
      const days = daysOf(series)!
      assert.ok(daysBetween(days[0]!, days.at(-1)!) <= longestSpan(count, cycle))
    }),
    { numRuns: 200 },
  )
})

test('a place where nothing can be planned is given up soon, however many free places it has', () => {
  const mondays = openDays('2026-03-02', 400).filter(({ startsAt }) => startsAt.getUTCDay() === 1)
  const free = mondays.flatMap((monday) =>
    Array.from({ length: 20 }, (_, n) =>
      at(romeDay(monday.startsAt), `${8 + Math.floor(n / 2)}:${n % 2 ? '30' : '00'}`.padStart(5, '0')),
    ),
  )
  const begun = performance.now()
  for (const first of free) assert.equal(planSeries(first, free, { count: 10, rhythm: cycle }), undefined)
  assert.ok(free.length > 1000)
  assert.ok(performance.now() - begun < 2_000, `${Math.round(performance.now() - begun)} ms`)
})
