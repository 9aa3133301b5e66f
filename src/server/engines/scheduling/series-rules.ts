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

/** A place with its day and hour as numbers: a search compares them hundreds of thousands of times. */
export interface Spot {
  /** Instants in milliseconds. */
  starts: number
  ends: number
  /** Days since 1970 by Rome's calendar, and minutes since midnight by its clock. */
  day: number
  clock: number
}

export function spotOf({ startsAt, endsAt }: Times): Spot {
  const time = romeTime(startsAt)
  return {
    starts: startsAt.getTime(),
    ends: endsAt.getTime(),
    day: daysBetween('1970-01-01', romeDay(startsAt)),
    clock: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)),
  }
}

/** Weeks begin on Monday, which 1970 did not. */
const weekNumber = (day: number): number => Math.floor((day + 3) / 7)

/**
 * What may follow the first until a day: of each day the place nearest to its hour; every place when one day may see several.
 */
function followers<Place extends Spot>(
  first: Place,
  free: readonly Place[],
  lastDay: number,
  { daysApart, nearMinutes }: Rhythm,
): Place[] {
  const found: Place[] = []
  for (const place of free) {
    if (place.starts < first.ends) continue
    if (place.day > lastDay) break
    const before = found.at(-1)
    const away = Math.abs(place.clock - first.clock)
    if (daysApart > 0 && away > nearMinutes) continue
    if (daysApart === 0 || before?.day !== place.day) found.push(place)
    else if (away < Math.abs(before.clock - first.clock)) found[found.length - 1] = place
  }
  return found
}

/** The earliest series that begins with `first`, with at least `apart` days between; undefined when there is none. */
function pack<Place extends Spot>(
  first: Place,
  following: readonly Place[],
  { count, most, apart }: { count: number; most: number; apart: number },
): Place[] | undefined {
  const series = [first]
  const weeks = new Map([[weekNumber(first.day), 1]])
  for (const place of following) {
    if (series.length === count) break
    const before = series.at(-1)!
    const inWeek = weeks.get(weekNumber(place.day)) ?? 0
    if (place.starts < before.ends || place.day - before.day < apart || inWeek >= most) continue
    series.push(place)
    weeks.set(weekNumber(place.day), inWeek + 1)
  }
  return series.length === count ? series : undefined
}

/**
 * A series of `count` places that begins with `first`, in its order: as early as can be, spread over the week where the
 * free places allow it, near the hour of the first. `free` is in the order of the starts. Undefined when there is none.
 */
export function planSeries<Place extends Spot>(
  first: Place,
  free: readonly Place[],
  { count, rhythm }: { count: number; rhythm: Rhythm },
): Place[] | undefined {
  if (count === 1) return [first]
  const following = followers(first, free, first.day + longestSpan(count, rhythm), rhythm)
  if (following.length < count - 1) return undefined
  const { most, daysApart } = rhythm
  const spread = Math.max(daysApart, Math.floor(7 / most))
  return (
    pack(first, following, { count, most, apart: spread }) ?? pack(first, following, { count, most, apart: daysApart })
  )
}
