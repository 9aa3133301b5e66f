// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf } from '../../../../test/booking.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { testApp } from '../../../../test/setup.ts'
import { expireHolds } from './jobs.ts'
import type { WaitingListEntry } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const { agendaFor, bookable, books, call, citizen, holds, looksUp, messages } = await bookingBench(t)

/** Somebody on the waiting list for this service. */
async function waitsFor(code: string, priority: 'B' | 'D' = 'D') {
  const who = await citizen()
  const { id } = await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)], priority }))
  const answer = await call(who, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  assert.equal(answer.statusCode, 201, answer.body)
  const entry = async (): Promise<WaitingListEntry> => (await call(who, 'GET', '/waiting-list-entries')).json()[0]
  return { who, entry }
}

test('an offer nobody answers lapses: she is told and stays on the list, the next person is asked', async () => {
  const { code } = await bookable({ days: 5, slots: 1 })
  const anna = await citizen()
  const booked = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' }))
  const first = await waitsFor(code)
  const second = await waitsFor(code)
  await call(anna, 'POST', `/bookings/${booked.id}/cancel`, {})
  await t.settle()
  assert.equal((await first.entry()).state, 'offered')
  assert.equal((await second.entry()).state, 'taken-in-charge')

  t.setNow(new Date(Date.now() + 3 * 3_600_000))
  await expireHolds(t.platform)
  await t.settle()
  t.setNow(new Date())
  assert.equal((await first.entry()).state, 'taken-in-charge')
  assert.ok((await messages(first.who)).includes('Il posto proposto è scaduto'))
  assert.equal((await second.entry()).state, 'offered')
  assert.ok(!(await messages(second.who)).includes('Il posto proposto è scaduto'))
})

test('a freed place goes past those who cannot take it: booked elsewhere meanwhile, busy at that hour, several lines', async () => {
  const { code, serviceId } = await bookable({ days: 5, slots: 1 })
  const other = await bookable({ days: 5, slots: 4 })
  const anna = await citizen()
  const booked = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' }))

  const served = await waitsFor(code)
  const busy = await waitsFor(code)
  await books(busy.who, await aPrescription(t, busy.who, { lines: [lineOf(other.code)] })) // at the very same hour
  const several = await citizen()
  const two = await aPrescription(t, several, { lines: [lineOf(code), lineOf(other.code)], priority: 'D' })
  const { id } = await looksUp(several, two)
  await call(several, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  const last = await waitsFor(code)
  await agendaFor(serviceId, { days: 20, slots: 1 })
  const servedNre = await t.owner.query<{ id: string }>('select id from booking.prescription where patient_id = $1', [
    served.who.id,
  ])
  const held = await holds(served.who, servedNre.rows[0]!.id)
  assert.equal((await call(served.who, 'POST', `/bookings/${held.id}/confirm`)).json().state, 'confirmed')
  assert.equal((await served.entry()).state, 'booked', 'who found a place by herself waits no more')

  await call(anna, 'POST', `/bookings/${booked.id}/cancel`, {})
  await t.settle()
  assert.equal((await busy.entry()).state, 'taken-in-charge')
  assert.equal((await last.entry()).state, 'offered')
})

test('an urgent class is asked before a deferrable one that has waited longer', async () => {
  const { code } = await bookable({ days: 5, slots: 1 })
  const anna = await citizen()
  const booked = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' }))
  const deferrable = await waitsFor(code)
  const short = await waitsFor(code, 'B')
  await call(anna, 'POST', `/bookings/${booked.id}/cancel`, {})
  await t.settle()
  assert.equal((await short.entry()).state, 'offered')
  assert.equal((await deferrable.entry()).state, 'taken-in-charge')
})
