// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { openClient, type HttpClient } from '../http-client.ts'
import { drive, summarise, type Figures } from '../load.ts'
import type { Citizen, Wanted } from './citizens.ts'

const clients = 64

export interface BookFigures extends Figures {
  /** Bookings that lost the race for a slot and had to take another. */
  lost: number
}

/** One person's try for one slot; false when the slot is taken. */
export type Attempt = (client: number, person: number, wanted: Wanted) => Promise<boolean>

/** In one pair of people out of five both want the same slot at the same time. */
const raceEvery = 5

/** The slots this person asks for, in order. */
function wishesOf(person: number, wanted: readonly Wanted[]): Wanted[] {
  const first = person - (person % 2)
  const races = (first / 2) % raceEvery === 0
  return races ? [wanted[first]!, wanted[first + 1]!] : [wanted[person]!]
}

/**
 * Bookings in a closed loop of 64 clients, each by a person of her own. Who loses a race for a slot takes another, and that
 * time counts as part of the booking.
 */
export async function bookAll(
  seconds: number,
  range: { from: number; to: number },
  wanted: readonly Wanted[],
  attempt: Attempt,
): Promise<BookFigures> {
  let next = range.from
  let lost = 0
  const samples = await drive(clients, seconds, async (client) => {
    const person = next
    next += 1
    if (person >= range.to) return false
    for (const wish of wishesOf(person, wanted)) {
      if (await attempt(client, person, wish)) return true
      lost += 1
    }
    throw new Error('Both slots of a pair are taken.')
  })
  return { ...summarise(samples), lost }
}

interface Booked {
  id: string
  state: string
}

/** The citizen's own way: hold and confirm over HTTP, with her session and her prescription. */
export async function overHttp(
  url: string,
  people: readonly Citizen[],
): Promise<{ attempt: Attempt; close: () => void }> {
  const open: HttpClient[] = await Promise.all(Array.from({ length: clients }, () => openClient(url)))
  const attempt: Attempt = async (client, person, { scheduleId, slotId, serviceId }) => {
    const { headers, prescriptionId } = people[person]!
    const held = await open[client]!.ask({
      method: 'POST',
      path: '/api/v1/bookings',
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: { prescriptionId, places: [{ line: 1, serviceId, scheduleId, slotId }], acceptsBeyondMaximum: true },
    })
    if (held.status === 409 && held.body.includes('scheduling/place-taken')) return false
    if (held.status !== 201) throw new Error(`A hold was answered ${held.status}: ${held.body}`)
    const { id } = JSON.parse(held.body) as Booked
    const confirmed = await open[client]!.ask({ method: 'POST', path: `/api/v1/bookings/${id}/confirm`, headers })
    if (confirmed.status !== 200) throw new Error(`A confirmation was answered ${confirmed.status}: ${confirmed.body}`)
    const { state } = JSON.parse(confirmed.body) as Booked
    if (state !== 'confirmed') throw new Error(`A confirmed booking is ${state}.`)
    return true
  }
  return { attempt, close: () => open.forEach((client) => client.close()) }
}

/** Seats given twice, slots with more live appointments than seats, and seats both given and free: all must be none. */
export async function doubleBookings(owner: pg.Pool): Promise<number> {
  const { rows } = await owner.query<{ doubles: number }>(`
    with live as (
      select schedule_id, slot_id, seat from scheduling.appointment where state in ('held', 'booked', 'arrived')
    ), per_seat as (
      select 1 from live group by schedule_id, slot_id, seat having count(*) > 1
    ), per_slot as (
      select 1 from live join scheduling.slot l on l.schedule_id = live.schedule_id and l.id = live.slot_id
      group by l.schedule_id, l.id, l.capacity having count(*) > l.capacity
    ), also_free as (
      select 1 from live join scheduling.slot l on l.schedule_id = live.schedule_id and l.id = live.slot_id
      where live.seat = any (l.free_seats)
    )
    select ((select count(*) from per_seat) + (select count(*) from per_slot) + (select count(*) from also_free))::int as doubles`)
  return rows[0]!.doubles
}
