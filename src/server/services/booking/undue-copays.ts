// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { publish, type DomainEvent } from '../../platform/events.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { copayOf, type CopaySnapshot } from './copay.ts'
import { getPrescription } from './prescriptions.ts'

type Revoked = DomainEvent<'exemptions.revoked'>
type Period = Revoked['payload']['periods'][number]
type Visit = DomainEvent<'booking.undue-copays'>['payload']['visits'][number]

/**
 * Counts what people did not pay because of exemptions that were found untrue: bookings whose visits are over, computed with such an
 * exemption within its period, are computed again by the rules of their day. Nothing is changed here; visits still to come
 * follow the exemptions by themselves (`reviewCopays`). Handled twice it answers the same.
 */
export function countUndue({ payload }: Revoked, platform: Platform): Promise<void> {
  return asSystem(platform.db, async (tx) => {
    const visits = new Map<string, Visit>()
    for (const period of payload.periods)
      for (const visit of await undueIn(tx, platform, period)) visits.set(visit.bookingId, visit)
    await publish(tx, 'booking.undue-copays', { caseId: payload.caseId, visits: [...visits.values()] })
  })
}

async function undueIn(tx: Tx, { config, now }: Platform, { patientId, code, from, until }: Period): Promise<Visit[]> {
  const own = tables<'booking'>(tx)
  const rows = await own
    .selectFrom('booking.booking as b')
    .innerJoin('booking.bookingLine as l', 'l.bookingId', 'b.id')
    .select(['b.id', 'b.code', 'b.copay', 'b.prescriptionId'])
    .select(({ fn }) => [fn.max('l.startsAt').as('last')])
    .where('b.patientId', '=', patientId)
    .where('b.state', 'in', ['confirmed', 'delivered'])
    .groupBy('b.id')
    .having(({ fn }) => fn.max('l.startsAt'), '<=', now())
    .orderBy('b.id')
    .execute()
  const visits: Visit[] = []
  for (const row of rows) {
    const paid = row.copay as unknown as CopaySnapshot // written by hold() in this shape
    if (!paid.exemptions.includes(code) || paid.date < from || (until !== null && paid.date > until)) continue
    const lines = await own
      .selectFrom('booking.bookingLine')
      .select('serviceId')
      .where('bookingId', '=', row.id)
      .where('session', '=', 1) // the co-payment is one for a line, however many sessions it has
      .orderBy('line')
      .execute()
    const prescription = await getPrescription(tx, row.prescriptionId)
    const due = await copayOf(
      tx,
      config.region.code,
      prescription,
      lines.map(({ serviceId }) => serviceId),
      paid.date,
    )
    const cents = due.cents - paid.cents
    if (cents > 0) visits.push({ bookingId: row.id, patientId, code: row.code, day: romeDay(row.last), cents })
  }
  return visits
}
