// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { job, type Platform } from '../../platform/room.ts'
import { releaseHeld } from '../../engines/scheduling/index.ts'
import { releaseLater } from '../../national/prescriptions/index.ts'
import { lockBooking, setState } from './bookings.ts'
import { askFor, getPrescription } from './prescriptions.ts'
import { lapseOffer } from './waiting-list.ts'

/** A confirmation that has not ended this long after the hold will not end any more. */
const confirmingGraceMs = 60_000

/**
 * Ends holds whose time is over and confirmations that never finished: the seats are freed; a prescription that may have
 * been locked is released.
 */
export async function expireHolds(platform: Platform): Promise<void> {
  const { db, now } = platform
  const due = await asSystem(db, (tx) =>
    tables<'booking'>(tx)
      .selectFrom('booking.booking')
      .select('id')
      .where((is) =>
        is.or([
          is.and([is('state', '=', 'held'), is('holdExpiresAt', '<', now())]),
          is.and([
            is('state', '=', 'confirming'),
            is('holdExpiresAt', '<', new Date(now().getTime() - confirmingGraceMs)),
          ]),
        ]),
      )
      .orderBy('holdExpiresAt')
      .limit(500)
      .execute(),
  )
  for (const { id } of due) {
    await asSystem(db, async (tx) => {
      const row = await lockBooking(tx, id)
      if (row.state !== 'held' && row.state !== 'confirming') return
      await setState(tx, row, 'expired')
      await releaseHeld(tx, row.appointmentIds, 'expired')
      await lapseOffer(tx, id)
      if (row.state === 'confirming') {
        await releaseLater(tx, platform, askFor(await getPrescription(tx, row.prescriptionId), uuidv7()))
      }
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
]
