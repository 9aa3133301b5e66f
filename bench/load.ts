// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** What a load showed: milliseconds, and units of work a second. */
export interface Figures {
  count: number
  perSecond: number
  p50: number
  p95: number
  p99: number
}

/** Latencies of one or several stretches of load. */
export interface Samples {
  milliseconds: number[]
  seconds: number
}

/**
 * A closed loop: so many clients, each beginning its next unit of work when the last one is done, for some seconds. A unit
 * that fails ends the bench. `work` answers false when there is nothing left to do.
 */
export async function drive(
  clients: number,
  seconds: number,
  work: (client: number) => Promise<boolean | void>,
): Promise<Samples> {
  const milliseconds: number[] = []
  const started = performance.now()
  const end = started + seconds * 1000
  const loop = async (client: number) => {
    for (let begun = performance.now(); begun < end; begun = performance.now()) {
      if ((await work(client)) === false) return
      milliseconds.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)))
  return { milliseconds, seconds: (performance.now() - started) / 1000 }
}

export function summarise(...stretches: readonly Samples[]): Figures {
  const sorted = Float64Array.from(stretches.flatMap((stretch) => stretch.milliseconds)).toSorted()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const seconds = stretches.reduce((sum, stretch) => sum + stretch.seconds, 0)
  return { count: sorted.length, perSecond: sorted.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
