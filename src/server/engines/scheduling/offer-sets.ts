// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/database.ts'
import { addDays, romeDay, romeInstant } from '../../platform/time.ts'
import { findOffers, type Offer, type OfferQuery } from './offers.ts'

export interface SetQuery extends Omit<OfferQuery, 'serviceId' | 'access' | 'cursor' | 'perAgenda'> {
  /** What is wanted together; the same service may be wanted twice. */
  lines: readonly { line: number; serviceId: string; access?: OfferQuery['access'] }[]
}

/** One place for every line. */
export interface OfferSet {
  together: 'same-day' | 'same-place' | 'separate'
  places: { line: number; offer: Offer }[]
}

const searchDays = 180
const candidatesPerLine = 60

/**
 * Chooses one offer per line so that no two overlap and the last one ends as early as possible; undefined when the lines
 * do not fit. Lines with the fewest offers are placed first. Offers are expected in the order of their start.
 */
export function fit(lines: readonly (readonly Offer[])[]): Offer[] | undefined {
  const order = lines.map((_, i) => i).toSorted((a, b) => lines[a]!.length - lines[b]!.length)
  let best: Offer[] | undefined
  let bestEnd = '~'
  let tries = 2_000
  const chosen: Offer[] = []
  function place(depth: number, end: string): void {
    if (end >= bestEnd || (tries -= 1) < 0) return
    const line = order[depth]
    if (line === undefined) {
      best = order.map((_, i) => chosen[order.indexOf(i)]!)
      bestEnd = end
      return
    }
    for (const offer of lines[line]!) {
      if (offer.startsAt >= bestEnd) break
      if (chosen.some((other) => other.startsAt < offer.endsAt && offer.startsAt < other.endsAt)) continue
      chosen.push(offer)
      place(depth + 1, offer.endsAt > end ? offer.endsAt : end)
      chosen.pop()
    }
  }
  place(0, '')
  return best
}

async function commonDays(db: Db | Tx, query: SetQuery, limit: number): Promise<{ locationId: string; day: string }[]> {
  const from = query.from ?? query.now
  const to = query.to ?? new Date(from.getTime() + searchDays * 86_400_000)
  const weekdays = query.weekdays ?? (query.weekday ? [query.weekday] : null)
  const { rows } = await sql<{ location_id: string; day: string }>`
    select * from scheduling.find_common_days(${query.lines.map((line) => line.serviceId)}::uuid[], ${query.rank}::smallint,
      ${query.now}, ${from}, ${to}, ${query.halfDay ?? null}, ${weekdays && [...weekdays]}::smallint[],
      ${query.locationId ?? null}, ${query.organisationId ?? null}, ${query.aslIds ? [...query.aslIds] : null}::uuid[],
      ${query.outside ?? false}, ${query.ageYears ?? null}::smallint, ${query.sex ?? null}, ${query.residenceAslId ?? null},
      ${query.channel ?? 'WEB'}, ${query.lines.map((line) => line.access ?? 'any')}::text[],
      ${[...(query.regimes ?? ['SSN', 'CONV'])]}::text[], ${limit})`.execute(db.withoutPlugins())
  return rows.map((row) => ({ locationId: row.location_id, day: row.day }))
}

function perLine(db: Db | Tx, query: SetQuery, narrow: Partial<OfferQuery>): Promise<Offer[][]> {
  const { lines, ...rest } = query
  // One after the other: a transaction has one connection.
  return lines.reduce<Promise<Offer[][]>>(async (before, { serviceId, access }) => {
    const found = await before
    const { offers } = await findOffers(db, {
      ...rest,
      limit: candidatesPerLine,
      ...narrow,
      serviceId,
      ...(access && { access }),
    })
    return [...found, offers]
  }, Promise.resolve([]))
}

const named = (query: SetQuery, together: OfferSet['together'], offers: readonly Offer[]): OfferSet => ({
  together,
  places: query.lines.map(({ line }, i) => ({ line, offer: offers[i]! })),
})

/** Sets at one place on one day: all lines within the opening hours of the earliest common days. */
async function sameDay(db: Db | Tx, query: SetQuery, limit: number): Promise<OfferSet[]> {
  const sets: OfferSet[] = []
  for (const { locationId, day } of await commonDays(db, query, limit)) {
    const start = romeInstant(day)
    const from = query.from && query.from > start ? query.from : start
    const end = new Date(romeInstant(addDays(day, 1)).getTime() - 1)
    const to = query.to && query.to < end ? query.to : end
    const chosen = fit(await perLine(db, query, { locationId, from, to, order: 'date' }))
    if (chosen) sets.push(named(query, 'same-day', chosen))
  }
  return sets
}

/** The first sets at one place, on whatever days. */
function samePlace(query: SetQuery, lines: readonly Offer[][], limit: number): OfferSet[] {
  const places = new Set(lines[0]!.map((offer) => offer.locationId))
  const sets: OfferSet[] = []
  for (const place of places) {
    const here = lines.map((offers) => offers.filter((offer) => offer.locationId === place))
    const chosen = here.every((offers) => offers.length > 0) && fit(here)
    if (chosen) sets.push(named(query, 'same-place', chosen))
  }
  return sets.slice(0, limit)
}

const lastStart = (set: OfferSet) =>
  set.places.reduce((last, { offer }) => (offer.startsAt > last ? offer.startsAt : last), '')
const rankOf = { 'same-day': 0, 'same-place': 1, separate: 2 } as const
const signature = (set: OfferSet) => set.places.map(({ offer }) => offer.slotId).join()

/**
 * Offers for several lines: first those at one place on one day, then at one place on different days, then the earliest of
 * each line wherever it is; within each kind the set that is complete earliest comes first. Times never overlap.
 */
export async function findOfferSets(db: Db | Tx, query: SetQuery): Promise<OfferSet[]> {
  const limit = query.limit ?? 20
  const found = await sameDay(db, query, limit)
  if (found.length < limit) {
    const lines = await perLine(db, query, { perAgenda: 5 })
    if (lines.every((offers) => offers.length > 0)) {
      found.push(...samePlace(query, lines, limit))
      const anywhere = fit(lines)
      if (anywhere) found.push(named(query, 'separate', anywhere))
    }
  }
  const sets = new Map<string, OfferSet>()
  for (const set of found) if (!sets.has(signature(set))) sets.set(signature(set), classified(set))
  return [...sets.values()]
    .toSorted((a, b) => rankOf[a.together] - rankOf[b.together] || (lastStart(a) < lastStart(b) ? -1 : 1))
    .slice(0, limit)
}

/** A set by what it really is: the earliest places may happen to be at one place, or on one day. */
function classified(set: OfferSet): OfferSet {
  const places = new Set(set.places.map(({ offer }) => offer.locationId))
  const days = new Set(set.places.map(({ offer }) => romeDay(new Date(offer.startsAt))))
  if (places.size > 1) return { ...set, together: 'separate' }
  return { ...set, together: days.size > 1 ? 'same-place' : 'same-day' }
}
