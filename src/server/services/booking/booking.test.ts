// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, lineOf, placesOf as places } from '../../../../test/booking.ts'
import { aPrescription, meanwhile, onTheSac } from '../../../../test/prescriptions.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Booking, OfferSet, WaitingListEntry } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const { bookable, books, call, citizen, holds, looksUp, offers } = await bookingBench(t)

test('a citizen finds her prescription, holds a place, confirms it and owes the co-payment', async () => {
  const { code } = await bookable()
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' })
  const prescription = await looksUp(anna, `${nre.slice(0, 5)} ${nre.slice(5).toLowerCase()}`)
  assert.equal(prescription.priority, 'D')
  assert.equal(prescription.maxDays, 30)
  assert.equal((await onTheSac(t, nre)).state, 3, 'looking does not keep the prescription')

  const found = await offers(anna, prescription.id)
  assert.equal(found.withinMaximum, true)
  assert.equal(found.sets.length, 6)
  const held = await holds(anna, prescription.id)
  assert.equal(held.state, 'held')
  assert.ok(held.holdExpiresAt)
  assert.equal((await onTheSac(t, nre)).state, 3)

  const confirmed: Booking = (await call(anna, 'POST', `/bookings/${held.id}/confirm`)).json()
  assert.equal(confirmed.state, 'confirmed')
  assert.equal((await onTheSac(t, nre)).state, 5)
  assert.equal(confirmed.payment?.amountCents, confirmed.copay.cents)
  assert.ok(confirmed.copay.cents > 0)
  const again: Booking = (await call(anna, 'POST', `/bookings/${held.id}/confirm`)).json()
  assert.equal(again.state, 'confirmed', 'confirming twice changes nothing')
  const listed = (await call(anna, 'GET', '/bookings')).json()
  assert.deepEqual(
    listed.items.map((item: Booking) => item.id),
    [held.id],
  )
})

test('the promemoria and the calendar of a confirmed booking download; a hold has none', async () => {
  const { code } = await bookable()
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const held = await holds(anna, (await looksUp(anna, nre)).id)
  assert.equal((await call(anna, 'GET', `/bookings/${held.id}/promemoria.pdf`)).statusCode, 409)
  await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  const pdf = await call(anna, 'GET', `/bookings/${held.id}/promemoria.pdf`)
  assert.equal(pdf.headers['content-type'], 'application/pdf')
  assert.equal(pdf.rawPayload.subarray(0, 5).toString(), '%PDF-')
  const ics = await call(anna, 'GET', `/bookings/${held.id}/calendar.ics`)
  assert.match(ics.body, /BEGIN:VEVENT/)
  assert.doesNotMatch(ics.body, /visita/i, 'no clinical word leaves in a calendar')
})

test('an exempt person owes nothing and has no debt', async () => {
  const { code } = await bookable()
  const luigi = await citizen({ birthDate: '1950-03-04', exemptions: ['E01'] })
  const nre = await aPrescription(t, luigi, { lines: [lineOf(code)], exemption: 'E01' })
  const booking = await books(luigi, nre)
  assert.equal(booking.copay.cents, 0)
  assert.equal(booking.payment, null)
})

test('the same hold asked twice with one key is one hold', async () => {
  const { code, scheduleId, slotIds } = await bookable()
  const anna = await citizen()
  const { id } = await looksUp(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
  const key = uuidv7()
  const send = () =>
    t.app.inject({
      method: 'POST',
      url: '/api/v1/bookings',
      headers: { ...anna.headers, 'idempotency-key': key },
      payload: { prescriptionId: id, places: [{ line: 1, scheduleId, slotId: slotIds[0]! }] },
    })
  const first = await send()
  const second = await send()
  assert.equal(first.json().id, second.json().id)
  const { rows } = await t.owner.query(`select count(*)::int as n from scheduling.appointment where schedule_id = $1`, [
    scheduleId,
  ])
  assert.equal(rows[0].n, 1)
})

test('of two citizens after one place, one is told it is gone and gets alternatives', async () => {
  const { code, scheduleId, slotIds } = await bookable({ slots: 3 })
  const both = await Promise.all(
    [citizen(), citizen()].map(async (pending) => {
      const who = await pending
      const { id } = await looksUp(who, await aPrescription(t, who, { lines: [lineOf(code)] }))
      return { who, id }
    }),
  )
  const answers = await Promise.all(
    both.map(({ who, id }) =>
      call(who, 'POST', '/bookings', { prescriptionId: id, places: [{ line: 1, scheduleId, slotId: slotIds[0]! }] }),
    ),
  )
  assert.deepEqual(answers.map((answer) => answer.statusCode).toSorted(), [201, 409])
  const refused = answers.find((answer) => answer.statusCode === 409)!.json()
  assert.equal(refused.code, 'scheduling/place-taken')
  assert.equal(refused.alternatives.length, 2)
})

test('a place beyond the maximum is a choice, never an accident; the waiting list has a number, a deadline and an owner', async () => {
  const { code, scheduleId, slotIds } = await bookable({ days: 40 })
  const anna = await citizen()
  const { id } = await looksUp(anna, await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'B' }))
  assert.equal((await offers(anna, id)).withinMaximum, false)
  const wish = { prescriptionId: id, places: [{ line: 1, scheduleId, slotId: slotIds[0]! }] }
  const refused = await call(anna, 'POST', '/bookings', wish)
  assert.equal(refused.json().code, 'booking/beyond-maximum')
  const entry: WaitingListEntry = (
    await call(anna, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  ).json()
  assert.equal(entry.state, 'taken-in-charge')
  assert.ok(entry.number && entry.deadline && entry.owner.name && entry.owner.phone)
  assert.equal(
    (await call(anna, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })).json().code,
    'booking/already-waiting',
  )
  assert.equal((await call(anna, 'POST', '/bookings', { ...wish, acceptsBeyondMaximum: true })).statusCode, 201)
})

test('a cancelled place is offered to who waits, who accepts it', async () => {
  const { code } = await bookable({ days: 5, slots: 1 })
  const anna = await citizen()
  const booked = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)], priority: 'D' }))
  const waiting = await citizen()
  const { id } = await looksUp(waiting, await aPrescription(t, waiting, { lines: [lineOf(code)], priority: 'D' }))
  assert.deepEqual((await offers(waiting, id)).sets, [])
  await call(waiting, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  await call(anna, 'POST', `/bookings/${booked.id}/cancel`, {})
  await t.settle()
  const [entry] = (await call(waiting, 'GET', '/waiting-list-entries')).json() as WaitingListEntry[]
  assert.equal(entry!.state, 'offered')
  assert.equal(entry!.offer!.startsAt, booked.appointments[0]!.startsAt)
  const accepted = await call(waiting, 'POST', `/waiting-list-entries/${entry!.id}/accept`)
  assert.equal(accepted.statusCode, 200, accepted.body)
  assert.equal(accepted.json().state, 'booked')
  const booking: Booking = (await call(waiting, 'GET', `/bookings/${entry!.offer!.bookingId}`)).json()
  assert.equal(booking.state, 'confirmed')
})

test('a move takes the new place first, keeps the prescription locked and frees the old place', async () => {
  const { code, scheduleId } = await bookable({ slots: 2 })
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const booked = await books(anna, nre)
  const { sets } = (await call(anna, 'GET', `/bookings/${booked.id}/offers?line=1`)).json() as { sets: OfferSet[] }
  const target = sets[0]!.places[0]!
  const answer = await call(anna, 'POST', `/bookings/${booked.id}/move`, {
    line: 1,
    scheduleId: target.scheduleId,
    slotId: target.slotId,
  })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(Date.parse(answer.json().appointments[0].startsAt), Date.parse(target.startsAt))
  assert.equal(answer.json().moves, 1)
  assert.equal((await onTheSac(t, nre)).state, 5)
  const { rows } = await t.owner.query(
    'select sum(cardinality(free_seats))::int as free from scheduling.slot where schedule_id = $1',
    [scheduleId],
  )
  assert.equal(rows[0].free, 1)
})

test('cancelling in time releases the prescription and the debt; late, the debt stays', async () => {
  const { code } = await bookable({ days: 9 })
  const soon = await bookable({ days: 1 })
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const early = await books(anna, nre)
  const cancelled: Booking = (await call(anna, 'POST', `/bookings/${early.id}/cancel`, { reason: 'Non posso' })).json()
  assert.equal(cancelled.state, 'cancelled')
  assert.equal(cancelled.cancelledLate, false)
  assert.equal(cancelled.payment?.state, 'cancelled')
  await t.settle()
  assert.equal((await onTheSac(t, nre)).state, 3)

  const late = await books(anna, await aPrescription(t, anna, { lines: [lineOf(soon.code)] }))
  const answer: Booking = (await call(anna, 'POST', `/bookings/${late.id}/cancel`, {})).json()
  assert.equal(answer.cancelledLate, true)
  assert.notEqual(answer.payment?.state, 'cancelled')
})

test('several lines are booked together, at one place on one day', async () => {
  const a = await bookable({ days: 6 })
  const b = await bookable({ days: 6 })
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(a.code), lineOf(b.code)] })
  const { id } = await looksUp(anna, nre)
  const { sets } = await offers(anna, id)
  assert.equal(sets[0]!.together, 'same-day')
  assert.equal(sets[0]!.places.length, 2)
  const alone = await call(anna, 'POST', '/bookings', { prescriptionId: id, places: places(sets[0]!).slice(0, 1) })
  assert.equal(alone.json().code, 'booking/lines-missing')
  const booking = await holds(anna, id)
  assert.equal(booking.appointments.length, 2)
})

test('a hold that is over frees the place and can no longer be confirmed', async () => {
  const { code, scheduleId } = await bookable({ slots: 1 })
  const anna = await citizen()
  const held = await holds(anna, (await looksUp(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))).id)
  await t.owner.query(`update booking.booking set hold_expires_at = now() - interval '1 second' where id = $1`, [
    held.id,
  ])
  const { expireHolds } = await import('./jobs.ts')
  await expireHolds(t.platform)
  const answer = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(answer.json().code, 'booking/hold-expired')
  const { rows } = await t.owner.query('select free_seats from scheduling.slot where schedule_id = $1', [scheduleId])
  assert.deepEqual(rows[0].free_seats, [1])
})

test('a prescription withdrawn while held frees the place and says why', async () => {
  const { code, scheduleId } = await bookable({ slots: 1 })
  const anna = await citizen()
  const nre = await aPrescription(t, anna, { lines: [lineOf(code)] })
  const held = await holds(anna, (await looksUp(anna, nre)).id)
  await meanwhile(t, nre, 'withdraw')
  const answer = await call(anna, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(answer.statusCode < 500, true)
  assert.match(answer.json().code, /^prescriptions\//)
  const { rows } = await t.owner.query('select free_seats from scheduling.slot where schedule_id = $1', [scheduleId])
  assert.deepEqual(rows[0].free_seats, [1])
})

test('a parent books for her child; a stranger sees nothing', async () => {
  const { code } = await bookable()
  const mother = await citizen()
  const child = await aPerson(t, { birthDate: '2018-05-06', parent: mother.id })
  const parent = { ...mother, headers: await t.signIn(mother.id) }
  const nre = await aPrescription(t, child, { lines: [lineOf(code)] })
  const { id } = await looksUp(parent, nre, child.id)
  const booking = await holds(parent, id)
  assert.equal(booking.patient.id, child.id)
  const stranger = await citizen()
  assert.equal((await call(stranger, 'GET', `/bookings/${booking.id}`)).statusCode, 404)
  assert.equal((await call(stranger, 'GET', `/prescriptions/${id}/offers`)).statusCode, 404)
  assert.equal((await call(stranger, 'POST', `/bookings/${booking.id}/cancel`, {})).statusCode, 404)
  assert.equal((await call(stranger, 'POST', '/prescription-lookups', { patientId: child.id, nre })).statusCode, 404)
  const { rows } = await t.owner.query('select count(*)::int as n from access.audit_entry where patient_id = $1', [
    child.id,
  ])
  assert.ok(rows[0].n >= 3)
})

test('a person without a fiscal code books with an STP code', async () => {
  const { code } = await bookable()
  const amara = await citizen({ code: { type: 'STP', value: `STP1502040${String(Date.now()).slice(-6)}` } })
  const nre = await aPrescription(t, amara, { lines: [lineOf(code)] })
  assert.equal((await books(amara, nre)).state, 'confirmed')
})

test('a reminder’s link shows no name and no clinical word, changes nothing by looking, and cancels with a button', async () => {
  const { code } = await bookable({ days: 10 })
  const anna = await citizen({ mobile: '+393330000001' })
  const booking = await books(anna, await aPrescription(t, anna, { lines: [lineOf(code)] }))
  await t.settle()
  const reminders = (await call(anna, 'GET', `/bookings/${booking.id}`)).json().reminders as {
    channel: string
    to: string
  }[]
  assert.ok(reminders.some((reminder) => reminder.channel === 'sms' && !reminder.to.includes('3330000001')))
  await t.owner.query(
    `update notifications.reminder set at = now() where about_id = $1 and template = 'reminder.ask'`,
    [booking.id],
  )
  const { remindDue } = await import('../../engines/notifications/index.ts')
  await remindDue(t.platform)
  await t.settle()
  const { messages: inbox } = (await fetch(`${t.sandbox.url}/inbox/messages`).then((r) => r.json())) as {
    messages: unknown[]
  }
  const links = inbox.map((message) => /\/a\/([A-Za-z0-9_-]+)/.exec(JSON.stringify(message))?.[1]).filter(Boolean)
  assert.ok(links.length > 0, JSON.stringify(inbox).slice(0, 500))
  const open = (method: 'GET' | 'POST', act = '') =>
    t.app.inject({ method, url: `/api/v1/appointment-links/${links[0]}${act}` })
  const page = await open('GET')
  assert.equal(page.json().state, 'open')
  assert.doesNotMatch(page.body, /visita|anna|prova persona/i)
  assert.equal((await call(anna, 'GET', `/bookings/${booking.id}`)).json().state, 'confirmed')
  assert.equal((await open('POST', '/confirm')).json().state, 'confirmed')
  assert.equal((await open('POST', '/cancel')).json().state, 'cancelled')
  assert.equal((await call(anna, 'GET', `/bookings/${booking.id}`)).json().state, 'cancelled')
  assert.equal((await t.app.inject('/api/v1/appointment-links/AAAAAAAAAAAAAAAAAAAAAA')).statusCode, 404)
})

test('who asks for prescriptions again and again is stopped for a minute; others behind the same address are not', async () => {
  const [anna, bruna] = [await citizen(), await citizen()]
  const asks = (who: typeof anna) =>
    call(who, 'POST', '/prescription-lookups', { patientId: who.id, nre: '1500A9ZZZZZZZZZ' })
  const answers = []
  for (let i = 0; i < 31; i += 1) answers.push(await asks(anna))
  assert.equal(answers.at(-2)!.json().code, 'prescriptions/wrong-number')
  assert.equal(answers.at(-1)!.json().code, 'platform/too-many-requests')
  assert.equal((await asks(bruna)).json().code, 'prescriptions/wrong-number')
})
