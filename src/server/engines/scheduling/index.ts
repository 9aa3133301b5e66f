// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { expireHolds } from './appointments.ts'
import { graceMs } from './rules.ts'
import { releaseSlots, rollHorizon } from './slots.ts'

export { addTemplate, createAgenda, type AccessType, type NewAgenda, type NewTemplate, type Regime } from './agendas.ts'
export {
  bookHeld,
  cancel,
  changeState,
  expireHolds,
  extendHold,
  findFreeSlot,
  getAppointments,
  releaseHeld,
  type AppointmentView,
  type FreeSlot,
} from './appointments.ts'
export {
  addSession,
  changeRoom,
  closeAgenda,
  endTemplate,
  findDisplaced,
  reopenAgenda,
  type Closed,
  type Closure,
  type Displaced,
  type ExtraSession,
  type RoomChange,
  type TemplateEnd,
  type WhenBooked,
} from './closures.ts'
export type { Fitness } from './fitness.ts'
export { findOfferSets, type OfferSet, type SetQuery } from './offer-sets.ts'
export { occupancy, type Occupancy } from './occupancy.ts'
export { findOffers, searchOffers, type Offer, type OfferQuery, type Offers } from './offers.ts'
export {
  moveAppointment,
  oneAtATime,
  overbook,
  takePlaces,
  type Hold,
  type MoveWish,
  type Overbooking,
  type PlaceWish,
  type TakenPlace,
} from './places.ts'
export {
  appointmentStates,
  firstStates,
  lowestRank,
  transition,
  transitions,
  type AppointmentState,
  type Party,
  type Transition,
} from './rules.ts'
export { findSeries, timesTaken, type SeriesLine, type SeriesQuery, type SeriesSet } from './series.ts'
export { keepsRhythm, longestSpan, type Rhythm, type Times } from './series-rules.ts'
export { makeSlots, materialise, releaseSlots, rollHorizon, writeHolidays } from './slots.ts'

/** Agendas, slots, holds and appointments, for every service that gives appointments. */
export const scheduling: Room = {
  name: 'scheduling',
  jobs: [
    job({
      name: 'scheduling.expire-holds',
      cron: '* * * * *',
      async handle(_payload: object, { db, now }) {
        const before = new Date(now().getTime() - graceMs)
        while ((await asSystem(db, (tx) => expireHolds(tx, before))) > 0);
      },
    }),
    job({
      name: 'scheduling.release-slots',
      cron: '5 0 * * *',
      async handle(_payload: object, { db, now, log }) {
        const opened = await asSystem(db, (tx) => releaseSlots(tx, now()))
        log.info({ opened }, 'reserved slots opened to more classes')
      },
    }),
    job({
      name: 'scheduling.roll-horizon',
      cron: '20 0 * * *',
      async handle(_payload: object, { db, now, log }) {
        const made = await rollHorizon(db, now())
        log.info({ made }, 'slots made')
      },
    }),
  ],
}
