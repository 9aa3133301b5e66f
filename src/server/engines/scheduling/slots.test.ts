// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aService } from '../../../../test/agendas.ts'
import { aPlace } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays, romeDay, romeInstant, romeTime, weekday } from '../../platform/time.ts'
import {
  addSession,
  addTemplate,
  changeRoom,
  createAgenda,
  materialise,
  releaseSlots,
  rollHorizon,
  writeHolidays,
  type NewAgenda,
  type NewTemplate,
} from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const locationId = await aPlace(t)

let agendas = 0
function anAgenda(templates: readonly NewTemplate[], wish: Partial<NewAgenda> = {}): Promise<string> {
  agendas += 1
  return asSystem(t.db, async (tx) => {
    const serviceId = await aService(t.owner)
    const id = await createAgenda(tx, {
      code: `T-${agendas}`,
      name: 'Agenda',
      locationId,
      accessType: 'first',
      services: [{ serviceId }],
      ...wish,
    })
    for (const template of templates) await addTemplate(tx, id, template)
    return id
  })
}

interface Stored {
  at: Date
  reserved_for: number
  open_to: number
  room: string | null
  seats: number
}

async function slotsOf(scheduleId: string): Promise<Stored[]> {
  const { rows } = await t.owner.query<Stored>(
    `select starts_at as at, reserved_for, open_to, room, cardinality(free_seats) as seats
     from scheduling.slot where schedule_id = $1 order by id`,
    [scheduleId],
  )
  return rows
}
const unroll = (id: string, first: string, last: string) => asSystem(t.db, (tx) => materialise(tx, [id], first, last))
const night = (day: number): NewTemplate => ({
  weekday: day,
  starts: '00:00',
  ends: '06:00',
  slotMinutes: 30,
  quotas: [],
})

test('a weekly session becomes slots with its capacity, and unrolling it twice changes nothing', async () => {
  const id = await anAgenda([{ weekday: 2, starts: '09:00', ends: '10:00', slotMinutes: 20, capacity: 4 }])
  assert.equal(await unroll(id, '2026-05-04', '2026-05-17'), 6)
  assert.equal(await unroll(id, '2026-05-04', '2026-05-17'), 0)
  const slots = await slotsOf(id)
  assert.deepEqual(
    slots.map(({ at }) => `${romeDay(at)} ${romeTime(at)}`),
    ['05', '12'].flatMap((day) => ['09:00', '09:20', '09:40'].map((time) => `2026-05-${day} ${time}`)),
  )
  assert.ok(slots.every(({ seats, reserved_for }) => seats === 4 && reserved_for === 3))
})

test('sessions of even and odd weeks alternate, also over the new year', async () => {
  const at = { weekday: 3, starts: '09:00', ends: '09:20', slotMinutes: 20 } as const
  const odd = await anAgenda([{ ...at, parity: 'odd' }])
  const even = await anAgenda([{ ...at, parity: 'even' }])
  for (const id of [odd, even]) await unroll(id, '2026-12-14', '2027-01-24')
  const days = async (id: string) => (await slotsOf(id)).map((slot) => romeDay(slot.at))
  // ISO weeks 51 to 53 of 2026, then 1 to 3 of 2027: 53 and 1 are both odd.
  assert.deepEqual(await days(odd), ['2026-12-16', '2026-12-30', '2027-01-06', '2027-01-20'])
  assert.deepEqual(await days(even), ['2026-12-23', '2027-01-13'])
})

test('a night session loses an hour in March and gains one in October, and the morning keeps its hours', async () => {
  const id = await anAgenda([night(7), { weekday: 7, starts: '08:00', ends: '09:00', slotMinutes: 30 }])
  const count = async (day: string) => {
    await unroll(id, day, day)
    const slots = (await slotsOf(id)).filter(({ at }) => romeDay(at) === day)
    const starts = slots.map(({ at }) => at.getTime())
    assert.equal(new Set(starts).size, starts.length, 'no start twice')
    assert.deepEqual(
      slots.slice(-2).map(({ at }) => romeTime(at)),
      ['08:00', '08:30'],
    )
    return { slots: slots.length - 2, hours: slots.slice(0, -2).map(({ at }) => romeTime(at)) }
  }
  const spring = await count('2026-03-29')
  assert.equal(spring.slots, 10)
  assert.ok(!spring.hours.some((time) => time.startsWith('02')), '02:30 does not exist')
  const autumn = await count('2026-10-25')
  assert.equal(autumn.slots, 14)
  assert.equal(autumn.hours.filter((time) => time === '02:30').length, 2)
  assert.equal((await count('2026-06-14')).slots, 12)
})

test('nobody works on national holidays nor on the day of the town’s patron, unless the session says so', async () => {
  const everyDay = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    weekday: day,
    starts: '09:00',
    ends: '09:30',
    slotMinutes: 30,
  }))
  const id = await anAgenda(everyDay)
  const always = await anAgenda(everyDay.map((template) => ({ ...template, onHolidays: true })))
  await asSystem(t.db, (tx) => writeHolidays(tx, '2026-09-01'))
  const { rows } = await t.owner.query<{ month_day: string }>(
    "select month_day from registry.patron_holiday where istat_code = '063049'",
  )
  assert.ok(rows[0], 'the patron of Naples is known')
  const patron = `2026-${rows[0].month_day}`
  for (const agenda of [id, always]) await unroll(agenda, '2026-09-01', '2026-12-31')
  const days = new Set((await slotsOf(id)).map(({ at }) => romeDay(at)))
  for (const closed of ['2026-12-25', '2026-12-08', patron]) assert.ok(!days.has(closed), closed)
  assert.ok(days.has('2026-12-24'))
  assert.ok(new Set((await slotsOf(always)).map(({ at }) => romeDay(at))).has('2026-12-25'))
})

test('the first slots of a session are kept for the urgent classes by the quotas, the rest is open to all', async () => {
  const id = await anAgenda([{ weekday: 1, starts: '09:00', ends: '11:00', slotMinutes: 20, quotas: [1, 0, 2] }])
  const single = await anAgenda([{ weekday: 1, starts: '09:00', ends: '10:00', slotMinutes: 20, quotas: [2] }], {
    lowestRank: 0,
  })
  for (const agenda of [id, single]) await unroll(agenda, '2026-05-04', '2026-05-04')
  assert.deepEqual(
    (await slotsOf(id)).map((slot) => slot.open_to),
    [0, 2, 2, 3, 3, 3],
  )
  assert.deepEqual(
    (await slotsOf(single)).map((slot) => slot.open_to),
    [0, 0, 0],
  )
})

test('reserved slots open to the next class by working days, once, and the log says so', async () => {
  await asSystem(t.db, (tx) => writeHolidays(tx, '2026-04-01'))
  const everyDay = [1, 2, 3, 4, 5].map((day) => ({
    weekday: day,
    starts: '09:00',
    ends: '10:20',
    slotMinutes: 20,
    quotas: [1, 1, 1],
  }))
  const id = await anAgenda(everyDay)
  const kept = await anAgenda([{ ...everyDay[0]!, releasePlan: null }])
  for (const agenda of [id, kept]) await unroll(agenda, '2026-04-27', '2026-06-30')
  const now = romeInstant('2026-04-29', '07:00') // Wednesday; Friday 1 May is a holiday
  const opened = await asSystem(t.db, (tx) => releaseSlots(tx, now))
  assert.ok(opened > 0)
  assert.equal(await asSystem(t.db, (tx) => releaseSlots(tx, now)), 0)
  const openOn = async (day: string) =>
    (await slotsOf(id)).filter(({ at }) => romeDay(at) === day).map((slot) => slot.open_to)
  assert.deepEqual(await openOn('2026-04-30'), [1, 2, 3, 3], 'one working day ahead')
  assert.deepEqual(await openOn('2026-05-04'), [0, 2, 3, 3], 'Monday is two working days ahead')
  assert.deepEqual(await openOn('2026-05-07'), [0, 2, 3, 3], 'five')
  assert.deepEqual(await openOn('2026-05-08'), [0, 1, 3, 3], 'six')
  assert.deepEqual(await openOn('2026-05-21'), [0, 1, 3, 3], 'fifteen')
  assert.deepEqual(await openOn('2026-05-22'), [0, 1, 2, 3], 'sixteen')
  assert.ok((await slotsOf(kept)).every((slot) => slot.open_to === slot.reserved_for))
  const { rows } = await t.owner.query('select sum(slots)::int as slots from scheduling.release_log where at = $1', [
    now,
  ])
  assert.equal(rows[0].slots, opened)
})

test('the horizon rolls to each agenda’s own number of days, and again only by the days that were added', async () => {
  const every = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    weekday: day,
    starts: '09:00',
    ends: '09:30',
    slotMinutes: 30,
    onHolidays: true,
  }))
  const id = await anAgenda(every, { horizonDays: 30 })
  const now = romeInstant('2026-07-01', '00:20')
  await rollHorizon(t.db, now)
  assert.equal((await slotsOf(id)).length, 31)
  assert.equal(await rollHorizon(t.db, now), 0)
  await rollHorizon(t.db, romeInstant('2026-07-03', '00:20'))
  const slots = await slotsOf(id)
  assert.equal(slots.length, 33)
  assert.equal(romeDay(slots.at(-1)!.at), addDays('2026-07-03', 30))
})

test('an extra session and a change of room reach the slots at once', async () => {
  const id = await anAgenda([{ weekday: 1, starts: '09:00', ends: '10:00', slotMinutes: 30, room: '1' }])
  await unroll(id, '2026-05-04', '2026-05-11')
  const extra = { scheduleId: id, reason: 'Lista lunga', approvedBy: 'Direzione sanitaria' }
  const [from, to] = [romeInstant('2026-05-09', '09:00'), romeInstant('2026-05-09', '10:00')]
  assert.equal(weekday('2026-05-09'), 6)
  assert.equal(await asSystem(t.db, (tx) => addSession(tx, { ...extra, from, to, slotMinutes: 20, capacity: 2 })), 3)
  const move = { from: romeInstant('2026-05-11'), to: romeInstant('2026-05-12'), room: '7' }
  await asSystem(t.db, (tx) => changeRoom(tx, { ...extra, ...move }))
  await unroll(id, '2026-05-04', '2026-05-18')
  const rooms = (await slotsOf(id)).map(({ at, room }) => `${romeDay(at)} ${room}`)
  assert.deepEqual([...new Set(rooms)], ['2026-05-04 1', '2026-05-09 null', '2026-05-11 7', '2026-05-18 1'])
})
