// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'
import { drawNumber, openDebt, type DrawnNumber } from '../../engines/payments/index.ts'
import { getAppointments } from '../../engines/scheduling/index.ts'
import { findHealthCode, getPerson } from '../../registry/people/index.ts'
import type { BookingRow } from './bookings.ts'
import type { CopaySnapshot } from './copay.ts'
import { ruleOn } from './settings.ts'

/** What the debt of a booking is made from. */
export interface Owed {
  cents: number
  code: string
  /** Of the first visit. */
  organisationId: string
  /** First instants of the visits, in order. */
  visits: Date[]
  payer: { fiscalCode: string | null; name: string }
}

/** What is owed for a booking, by whom and to whom; asked all at once. */
export async function owedFor(
  tx: Tx,
  booking: Pick<BookingRow, 'id' | 'patientId' | 'appointmentIds'>,
  today: Day,
): Promise<Owed> {
  const own = tables<'booking'>(tx)
  const [{ code, copay }, lines, appointments, patient, identifier] = await Promise.all([
    own.selectFrom('booking.booking').select(['code', 'copay']).where('id', '=', booking.id).executeTakeFirstOrThrow(),
    own
      .selectFrom('booking.bookingLine')
      .select(['startsAt', 'appointmentId'])
      .where('bookingId', '=', booking.id)
      .orderBy('startsAt')
      .execute(),
    getAppointments(tx, booking.appointmentIds),
    getPerson(tx, booking.patientId),
    findHealthCode(tx, booking.patientId, today),
  ])
  const first = lines[0]!.appointmentId // a booking has lines
  return {
    cents: (copay as unknown as CopaySnapshot).cents, // written by hold() in this shape
    code,
    organisationId: appointments.get(first)!.organisationId,
    visits: lines.map(({ startsAt }) => startsAt),
    payer: {
      fiscalCode: identifier?.type === 'CF' || identifier?.type === 'CF_PROVISIONAL' ? identifier.value : null,
      name: `${patient.givenName} ${patient.familyName}`,
    },
  }
}

/** The payment number of what is owed; undefined when nothing is. One that is not used is lost, which is fine. */
export async function numberFor(tx: Tx, owed: Owed): Promise<DrawnNumber | undefined> {
  return owed.cents === 0 ? undefined : drawNumber(tx, owed.organisationId)
}

/** Opens the payment of a confirmed booking; nothing when the patient owes nothing. */
export async function openCopayDebt(
  tx: Tx,
  platform: Platform,
  booking: Pick<BookingRow, 'id' | 'patientId'>,
  owed: Owed,
  number?: DrawnNumber,
): Promise<void> {
  if (owed.cents === 0) return
  const today = romeDay(platform.now())
  const settings = await ruleOn(tx, 'payment', today)
  const due = addDays(romeDay(owed.visits[0]!), -settings.dueDaysBefore)
  await openDebt(
    tx,
    platform,
    {
      creditorId: owed.organisationId,
      patientId: booking.patientId,
      payer: { personId: booking.patientId, ...owed.payer },
      subject: { kind: 'booking', id: booking.id, code: owed.code, days: [...new Set(owed.visits.map(romeDay))] },
      amountCents: owed.cents,
      description: `Ticket prenotazione ${owed.code}`,
      dueOn: due < today ? today : due,
    },
    number,
  )
}
