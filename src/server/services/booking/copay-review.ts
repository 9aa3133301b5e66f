// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { changeAmount, findDebt, isOwed } from '../../engines/payments/index.ts'
import { exemptionCodesOf } from '../../registry/people/index.ts'
import { lockBooking } from './bookings.ts'
import { openCopayDebt, owedFor } from './debt.ts'
import { copayOf, type CopaySnapshot } from './copay.ts'
import { getPrescription } from './prescriptions.ts'

const pageSize = 500

/**
 * Lets what is owed follow the exemptions of the patients: bookings still to come whose patient obtained or lost one since
 * the co-payment was computed are computed again; only those of one patient when she is named. Safe to run twice.
 */
export async function reviewCopays(platform: Platform, patientId?: string): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const page = await asSystem(platform.db, (tx) => pageAfter(tx, platform, after, patientId))
    for (const id of page.changed) await asSystem(platform.db, (tx) => reviewCopay(tx, platform, id))
    if (!page.last) return
    after = page.last
  }
}

/** Some confirmed bookings still to come: the last id, and those computed with other exemptions than the patient holds. */
async function pageAfter(
  tx: Tx,
  { now }: Platform,
  after: string,
  patientId?: string,
): Promise<{ last: string | undefined; changed: string[] }> {
  const rows = await tables<'booking'>(tx)
    .selectFrom('booking.booking as b')
    .select(['b.id', 'b.patientId', 'b.copay'])
    .where('b.state', '=', 'confirmed')
    .where('b.id', '>', after)
    .$if(patientId !== undefined, (query) => query.where('b.patientId', '=', patientId!))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('booking.bookingLine as l')
          .select('l.line')
          .whereRef('l.bookingId', '=', 'b.id')
          .where('l.startsAt', '>', now()),
      ),
    )
    .orderBy('b.id')
    .limit(pageSize)
    .execute()
  const held = await exemptionCodesOf(
    tx,
    rows.map((row) => row.patientId),
    romeDay(now()),
  )
  const known = (codes: readonly string[]) => codes.toSorted().join()
  const changed = rows.filter((row) => {
    const { exemptions } = row.copay as unknown as CopaySnapshot // written by hold() in this shape
    return known(exemptions) !== known(held.get(row.patientId) ?? [])
  })
  return { last: rows.at(-1)?.id, changed: changed.map((row) => row.id) }
}

/** Computes one booking again. What was paid stays; the difference is settled at the delivery. */
async function reviewCopay(tx: Tx, platform: Platform, bookingId: string): Promise<void> {
  const row = await lockBooking(tx, bookingId)
  if (row.state !== 'confirmed') return
  const debt = await findDebt(tx, { kind: 'booking', id: bookingId })
  if (debt && debt.state !== 'cancelled' && !isOwed(debt.state)) return
  const own = tables<'booking'>(tx)
  const { copay: before } = await own
    .selectFrom('booking.booking')
    .select('copay')
    .where('id', '=', bookingId)
    .executeTakeFirstOrThrow()
  const lines = await own
    .selectFrom('booking.bookingLine')
    .select('serviceId')
    .where('bookingId', '=', bookingId)
    .where('session', '=', 1) // the co-payment is one for a line, however many sessions it has
    .orderBy('line')
    .execute()
  const copay = await copayOf(
    tx,
    platform.config.region.code,
    await getPrescription(tx, row.prescriptionId),
    lines.map((line) => line.serviceId),
    (before as unknown as CopaySnapshot).date, // written by hold() in this shape
    romeDay(platform.now()),
  )
  await own
    .updateTable('booking.booking')
    .set({ copay: JSON.stringify(copay) })
    .where('id', '=', bookingId)
    .execute()
  if (debt && isOwed(debt.state)) await changeAmount(tx, platform, { debtId: debt.id, amountCents: copay.cents })
  else await openCopayDebt(tx, platform, row, await owedFor(tx, row, romeDay(platform.now())))
}
