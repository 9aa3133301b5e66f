// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** A name as the registry compares it: capitals A to Z only. The same as `registry.name_letters` in the database. */
export const nameLetters = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase()

/** The word with each of its letters left out in turn. */
export function withoutOneLetter(word: string): string[] {
  const gaps = new Set<string>()
  for (let n = 0; n < word.length; n += 1) gaps.add(word.slice(0, n) + word.slice(n + 1))
  return [...gaps]
}

/**
 * How many letters must be put in, left out, changed or exchanged with their neighbour to make one word of the other
 * (optimal string alignment); `most` + 1 when it is more than `most`.
 */
export function mistakes(one: string, other: string, most: number): number {
  if (one === other) return 0
  if (Math.abs(one.length - other.length) > most) return most + 1
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, n) => n)
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1]
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least > most) return most + 1
    ;[before, above] = [above, row]
  }
  return Math.min(above[other.length]!, most + 1)
}
