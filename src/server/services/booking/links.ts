// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { appointmentLink, cancelReminders, openLink } from '../../engines/notifications/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Actor } from '../../platform/actor.ts'
import { lockBooking } from './bookings.ts'
import { cancelInTransaction } from './changes.ts'
import { viewBooking } from './views.ts'
import { trace } from './trace.ts'

/** What a link without login shows: when, where and until when it can be cancelled; no name, no clinical word. */
export interface LinkPage {
  state: 'open' | 'confirmed' | 'cancelled' | 'past'
  code: string
  startsAt: string
  place: string
  address: string
  /** Appointments that cancelling calls off. */
  sessions: number
  freeCancellationUntil: string
}

async function pageOf(tx: Tx, platform: Platform, bookingId: string): Promise<LinkPage> {
  const booking = await viewBooking(tx, platform, bookingId, 'it')
  const first = booking.appointments[0]!
  const answered = await tables<'booking'>(tx)
    .selectFrom('booking.booking')
    .select('presenceConfirmedAt')
    .where('id', '=', bookingId)
    .executeTakeFirstOrThrow()
  const past = new Date(first.startsAt) <= platform.now()
  const open = answered.presenceConfirmedAt ? 'confirmed' : 'open'
  const live = booking.state === 'confirmed' ? open : 'cancelled'
  return {
    state: past && booking.state === 'confirmed' ? 'past' : live,
    code: booking.code,
    startsAt: first.startsAt,
    place: first.place.name,
    address: `${first.place.address}, ${first.place.municipality}`,
    sessions: booking.appointments.filter(({ movableUntil }) => movableUntil !== null).length,
    freeCancellationUntil: booking.freeCancellationUntil ?? first.startsAt,
  }
}

/** Opens a reminder's link. Looking changes nothing: mail scanners open links too. */
export function look(platform: Platform, actor: Actor, token: string): Promise<LinkPage> {
  return asSystem(platform.db, async (tx) => {
    const link = await openLink(tx, token, appointmentLink, platform.now())
    await trace(tx, actor, 'READ', 'booking', { id: link.about.id, patientId: link.patientId }, 'reminder-link')
    return pageOf(tx, platform, link.about.id)
  })
}

/** The person says she will come: no more reminders ask. */
export function confirmPresence(platform: Platform, actor: Actor, token: string): Promise<LinkPage> {
  return asSystem(platform.db, async (tx) => {
    const link = await openLink(tx, token, appointmentLink, platform.now())
    const row = await lockBooking(tx, link.about.id)
    await trace(tx, actor, 'UPDATE', 'booking', row, 'reminder-link')
    if (row.state === 'confirmed') {
      await tables<'booking'>(tx)
        .updateTable('booking.booking')
        .set({ presenceConfirmedAt: platform.now() })
        .where('id', '=', row.id)
        .execute()
      // The reminders of the later sessions of a cycle still come.
      const { appointments } = await viewBooking(tx, platform, row.id, 'it')
      const [first] = appointments
      await cancelReminders(tx, link.about, first && first.sessions > 1 ? first.id : undefined)
    }
    return pageOf(tx, platform, row.id)
  })
}

/** The person cancels from the link; asked twice, nothing more happens. */
export function cancelByLink(platform: Platform, actor: Actor, token: string): Promise<LinkPage> {
  return asSystem(platform.db, async (tx) => {
    const link = await openLink(tx, token, appointmentLink, platform.now())
    const row = await lockBooking(tx, link.about.id)
    await trace(tx, actor, 'UPDATE', 'booking', row, 'reminder-link')
    if (row.state === 'confirmed')
      await cancelInTransaction(tx, platform, row, { requestId: actor.requestId, by: 'patient' })
    return pageOf(tx, platform, row.id)
  })
}
