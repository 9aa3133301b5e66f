// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/database.ts'
import { romeDay, weekday } from '../../platform/time.ts'
import { findOffers, type Offer, type OfferQuery } from './offers.ts'
import { planSeries, spotOf, type Rhythm, type Spot, type Times } from './series-rules.ts'

export interface SeriesLine {
  line: number
  serviceId: string
  access?: OfferQuery['access']
  /** How many appointments, one after the other in this rhythm. */
  count: number
  rhythm: Rhythm
}

export interface SeriesQuery extends Omit<OfferQuery, 'serviceId' | 'access' | 'cursor' | 'perAgenda'> {
  lines: readonly SeriesLine[]
  /** When the patient is elsewhere. */
  busy?: readonly Times[]
}

/** A place for every appointment of every line: `nth` counts those of a line in the order of time. */
export interface SeriesSet {
  together: 'series' | 'same-place' | 'separate'
  places: { line: number; nth: number; offer: Offer }[]
}

interface Free extends Spot {
  offer: Offer
}

/** Places looked at for a search, and free slots read of each. */
const locationsLooked = 8
const slotsRead = 1_000
/** Series shown that begin on one day at one place, and of one place in all. */
const perDay = 2
const perLocation = 6
/** Beginnings tried at one place in vain, when the other lines do not fit in beside. */
const vainTries = 30

const overlaps = (a: Spot, b: Spot) => a.starts < b.ends && b.starts < a.ends

/** Where each line has a free place at all, the earliest (or nearest) first. */
async function locationsOf(db: Db | Tx, query: SeriesQuery): Promise<string[][]> {
  const { lines, busy: _, limit: __, weekday: ___, weekdays: ____, ...rest } = query
  const found = await Promise.all(
    lines.map(({ serviceId, access }) =>
      findOffers(db, { ...rest, serviceId, ...(access && { access }), perAgenda: 1, limit: 200 }),
    ),
  )
  return found.map(({ offers }) => [...new Set(offers.map((offer) => offer.locationId))])
}

/** The free slots of each line at a place, without those that overlap an appointment of the patient. */
async function freeAt(db: Db | Tx, query: SeriesQuery, locationId: string): Promise<Free[][]> {
  const { lines, busy = [], order: _, weekday: __, weekdays: ___, ...rest } = query
  const found = await Promise.all(
    lines.map(({ serviceId, access }) =>
      findOffers(db, { ...rest, serviceId, ...(access && { access }), locationId, limit: slotsRead }),
    ),
  )
  const elsewhere = busy.map(spotOf)
  return found.map(({ offers }) =>
    offers
      .map((offer) => ({ offer, ...spotOf({ startsAt: new Date(offer.startsAt), endsAt: new Date(offer.endsAt) }) }))
      .filter((place) => !elsewhere.some((other) => overlaps(place, other))),
  )
}

/** Whether a series may begin here: the wished weekday is that of the first appointment, the others follow the rhythm. */
function mayBegin({ weekday: one, weekdays }: SeriesQuery, place: Free): boolean {
  const wished = weekdays ?? (one ? [one] : undefined)
  return !wished || wished.includes(weekday(romeDay(new Date(place.starts))))
}

/** The earliest series of each further line beside what is taken already; undefined when one does not fit. */
function fitOthers(
  lines: readonly SeriesLine[],
  free: readonly (readonly Free[])[],
  taken: Map<number, Free[]>,
): Map<number, Free[]> | undefined {
  const all = new Map(taken)
  for (const [i, line] of lines.entries()) {
    if (all.has(i)) continue
    const blocked = [...all.values()].flat()
    const left = free[i]!.filter((place) => !blocked.some((other) => overlaps(place, other)))
    const series = firstSeries(left, line)
    if (!series) return undefined
    all.set(i, series)
  }
  return all
}

function firstSeries(
  free: readonly Free[],
  line: SeriesLine,
  mayBegin: (place: Free) => boolean = () => true,
): Free[] | undefined {
  for (const place of free) {
    const series = mayBegin(place) ? planSeries(place, free, line) : undefined
    if (series) return series
  }
  return undefined
}

/** Sets at one place, the earliest first; the line with the most appointments leads, the others fit in beside it. */
function setsAt(query: SeriesQuery, free: readonly (readonly Free[])[]): SeriesSet[] {
  const { lines } = query
  const leading = lines.reduce((most, line, i) => (line.count > lines[most]!.count ? i : most), 0)
  const sets: SeriesSet[] = []
  const begun = new Map<number, number>()
  let vain = 0
  for (const place of free[leading]!) {
    if (sets.length === perLocation || vain === vainTries) break
    const { day } = place
    if ((begun.get(day) ?? 0) >= perDay || !mayBegin(query, place)) continue
    const series = planSeries(place, free[leading]!, lines[leading]!)
    if (!series) continue
    const all = fitOthers(lines, free, new Map([[leading, series]]))
    if (!all) {
      vain += 1
      continue
    }
    begun.set(day, (begun.get(day) ?? 0) + 1)
    sets.push(asSet(lines, all, lines.length === 1 ? 'series' : 'same-place'))
  }
  return sets
}

const asSet = (
  lines: readonly SeriesLine[],
  all: ReadonlyMap<number, readonly Free[]>,
  together: SeriesSet['together'],
): SeriesSet => ({
  together,
  places: lines.flatMap(({ line }, i) => all.get(i)!.map(({ offer }, nth) => ({ line, nth: nth + 1, offer }))),
})

/** Each line where it is served earliest, when no place serves all of them. */
async function anywhere(db: Db | Tx, query: SeriesQuery, locations: readonly string[][]): Promise<SeriesSet[]> {
  const all = new Map<number, Free[]>()
  for (const [i, line] of query.lines.entries()) {
    const places = await Promise.all(
      locations[i]!.slice(0, locationsLooked).map((locationId) => freeAt(db, { ...query, lines: [line] }, locationId)),
    )
    const blocked = [...all.values()].flat()
    const found = places
      .map(([free]) => free!.filter((place) => !blocked.some((other) => overlaps(place, other))))
      .flatMap((free) => {
        const series = firstSeries(free, line, (place) => mayBegin(query, place))
        return series ? [series] : []
      })
      .toSorted((a, b) => a[0]!.starts - b[0]!.starts)
    if (!found[0]) return []
    all.set(i, found[0])
  }
  return [asSet(query.lines, all, 'separate')]
}

const firstStart = ({ places }: SeriesSet): string =>
  places.reduce((first, { offer }) => (offer.startsAt < first ? offer.startsAt : first), '~')
const distanceOf = ({ places }: SeriesSet): number => Math.max(...places.map(({ offer }) => offer.distanceKm ?? 0))

/**
 * Offers for lines of which one at least needs several appointments: each with a place for every appointment, the lines at
 * one place where that can be. The earliest beginning comes first, or the nearest place. The time depends on the places that
 * give the services, of which the first few are looked at.
 */
export async function findSeries(db: Db | Tx, query: SeriesQuery): Promise<SeriesSet[]> {
  const locations = await locationsOf(db, query)
  const common = locations[0]!.filter((id) => locations.every((ids) => ids.includes(id))).slice(0, locationsLooked)
  const free = await Promise.all(common.map((locationId) => freeAt(db, query, locationId)))
  const sets = free.flatMap((lines) => setsAt(query, lines))
  const found = sets.length > 0 || query.lines.length === 1 ? sets : await anywhere(db, query, locations)
  const byDate = (a: SeriesSet, b: SeriesSet) => (firstStart(a) < firstStart(b) ? -1 : 1)
  const far = (a: SeriesSet, b: SeriesSet) => distanceOf(a) - distanceOf(b)
  return found
    .toSorted((a, b) => (query.order === 'distance' ? far(a, b) || byDate(a, b) : byDate(a, b)))
    .slice(0, query.limit ?? 20)
}

/** When a person is expected somewhere from now on, so that nothing else is planned for her then. */
export async function timesTaken(tx: Tx, patientId: string, now: Date): Promise<Times[]> {
  const { rows } = await sql<Times>`
    select a.starts_at as "startsAt", a.ends_at as "endsAt" from scheduling.appointment a
    where a.patient_id = ${patientId} and a.ends_at > ${now} and a.state in ('held', 'booked', 'arrived')
    order by a.starts_at`.execute(tx)
  return rows
}
