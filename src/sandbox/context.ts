// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'

/** What the sandbox's systems are given. Each keeps its own tables, made at start. */
export interface SandboxContext {
  /** The sandbox's own database: another party's, never the platform's. */
  sql: pg.Pool
  /** Address of the sandbox itself, e.g. http://localhost:3001 */
  url: string
  /** Address of the platform under test. */
  platformUrl: string
  /** Address of the platform's host of cards, e.g. https://localhost:3002; undefined when it has none. */
  cardsUrl?: string | undefined
  /** Folder with demo.json and the keys shared with the platform. */
  dataDir: string
  /** Port of the mail server; 0 takes a free one. */
  smtpPort: number
  now(): Date
  faults: Faults
}

export interface Fault {
  system: string
  operation: string
  kind: 'delay' | 'time-out-after-commit' | 'error' | 'down' | (string & {})
  code?: string
  milliseconds?: number
  /** How many calls it strikes; unlimited when not given. */
  times?: number
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The fault that strikes this call, if any; counts it. */
  strike(system: string, operation: string): Fault | undefined
}

/** Keeps the faults asked for, in memory: they end with the sandbox. */
export function createFaults(): Faults {
  let faults: Fault[] = []
  return {
    add: (fault) => void faults.push({ ...fault }),
    clear: () => void (faults = []),
    strike(system, operation) {
      const found = faults.find((f) => f.system === system && (f.operation === operation || f.operation === '*'))
      if (found?.times !== undefined) {
        found.times -= 1
        if (found.times <= 0) faults = faults.filter((f) => f !== found)
      }
      return found
    },
  }
}
