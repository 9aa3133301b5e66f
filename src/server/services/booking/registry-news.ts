// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { getAppointments } from '../../engines/scheduling/index.ts'
import { standingOf } from '../../registry/people/index.ts'
import { letGo, lockBooking } from './bookings.ts'
import { callOff, cancelInTransaction } from './changes.ts'
import { giveBack, noteCancelled } from './death-undone.ts'
import { offerFailed } from './waiting-offers.ts'

/**
 * Gives back the places of who died: what is to come is cancelled at no charge, and offered to who waits; she waits no more. Who
 * leaves the region keeps hers: prescriptions hold in all of Italy. It may run twice.
 */
async function cancelAll(platform: Platform, personId: string, requestId: string): Promise<void> {
  await asSystem(platform.db, async (tx) => {
    if (!(await standingOf(tx, personId))?.deceasedOn) return
    const bookings = await tables<'booking'>(tx)
      .selectFrom('booking.booking')
      .select('id')
      .where('patientId', '=', personId)
      .where('state', 'in', ['held', 'confirming', 'confirmed'])
      .orderBy('id')
      .execute()
    for (const { id } of bookings) {
      const row = await lockBooking(tx, id)
      if (row.state === 'held' || row.state === 'confirming') {
        await letGo(tx, platform, row, requestId)
        await offerFailed(tx, id, true)
      }
      if (row.state !== 'confirmed') continue
      const appointments = await getAppointments(tx, row.appointmentIds)
      const left = [...appointments.values()].filter(({ startsAt }) => startsAt > platform.now())
      if (left.length === 0) continue
      const all = left.length === appointments.size
      const ids = left.map((one) => one.id)
      if (all) await cancelInTransaction(tx, platform, row, { requestId, by: 'provider', reason: 'decesso' })
      else await callOff(tx, platform, row, { appointmentIds: ids, by: 'provider' })
      await noteCancelled(tx, platform, row, ids)
    }
    await tables<'booking'>(tx)
      .updateTable('booking.waitingListEntry')
      .set({ state: 'withdrawn' })
      .where('patientId', '=', personId)
      .where('state', 'in', ['taken-in-charge', 'escalated'])
      .execute()
  })
}

export const registryNews = [
  listener({
    event: 'registry.person-died',
    name: 'booking.on-death',
    handle: ({ id, payload }, platform) => cancelAll(platform, payload.personId, id),
  }),
  listener({
    event: 'registry.person-returned',
    name: 'booking.on-return',
    handle: ({ payload }, platform) => giveBack(platform, payload.personId),
  }),
]
