// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { findDebts } from '../../engines/payments/index.ts'
import { getAppointments } from '../../engines/scheduling/index.ts'
import { scheduledReminders, type Visit } from '../../engines/notifications/index.ts'
import { getServices, patronDays } from '../../registry/catalogues/index.ts'
import { getPersons } from '../../registry/people/index.ts'
import { getPlaces } from '../../registry/places/index.ts'
import type { CopaySnapshot } from './copay.ts'
import { freeCancellationUntil, type BookingState, type Priority } from './rules.ts'
import type { Booking } from './schema.ts'
import { ruleOn } from './settings.ts'

const columns = [
  'id',
  'code',
  'state',
  'patientId',
  'nre',
  'prescriptionId',
  'priority',
  'requestedAt',
  'holdExpiresAt',
  'holdExtensions',
  'verifyBy',
  'withinMaximum',
  'cancelledAt',
  'cancelledLate',
  'moves',
  'movedBy',
  'copay',
] as const

/** One booking as the person sees it; not found for a stranger. */
export async function viewBooking(tx: Tx, platform: Platform, id: string, language: Language): Promise<Booking> {
  const [view] = await viewBookings(tx, platform, [id], language)
  if (!view) throw notFound({ it: 'Prenotazione', en: 'Booking' })
  return view
}

/** These bookings with everything a screen shows, in the given order, in a fixed number of queries. */
export async function viewBookings(
  tx: Tx,
  platform: Platform,
  ids: readonly string[],
  language: Language,
): Promise<Booking[]> {
  if (ids.length === 0) return []
  const own = tables<'booking'>(tx)
  const today = romeDay(platform.now())
  const [rows, lines, debts, cancellation, hold] = await Promise.all([
    own.selectFrom('booking.booking').select(columns).where('id', 'in', ids).execute(),
    own
      .selectFrom('booking.bookingLine')
      .select(['bookingId', 'line', 'session', 'sessions', 'serviceId', 'appointmentId', 'startsAt', 'cancelledAt'])
      .where('bookingId', 'in', ids)
      .orderBy('startsAt')
      .execute(),
    findDebts(tx, 'booking', ids),
    ruleOn(tx, 'cancellation', today),
    ruleOn(tx, 'hold', today),
  ])
  const [persons, appointments, catalogue, planned] = await Promise.all([
    getPersons(tx, [...new Set(rows.map((row) => row.patientId))]),
    getAppointments(
      tx,
      lines.map((line) => line.appointmentId),
    ),
    getServices(tx, [...new Set(lines.map((line) => line.serviceId))], today),
    Promise.all(
      rows
        .filter(({ state }) => state === 'confirmed')
        .map(async ({ id }) => [id, await scheduledReminders(tx, { kind: 'booking', id }, today)] as const),
    ),
  ])
  const reminders = new Map(planned)
  const people = new Map(persons.map((person) => [person.id, person]))
  const services = new Map(catalogue.map((service) => [service.id, service]))
  const places = await getPlaces(tx, [
    ...new Set([...appointments.values()].map((appointment) => appointment.locationId)),
  ])

  const view = async (row: (typeof rows)[number]): Promise<Booking> => {
    const state = row.state as BookingState // checked by the table
    const own = lines.filter((line) => line.bookingId === row.id)
    const patient = people.get(row.patientId)!
    const freeUntil = async (startsAt: Date, istatCode: string) => {
      if (row.movedBy === 'provider') return startsAt.toISOString()
      return freeCancellationUntil(startsAt, cancellation, await patronDays(tx, istatCode)).toISOString()
    }
    const shown: Booking['appointments'] = []
    for (const line of own) {
      const appointment = appointments.get(line.appointmentId)!
      const place = places.get(appointment.locationId)!
      const service = services.get(line.serviceId)!
      const live = line.cancelledAt === null && ['held', 'booked'].includes(appointment.state)
      shown.push({
        id: appointment.id,
        line: line.line,
        session: line.session,
        sessions: line.sessions,
        state: appointment.state,
        service: { id: service.id, description: language === 'it' ? service.descriptionIt : service.descriptionEn },
        startsAt: appointment.startsAt.toISOString(),
        endsAt: appointment.endsAt.toISOString(),
        place: {
          id: place.id,
          name: place.name,
          address: place.address,
          municipality: place.municipality,
          latitude: place.latitude,
          longitude: place.longitude,
          distanceKm: null,
        },
        organisation: {
          id: place.organisation.id,
          name: place.organisation.name,
          telephone: place.telephone ?? place.organisation.telephone,
        },
        room: appointment.room,
        movableUntil: live ? await freeUntil(appointment.startsAt, place.istatCode) : null,
        preparation: service.preparation[language] ?? null,
        bring: service.bring[language] ?? null,
      })
    }
    const next = nextOf(own, platform.now())
    const nextPlace = next && places.get(appointments.get(next.appointmentId)!.locationId)
    const debt = debts.get(row.id)
    const copay = row.copay as unknown as CopaySnapshot // written by hold() in this shape
    return {
      id: row.id,
      code: row.code,
      state,
      patient: { id: patient.id, givenName: patient.givenName, familyName: patient.familyName },
      nre: row.nre,
      prescriptionId: row.prescriptionId,
      priority: row.priority as Priority | null, // checked by the table
      requestedAt: row.requestedAt.toISOString(),
      holdExpiresAt: state === 'held' ? row.holdExpiresAt.toISOString() : null,
      holdExtensionsLeft: Math.max(0, hold.extensions - row.holdExtensions),
      verifyBy: state === 'confirming' ? (row.verifyBy?.toISOString() ?? null) : null,
      withinMaximum: row.withinMaximum,
      freeCancellationUntil: next && nextPlace ? await freeUntil(next.startsAt, nextPlace.istatCode) : null,
      cancelledAt: row.cancelledAt?.toISOString() ?? null,
      cancelledLate: row.cancelledLate,
      moves: row.moves,
      appointments: shown,
      copay: { cents: copay.cents, explanation: copay.explanation[language] },
      payment: debt
        ? {
            id: debt.id,
            state: debt.state,
            amountCents: debt.amountCents,
            dueOn: debt.dueOn,
            noticeNumber: debt.noticeNumber,
          }
        : null,
      reminders: reminders.get(row.id) ?? [],
    }
  }
  const views = new Map((await Promise.all(rows.map(view))).map((one) => [one.id, one]))
  return ids.flatMap((id) => views.get(id) ?? [])
}

/**
 * The appointment that the terms of a booking are counted from: the first; of a cycle that has begun the next session still
 * to come, since the others may be moved or called off after it.
 */
function nextOf<Line extends { startsAt: Date; sessions: number; cancelledAt: Date | null }>(
  lines: readonly Line[],
  now: Date,
): Line | undefined {
  if (!lines.some(({ sessions }) => sessions > 1)) return lines[0]
  const live = lines.filter(({ cancelledAt }) => cancelledAt === null)
  return live.find(({ startsAt }) => startsAt > now) ?? live[0] ?? lines[0]
}

/** When and where to be, as notices tell it: nothing says what for. */
export const visitOf = ({ startsAt, place }: Booking['appointments'][number]): Visit => ({
  startsAt,
  place: place.name,
  address: place.address,
  municipality: place.municipality,
})

const pageSize = 20

/** Where a booking stands in a list: at its next appointment still to come, or at its last one. */
const at = (upcoming: boolean, now: Date) =>
  upcoming
    ? sql<Date>`min(l.starts_at) filter (where l.starts_at >= ${now} and l.cancelled_at is null)`
    : sql<Date>`max(l.starts_at)`

/** Bookings of the family: upcoming ones soonest first, past and cancelled ones newest first. Keyset paging. */
export async function listBookings(
  tx: Tx,
  platform: Platform,
  question: { patientIds: readonly string[]; when: 'upcoming' | 'past'; cursor?: string; language: Language },
): Promise<{ items: Booking[]; nextCursor: string | null }> {
  if (question.patientIds.length === 0) return { items: [], nextCursor: null }
  const upcoming = question.when === 'upcoming'
  const after = readCursor(question.cursor)
  const now = platform.now()
  const rows = await tables<'booking'>(tx)
    .selectFrom('booking.booking as b')
    .innerJoin('booking.bookingLine as l', 'l.bookingId', 'b.id')
    .select(['b.id', at(upcoming, now).as('at')])
    .where('b.patientId', 'in', question.patientIds)
    .where(
      'b.state',
      'in',
      upcoming ? ['held', 'confirming', 'confirmed'] : ['confirmed', 'cancelled', 'delivered', 'no-show'],
    )
    .groupBy(['b.id', 'b.state'])
    .having((eb) =>
      upcoming
        ? eb(at(true, now), 'is not', null)
        : eb.or([eb('b.state', 'in', ['cancelled', 'delivered', 'no-show']), eb(at(true, now), 'is', null)]),
    )
    .$if(after !== undefined, (query) =>
      query.having((eb) =>
        eb.or([
          eb(at(upcoming, now), upcoming ? '>' : '<', after!.at),
          eb.and([eb(at(upcoming, now), '=', after!.at), eb('b.id', upcoming ? '>' : '<', after!.id)]),
        ]),
      ),
    )
    .orderBy('at', upcoming ? 'asc' : 'desc')
    .orderBy('b.id', upcoming ? 'asc' : 'desc')
    .limit(pageSize + 1)
    .execute()
  const page = rows.slice(0, pageSize)
  const last = page.at(-1)
  return {
    items: await viewBookings(
      tx,
      platform,
      page.map((row) => row.id),
      question.language,
    ),
    nextCursor: rows.length > pageSize && last ? `${last.at.getTime()}_${last.id}` : null,
  }
}

function readCursor(text: string | undefined): { at: Date; id: string } | undefined {
  const match = /^(\d{1,15})_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(text ?? '')
  return match ? { at: new Date(Number(match[1])), id: match[2]! } : undefined
}
