// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { bookingPromemoria, calendarFile } from '../../engines/documents/index.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { findHealthCode, getPerson } from '../../registry/people/index.ts'
import { getServices } from '../../registry/catalogues/index.ts'
import type { CopaySnapshot } from './copay.ts'
import type { Booking } from './schema.ts'
import { viewBooking } from './views.ts'
import { maximumDays } from './waits.ts'
import { getPrescription } from './prescriptions.ts'

const notYet = new Refusal(
  'booking/not-confirmed',
  409,
  { it: 'Il promemoria esiste solo per prenotazioni confermate.', en: 'Only a confirmed booking has this document.' },
  { next: { it: 'Conferma prima la prenotazione.', en: 'Confirm the booking first.' } },
)

function copayLine(booking: Booking, exemptions: readonly string[]) {
  const { payment, copay } = booking
  if (copay.cents === 0)
    return exemptions[0] ? { kind: 'exempt' as const, exemption: exemptions[0] } : { kind: 'nothing-due' as const }
  const cents = payment?.amountCents ?? copay.cents
  if (payment && ['paid', 'paid-elsewhere', 'reported'].includes(payment.state)) return { kind: 'paid' as const, cents }
  return { kind: 'due' as const, cents, dueOn: payment?.dueOn ?? null, noticeNumber: payment?.noticeNumber ?? null }
}

/** The promemoria of a confirmed booking as a tagged PDF/A. */
export async function promemoria(tx: Tx, platform: Platform, id: string, language: Language): Promise<Buffer> {
  const { config, now } = platform
  const booking = await viewBooking(tx, platform, id, language)
  if (!['confirmed', 'delivered', 'no-show'].includes(booking.state)) throw notYet
  const row = await tables<'booking'>(tx)
    .selectFrom('booking.booking')
    .select(['authenticationCode', 'confirmedAt', 'copay', 'prescriptionId'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const person = await getPerson(tx, booking.patient.id)
  const code = await findHealthCode(tx, person.id, romeDay(now()))
  const live = booking.appointments.filter((appointment) => !isCalledOff(appointment))
  const serviceIds = [...new Set(live.map((appointment) => appointment.service.id))]
  const services = new Map((await getServices(tx, serviceIds, romeDay(now()))).map((service) => [service.id, service]))
  const prescription = await getPrescription(tx, row.prescriptionId)
  const { exemptions } = row.copay as unknown as CopaySnapshot // written by hold() in this shape
  return bookingPromemoria(
    {
      issuer: { name: config.region.owner, telephone: config.region.telephone, email: config.region.email },
      issuedAt: now(),
      code: booking.code,
      patient: {
        givenName: person.givenName,
        familyName: person.familyName,
        fiscalCode: code?.value ?? null,
        birthDate: person.birthDate,
      },
      nre: booking.nre,
      priority: booking.priority && {
        code: booking.priority,
        maxDays: await maximumDays(tx, prescription, serviceIds),
      },
      appointments: [...Map.groupBy(live, ({ line }) => line).values()].map((sessions) => {
        const appointment = sessions[0]! // a group has one at least
        return {
          service: { code: services.get(appointment.service.id)?.code ?? '', name: appointment.service.description },
          startsAt: new Date(appointment.startsAt),
          organisation: appointment.organisation.name,
          place: appointment.place,
          room: appointment.room,
          preparation: appointment.preparation,
          bring: appointment.bring,
          sessions: sessions.map(({ startsAt, place, room }) => ({ startsAt: new Date(startsAt), place, room })),
        }
      }),
      copay: copayLine(booking, exemptions),
      freeCancellationUntil: booking.freeCancellationUntil ? new Date(booking.freeCancellationUntil) : null,
      manageUrl: `${config.publicUrl}/app/appuntamenti/${id}`,
      authentication:
        row.authenticationCode && row.confirmedAt ? { code: row.authenticationCode, at: row.confirmedAt } : null,
    },
    language,
  )
}

const isCalledOff = ({ state }: Booking['appointments'][number]): boolean => state.startsWith('cancelled')

/** The calendar file of a booking; a later one with a higher sequence moves or cancels the entries. */
export async function calendar(tx: Tx, platform: Platform, id: string, language: Language): Promise<string> {
  const { config, now } = platform
  const booking = await viewBooking(tx, platform, id, language)
  if (!['confirmed', 'cancelled', 'delivered', 'no-show'].includes(booking.state)) throw notYet
  const cancelled = booking.state === 'cancelled'
  return calendarFile(
    {
      issuer: config.region.owner,
      code: booking.code,
      manageUrl: `${config.publicUrl}/app/appuntamenti/${id}`,
      telephone: config.region.telephone,
      changedAt: now(),
      sequence: booking.moves + (cancelled ? 1 : 0) + booking.appointments.filter(isCalledOff).length,
      appointments: booking.appointments.map((appointment) => ({
        id: appointment.sessions > 1 ? `${id}-${appointment.line}-${appointment.session}` : `${id}-${appointment.line}`,
        startsAt: new Date(appointment.startsAt),
        endsAt: new Date(appointment.endsAt),
        cancelled: cancelled || appointment.state.startsWith('cancelled'),
        place: appointment.place,
        ...(appointment.sessions > 1 && { turn: { nth: appointment.session, of: appointment.sessions } }),
      })),
    },
    language,
  )
}
