// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { expireHolds } from './appointments.ts'

export {
  bookHeld,
  cancel,
  extendHold,
  findFreeSlot,
  getAppointments,
  moveAppointment,
  releaseHeld,
  takePlaces,
  type AppointmentView,
  type Hold,
  type MoveWish,
  type PlaceWish,
  type TakenPlace,
} from './appointments.ts'
export { findOffers, type Offer, type OfferQuery, type Offers } from './offers.ts'
export { appointmentStates, lowestRank, transitions, type AppointmentState } from './rules.ts'

/** Seats stay held a little longer than promised, so that a confirmation under way is never robbed. */
const graceMs = 120_000

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
  ],
}
