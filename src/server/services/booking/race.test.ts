// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription, onTheSac } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { createApp } from '../../app.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Booking } from './schema.ts'

// Many people at once, over HTTP, on two servers that share nothing but the database.

const t = await testApp()
const other = await createApp(t.platform.config)
await other.app.ready()
after(async () => {
  await other.close()
  await t[Symbol.asyncDispose]()
})

const { agendaFor, bookable, call, citizen, freeSeats, heldFor, looksUp } = await bookingBench(t)
const servers = [t.app, other.app]
const serverOf = (i: number) => servers[i % 2]!

interface Contender {
  who: Citizen
  nre: string
  prescriptionId: string
}

/** A citizen with a prescription of her own on the SAC, looked up. */
async function contender(code: string): Promise<Contender> {
  const who = await citizen()
  const nre = await aPrescription(t, who, { lines: [lineOf(code)] })
  return { who, nre, prescriptionId: (await looksUp(who, nre)).id }
}

/** Asks again when told that the service is busy, as its Retry-After says: on a slow machine some wait too long for a connection. */
async function untilServed(ask: () => ReturnType<typeof call>): ReturnType<typeof call> {
  const answer = await ask()
  if (answer.statusCode !== 503) return answer
  assert.equal(answer.json<{ code: string }>().code, 'platform/busy')
  await wait(Number(answer.headers['retry-after']) * 1000)
  return untilServed(ask)
}

/** Does some of the work at a time, so that the preparation is quick without being a race itself. */
async function inTens<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const done: T[] = []
  while (done.length < count) {
    done.push(...(await Promise.all(Array.from({ length: Math.min(10, count - done.length) }, work))))
  }
  return done
}

test('five hundred citizens race for fifty seats with real prescriptions: fifty bookings, 450 clean refusals with alternatives', async () => {
  const { code, serviceId, scheduleId, slotIds } = await bookable({ days: 5, slots: 5, capacity: 10 })
  const elsewhere = await agendaFor(serviceId, { days: 6, slots: 4 })
  const people = await inTens(500, () => contender(code))
  const answers = await Promise.all(
    people.map(({ who, prescriptionId }, i) => {
      const places = [{ line: 1, scheduleId, slotId: slotIds[i % 5]! }]
      return untilServed(() => call(who, 'POST', '/bookings', { prescriptionId, places }, serverOf(i)))
    }),
  )
  const won = people.filter((_, i) => answers[i]!.statusCode === 201)
  const refused = answers.filter(({ statusCode }) => statusCode === 409)
  assert.deepEqual([won.length, refused.length], [50, 450])
  for (const answer of refused) {
    const problem = answer.json<{ code: string; alternatives: { scheduleId: string; slotId: string }[] }>()
    assert.equal(problem.code, 'scheduling/place-taken')
    assert.ok(problem.alternatives.length > 0)
    for (const offer of problem.alternatives) {
      assert.ok([scheduleId, elsewhere.scheduleId].includes(offer.scheduleId))
    }
  }

  const held = answers.filter(({ statusCode }) => statusCode === 201).map((answer) => answer.json<Booking>())
  const confirmed = await Promise.all(
    held.map(({ id }, i) => call(won[i]!.who, 'POST', `/bookings/${id}/confirm`, undefined, serverOf(i))),
  )
  assert.deepEqual(new Set(confirmed.map((answer) => answer.json<Booking>().state)), new Set(['confirmed']))
  for (const { nre } of won) assert.equal((await onTheSac(t, nre)).state, 5)
  const { rows } = await t.owner.query(
    `select count(*)::int as seats, count(distinct (slot_id, seat))::int as different, count(distinct patient_id)::int as people
     from scheduling.appointment where schedule_id = $1 and state = 'booked'`,
    [scheduleId],
  )
  assert.deepEqual(rows[0], { seats: 50, different: 50, people: 50 })
  assert.equal(await freeSeats(scheduleId), 0)
  const { rows: left } = await t.owner.query(
    `select count(*)::int as holds from scheduling.appointment where state = 'held'`,
  )
  assert.equal(left[0].holds, 0, 'no hold is orphaned')
})

test('one request sent ten times at once, to two servers, with one key is one hold', async () => {
  const { code, scheduleId, slotIds } = await bookable({ slots: 1, capacity: 10 })
  const { who, prescriptionId } = await contender(code)
  const key = uuidv7()
  const send = (_: unknown, i: number) =>
    serverOf(i).inject({
      method: 'POST',
      url: '/api/v1/bookings',
      headers: { ...who.headers, 'idempotency-key': key },
      payload: { prescriptionId, places: [{ line: 1, scheduleId, slotId: slotIds[0]! }] },
    })
  const answers = await Promise.all(Array.from({ length: 10 }, send))
  assert.deepEqual(
    new Set(answers.map(({ statusCode }) => statusCode)),
    new Set([201]),
    answers.find((a) => a.statusCode !== 201)?.body,
  )
  assert.equal(new Set(answers.map((answer) => answer.json<Booking>().id)).size, 1)
  assert.equal(await freeSeats(scheduleId), 9)
})

test('a hold confirmed on two servers at once is one booking with one debt', async () => {
  const { code } = await bookable()
  const who = await citizen()
  const { nre, held } = await heldFor(who, code)
  const answers = await Promise.all(
    [0, 1, 2, 3].map((i) => call(who, 'POST', `/bookings/${held.id}/confirm`, undefined, serverOf(i))),
  )
  for (const answer of answers) {
    assert.equal(answer.statusCode, 200, answer.body)
    assert.match(answer.json<Booking>().state, /^confirm(ing|ed)$/)
  }
  assert.ok(answers.some((answer) => answer.json<Booking>().state === 'confirmed'))
  assert.equal((await onTheSac(t, nre)).state, 5)
  const { rows } = await t.owner.query(`select count(*)::int as debts from payments.debt where subject_id = $1`, [
    held.id,
  ])
  assert.equal(rows[0].debts, 1)
})

test('one prescription held at two places at once is held once', async () => {
  const { code, serviceId, ...first } = await bookable({ slots: 1 })
  const second = await agendaFor(serviceId, { days: 9, slots: 1 })
  const { who, prescriptionId } = await contender(code)
  const answers = await Promise.all(
    [first, second].map(({ scheduleId, slotIds }, i) => {
      const places = [{ line: 1, scheduleId, slotId: slotIds[0]! }]
      return call(who, 'POST', '/bookings', { prescriptionId, places }, serverOf(i))
    }),
  )
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [201, 409])
  assert.equal((await freeSeats(first.scheduleId)) + (await freeSeats(second.scheduleId)), 1)
})

test('a hold that ran out while the page was open is refused on every server and leaves the prescription free', async () => {
  const { code, scheduleId } = await bookable({ slots: 1 })
  const who = await citizen()
  const { nre, held } = await heldFor(who, code)
  await t.owner.query(`update booking.booking set hold_expires_at = now() - interval '1 second' where id = $1`, [
    held.id,
  ])
  for (const server of servers) {
    const answer = await call(who, 'POST', `/bookings/${held.id}/confirm`, undefined, server)
    assert.equal(answer.statusCode, 409)
    assert.equal(answer.json().code, 'booking/hold-expired')
  }
  assert.equal((await onTheSac(t, nre)).state, 3)
  const { expireHolds } = await import('./jobs.ts')
  await Promise.all([expireHolds(t.platform), expireHolds(other.platform)])
  assert.equal(await freeSeats(scheduleId), 1, 'the seat comes back exactly once')
})
