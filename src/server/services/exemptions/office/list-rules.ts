// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { addDays, type Day } from '../../../platform/time.ts'
import type { HeldExemption } from '../../../registry/people/index.ts'

export const fates = ['entered', 'shortened', 'same', 'declared', 'unknown'] as const
export type Fate = (typeof fates)[number]
export const differenceKinds = ['unknown', 'declared', 'shortened', 'not-listed', 'withdrawn'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

type Held = Pick<HeldExemption, 'code' | 'state' | 'from' | 'until'>

/**
 * What becomes of a row of the yearly list beside what the person holds: a certified exemption replaces a declared one for the
 * future and never the past, so it begins the day after what overlaps it ends. `period` is what to enter.
 */
export function fateOf(
  row: { code: string; from: Day; until: Day },
  held: readonly Held[],
): { fate: Exclude<Fate, 'unknown'>; period?: { from: Day; until: Day } } {
  let { from } = row
  let last: Held | undefined
  const overlapping = held
    .filter((one) => one.code === row.code && one.state !== 'ANNULLED')
    .filter((one) => one.from <= row.until && (one.until === null || one.until >= row.from))
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  for (const one of overlapping) {
    last = one
    if (one.until === null || one.until >= row.until) return { fate: one.state === 'CERTIFIED' ? 'same' : 'declared' }
    if (one.until >= from) from = addDays(one.until, 1)
  }
  return { fate: last ? 'shortened' : 'entered', period: { from, until: row.until } }
}
