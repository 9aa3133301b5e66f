// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** A switch that stops asking a system that does not answer, and tries it again after a while. */
export interface Breaker {
  /** False while the system is given rest. After the rest one call may try; the others wait for its result. */
  mayCall(now: number): boolean
  succeeded(): void
  failed(now: number): void
}

/** Opens after `limit` failures in a row, for `rest` milliseconds. Each process keeps its own: it only spares time. */
export function createBreaker(limit: number, rest: number): Breaker {
  let failures = 0
  let closedUntil = 0
  let trying = false
  return {
    mayCall(now) {
      if (failures < limit) return true
      if (now < closedUntil || trying) return false
      trying = true
      return true
    },
    succeeded() {
      failures = 0
      trying = false
    },
    failed(now) {
      failures += 1
      trying = false
      if (failures >= limit) closedUntil = now + rest
    },
  }
}
