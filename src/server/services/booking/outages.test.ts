// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription, meanwhile, onTheSac, sacFault } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { scheduling } from '../../engines/scheduling/index.ts'
import { expireHolds } from './jobs.ts'
import type { Booking, WaitingListEntry } from './schema.ts'
import { verifyWaiting } from './verification.ts'

// The national store of prescriptions is down for minutes or hours, or loses its answers, while citizens confirm.

const t = await testApp({ env: { SAC_TIMEOUT_MS: '700' } })
after(() => t[Symbol.asyncDispose]())
beforeEach(() => {
  t.sandbox.context.faults.clear()
  t.setNow(new Date())
})

const { bookable, books, call, citizen, freeSeats, heldFor, look, looksUp, messages } = await bookingBench(t)
const ourCentre = '150.204.000001'
const hours = (count: number) => t.setNow(new Date(Date.now() + count * 3_600_000))
const again = async (who: Citizen): Promise<Citizen> => ({ ...who, headers: await t.signIn(who.id) })

/** Somebody who confirmed while the SAC did not answer. */
async function confirmsInTheDark(
  kind: 'down' | 'time-out-after-commit',
  wish: Parameters<typeof bookable>[0] = { slots: 1 },
) {
  const { code, scheduleId } = await bookable(wish)
  const anna = await citizen()
  const { nre, held } = await heldFor(anna, code)
  sacFault(t, { operation: 'visualizzaErogato:1', kind, times: 2 })
  const answer = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(answer.statusCode, 200, answer.body)
  const booking = answer.json<Booking>()
  assert.equal(booking.state, 'confirming')
  assert.ok(Date.parse(booking.verifyBy!) > Date.now() + 24 * 3_600_000)
  return { anna, nre, code, scheduleId, booking }
}

/** What the worker does every minute about holds and confirmations. */
async function aMinuteLater() {
  await scheduling.jobs!.find(({ name }) => name === 'scheduling.expire-holds')!.handle({} as never, t.platform)
  await expireHolds(t.platform)
  await verifyWaiting(t.platform)
  await t.settle()
}

test('a confirmation during an outage keeps the place for hours and is made good when the SAC answers again', async () => {
  const { anna, nre, scheduleId, booking } = await confirmsInTheDark('down')
  sacFault(t, { operation: '*', kind: 'down' })
  hours(2)
  await aMinuteLater()
  assert.equal(await freeSeats(scheduleId), 0, 'nobody else gets the place')
  const later = await again(anna)
  const waiting = (await call(later, 'POST', `/bookings/${booking.id}/confirm`)).json<Booking>()
  assert.equal(waiting.state, 'confirming', 'asking again changes nothing')
  assert.equal(waiting.verifyBy, booking.verifyBy, 'nor does it move the deadline')
  assert.equal(waiting.payment, null)

  t.sandbox.context.faults.clear()
  hours(2.1)
  await aMinuteLater()
  const done = await look(later, booking.id)
  assert.equal(done.state, 'confirmed')
  assert.equal(done.verifyBy, null)
  assert.equal(done.payment?.amountCents, done.copay.cents)
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
  assert.ok((await messages(later)).includes('Prenotazione confermata'))
})

test('a lock whose answers were all lost is kept, found again, and never given back in between', async () => {
  const { anna, nre, booking } = await confirmsInTheDark('time-out-after-commit')
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre }, 'no job gives it back')
  hours(0.1)
  await aMinuteLater()
  assert.equal((await look(anna, booking.id)).state, 'confirmed')
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('a prescription taken elsewhere during the outage frees the place, costs nothing and is told with the reason', async () => {
  const { anna, nre, scheduleId, booking } = await confirmsInTheDark('down')
  t.sandbox.context.faults.clear()
  await meanwhile(t, nre, 'take-elsewhere')
  hours(0.1)
  await aMinuteLater()
  const lost = await look(anna, booking.id)
  assert.equal(lost.state, 'released')
  assert.equal(lost.payment, null)
  assert.equal(await freeSeats(scheduleId), 1)
  const page = (await call(anna, 'GET', '/messages')).json<{ items: { subject: string; body: string }[] }>()
  const told = page.items.find(({ subject }) => subject === 'Prenotazione non riuscita')
  assert.match(told?.body ?? '', /altra struttura|altro centro/i)
  assert.notEqual((await onTheSac(t, nre)).holder, ourCentre)
})

test('an outage longer than the deadline ends with the place free, nothing locked and the citizen told', async () => {
  const { anna, nre, scheduleId, booking } = await confirmsInTheDark('time-out-after-commit')
  sacFault(t, { operation: '*', kind: 'down' })
  hours(49)
  await aMinuteLater()
  const later = await again(anna)
  assert.equal((await look(later, booking.id)).state, 'expired')
  assert.equal(await freeSeats(scheduleId), 1)
  assert.ok((await messages(later)).includes('Prenotazione non riuscita'))
  t.sandbox.context.faults.clear()
  hours(50)
  await t.owner.query(`update pgboss.job set start_after = now() where state in ('created', 'retry')`)
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null }, 'she can use it elsewhere')
})

test('who does not want to wait gives the place back, and the prescription with it', async () => {
  const { anna, nre, scheduleId, booking } = await confirmsInTheDark('time-out-after-commit')
  const answer = await call(anna, 'POST', `/bookings/${booking.id}/release`)
  assert.equal(answer.json<Booking>().state, 'released')
  await t.settle()
  assert.equal(await freeSeats(scheduleId), 1)
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
  await aMinuteLater()
  assert.equal((await look(anna, booking.id)).state, 'released')
})

test('a server that dies while confirming leaves a confirmation that the worker finishes', async () => {
  const { code } = await bookable()
  const anna = await citizen()
  const { nre, held } = await heldFor(anna, code)
  await t.owner.query(`update booking.booking set state = 'confirming', verify_at = $2 where id = $1`, [
    held.id,
    t.platform.now(),
  ])
  await aMinuteLater()
  assert.equal((await look(anna, held.id)).state, 'confirmed')
  assert.deepEqual(await onTheSac(t, nre), { state: 5, holder: ourCentre })
})

test('another centre that locks a moment before us wins: the place is free again and the reason is told at once', async () => {
  const { code, scheduleId } = await bookable({ slots: 1 })
  const anna = await citizen()
  const { held } = await heldFor(anna, code)
  sacFault(t, { operation: 'visualizzaErogato:1', kind: 'race', times: 1 })
  const answer = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(answer.statusCode, 409)
  assert.equal(answer.json().code, 'prescriptions/taken-elsewhere')
  assert.equal(await freeSeats(scheduleId), 1)
  assert.equal((await look(anna, held.id)).state, 'released')
  await t.settle()
  assert.deepEqual(await messages(anna), [], 'the page has told it already')
})

test('a place that went away while the lock was being taken gives the prescription back', async () => {
  const { code } = await bookable({ slots: 1 })
  const anna = await citizen()
  const { nre, held } = await heldFor(anna, code)
  await t.owner.query(`update scheduling.appointment set state = 'expired' where id = $1`, [held.appointments[0]!.id])
  const answer = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(answer.json().code, 'scheduling/hold-lost')
  await t.settle()
  assert.deepEqual(await onTheSac(t, nre), { state: 3, holder: null })
  assert.equal((await look(anna, held.id)).state, 'released')
})

test('an accepted offer of the waiting list whose prescription is gone does not stay open', async () => {
  const { code } = await bookable({ days: 5, slots: 1 })
  const bruna = await citizen()
  const booked = await books(bruna, await aPrescription(t, bruna, { lines: [lineOf(code)], priority: 'D' }))
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' })
  const { id } = await looksUp(anna, nre)
  await call(anna, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  await call(bruna, 'POST', `/bookings/${booked.id}/cancel`, {})
  await t.settle()
  const entry = async (): Promise<WaitingListEntry> => (await call(anna, 'GET', '/waiting-list-entries')).json()[0]
  const offered = await entry()
  assert.equal(offered.state, 'offered')
  await meanwhile(t, nre, 'withdraw')
  const answer = await call(anna, 'POST', `/waiting-list-entries/${offered.id}/accept`)
  assert.equal(answer.json().code, 'prescriptions/withdrawn')
  assert.equal((await entry()).state, 'expired')
  assert.equal((await entry()).offer, null)
})

test('a look-up during an outage is refused in plain words, with the time to wait', async () => {
  const anna = await citizen()
  const nre = await aPrescription(t, anna)
  sacFault(t, { operation: '*', kind: 'down', times: 2 })
  const answer = await call(anna, 'POST', '/prescription-lookups', { patientId: anna.id, nre })
  assert.equal(answer.statusCode, 503)
  assert.equal(answer.json().code, 'prescriptions/unavailable')
  assert.ok(Number(answer.headers['retry-after']) > 0)
  assert.match(answer.json().detail, /Riprova/)
})
