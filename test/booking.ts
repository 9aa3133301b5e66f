// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { addDays, romeDay } from '../src/server/platform/time.ts'
import type { Booking, OfferSet, Prescription } from '../src/server/services/booking/schema.ts'
import { aSchedule, aService } from './agendas.ts'
import { aPrescription } from './prescriptions.ts'
import { aPerson, aPlace, type PersonWish } from './region.ts'
import type { SignedIn, TestApp } from './setup.ts'

export interface Citizen {
  id: string
  code: string
  headers: SignedIn
}

export interface BookableWish {
  /** Days from now of the first slot. Default 8. */
  days?: number
  slots?: number
  capacity?: number
  /** Least urgent class the slots are open to. Default all. */
  openTo?: number
  tariffCents?: number
  /** Days on which the agenda is held, counted from the first. */
  on?: readonly number[]
  /** The service may be given several times on one day. */
  sameDay?: boolean
}

/** Days of some weeks, counted from the first, without the seventh of each. */
export const mostDays = (weeks: number): number[] =>
  Array.from({ length: weeks * 7 }, (_, n) => n).filter((n) => n % 7 !== 6)

/** A line for a cycle of sessions of the service with this code. */
export const cycleOf = (code: string, sessions: number) => ({
  ...lineOf(code),
  description: 'CICLO DI PROVA',
  branch: '12',
  sessions,
})

/** Nine or ten in the morning in Italy, some days from today there: the same at whatever hour the tests run. */
export const inDays = (days: number): Date => new Date(`${addDays(romeDay(new Date()), days)}T08:00:00Z`)

/** A line of a prescription for the service with this code. */
export const lineOf = (code: string) => ({
  code,
  catalogueCode: null,
  description: 'PRIMA VISITA DI PROVA',
  branch: '02',
  quantity: 1,
  sessions: null,
  firstAccess: true,
  televisit: false,
  tariffCents: 2200,
})

/** The places of an offer as a booking asks for them. */
export const placesOf = (set: OfferSet) =>
  set.places.map(({ line, scheduleId, slotId }) => ({ line, scheduleId, slotId }))

/** What citizens do over HTTP in tests about bookings. Each step insists on success. */
export async function bookingBench(t: TestApp) {
  const locationId = await aPlace(t)
  let codes = 0

  const call = (who: Citizen, method: 'GET' | 'POST', path: string, payload?: object, app = t.app) =>
    app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { ...who.headers, 'idempotency-key': uuidv7() },
      ...(payload && { payload }),
    })

  const bench = {
    locationId,
    call,

    /** A service with a code of its own and an agenda for it. */
    async bookable(wish: BookableWish = {}) {
      codes += 1
      const code = `89.7T.${codes}`
      const { tariffCents, sameDay } = wish
      const serviceId = await aService(t.owner, {
        code,
        ...(tariffCents !== undefined && { tariffCents }),
        ...(sameDay && { sameDay }),
      })
      const schedule = await bench.agendaFor(serviceId, wish)
      return { code, serviceId, ...schedule }
    },

    /** One more agenda for a service. */
    agendaFor: (serviceId: string, wish: BookableWish = {}) =>
      aSchedule(t.owner, {
        serviceId,
        locationId,
        from: inDays(wish.days ?? 8),
        slots: wish.slots ?? 6,
        capacity: wish.capacity ?? 1,
        openTo: wish.openTo ?? 3,
        ...(wish.on && { days: wish.on }),
      }),

    async citizen(wish: PersonWish = {}): Promise<Citizen> {
      const person = await aPerson(t, wish)
      return { ...person, headers: await t.signIn(person.id) }
    },

    async looksUp(who: Citizen, nre: string, patientId = who.id): Promise<Prescription> {
      const answer = await call(who, 'POST', '/prescription-lookups', { patientId, nre })
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },

    async offers(
      who: Citizen,
      prescriptionId: string,
      query = '',
    ): Promise<{ sets: OfferSet[]; withinMaximum: boolean; copay: { cents: number } }> {
      const answer = await call(who, 'GET', `/prescriptions/${prescriptionId}/offers${query}`)
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },

    /** Holds the first places offered. */
    async holds(who: Citizen, prescriptionId: string): Promise<Booking> {
      const { sets } = await bench.offers(who, prescriptionId)
      const answer = await call(who, 'POST', '/bookings', { prescriptionId, places: placesOf(sets[0]!) })
      assert.equal(answer.statusCode, 201, answer.body)
      return answer.json()
    },

    async books(who: Citizen, nre: string, patientId = who.id): Promise<Booking> {
      const held = await bench.holds(who, (await bench.looksUp(who, nre, patientId)).id)
      const answer = await call(who, 'POST', `/bookings/${held.id}/confirm`)
      assert.equal(answer.statusCode, 200, answer.body)
      return answer.json()
    },

    /** A prescription for this person and service, looked up and held but not confirmed. */
    async heldFor(who: Citizen, code: string): Promise<{ nre: string; held: Booking }> {
      const nre = await aPrescription(t, who, { lines: [lineOf(code)] })
      return { nre, held: await bench.holds(who, (await bench.looksUp(who, nre)).id) }
    },

    async look(who: Citizen, bookingId: string): Promise<Booking> {
      return (await call(who, 'GET', `/bookings/${bookingId}`)).json()
    },

    /** Subjects of the messages in the personal area, newest first. */
    async messages(who: Citizen): Promise<string[]> {
      const answer = await call(who, 'GET', '/messages')
      assert.equal(answer.statusCode, 200, answer.body)
      const page = answer.json<{ items: { subject: string }[] }>()
      return page.items.map(({ subject }) => subject)
    },

    async freeSeats(scheduleId: string): Promise<number> {
      const { rows } = await t.owner.query<{ free: number }>(
        'select coalesce(sum(cardinality(free_seats)), 0)::int as free from scheduling.slot where schedule_id = $1',
        [scheduleId],
      )
      return rows[0]!.free
    },
  }
  return bench
}
