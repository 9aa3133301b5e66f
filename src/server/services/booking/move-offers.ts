// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { searchOffers } from './offers.ts'
import { getPrescription } from './prescriptions.ts'
import type { Booking, OfferWishes } from './schema.ts'

/** Places one line of a booking could move to: the same service, class and guarantee as when it was booked. */
export async function offersToMove(
  tx: Tx,
  platform: Platform,
  booking: Booking,
  line: number,
  wishes: OfferWishes,
  language: Language,
) {
  const appointment = booking.appointments.find((candidate) => candidate.line === line)
  const prescription = await getPrescription(tx, booking.prescriptionId)
  const lines = prescription.lines.filter((candidate) => candidate.line === line)
  if (!appointment || lines.length === 0)
    throw notFound({ it: 'Prestazione della prenotazione', en: 'Service of the booking' })
  return searchOffers(tx, {
    platform,
    prescription: { ...prescription, lines },
    serviceIds: [appointment.service.id],
    wishes,
    language,
  })
}
