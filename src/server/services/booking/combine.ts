// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Offer } from '../../engines/scheduling/index.ts'
import { romeDay } from '../../platform/time.ts'

/** Free places of one line of the prescription, in the order asked for. */
export interface LineOffers {
  line: number
  offers: readonly Offer[]
}

export interface Combination {
  together: 'same-day' | 'same-place' | 'separate'
  places: { line: number; offer: Offer }[]
}

const overlap = (a: Offer, b: Offer): boolean => a.startsAt < b.endsAt && b.startsAt < a.endsAt

/** The first place of each line that does not overlap those already chosen; undefined when a line has none. */
function pick(lines: readonly LineOffers[], fits: (offer: Offer) => boolean): Combination['places'] | undefined {
  const chosen: Combination['places'] = []
  for (const { line, offers } of lines) {
    const offer = offers.find(
      (candidate) => fits(candidate) && !chosen.some((place) => overlap(place.offer, candidate)),
    )
    if (!offer) return undefined
    chosen.push({ line, offer })
  }
  return chosen
}

const last = (places: Combination['places']): string =>
  places.map(({ offer }) => offer.startsAt).reduce((a, b) => (a > b ? a : b))
const farthest = (places: Combination['places']): number =>
  Math.max(...places.map(({ offer }) => offer.distanceKm ?? 0))

/**
 * One place for every line: at one place on one day when possible, else at one place, else wherever each comes first.
 * Never two places at the same time. At most `limit` combinations.
 */
export function combine(lines: readonly LineOffers[], order: 'date' | 'distance', limit: number): Combination[] {
  const [first] = lines
  if (!first) return []
  const byDay = new Map<string, Combination>()
  const byPlace = new Map<string, Combination>()
  for (const { locationId, startsAt } of first.offers) {
    const day = romeDay(new Date(startsAt))
    if (!byDay.has(`${locationId} ${day}`)) {
      const places = pick(
        lines,
        (offer) => offer.locationId === locationId && romeDay(new Date(offer.startsAt)) === day,
      )
      if (places) byDay.set(`${locationId} ${day}`, { together: 'same-day', places })
    }
    if (!byPlace.has(locationId)) {
      const places = pick(lines, (offer) => offer.locationId === locationId)
      if (places) byPlace.set(locationId, { together: 'same-place', places })
    }
  }
  const separate = pick(lines, () => true)
  const sorted = (combinations: Iterable<Combination>) =>
    [...combinations].toSorted(
      (a, b) =>
        (order === 'distance' ? farthest(a.places) - farthest(b.places) : 0) ||
        last(a.places).localeCompare(last(b.places)),
    )
  const all = [
    ...sorted(byDay.values()),
    ...sorted(byPlace.values()),
    ...(separate ? [{ together: 'separate' as const, places: separate }] : []),
  ]
  const seen = new Set<string>()
  return all
    .filter(({ places }) => {
      const key = places.map(({ offer }) => offer.slotId).join()
      return seen.has(key) ? false : seen.add(key)
    })
    .slice(0, limit)
}
