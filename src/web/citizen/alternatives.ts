// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Problem } from '../app/api.ts'
import type { OfferedPlace, OfferSet, Prescription } from '../app/contract.ts'

/** A place as the refusal `scheduling/place-taken` offers it. */
interface Alternative {
  scheduleId: string
  slotId: string
  startsAt: string
  endsAt: string
  locationId: string
  place: string
  address: string
  municipality: string
  latitude: number
  longitude: number
  organisationId: string
  organisation: string
  distanceKm: number | null
}

const isAlternative = (value: unknown): value is Alternative =>
  typeof value === 'object' && value !== null && 'slotId' in value && 'startsAt' in value && 'municipality' in value

const dayLength = 86_400_000

/**
 * The nearest places that a 409 brings, each as a full set: the line whose place was taken gets the new place, the other
 * lines keep theirs. Empty when the error is another one or brings none.
 */
export function alternativesOf(
  error: unknown,
  asked: {
    prescription: Prescription
    set: OfferSet | undefined
    deadline: string | null
    services: ReadonlyMap<number, string>
  },
): OfferSet[] {
  if (!(error instanceof Problem) || error.code !== 'scheduling/place-taken' || !asked.set) return []
  const { alternatives, serviceId } = error.members
  if (!Array.isArray(alternatives)) return []
  const { prescription, set, deadline, services } = asked
  const taken = prescription.lines.find((line) => (services.get(line.line) ?? line.serviceId) === serviceId)?.line
  const line = taken ?? set.places[0]?.line
  if (line === undefined) return []
  return alternatives.filter(isAlternative).map((one) => {
    const withinMaximum = deadline === null || one.startsAt <= deadline
    const place: OfferedPlace = {
      line,
      session: 1,
      scheduleId: one.scheduleId,
      slotId: one.slotId,
      startsAt: one.startsAt,
      endsAt: one.endsAt,
      daysWaited: Math.max(0, Math.floor((Date.parse(one.startsAt) - Date.now()) / dayLength)),
      withinMaximum,
      place: {
        id: one.locationId,
        name: one.place,
        address: one.address,
        municipality: one.municipality,
        latitude: one.latitude,
        longitude: one.longitude,
        distanceKm: one.distanceKm,
      },
      organisation: { id: one.organisationId, name: one.organisation },
    }
    const places = set.places.map((other) => (other.line === line ? place : other))
    return {
      ...set,
      id: `alternative-${one.slotId}`,
      places,
      withinMaximum: places.every((each) => each.withinMaximum),
      together: set.places.length === 1 ? 'one-line' : 'separate',
    }
  })
}
