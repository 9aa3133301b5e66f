// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { roundTripsOf } from '../../../../test/statements.ts'
import type { Booking } from './schema.ts'

// What a booking costs is pinned as counts, which are the same on every machine. Fewer is fine: then lower the number here.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const { bookable, call, citizen, looksUp } = await bookingBench(t)
const { code, scheduleId, slotIds } = await bookable({ tariffCents: 3600 })

async function prescribed(who: Citizen): Promise<string> {
  return (await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)] }))).id
}

/** One step of a booking over HTTP with what it cost. */
async function step(who: Citizen, path: string, payload?: object) {
  let booking: Booking | undefined
  const trips = await roundTripsOf(t, async () => {
    const answer = await call(who, 'POST', path, payload)
    assert.ok(answer.statusCode < 300, answer.body)
    booking = answer.json<Booking>()
  })
  const own = trips.filter(([first]) => !first?.startsWith('select pg_notify')) // once for many bookings, and after them
  const statements = own.flat()
  const cost = {
    roundTrips: own.length,
    statements: statements.length,
    transactions: statements.filter((text) => text === 'begin').length,
  }
  return { booking: booking!, cost, own }
}

async function books(slotId: string) {
  const who = await citizen()
  const wish = { prescriptionId: await prescribed(who), places: [{ line: 1, scheduleId, slotId }] }
  const held = await step(who, '/bookings', wish)
  const confirmed = await step(who, `/bookings/${held.booking.id}/confirm`)
  assert.deepEqual([held.booking.state, confirmed.booking.state], ['held', 'confirmed'])
  assert.equal(confirmed.booking.payment?.amountCents, 4600)
  return { hold: held.cost, confirm: confirmed.cost, confirming: confirmed.own }
}

test('a booking takes few round trips, statements and transactions once the catalogues are known', async () => {
  await books(slotIds[0]!)
  const { hold, confirm, confirming } = await books(slotIds[1]!)
  assert.deepEqual(hold, { roundTrips: 7, statements: 24, transactions: 1 })
  // What travels together runs in the order in which it was asked: the lines are those of the locked booking.
  const first = confirming[1]!
  const locks = first.findIndex((text) => /from "booking"\."booking" .* for update/.test(text))
  const reads = first.findIndex((text) => text.includes('from "booking"."booking_line"'))
  assert.ok(locks > 0 && locks < reads, first.join('\n'))
  assert.deepEqual(confirm, { roundTrips: 10, statements: 39, transactions: 2 })
})
