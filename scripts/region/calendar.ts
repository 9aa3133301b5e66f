// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Days of people who live now, counted from the first of 2000 as PostgreSQL does. */
const [first, last] = [Date.UTC(1890, 0, 1), Date.UTC(2100, 0, 1)]
const [day, epoch] = [86_400_000, Date.UTC(2000, 0, 1)]
const offset = (epoch - first) / day
const names = Array.from({ length: (last - first) / day }, (_, n) =>
  new Date(first + n * day).toISOString().slice(0, 10),
)
const numbers = new Map(names.map((name, n) => [name, n - offset]))

/** Days from 1 January 2000 to a day (YYYY-MM-DD, from 1890 to 2099); negative before. */
export function dayNumber(name: string): number {
  const number = numbers.get(name)
  if (number === undefined) throw new RangeError(`${name} is not a day between 1890 and 2099.`)
  return number
}

/** The day so many days after (before, when negative) another, from a table: a region asks for millions. */
export const dayAfter = (name: string, days: number): string => {
  const found = names[dayNumber(name) + offset + days]
  if (found === undefined) throw new RangeError(`${days} days from ${name} is not between 1890 and 2099.`)
  return found
}
