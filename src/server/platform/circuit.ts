// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * A circuit breaker: after `failures` failed calls in a row the circuit opens and calls fail at once, so that people do
 * not wait for a system that is down; after `restMs` one call tries again. Each process keeps its own: it protects
 * waiting people, it is not a record of anything.
 */
export interface Circuit {
  /** Runs the call, or throws what `opened` makes when the circuit is open. */
  run<T>(call: () => Promise<T>): Promise<T>
  readonly open: boolean
}

export interface CircuitOptions {
  failures: number
  restMs: number
  now(): number
  /** Tells failures of the other side (count) from refusals (do not). */
  counts(error: unknown): boolean
  opened(): Error
}

export function circuit({ failures, restMs, now, counts, opened }: CircuitOptions): Circuit {
  let failed = 0
  let openedAt: number | undefined
  let trying = false
  const isOpen = () => openedAt !== undefined && (trying || now() - openedAt < restMs)
  return {
    get open() {
      return isOpen()
    },
    async run(call) {
      if (isOpen()) throw opened()
      trying = openedAt !== undefined
      try {
        const result = await call()
        failed = 0
        openedAt = undefined
        return result
      } catch (error) {
        if (!counts(error)) {
          failed = 0
          openedAt = undefined
          throw error
        }
        failed += 1
        if (failed >= failures) openedAt = now()
        throw error
      } finally {
        trying = false
      }
    },
  }
}
