// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { addDays, daysBetween, romeDay, romeTime, weekday, type Day } from '../../platform/time.ts'

/** How the appointments of a series follow each other: several of one service, one after the other, at one place. */
export interface Rhythm {
  /** Of one calendar week at most so many. */
  most: number
  /** Over the whole series so many a week at least. */
  least: number
  /** Days by which the series may be longer than that: for holidays and full days. */
  spareDays: number
  /** Days between one and the next; 0 allows the same day. */
  daysApart: number
  /** Minutes by which a proposed hour may differ from that of the first. */
  nearMinutes: number
}

export interface Times {
  startsAt: Date
  endsAt: Date
}

/** The Monday of the week. */
const weekOf = (day: Day): Day => addDays(day, 1 - weekday(day))

/** Days between the first and the last of a series of so many, at most. */
export const longestSpan = (count: number, { least, spareDays }: Rhythm): number =>
  Math.ceil(((count - 1) * 7) / least) + spareDays

/** Whether these starts, in their order, are a series in this rhythm. The hours are free: people may want another one. */
export function keepsRhythm(starts: readonly Date[], rhythm: Rhythm): boolean {
  const days = starts.map(romeDay)
  const inOrder = starts.every((start, i) => i === 0 || starts[i - 1]! < start)
  const apart = days.every((day, i) => i === 0 || daysBetween(days[i - 1]!, day) >= rhythm.daysApart)
  const weeks = [...Map.groupBy(days, weekOf).values()]
  const span = days.length < 2 ? 0 : daysBetween(days[0]!, days.at(-1)!)
  return (
    inOrder &&
    apart &&
    weeks.every((week) => week.length <= rhythm.most) &&
    span <= longestSpan(Math.max(1, days.length), rhythm)
  )
}

/** Minutes since midnight by Rome's clock. */
function clockOf(instant: Date): number {
  const time = romeTime(instant)
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** What may follow the first: of each day the place nearest to its hour; every place when one day may see several. */
function followers<Place extends Times>(first: Place, free: readonly Place[], rhythm: Rhythm): Place[] {
  const later = free.filter((place) => place.startsAt >= first.endsAt)
  if (rhythm.daysApart === 0) return later
  const hour = clockOf(first.startsAt)
  const nearest = new Map<Day, { place: Place; away: number }>()
  for (const place of later) {
    const away = Math.abs(clockOf(place.startsAt) - hour)
    const day = romeDay(place.startsAt)
    if (away <= rhythm.nearMinutes && away < (nearest.get(day)?.away ?? Infinity)) nearest.set(day, { place, away })
  }
  return [...nearest.values()].map(({ place }) => place)
}

/** The earliest series that begins with `first`, with at least `apart` days between; undefined when there is none. */
function pack<Place extends Times>(
  first: Place,
  following: readonly Place[],
  wish: { count: number; rhythm: Rhythm; apart: number },
): Place[] | undefined {
  const { count, rhythm, apart } = wish
  const series = [first]
  const weeks = new Map([[weekOf(romeDay(first.startsAt)), 1]])
  const lastDay = addDays(romeDay(first.startsAt), longestSpan(count, rhythm))
  for (const place of following) {
    const before = series.at(-1)!
    const day = romeDay(place.startsAt)
    if (series.length === count || day > lastDay) break
    const inWeek = weeks.get(weekOf(day)) ?? 0
    if (place.startsAt < before.endsAt || inWeek >= rhythm.most) continue
    if (daysBetween(romeDay(before.startsAt), day) < apart) continue
    series.push(place)
    weeks.set(weekOf(day), inWeek + 1)
  }
  return series.length === count ? series : undefined
}

/**
 * A series of `count` places that begins with `first`, in its order: as early as can be, spread over the week where the
 * free places allow it, near the hour of the first. `free` is in the order of the starts. Undefined when there is none.
 */
export function planSeries<Place extends Times>(
  first: Place,
  free: readonly Place[],
  { count, rhythm }: { count: number; rhythm: Rhythm },
): Place[] | undefined {
  if (count === 1) return [first]
  const following = followers(first, free, rhythm)
  const spread = Math.max(rhythm.daysApart, Math.floor(7 / rhythm.most))
  return (
    pack(first, following, { count, rhythm, apart: spread }) ??
    pack(first, following, { count, rhythm, apart: rhythm.daysApart })
  )
}
