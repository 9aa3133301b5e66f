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
  /** The same as `uuid`, as four words of 32 bits; the next call overwrites them. */
  id(): Id
  /** UUID version 7 whose time is that of the seed: sorted like ids made by the application, always the same. */
  uuid(): string
}

/** A UUID as four words of 32 bits, the first ones first. */
export type Id = Uint32Array<ArrayBuffer>

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
  const words: Id = new Uint32Array(4)
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
  function id(): Id {
    counter += 1
    const time = epoch + counter
    words[0] = Math.floor(time / 65_536)
    const [one, two, three] = [word(), word(), word()]
    words[1] = ((time % 65_536) * 65_536) | 0x7000 | ((one >>> 16) & 0xfff)
    words[2] = ((0x8000 | (one & 0x3fff)) << 16) | (two & 0xffff)
    words[3] = (two & 0xffff0000) | (three & 0xffff)
    return words
  }
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    id,
    uuid() {
      const [one, two, three, four] = id() as unknown as readonly [number, number, number, number]
      return `${hex(one >>> 16)}${hex(one)}-${hex(two >>> 16)}-${hex(two)}-${hex(three >>> 16)}-${hex(three)}${hex(four >>> 16)}${hex(four)}`
    },
  }
}

/** The time in the ids of a seed. */
const epoch = 1_700_000_000_000

const hexadecimal = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'))
/** The low sixteen bits of a whole number. */
const hex = (value: number): string => hexadecimal[value % 65_536]!
