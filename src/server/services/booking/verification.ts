// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { unavailable } from '../../national/prescriptions/index.ts'
import { lockBooking } from './bookings.ts'
import { comesToNothing, settle, takeUpLater } from './confirm.ts'
import { getPrescription } from './prescriptions.ts'

/** The job that runs `verifyWaiting`. */
export const verifyJob = 'booking.verify'

/** After so many silences the SAC is left alone until the next run. */
const silencesInARun = 3

/**
 * Takes up the confirmations that have not ended, because the SAC was silent or a process died: asks again, oldest first,
 * and ends those whose deadline is over. Several workers may run it at once.
 */
export async function verifyWaiting(platform: Platform): Promise<void> {
  let silences = 0
  while (silences < silencesInARun) {
    const id = await claim(platform)
    if (!id) return
    if (!(await verify(platform, id))) silences += 1
  }
}

/** The oldest confirmation to be taken up, kept from other workers for a while; undefined when there is none. */
function claim(platform: Platform): Promise<string | undefined> {
  const now = platform.now()
  return asSystem(platform.db, async (tx) => {
    const due = await tables<'booking'>(tx)
      .selectFrom('booking.booking')
      .select('id')
      .where('state', '=', 'confirming')
      .where('verifyAt', '<=', now)
      .orderBy('verifyAt')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (due) await takeUpLater(tx, platform, due.id)
    return due?.id
  })
}

/** False when the SAC was silent again. */
async function verify(platform: Platform, id: string): Promise<boolean> {
  const attempt = { requestId: uuidv7(), citizenWaits: false }
  const confirmation = await asSystem(platform.db, async (tx) => {
    const row = await lockBooking(tx, id)
    if (row.state !== 'confirming') return undefined
    if (!row.verifyBy || row.verifyBy > platform.now()) {
      return { row, prescription: await getPrescription(tx, row.prescriptionId) }
    }
    platform.log.error({ bookingId: id }, 'a confirmation waited for the SAC until its deadline and was given up')
    await comesToNothing(tx, platform, row, { as: 'expired', because: unavailable(), usable: true, ...attempt })
    return undefined
  })
  if (!confirmation) return true
  return settle(platform, confirmation, attempt).catch((error: unknown) => {
    if (error instanceof Refusal) return true // the citizen was told by a message
    platform.log.error({ err: error, bookingId: id }, 'a confirmation could not be taken up')
    return false
  })
}
