// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { bookingBench, cycleOf, lineOf, mostDays, placesOf, type Citizen } from '../../../../test/booking.ts'
import { aPrescription, onTheSac } from '../../../../test/prescriptions.ts'
import { aPlace } from '../../../../test/region.ts'
import { aSchedule } from '../../../../test/agendas.ts'
import { readPdf } from '../../../../test/pdf.ts'
import { momentInWords } from '../../../shared/words.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, daysBetween, romeDay, weekday } from '../../platform/time.ts'
import { appointmentLink, createLink } from '../../engines/notifications/index.ts'
import { closeAgenda } from '../../engines/scheduling/index.ts'
import type { Booking, OfferPage, OfferSet, WaitingListEntry } from './schema.ts'

// A line that needs several appointments, over HTTP: a cycle of sessions (quantita 1, numsedute N) or a quantity above one.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const { agendaFor, bookable, books, call, citizen, freeSeats, locationId, look, looksUp, messages } =
  await bookingBench(t)

type Bookable = Awaited<ReturnType<typeof bookable>>

async function offersOf(who: Citizen, prescriptionId: string, query = ''): Promise<OfferPage> {
  const answer = await call(who, 'GET', `/prescriptions/${prescriptionId}/offers${query}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}
async function prescribed(who: Citizen, line: object): Promise<{ id: string; nre: string }> {
  const nre = await aPrescription(t, who, { lines: [line as never], priority: 'D' })
  return { nre, id: (await looksUp(who, nre)).id }
}
const hold = (who: Citizen, prescriptionId: string, places: object[]) =>
  call(who, 'POST', '/bookings', { prescriptionId, places })
async function refused(answer: ReturnType<typeof call>, code: string, status = 409) {
  const { statusCode, body, json } = await answer
  assert.equal(statusCode, status, body)
  assert.equal(json<{ code: string }>().code, code, body)
}
const startsOf = (set: { startsAt: string }[]) => set.map(({ startsAt }) => startsAt)
const days = (set: { startsAt: string }[]) => set.map(({ startsAt }) => romeDay(new Date(startsAt)))

/** N appointments, each later than the one before, on different days, never more than three a week. */
function isCycle(appointments: { session: number; startsAt: string }[], count: number): void {
  assert.deepEqual(
    appointments.map(({ session }) => session),
    Array.from({ length: count }, (_, n) => n + 1),
  )
  assert.deepEqual(startsOf(appointments), startsOf(appointments).toSorted())
  assert.equal(new Set(days(appointments)).size, count)
  const weeks = Map.groupBy(days(appointments), (day) => addDays(day, 1 - weekday(day)))
  for (const week of weeks.values()) assert.ok(week.length <= 3)
}

async function booksCycle(service: Bookable, count: number) {
  const who = await citizen({ mobile: '+393330000001' })
  const nre = await aPrescription(t, who, { lines: [cycleOf(service.code, count)], priority: 'D' })
  return { who, nre, booking: await books(who, nre) }
}

test('a cycle is offered with all its sessions and the rhythm: at one place, on different days, near one hour', async () => {
  const service = await bookable({ on: mostDays(6), slots: 4 })
  const elsewhere = await aPlace(t, { name: 'Ambulatorio lontano', latitude: 41 })
  await aSchedule(t.owner, {
    serviceId: service.serviceId,
    locationId: elsewhere,
    from: new Date(`${addDays(romeDay(new Date()), 5)}T08:00:00Z`),
    slots: 1,
    days: [0, 30],
  })
  const who = await citizen()
  const { id } = await prescribed(who, cycleOf(service.code, 6))
  const page = await offersOf(who, id)
  assert.deepEqual(page.series, [
    { line: 1, count: 6, kind: 'cycle', mostPerWeek: 3, leastPerWeek: 2, differentDays: true },
  ])
  assert.ok(page.sets.length > 0)
  for (const { places, together } of page.sets) {
    assert.equal(together, 'series')
    isCycle(places, 6)
    assert.deepEqual(new Set(places.map(({ place }) => place.id)), new Set([locationId]), 'two free days are no cycle')
  }
  assert.equal(page.firstAvailability?.slice(0, 19), page.sets[0]!.places[0]!.startsAt.slice(0, 19))
  const fridays = await offersOf(who, id, '?weekday=5')
  assert.ok(fridays.sets.length > 0)
  for (const { places } of fridays.sets)
    assert.equal(weekday(days(places)[0]!), 5, 'the wish is that of the first session')
})

test('a cycle is one booking, one code, one lock and one co-payment; page, paper, calendar and messages list every session', async () => {
  const service = await bookable({ on: mostDays(6), slots: 3, tariffCents: 2000 })
  const { who, nre, booking } = await booksCycle(service, 4)
  isCycle(booking.appointments, 4)
  assert.equal(booking.state, 'confirmed')
  assert.deepEqual(new Set(booking.appointments.map(({ sessions }) => sessions)), new Set([4]))
  assert.ok(booking.appointments.every(({ movableUntil, startsAt }) => movableUntil && movableUntil < startsAt))
  assert.deepEqual(await onTheSac(t, nre), { ...(await onTheSac(t, nre)), state: 5 })
  assert.equal(booking.copay.cents, 3000, 'one tariff and the share, not four')
  await t.settle()
  const { payment, reminders } = await look(who, booking.id)
  assert.equal(payment?.amountCents, 3000)
  const { rows: debts } = await t.owner.query('select count(*)::int as n from payments.debt where subject_id = $1', [
    booking.id,
  ])
  assert.equal(debts[0].n, 1)
  assert.ok(new Set(reminders.map(({ at }) => at)).size >= 4, 'each session has a reminder')
  const calendar = (await call(who, 'GET', `/bookings/${booking.id}/calendar.ics`)).body
  assert.equal(calendar.match(/BEGIN:VEVENT/g)?.length, 4)
  assert.equal(new Set(calendar.match(/UID:.*/g)).size, 4)
  assert.match(calendar, /\(4 di 4\)/)
  const { text } = readPdf((await call(who, 'GET', `/bookings/${booking.id}/promemoria.pdf`)).rawPayload)
  for (const { startsAt, place } of booking.appointments) {
    assert.ok(text.includes(momentInWords(new Date(startsAt), 'it')), text)
    assert.ok(text.includes(place.name))
  }
  assert.match(text, /4 \/ 4/)
  const { rows } = await t.owner.query<{ parameters: { visits: unknown[] } }>(
    `select parameters from notifications.notice where about_id = $1 and template = 'booking.confirmed'`,
    [booking.id],
  )
  assert.equal(rows[0]!.parameters.visits.length, 4)
})

test('part of a cycle, twice the same day, another place or too long a cycle are refused and leave every seat free', async () => {
  const service = await bookable({ on: mostDays(10), slots: 3 })
  const far = await aPlace(t)
  const other = await aSchedule(t.owner, {
    serviceId: service.serviceId,
    locationId: far,
    from: new Date(`${addDays(romeDay(new Date()), 8)}T08:00:00Z`),
    days: mostDays(6),
  })
  const seats = await freeSeats(service.scheduleId)
  const who = await citizen()
  const { id } = await prescribed(who, cycleOf(service.code, 3))
  const at = (slot: number) => ({ line: 1, scheduleId: service.scheduleId, slotId: service.slotIds[slot]! })
  await refused(hold(who, id, [at(0)]), 'booking/lines-missing', 400)
  await refused(hold(who, id, [at(0), at(3), at(6), at(9)]), 'booking/lines-missing', 400)
  await refused(hold(who, id, [at(0), at(1), at(6)]), 'booking/out-of-rhythm')
  await refused(hold(who, id, [at(0), at(3), at(120)]), 'booking/out-of-rhythm')
  const elsewhere = { line: 1, scheduleId: other.scheduleId, slotId: other.slotIds[2]! }
  await refused(hold(who, id, [at(0), at(3), elsewhere]), 'booking/out-of-rhythm')
  assert.equal(await freeSeats(service.scheduleId), seats)
  const endless = await prescribed(who, cycleOf(service.code, 21))
  await refused(call(who, 'GET', `/prescriptions/${endless.id}/offers`), 'booking/too-many-sessions')
})

test('the database refuses a cycle with a session missing, doubled or out of order', async () => {
  const service = await bookable({ on: mostDays(6) })
  const { booking } = await booksCycle(service, 3)
  const broken = [
    'delete from booking.booking_line where booking_id = $1 and session = 2',
    'update booking.booking_line set sessions = 4 where booking_id = $1',
    `update booking.booking_line set starts_at = starts_at + interval '30 days' where booking_id = $1 and session = 1`,
    `update booking.booking_line set starts_at = (select starts_at + interval '1 hour' from booking.booking_line where booking_id = $1 and session = 1)
     where booking_id = $1 and session = 2`,
    `update booking.booking_line set appointment_id = (select appointment_id from booking.booking_line where booking_id = $1 and session = 1)
     where booking_id = $1 and session = 2`,
  ]
  for (const statement of broken) {
    await assert.rejects(t.owner.query(statement, [booking.id]), /not whole/, statement)
  }
  isCycle(
    (
      await t.owner.query(
        'select session, starts_at as "startsAt" from booking.booking_line where booking_id = $1 order by session',
        [booking.id],
      )
    ).rows.map((row) => ({ ...row, startsAt: row.startsAt.toISOString() })),
    3,
  )
})

test('a quantity above one is as many appointments on different days, on one day where the catalogue allows it', async () => {
  const apart = await bookable({ on: mostDays(6), slots: 4, tariffCents: 1000 })
  const who = await citizen()
  const several = { ...lineOf(apart.code), quantity: 3 }
  const { id } = await prescribed(who, several)
  const page = await offersOf(who, id)
  assert.deepEqual(page.series[0], {
    line: 1,
    count: 3,
    kind: 'quantity',
    mostPerWeek: 7,
    leastPerWeek: 1,
    differentDays: true,
  })
  for (const { places } of page.sets) assert.equal(new Set(days(places)).size, 3)
  assert.equal(page.copay.cents, 4000, 'three tariffs and the share')

  const together = await bookable({ slots: 4, sameDay: true })
  const second = await prescribed(who, { ...lineOf(together.code), quantity: 4 })
  const answer = await hold(who, second.id, placesOf((await offersOf(who, second.id)).sets[0]!))
  assert.equal(answer.statusCode, 201, answer.body)
  assert.equal(new Set(days(answer.json<Booking>().appointments)).size, 1)
  const nine = await prescribed(who, { ...lineOf(apart.code), quantity: 9 })
  await refused(call(who, 'GET', `/prescriptions/${nine.id}/offers`), 'booking/too-many-sessions')
})

test('two cycles of one prescription, or a cycle and a visit, are planned beside each other at one place', async () => {
  const first = await bookable({ on: mostDays(6), slots: 3 })
  const second = await bookable({ on: mostDays(6), slots: 3 })
  const visit = await bookable({ slots: 3 })
  const who = await citizen()
  const lines = [cycleOf(first.code, 5), cycleOf(second.code, 3), lineOf(visit.code)]
  const nre = await aPrescription(t, who, { lines: lines as never, priority: 'D' })
  const prescription = await looksUp(who, nre)
  const page = await offersOf(who, prescription.id)
  const [set] = page.sets as [OfferSet]
  assert.equal(set.together, 'same-place')
  for (const [line, count] of [
    [1, 5],
    [2, 3],
    [3, 1],
  ] as const)
    isCycle(
      set.places.filter((place) => place.line === line),
      count,
    )
  const sorted = set.places.toSorted((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
  for (const [i, place] of sorted.entries()) assert.ok(i === 0 || sorted[i - 1]!.endsAt <= place.startsAt)
  const held = await hold(who, prescription.id, placesOf(set))
  assert.equal(held.statusCode, 201, held.body)
  assert.equal(held.json<Booking>().appointments.length, 9)
})

test('a cycle is planned around what the patient has to do already, and the nearest place comes first when wished', async () => {
  const service = await bookable({ on: mostDays(6), slots: 1 })
  const visit = await bookable({ days: 10, slots: 1 })
  const far = await aPlace(t, { name: 'Lontano', latitude: 41.4 })
  await aSchedule(t.owner, {
    serviceId: service.serviceId,
    locationId: far,
    from: new Date(`${addDays(romeDay(new Date()), 5)}T08:00:00Z`),
    days: mostDays(6),
  })
  const who = await citizen()
  const other = await books(who, await aPrescription(t, who, { lines: [lineOf(visit.code)], priority: 'D' }))
  const { id } = await prescribed(who, cycleOf(service.code, 4))
  const earliest = await offersOf(who, id)
  assert.equal(earliest.sets[0]!.places[0]!.place.id, far)
  const nearest = await offersOf(who, id, '?order=distance')
  const distances = nearest.sets.map(({ places }) => places[0]!.place.distanceKm!)
  assert.deepEqual(
    distances,
    distances.toSorted((x, y) => x - y),
  )
  assert.equal(nearest.sets[0]!.places[0]!.place.id, locationId)
  const busy = other.appointments[0]!.startsAt.slice(0, 16)
  for (const { places } of [...earliest.sets, ...nearest.sets]) {
    assert.ok(places.every(({ startsAt }) => startsAt.slice(0, 16) !== busy))
  }
})

test('the maximum of the class counts for the first session', async () => {
  const service = await bookable({ days: 25, on: mostDays(6) })
  const who = await citizen()
  const { id } = await prescribed(who, cycleOf(service.code, 10))
  const page = await offersOf(who, id)
  const [set] = page.sets as [OfferSet]
  assert.ok(page.withinMaximum && set.withinMaximum)
  assert.ok(daysBetween(romeDay(new Date()), days(set.places).at(-1)!) > 30)
  const held = await hold(who, id, placesOf(set))
  assert.equal(held.json<Booking>().withinMaximum, true)
})

test('one session moves alone within its rhythm and takes its turn among the others; the prescription stays locked', async () => {
  const service = await bookable({ on: mostDays(8), slots: 2 })
  const { who, nre, booking } = await booksCycle(service, 4)
  const second = booking.appointments[1]!
  const others = booking.appointments.filter(({ id }) => id !== second.id)
  await refused(call(who, 'GET', `/bookings/${booking.id}/offers?line=1`), 'platform/not-found', 404)
  const { sets } = (await call(who, 'GET', `/bookings/${booking.id}/offers?line=1&session=2`)).json<OfferPage>()
  assert.ok(sets.length > 0)
  for (const { places } of sets) {
    assert.ok(!days(others).includes(days(places)[0]!), 'never on the day of another session')
    assert.equal(places[0]!.place.id, locationId)
  }
  const last = booking.appointments.at(-1)!.startsAt
  const later = sets.find(({ places }) => places[0]!.startsAt > last)!.places[0]!
  const wish = { line: 1, session: 2, scheduleId: later.scheduleId, slotId: later.slotId }
  const moved = await call(who, 'POST', `/bookings/${booking.id}/move`, wish)
  assert.equal(moved.statusCode, 200, moved.body)
  const after = moved.json<Booking>()
  isCycle(after.appointments, 4)
  assert.equal(after.appointments[3]!.startsAt, later.startsAt.replace('Z', '.000Z'))
  assert.equal(after.moves, 1)
  assert.equal((await onTheSac(t, nre)).state, 5)

  const third = after.appointments[2]!
  const taken = after.appointments[0]!
  const sameDay = await t.owner.query<{ id: string }>(
    `select id from scheduling.slot where schedule_id = $1 and has_room and (starts_at at time zone 'Europe/Rome')::date = $2`,
    [service.scheduleId, romeDay(new Date(taken.startsAt))],
  )
  const onTaken = { line: 1, session: third.session, scheduleId: service.scheduleId, slotId: sameDay.rows[0]!.id }
  await refused(call(who, 'POST', `/bookings/${booking.id}/move`, onTaken), 'booking/out-of-rhythm')
  isCycle((await look(who, booking.id)).appointments, 4)
  await t.settle()
  assert.ok((await messages(who)).some((subject) => /spostato/.test(subject)))
})

/** As if the first sessions had been held already. */
async function letPass(booking: Booking, sessions: number): Promise<void> {
  const past = booking.appointments.slice(0, sessions)
  for (const [i, { id }] of past.entries()) {
    const at = new Date(Date.now() - (sessions - i) * 86_400_000)
    await t.owner.query(
      `update scheduling.appointment set starts_at = $2, ends_at = $2::timestamptz + interval '20 minutes' where id = $1`,
      [id, at],
    )
    await t.owner.query('update booking.booking_line set starts_at = $2 where appointment_id = $1', [id, at])
  }
}

test('a whole cycle is cancelled at once; of one that has begun only what remains, and the booking stays', async () => {
  const service = await bookable({ on: mostDays(8), slots: 2, tariffCents: 2000 })
  const seats = await freeSeats(service.scheduleId)
  const whole = await booksCycle(service, 4)
  const gone = (await call(whole.who, 'POST', `/bookings/${whole.booking.id}/cancel`, {})).json<Booking>()
  assert.equal(gone.state, 'cancelled')
  assert.equal(await freeSeats(service.scheduleId), seats)
  await t.settle()
  assert.equal((await onTheSac(t, whole.nre)).state, 3)

  const { who, nre, booking } = await booksCycle(service, 4)
  await t.settle()
  await letPass(booking, 2)
  const upcoming = (await call(who, 'GET', '/bookings')).json<{ items: Booking[] }>()
  assert.equal(upcoming.items[0]?.id, booking.id)
  await refused(call(who, 'POST', `/bookings/${booking.id}/cancel`, {}), 'booking/already-started')
  const answer = await call(who, 'POST', `/bookings/${booking.id}/cancel`, { remaining: true })
  assert.equal(answer.statusCode, 200, answer.body)
  const left = answer.json<Booking>()
  assert.equal(left.state, 'confirmed')
  assert.deepEqual(
    left.appointments.map(({ state }) => state),
    ['booked', 'booked', 'cancelled-by-patient', 'cancelled-by-patient'],
  )
  await t.settle()
  assert.equal((await onTheSac(t, nre)).state, 5, 'the sessions that were held are closed with this prescription')
  assert.equal((await look(who, booking.id)).payment?.state, 'notice-issued', 'the co-payment is one and stays')
  assert.ok((await messages(who)).some((subject) => /annullati/.test(subject)))
  assert.equal((await call(who, 'GET', '/bookings')).json<{ items: Booking[] }>().items.length, 0)
  assert.equal((await call(who, 'GET', '/bookings?when=past')).json<{ items: Booking[] }>().items[0]?.id, booking.id)
  await refused(call(who, 'POST', `/bookings/${booking.id}/cancel`, { remaining: true }), 'booking/already-started')
  const calendar = (await call(who, 'GET', `/bookings/${booking.id}/calendar.ics`)).body
  assert.equal(calendar.match(/STATUS:CANCELLED/g)?.length, 2)
})

test('a later session of a cycle that has begun can still be moved', async () => {
  const service = await bookable({ on: mostDays(8), slots: 2 })
  const { who, booking } = await booksCycle(service, 4)
  await letPass(booking, 1)
  const { sets } = (await call(who, 'GET', `/bookings/${booking.id}/offers?line=1&session=4`)).json<OfferPage>()
  const place = sets.find(({ places }) => places[0]!.startsAt !== booking.appointments[3]!.startsAt)!.places[0]!
  const wish = { line: 1, scheduleId: place.scheduleId, slotId: place.slotId }
  const moved = await call(who, 'POST', `/bookings/${booking.id}/move`, { ...wish, session: 4 })
  assert.equal(moved.statusCode, 200, moved.body)
  isCycle(moved.json<Booking>().appointments, 4)
  await refused(call(who, 'POST', `/bookings/${booking.id}/move`, { ...wish, session: 1 }), 'booking/already-started')
})

test('one session on a closed day moves to another day of the cycle; the others stay where they are', async () => {
  const service = await bookable({ on: mostDays(8), slots: 2 })
  const { who, booking } = await booksCycle(service, 4)
  const third = booking.appointments[2]!
  const day = romeDay(new Date(third.startsAt))
  await asSystem(t.db, (tx) =>
    closeAgenda(tx, {
      scheduleId: service.scheduleId,
      from: new Date(`${day}T00:00:00Z`),
      to: new Date(`${day}T22:00:00Z`),
      reason: 'guasto',
      approvedBy: 'direzione',
      whenBooked: 'keep',
    }),
  )
  await t.settle()
  const after = await look(who, booking.id)
  isCycle(after.appointments, 4)
  assert.equal(after.state, 'confirmed')
  assert.ok(!days(after.appointments).includes(day))
  const kept = booking.appointments.filter(({ id }) => id !== third.id).map(({ id }) => id)
  assert.deepEqual(
    after.appointments.map(({ id }) => id).filter((id) => kept.includes(id)),
    kept,
  )
})

test('when a session of a cycle that has begun finds no other day, it alone is called off and the office takes it in charge', async () => {
  const service = await bookable({ on: [0, 2, 4], slots: 1 })
  const { who, booking } = await booksCycle(service, 3)
  await t.settle()
  await letPass(booking, 1)
  const last = booking.appointments[2]!
  const from = new Date(Date.parse(last.startsAt) - 3_600_000)
  const to = new Date(Date.parse(last.startsAt) + 3_600_000)
  const closure = { scheduleId: service.scheduleId, from, to, reason: 'guasto', approvedBy: 'direzione' }
  await asSystem(t.db, (tx) => closeAgenda(tx, { ...closure, whenBooked: 'keep' }))
  await t.settle()
  const after = await look(who, booking.id)
  assert.equal(after.state, 'confirmed')
  assert.deepEqual(
    after.appointments.map(({ state }) => state),
    ['booked', 'booked', 'cancelled-by-provider'],
  )
  const [entry] = (await call(who, 'GET', '/waiting-list-entries')).json<WaitingListEntry[]>()
  assert.equal(entry?.state, 'escalated')
  assert.ok((await messages(who)).some((subject) => /annullat/.test(subject)))
})

test('a reminder’s link tells of how many appointments it speaks; the answer leaves the reminders of later sessions', async () => {
  const service = await bookable({ days: 10, on: mostDays(6), slots: 2 })
  const { who, booking } = await booksCycle(service, 3)
  await t.settle()
  const token = await asSystem(t.db, (tx) =>
    createLink(tx, {
      purpose: appointmentLink,
      patientId: who.id,
      about: { kind: 'booking', id: booking.id },
      expiresAt: new Date(Date.now() + 86_400_000),
      now: new Date(),
    }),
  )
  const open = (method: 'GET' | 'POST', act = '') =>
    t.app.inject({ method, url: `/api/v1/appointment-links/${token}${act}` })
  assert.equal((await open('GET')).json().sessions, 3)
  assert.equal((await open('POST', '/confirm')).json().state, 'confirmed')
  const planned = await t.owner.query<{ subject_id: string }>(
    `select distinct subject_id from notifications.reminder where about_id = $1 and state = 'scheduled'`,
    [booking.id],
  )
  assert.deepEqual(
    planned.rows.map((row) => row.subject_id).toSorted(),
    booking.appointments
      .slice(1)
      .map(({ id }) => id)
      .toSorted(),
  )
  assert.equal((await open('POST', '/cancel')).json().state, 'cancelled')
  assert.equal((await look(who, booking.id)).state, 'cancelled')
})

test('who waits for a cycle is offered a whole one when seats are given back, and takes it with one answer', async () => {
  const service = await bookable({ on: [0, 2, 4, 7], slots: 1 })
  const { who, booking } = await booksCycle(service, 4)
  const waiting = await citizen()
  const { id, nre } = await prescribed(waiting, cycleOf(service.code, 4))
  assert.deepEqual((await offersOf(waiting, id)).sets, [])
  const entry = await call(waiting, 'POST', '/waiting-list-entries', { prescriptionId: id, line: 1 })
  assert.equal(entry.statusCode, 201, entry.body)
  await call(who, 'POST', `/bookings/${booking.id}/cancel`, {})
  await t.settle()
  const [offered] = (await call(waiting, 'GET', '/waiting-list-entries')).json<WaitingListEntry[]>()
  assert.equal(offered?.state, 'offered')
  assert.equal(offered.offer?.sessions.length, 4)
  const accepted = await call(waiting, 'POST', `/waiting-list-entries/${offered.id}/accept`)
  assert.equal(accepted.statusCode, 200, accepted.body)
  const own = await look(waiting, accepted.json<WaitingListEntry>().bookingId!)
  assert.equal(own.state, 'confirmed')
  isCycle(own.appointments, 4)
  assert.equal((await onTheSac(t, nre)).state, 5)
  assert.equal(await freeSeats(service.scheduleId), 0)
})

test('forty citizens race for the seats of six cycles: nobody is left with half a cycle, and no seat is lost', async () => {
  const service = await bookable({ on: [0, 1, 2, 3, 7, 8, 9, 10], slots: 1, capacity: 3 })
  await agendaFor(service.serviceId, { days: 60, slots: 1 })
  const people = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const who = await citizen()
      return { who, ...(await prescribed(who, cycleOf(service.code, 4))) }
    }),
  )
  // Different days for different people, in different orders, so that cycles overlap only in part.
  const patterns = [
    [0, 2, 4, 6],
    [1, 3, 5, 7],
    [0, 1, 4, 5],
    [7, 6, 3, 2],
    [6, 4, 2, 0],
  ]
  const answers = await Promise.all(
    people.map(({ who, id }, i) =>
      hold(
        who,
        id,
        patterns[i % patterns.length]!.map((slot) => ({
          line: 1,
          scheduleId: service.scheduleId,
          slotId: service.slotIds[slot]!,
        })),
      ),
    ),
  )
  const won = answers.filter(({ statusCode }) => statusCode === 201)
  for (const answer of answers.filter(({ statusCode }) => statusCode !== 201)) {
    assert.ok(['scheduling/place-taken', 'platform/busy'].includes(answer.json<{ code: string }>().code), answer.body)
  }
  assert.ok(won.length > 0 && won.length <= 6)
  for (const answer of won) isCycle(answer.json<Booking>().appointments, 4)
  const { rows } = await t.owner.query<{ n: number }>(
    `select count(*)::int as n from scheduling.appointment where schedule_id = $1 and state = 'held' group by patient_id`,
    [service.scheduleId],
  )
  assert.deepEqual(
    rows.map(({ n }) => n),
    won.map(() => 4),
  )
  assert.equal(await freeSeats(service.scheduleId), 24 - 4 * won.length)
})

test('whatever is free and however sessions are moved, also two at once, a booked cycle has exactly its sessions, in order and distinct', async () => {
  const moves = fc.array(fc.record({ session: fc.nat(), place: fc.nat(), twice: fc.boolean() }), { maxLength: 4 })
  const open = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 12, maxLength: 45 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 8 }), open, moves, async (count, on, wishes) => {
      const service = await bookable({ on, slots: 2 })
      const seats = await freeSeats(service.scheduleId)
      const who = await citizen()
      const { id } = await prescribed(who, cycleOf(service.code, count))
      const [set] = (await offersOf(who, id)).sets
      if (!set) return // too few days for this cycle
      const wanted = { prescriptionId: id, places: placesOf(set), acceptsBeyondMaximum: !set.withinMaximum }
      const held = await call(who, 'POST', '/bookings', wanted)
      assert.equal(held.statusCode, 201, held.body)
      const { id: bookingId } = held.json<Booking>()
      assert.equal((await call(who, 'POST', `/bookings/${bookingId}/confirm`)).statusCode, 200)
      for (const wish of wishes) {
        const session = 1 + (wish.session % count)
        const query = `/bookings/${bookingId}/offers?line=1&session=${session}`
        const { sets } = (await call(who, 'GET', query)).json<OfferPage>()
        const place = sets[wish.place % Math.max(1, sets.length)]?.places[0]
        if (!place) continue
        const to = { line: 1, scheduleId: place.scheduleId, slotId: place.slotId }
        const others = wish.twice ? [session, 1 + (session % count)] : [session]
        await Promise.all(
          others.map((one) => call(who, 'POST', `/bookings/${bookingId}/move`, { ...to, session: one })),
        )
        const booking = await look(who, bookingId)
        isCycle(booking.appointments, count)
        assert.equal(new Set(booking.appointments.map((one) => one.id)).size, count)
        assert.ok(booking.appointments.every(({ state }) => state === 'booked'))
        assert.equal(await freeSeats(service.scheduleId), seats - count)
      }
    }),
    { numRuns: 15 },
  )
})
