// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import { job, type Platform } from '../../platform/room.ts'
import { releaseHeld } from '../../engines/scheduling/index.ts'
import { lockBooking, setState } from './bookings.ts'
import { reviewCopays } from './copay-review.ts'
import { verifyJob, verifyWaiting } from './verification.ts'
import { offerLapsed } from './waiting-offers.ts'

/** Ends holds whose time is over: the seats are freed. Confirmations under way are looked after by `verifyWaiting`. */
export async function expireHolds(platform: Platform): Promise<void> {
  const { db, now } = platform
  const due = await asSystem(db, (tx) =>
    tables<'booking'>(tx)
      .selectFrom('booking.booking')
      .select('id')
      .where('state', '=', 'held')
      .where('holdExpiresAt', '<', now())
      .orderBy('holdExpiresAt')
      .limit(500)
      .execute(),
  )
  for (const { id } of due) {
    await asSystem(db, async (tx) => {
      const row = await lockBooking(tx, id)
      if (row.state !== 'held' || row.holdExpiresAt >= now()) return
      await setState(tx, row, 'expired')
      await releaseHeld(tx, row.appointmentIds, 'expired')
      await offerLapsed(tx, id)
      await publish(tx, 'booking.expired', { bookingId: id, patientId: row.patientId })
    })
  }
}

export const jobs = [
  job({
    name: 'booking.expire-holds',
    cron: '* * * * *',
    handle: (_payload: object, platform) => expireHolds(platform),
  }),
  // Events bring changes at once; this finds what was changed past them, e.g. by a load into the registry.
  job({
    name: 'booking.review-copays',
    cron: '17 4 * * *',
    concurrency: 1,
    handle: (_payload: object, platform) => reviewCopays(platform),
  }),
  job({
    name: verifyJob,
    cron: '* * * * *',
    concurrency: 1,
    handle: (_payload: object, platform) => verifyWaiting(platform),
  }),
]
