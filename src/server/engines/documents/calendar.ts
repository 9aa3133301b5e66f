// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { Language } from '../../platform/text.ts'

export interface CalendarAppointment {
  /** Stable id of the appointment: moving keeps it, so that calendars replace the entry. */
  id: string
  startsAt: Date
  endsAt: Date
  cancelled: boolean
  place: { name: string; address: string; municipality: string; latitude: number | null; longitude: number | null }
  /** Which of how many, for appointments of a cycle. */
  turn?: { nth: number; of: number }
}

export interface CalendarFile {
  /** Name of the service that issues it. */
  issuer: string
  /** Public code of the booking. */
  code: string
  /** Page where the booking is managed; needs sign-in. */
  manageUrl: string
  telephone: string
  /** Moment of the last change. */
  changedAt: Date
  /** Grows with every move or cancellation (RFC 5545 section 3.8.7.4). */
  sequence: number
  appointments: readonly CalendarAppointment[]
  /**
   * Words the person chose for the title. Without them the title says only that it is an appointment:
   * calendars are shared with families and employers, so no clinical word goes there.
   */
  title?: string
}

const texts = {
  it: {
    summary: 'Appuntamento sanitario',
    turn: (nth: number, of: number) => ` (${nth} di ${of})`,
    description: (code: string, url: string, phone: string) =>
      `Prenotazione ${code}. Per i dettagli, spostare o disdire: ${url} oppure ${phone}.`,
  },
  en: {
    summary: 'Health appointment',
    turn: (nth: number, of: number) => ` (${nth} of ${of})`,
    description: (code: string, url: string, phone: string) =>
      `Booking ${code}. For details, to move or cancel: ${url} or ${phone}.`,
  },
} as const

/**
 * The calendar file (RFC 5545) of a booking: a later one with a higher sequence moves or cancels the entries.
 * Times are written in UTC, so no calendar can misread them around the change of the hour.
 */
export function calendarFile(data: CalendarFile, language: Language): string {
  const t = texts[language]
  const everythingCancelled = data.appointments.every((one) => one.cancelled)
  const calendar = ical({
    prodId: { company: data.issuer, product: 'Sinfonia', language: language.toUpperCase() },
    method: everythingCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
    x: [{ key: 'X-WR-TIMEZONE', value: 'Europe/Rome' }],
  })
  for (const one of data.appointments) {
    const { place } = one
    calendar.createEvent({
      id: `${one.id}@sinfonia`,
      sequence: data.sequence,
      stamp: data.changedAt,
      start: one.startsAt,
      end: one.endsAt,
      status: one.cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      summary: (data.title ?? t.summary) + (one.turn ? t.turn(one.turn.nth, one.turn.of) : ''),
      description: t.description(data.code, data.manageUrl, data.telephone),
      url: data.manageUrl,
      location: {
        title: place.name,
        address: `${place.address}, ${place.municipality}`,
        ...(place.latitude !== null &&
          place.longitude !== null && { geo: { lat: place.latitude, lon: place.longitude } }),
      },
    })
  }
  return calendar.toString()
}
