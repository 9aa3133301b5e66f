// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Chance that repeats itself: the same seed gives the same region. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** UUID version 7 whose time is that of the seed: sorted like ids made by the application, always the same. */
  uuid(): string
}

/** A weighted choice prepared once: picking costs a binary search. */
export function weighted<T>(items: readonly (readonly [item: T, weight: number])[]): (random: Random) => T {
  const sums: number[] = []
  let total = 0
  for (const [, weight] of items) sums.push((total += weight))
  return (random) => {
    const target = random.next() * total
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! > target) high = middle
      else low = middle + 1
    }
    return items[low]![0]
  }
}

/** sfc32, a small generator that passes the usual batteries, seeded from a number. */
export function createRandom(seed: number): Random {
  let [a, b, c, d] = [0x9e3779b9 ^ seed, 0x243f6a88, 0xb7e15162, seed | 1]
  let counter = 0
  let [stampOf, stamp] = [0, '']
  function word(): number {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 15; i += 1) word()
  const next = () => word() / 4_294_967_296
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    uuid() {
      counter += 1
      const high = Math.floor((epoch + counter) / 65_536)
      if (high !== stampOf) [stampOf, stamp] = [high, `${hex(high >>> 16)}${hex(high)}`]
      const [one, two, three] = [word(), word(), word()]
      const variant = hex(0x8000 | (one & 0x3fff))
      return `${stamp}-${hex(epoch + counter)}-7${hex(one >>> 16).slice(1)}-${variant}-${hex(two)}${hex(two >>> 16)}${hex(three)}`
    },
  }
}

/** The time in the ids of a seed. */
const epoch = 1_700_000_000_000

const hexadecimal = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))
/** The low sixteen bits of a whole number. */
const hex = (value: number): string => hexadecimal[value % 65_536]!
