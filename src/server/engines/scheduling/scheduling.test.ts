// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aSchedule, aService } from '../../../../test/agendas.ts'
import { inDays } from '../../../../test/booking.ts'
import { aPerson, aPlace } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { refusalOf } from '../../platform/errors.ts'
import {
  bookHeld,
  findOffers,
  moveAppointment,
  releaseHeld,
  takePlaces,
  transitions,
  appointmentStates,
  type Offer,
} from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const locationId = await aPlace(t)
const person = async () => (await aPerson(t)).id
const holding = (patientId: string, serviceId: string, scheduleId: string, slotId: string, rank = 3) => ({
  patientId,
  places: [{ serviceId, scheduleId, slotId }],
  rank,
  heldUntil: new Date(Date.now() + 600_000),
  now: new Date(),
  channel: 'WEB',
  requestedAt: new Date(),
})

test('five hundred people race for fifty seats: fifty get one, the others are told where else', async () => {
  const serviceId = await aService(t.owner)
  const { scheduleId, slotIds } = await aSchedule(t.owner, {
    serviceId,
    locationId,
    from: inDays(5),
    slots: 5,
    capacity: 10,
  })
  const elsewhere = await aSchedule(t.owner, { serviceId, locationId, from: inDays(6), slots: 4 })
  const people = await Promise.all(Array.from({ length: 500 }, () => person()))
  const outcomes = await Promise.all(
    people.map((patient, i) =>
      asSystem(t.db, (tx) => takePlaces(tx, holding(patient, serviceId, scheduleId, slotIds[i % 5]!)))
        .then(() => 'held' as const)
        .catch((error: unknown) => refusalOf(error) ?? Promise.reject(error)),
    ),
  )
  const refused = outcomes.filter((outcome) => outcome !== 'held')
  assert.equal(outcomes.length - refused.length, 50)
  assert.equal(refused.length, 450)
  for (const refusal of refused) {
    assert.equal(refusal.code, 'scheduling/place-taken')
    const alternatives = refusal.options.extra?.['alternatives'] as Offer[]
    assert.ok(
      alternatives.length > 0 &&
        alternatives.every((offer) => [scheduleId, elsewhere.scheduleId].includes(offer.scheduleId)),
    )
  }
  const { rows } = await t.owner.query(
    `select count(*)::int as seats, count(distinct (slot_id, seat))::int as different from scheduling.appointment where schedule_id = $1 and state = 'held'`,
    [scheduleId],
  )
  assert.deepEqual(rows[0], { seats: 50, different: 50 })
})

test('a lower class never takes a seat reserved to a higher one; a higher class may take any', async () => {
  const serviceId = await aService(t.owner)
  const urgent = await aSchedule(t.owner, { serviceId, locationId, from: inDays(2), openTo: 0 })
  const open = await aSchedule(t.owner, { serviceId, locationId, from: inDays(3), openTo: 3 })
  const [p, u] = [await person(), await person()]
  const offersP = await asSystem(t.db, (tx) => findOffers(tx, { serviceId, rank: 3, now: new Date() }))
  assert.deepEqual(
    offersP.offers.map((offer) => offer.scheduleId),
    [open.scheduleId],
  )
  const offersU = await asSystem(t.db, (tx) => findOffers(tx, { serviceId, rank: 0, now: new Date() }))
  assert.deepEqual(
    offersU.offers.map((offer) => offer.scheduleId),
    [urgent.scheduleId, open.scheduleId],
  )
  await assert.rejects(
    asSystem(t.db, (tx) => takePlaces(tx, holding(p, serviceId, urgent.scheduleId, urgent.slotIds[0]!, 3))),
    /place-taken/,
  )
  await asSystem(t.db, (tx) => takePlaces(tx, holding(u, serviceId, open.scheduleId, open.slotIds[0]!, 0)))
})

test('a released seat is free again exactly once', async () => {
  const serviceId = await aService(t.owner)
  const { scheduleId, slotIds } = await aSchedule(t.owner, { serviceId, locationId, from: inDays(7), capacity: 2 })
  const patient = await person()
  const [held] = await asSystem(t.db, (tx) => takePlaces(tx, holding(patient, serviceId, scheduleId, slotIds[0]!)))
  await Promise.all([1, 2, 3].map(() => asSystem(t.db, (tx) => releaseHeld(tx, [held!.id]))))
  const { rows } = await t.owner.query('select free_seats from scheduling.slot where schedule_id = $1', [scheduleId])
  assert.deepEqual(
    [...rows[0].free_seats].toSorted((a, b) => a - b),
    [1, 2],
  )
})

test('one person cannot be in two places at once, and a move to an overlapping time works', async () => {
  const [a, b] = [await aService(t.owner), await aService(t.owner)]
  const one = await aSchedule(t.owner, { serviceId: a, locationId, from: inDays(8), slots: 1 })
  const other = await aSchedule(t.owner, { serviceId: b, locationId, from: inDays(8), slots: 1 })
  const near = await aSchedule(t.owner, {
    serviceId: a,
    locationId,
    from: new Date(inDays(8).getTime() + 600_000),
    slots: 1,
  })
  const patient = await person()
  const [held] = await asSystem(t.db, (tx) => takePlaces(tx, holding(patient, a, one.scheduleId, one.slotIds[0]!)))
  await assert.rejects(
    asSystem(t.db, (tx) => takePlaces(tx, holding(patient, b, other.scheduleId, other.slotIds[0]!))),
    (error: unknown) => refusalOf(error)?.code === 'scheduling/overlap',
  )
  await asSystem(t.db, (tx) => bookHeld(tx, [held!.id]))
  const moved = await asSystem(t.db, (tx) =>
    moveAppointment(tx, {
      appointmentId: held!.id,
      scheduleId: near.scheduleId,
      slotId: near.slotIds[0]!,
      now: new Date(),
    }),
  )
  const { rows } = await t.owner.query(
    'select id, state from scheduling.appointment where patient_id = $1 order by created_at, id',
    [patient],
  )
  assert.deepEqual(rows.map((row) => row.state).toSorted(), ['booked', 'moved'])
  assert.equal(rows.find((row) => row.state === 'booked').id, moved.id)
})

test('offers come page by page without losing or repeating one', async () => {
  const serviceId = await aService(t.owner)
  const a = await aSchedule(t.owner, { serviceId, locationId, from: inDays(10), slots: 30 })
  const b = await aSchedule(t.owner, { serviceId, locationId, from: inDays(10), slots: 25 })
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = await asSystem(t.db, (tx) =>
      findOffers(tx, { serviceId, rank: 3, now: new Date(), ...(cursor && { cursor }) }),
    )
    seen.push(...page.offers.map((offer) => offer.slotId))
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  assert.equal(seen.length, 55)
  assert.deepEqual(new Set(seen), new Set([...a.slotIds, ...b.slotIds]))
})

test('the database and the code have the same table of moves', async () => {
  const { rows } = await t.owner.query('select from_state, to_state from scheduling.appointment_transition')
  const key = (from: string, to: string) => `${from} → ${to}`
  assert.deepEqual(
    rows.map((row) => key(row.from_state, row.to_state)).toSorted(),
    transitions.map(({ from, to }) => key(from, to)).toSorted(),
  )
  for (const { from, to } of transitions) assert.ok(appointmentStates.includes(from) && appointmentStates.includes(to))
})
