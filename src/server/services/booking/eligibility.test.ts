// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription } from '../../../../test/prescriptions.ts'
import { aPlace, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { organisationId } from '../../../../scripts/region/reference/organisations.ts'
import { aSchedule } from '../../../../test/agendas.ts'
import { inDays } from '../../../../test/booking.ts'
import { forgetReference } from '../../platform/reference.ts'
import { romeDay } from '../../platform/time.ts'

// What is not offered to a person cannot be taken by her either, whatever her request says.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const { agendaFor, bookable, books, call, citizen, looksUp, offers } = await bookingBench(t)

interface Agenda {
  scheduleId: string
  slotIds: string[]
}
const set = (
  agenda: Agenda,
  column: 'regime' | 'access_type' | 'residents_of' | 'opening_lead_hours',
  value: unknown,
) => t.owner.query(`update scheduling.schedule set ${column} = $2 where id = $1`, [agenda.scheduleId, value])
const setService = (agenda: Agenda, column: 'age_min' | 'age_max' | 'sex', value: unknown) =>
  t.owner.query(`update scheduling.schedule_service set ${column} = $2 where schedule_id = $1`, [
    agenda.scheduleId,
    value,
  ])

/** Whether an agenda is offered to a person with a prescription for it, and what she gets who asks for it all the same. */
async function tries(who: Citizen, code: string, agenda: Agenda, wish: object = {}) {
  const { id } = await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)], priority: 'D', ...wish }))
  const found = await offers(who, id)
  const offered = found.sets.some(({ places }) => places.some(({ scheduleId }) => scheduleId === agenda.scheduleId))
  const places = [{ line: 1, scheduleId: agenda.scheduleId, slotId: agenda.slotIds[0]! }]
  const answer = await call(who, 'POST', '/bookings', { prescriptionId: id, places })
  return { offered, status: answer.statusCode }
}
const not = { offered: false, status: 404 }
const yes = { offered: true, status: 201 }

test('an agenda for children takes no adult, one for women no man', async () => {
  const children = await bookable()
  await setService(children, 'age_max', 13)
  assert.deepEqual(await tries(await citizen(), children.code, children), not)
  const women = await bookable()
  await setService(women, 'sex', 'F')
  assert.deepEqual(await tries(await citizen({ sex: 'M', givenName: 'Mario' }), women.code, women), not)
  assert.deepEqual(await tries(await citizen(), women.code, women), yes)
})

test('a first visit takes no place of an agenda for follow-ups, nor the other way round', async () => {
  const followUps = await bookable()
  await set(followUps, 'access_type', 'follow-up')
  assert.deepEqual(await tries(await citizen(), followUps.code, followUps), not)
  const control = { lines: [{ ...lineOf(followUps.code), firstAccess: false }] }
  assert.deepEqual(await tries(await citizen(), followUps.code, followUps, control), yes)
})

test('a prescription of the health service takes no place of private practice', async () => {
  const own = await bookable()
  await set(own, 'regime', 'ALPI')
  assert.deepEqual(await tries(await citizen(), own.code, own), not)
})

test('places only in agendas that are not hers are no availability: the waiting list is told of at once', async () => {
  const followUps = await bookable({ days: 3 })
  await set(followUps, 'access_type', 'follow-up')
  const who = await citizen()
  const nre = await aPrescription(t, who, { lines: [lineOf(followUps.code)], priority: 'D' })
  assert.equal((await offers(who, (await looksUp(who, nre)).id)).withinMaximum, false)
})

test('an agenda kept to the residents of one authority is theirs alone', async () => {
  const kept = await bookable()
  await set(kept, 'residents_of', [aslSalerno])
  assert.deepEqual(await tries(await citizen({ aslId: aslNapoli1 }), kept.code, kept), not)
  assert.deepEqual(await tries(await citizen({ aslId: aslSalerno }), kept.code, kept), yes)
})

test('a place is no longer taken when its agenda wants more notice', async () => {
  const early = await bookable({ days: 1 })
  await set(early, 'opening_lead_hours', 72)
  assert.deepEqual(await tries(await citizen(), early.code, early), not)
})

test('a prescription for internal use is served by the structure of its prescriber only', async () => {
  const outside = await bookable()
  const locationId = await aPlace(t, { organisationId: organisationId('150901') })
  const inside = await aSchedule(t.owner, { serviceId: outside.serviceId, locationId, from: inDays(9), slots: 2 })
  const internal = { internalTo: '150901' }
  assert.deepEqual(await tries(await citizen(), outside.code, outside, internal), not)
  assert.deepEqual(await tries(await citizen(), outside.code, inside, internal), yes)
})

test('a booking moves only where it could have been made', async () => {
  const { code, serviceId } = await bookable()
  const own = await agendaFor(serviceId, { days: 9, slots: 1 })
  await set(own, 'regime', 'ALPI')
  const who = await citizen()
  const booking = await books(who, await aPrescription(t, who, { lines: [lineOf(code)] }))
  const wish = { line: 1, scheduleId: own.scheduleId, slotId: own.slotIds[0]! }
  assert.equal((await call(who, 'POST', `/bookings/${booking.id}/move`, wish)).statusCode, 404)
})

test('the alternatives told to whom a place was taken from are such that she can take them', async () => {
  const { code, serviceId, ...wanted } = await bookable({ slots: 1 })
  const own = await agendaFor(serviceId, { days: 9, slots: 1 })
  await set(own, 'regime', 'ALPI')
  const children = await agendaFor(serviceId, { days: 9, slots: 1 })
  await setService(children, 'age_max', 13)
  const far = await aPlace(t, { aslId: aslSalerno, istatCode: '065116' })
  const outside = await aSchedule(t.owner, { serviceId, locationId: far, from: inDays(9), slots: 1 })
  const open = await agendaFor(serviceId, { days: 10, slots: 1 })
  const [first, second] = [await citizen(), await citizen()]
  await tries(first, code, wanted)
  const { id } = await looksUp(second, await aPrescription(t, second, { lines: [lineOf(code)] }))
  const places = [{ line: 1, scheduleId: wanted.scheduleId, slotId: wanted.slotIds[0]! }]
  const refused = await call(second, 'POST', '/bookings', { prescriptionId: id, places })
  const { alternatives } = refused.json<{ alternatives: { scheduleId: string }[] }>()
  assert.deepEqual(
    alternatives.map(({ scheduleId }) => scheduleId),
    [open.scheduleId],
  )
  await t.owner.query(`update scheduling.slot set suspended = true where schedule_id = $1`, [open.scheduleId])
  const again = await call(second, 'POST', '/bookings', { prescriptionId: id, places })
  assert.deepEqual(
    again.json<{ alternatives: { scheduleId: string }[] }>().alternatives.map(({ scheduleId }) => scheduleId),
    [outside.scheduleId],
    'none left in her area: then outside, never a dead end',
  )
})

test('the wait promised to a diagnostic exam of class D is sixty days, to a visit thirty, and runs from the first contact', async () => {
  const { code, serviceId } = await bookable({ days: 45 })
  const who = await citizen()
  const visit = await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)], priority: 'D' }))
  assert.equal(visit.maxDays, 30)
  assert.equal((await offers(who, visit.id)).withinMaximum, false)
  await t.owner.query(`update registry.service set kind = 'D' where id = $1`, [serviceId])
  forgetReference()
  const old = romeDay(new Date(Date.now() - 15 * 86_400_000))
  const nre = await aPrescription(t, who, { lines: [lineOf(code)], priority: 'D', issuedOn: old })
  const exam = await looksUp(who, nre)
  assert.equal(exam.maxDays, 60)
  const found = await offers(who, exam.id)
  assert.equal(found.withinMaximum, true, 'fifteen days spent before the first contact do not count')
  assert.ok(found.sets[0]!.places[0]!.daysWaited <= 46)
})

test('a code that stands for several services is a question, and nothing is booked before it is answered', async () => {
  const shared = '89.7'
  const ear = await bookable()
  const eye = await bookable()
  for (const { serviceId } of [ear, eye]) {
    await t.owner.query(
      `insert into registry.service_code (service_id, system, code, valid, source, verified) values ($1, 'DM1996', $2, '(,)', 'test', true)
       on conflict do nothing`,
      [serviceId, shared],
    )
  }
  const who = await citizen()
  const nre = await aPrescription(t, who, { lines: [{ ...lineOf(shared), description: 'VISITA' }], priority: 'D' })
  const prescription = await looksUp(who, nre)
  const [line] = prescription.lines
  assert.equal(line!.serviceId, null)
  assert.ok(line!.candidates.length >= 2)
  const place = { line: 1, scheduleId: eye.scheduleId, slotId: eye.slotIds[0]! }
  const unanswered = await call(who, 'POST', '/bookings', { prescriptionId: prescription.id, places: [place] })
  assert.equal(unanswered.json().code, 'booking/lines-missing')
  const waits = (serviceId?: string) =>
    call(who, 'POST', '/waiting-list-entries', {
      prescriptionId: prescription.id,
      line: 1,
      ...(serviceId && { serviceId }),
    })
  assert.equal((await waits()).statusCode, 404)
  assert.equal((await waits(eye.serviceId)).statusCode, 201)
  const answered = { prescriptionId: prescription.id, places: [{ ...place, serviceId: eye.serviceId }] }
  const held = await call(who, 'POST', '/bookings', answered)
  assert.equal(held.statusCode, 201, held.body)
  assert.equal(held.json().appointments[0].service.id, eye.serviceId)
})

/** When the first place was free and when the chosen one is, for a booking of one of three places. */
async function firstAndChosen(chosen: number): Promise<{ first: Date; chosen: Date }> {
  const { code, scheduleId, slotIds } = await bookable({ days: 6, slots: 3 })
  const who = await citizen()
  const { id } = await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)], priority: 'D' }))
  const places = [{ line: 1, scheduleId, slotId: slotIds[chosen]! }]
  const held = await call(who, 'POST', '/bookings', { prescriptionId: id, places })
  const { rows } = await t.owner.query<{ first: Date; chosen: Date }>(
    `select b.first_available_at as first, l.starts_at as chosen
     from booking.booking b join booking.booking_line l on l.booking_id = b.id where b.id = $1`,
    [held.json().id],
  )
  return rows[0]!
}

test('who chooses a later place than the first free one in her area is remembered as such', async () => {
  const { first, chosen } = await firstAndChosen(2)
  assert.equal(first.toISOString(), inDays(6).toISOString())
  assert.equal(chosen.getTime() - first.getTime(), 40 * 60_000)
})

test('for who chooses the first free place, it was the first', async () => {
  const { first, chosen } = await firstAndChosen(0)
  assert.deepEqual([first, chosen], [inDays(6), inDays(6)])
})
