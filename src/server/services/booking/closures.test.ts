// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, inDays, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription, onTheSac } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { closeAgenda } from '../../engines/scheduling/index.ts'
import { asSystem } from '../../platform/database.ts'
import type { Booking, WaitingListEntry } from './schema.ts'

// A closed agenda must orphan nobody (booking notes, section 11 no. 18, simulator scenario B.10).

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const { agendaFor, bookable, books, call, citizen, heldFor, look, looksUp, messages } = await bookingBench(t)

const closes = async (scheduleId: string) => {
  await asSystem(t.db, (tx) =>
    closeAgenda(tx, {
      scheduleId,
      from: inDays(0),
      to: inDays(60),
      reason: 'Guasto dell’apparecchio',
      approvedBy: 'Direzione sanitaria',
      whenBooked: 'keep',
    }),
  )
  await t.settle()
}
const booksIn = async (
  code: string,
  priority: 'B' | 'D' = 'D',
): Promise<{ who: Citizen; nre: string; booking: Booking }> => {
  const who = await citizen()
  const nre = await aPrescription(t, who, { lines: [lineOf(code)], priority })
  return { who, nre, booking: await books(who, nre) }
}
const entryOf = async (who: Citizen): Promise<WaitingListEntry> =>
  (await call(who, 'GET', '/waiting-list-entries')).json()[0]

test('thirty people of a closed agenda: those who fit are moved within their class, the others are taken in charge', async () => {
  const { code, scheduleId, serviceId } = await bookable({ days: 5, slots: 10, capacity: 3 })
  const people = []
  for (let i = 0; i < 30; i += 1) people.push(await booksIn(code))
  const elsewhere = await agendaFor(serviceId, { days: 12, slots: 10, capacity: 2 })
  await closes(scheduleId)

  let moved = 0
  let waiting = 0
  for (const { who, nre, booking } of people) {
    const now = await look(who, booking.id)
    if (now.state === 'confirmed') {
      moved += 1
      assert.ok(Date.parse(now.appointments[0]!.startsAt) >= inDays(11).getTime())
      assert.equal((await onTheSac(t, nre)).state, 5, 'the prescription stays locked')
      assert.equal(now.payment?.id, booking.payment?.id, 'and the debt stays the same')
    } else {
      waiting += 1
      assert.equal(now.state, 'cancelled')
      assert.equal(now.cancelledLate, false)
      assert.equal(now.payment?.state, 'cancelled')
      const entry = await entryOf(who)
      assert.equal(entry.state, 'escalated')
      assert.ok(entry.number && entry.deadline && entry.owner.phone)
      assert.equal((await onTheSac(t, nre)).state, 3)
    }
  }
  assert.deepEqual([moved, waiting], [20, 10])
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(*)::int as n from scheduling.appointment where schedule_id = $1 and state in ('held', 'booked')`,
    [scheduleId],
  )
  assert.equal(rows[0]!.n, 0, 'nobody is left on the closed agenda')
  const taken = await t.owner.query<{ n: number }>(
    `select count(distinct (slot_id, seat))::int as n from scheduling.appointment where schedule_id = $1 and state = 'booked'`,
    [elsewhere.scheduleId],
  )
  assert.equal(taken.rows[0]!.n, 20)
})

test('who was moved by the provider is told so and may cancel at no charge until the visit', async () => {
  const { code, scheduleId, serviceId } = await bookable({ days: 4, slots: 1 })
  const { who, booking } = await booksIn(code)
  await agendaFor(serviceId, { days: 5, slots: 1 })
  await closes(scheduleId)
  const moved = await look(who, booking.id)
  assert.equal(moved.freeCancellationUntil, moved.appointments[0]!.startsAt)
  const page = (await call(who, 'GET', '/messages')).json<{ items: { subject: string; body: string }[] }>()
  assert.match(
    page.items.find(({ subject }) => subject === 'Appuntamento spostato')?.body ?? '',
    /La struttura ha dovuto/,
  )
  t.setNow(new Date(Date.parse(moved.appointments[0]!.startsAt) - 3_600_000))
  const again = { ...who, headers: await t.signIn(who.id) }
  const cancelled = (await call(again, 'POST', `/bookings/${booking.id}/cancel`, {})).json<Booking>()
  assert.equal(cancelled.cancelledLate, false)
  assert.equal(cancelled.payment?.state, 'cancelled')
  t.setNow(new Date())
})

test('who cannot be moved within her class is told that the provider cancelled, and owes nothing', async () => {
  const { code, scheduleId, serviceId } = await bookable({ days: 3, slots: 1 })
  const { who, booking } = await booksIn(code, 'B')
  await agendaFor(serviceId, { days: 30, slots: 1 }) // beyond the ten days of class B
  await closes(scheduleId)
  assert.equal((await look(who, booking.id)).state, 'cancelled')
  assert.ok((await messages(who)).includes('Appuntamento annullato dalla struttura'))
  assert.ok(!(await messages(who)).includes('Prenotazione disdetta'))
  const { rows } = await t.owner.query<{ actor_kind: string; purpose: string }>(
    `select actor_kind, purpose from access.audit_entry where object_id = $1 order by at desc limit 1`,
    [booking.id],
  )
  assert.equal((await entryOf(who)).state, 'escalated')
  assert.ok(rows.length > 0)
})

test('two services of one prescription: only the closed one moves, never onto the hour of the other', async () => {
  const a = await bookable({ days: 6, slots: 1 })
  const b = await bookable({ days: 7, slots: 1 })
  const who = await citizen()
  const nre = await aPrescription(t, who, { lines: [lineOf(a.code), lineOf(b.code)], priority: 'D' })
  const booking = await books(who, nre)
  await agendaFor(a.serviceId, { days: 7, slots: 2 }) // its first place is at the hour of the other service
  await closes(a.scheduleId)
  const moved = await look(who, booking.id)
  assert.equal(moved.state, 'confirmed')
  const [first, second] = [1, 2].map((line) => moved.appointments.find((one) => one.line === line)!)
  assert.equal(second!.startsAt, booking.appointments.find((one) => one.line === 2)!.startsAt)
  assert.ok(Date.parse(first!.startsAt) >= Date.parse(second!.endsAt))
})

test('a place held but not confirmed on a closed agenda is let go, and the prescription stays usable', async () => {
  const { code, scheduleId, serviceId } = await bookable({ days: 6, slots: 1 })
  const who = await citizen()
  const { nre, held } = await heldFor(who, code)
  const { slotIds, ...open } = await agendaFor(serviceId, { days: 9, slots: 1 })
  await closes(scheduleId)
  assert.equal((await look(who, held.id)).state, 'released')
  assert.equal((await call(who, 'POST', `/bookings/${held.id}/confirm`)).statusCode, 409)
  const { id } = await looksUp(who, nre)
  const wish = { prescriptionId: id, places: [{ line: 1, scheduleId: open.scheduleId, slotId: slotIds[0]! }] }
  assert.equal((await call(who, 'POST', '/bookings', wish)).statusCode, 201)
})
