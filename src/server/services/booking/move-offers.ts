// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { keepsRhythm, longestSpan, type Rhythm } from '../../engines/scheduling/index.ts'
import { searchOffers } from './offers.ts'
import { getPrescription } from './prescriptions.ts'
import type { Booking, OfferPage, OfferSet, OfferWishes } from './schema.ts'
import { rhythmOf } from './sessions.ts'

export interface MovingLine {
  line: number
  /** Which session, of a line that has several. */
  session?: number | undefined
}

type Moving = Booking['appointments'][number]

/** The appointment of a booking that is to be moved; undefined when there is none, or none is named of several. */
export const movingOf = (booking: Booking, { line, session }: MovingLine): Moving | undefined =>
  booking.appointments.find((one) => one.line === line && (one.sessions === 1 || one.session === session))

/** Places one line of a booking, or one of its sessions, could move to: the same service, class and guarantee as when it was booked. */
export async function offersToMove(
  tx: Tx,
  platform: Platform,
  booking: Booking,
  moving: MovingLine,
  wishes: OfferWishes,
  language: Language,
): Promise<OfferPage> {
  const appointment = movingOf(booking, moving)
  const prescription = await getPrescription(tx, booking.prescriptionId)
  const prescribed = prescription.lines.find((candidate) => candidate.line === moving.line)
  if (!appointment || !prescribed)
    throw notFound({ it: 'Prestazione della prenotazione', en: 'Service of the booking' })
  const alone = { ...prescription, lines: [{ ...prescribed, sessions: null, quantity: 1 }] }
  const search = (narrow: OfferWishes) =>
    searchOffers(tx, {
      platform,
      prescription: alone,
      serviceIds: [appointment.service.id],
      wishes: { ...wishes, ...narrow },
      language,
    })
  if (appointment.sessions === 1) return search({})
  const rhythm = await rhythmOf(tx, prescribed, appointment.service.id, romeDay(platform.now()))
  return besideOthers(booking, appointment, rhythm, search)
}

/** Pages of free places read for one answer about a session. */
const pagesRead = 10

/** Only the places that leave the other sessions in their rhythm, at the place where they are. */
async function besideOthers(
  booking: Booking,
  moving: Moving,
  rhythm: Rhythm,
  search: (narrow: OfferWishes) => Promise<OfferPage>,
): Promise<OfferPage> {
  const others = otherStarts(booking, moving)
  const first = others.length > 0 ? romeDay(others[0]!) : romeDay(new Date(moving.startsAt))
  const lastDay = addDays(first, longestSpan(others.length + 1, rhythm))
  const withOthers = ({ places }: OfferSet) =>
    [...others, new Date(places[0]!.startsAt)].toSorted((a, b) => a.getTime() - b.getTime())
  const fits = (set: OfferSet) => keepsRhythm(withOthers(set), rhythm)
  let page = await search({ placeId: moving.place.id })
  const { deadline } = page
  const sets = page.sets.filter(fits)
  for (let read = 1; page.nextCursor && read < pagesRead; read += 1) {
    if (page.sets.some(({ places }) => new Date(places[0]!.startsAt) >= romeInstant(addDays(lastDay, 1)))) break
    page = await search({ placeId: moving.place.id, cursor: page.nextCursor })
    sets.push(...page.sets.filter(fits))
  }
  // The maximum counts for the first session, whichever is moved.
  const judged = sets.map((set) => {
    const withinMaximum = deadline === null || withOthers(set)[0]! <= new Date(deadline)
    return { ...set, withinMaximum, places: set.places.map((place) => ({ ...place, withinMaximum })) }
  })
  return { ...page, sets: judged, nextCursor: null }
}

/** When the other sessions of the line are, in order. */
const otherStarts = (booking: Booking, moving: Moving): Date[] =>
  booking.appointments
    .filter((one) => one.line === moving.line && one.id !== moving.id && !one.state.startsWith('cancelled'))
    .map((one) => new Date(one.startsAt))
    .toSorted((a, b) => a.getTime() - b.getTime())
