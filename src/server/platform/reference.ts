// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { databaseOf, type Db, type Tx } from './database.ts'

/** Milliseconds for which a process trusts what it read of the region's rules and catalogues. */
const lifetime = 10_000

/** Answers kept per question; then all are forgotten. */
const mostKept = 5_000

/** Names and addresses kept per kind of thing: all agendas of a large region. */
const mostNames = 50_000

const forgetAll: (() => void)[] = []

/**
 * A read of dated rules or catalogues, data that changes by loading a file and never in a transaction of ours: every booking
 * asks the same few questions, so each process remembers the answers of a database for ten seconds. Nobody changes an answer,
 * it is shared.
 */
export function remembered<Question extends readonly unknown[], Answer>(
  read: (tx: Tx, ...question: Question) => Promise<Answer>,
): (tx: Tx, ...question: Question) => Promise<Answer> {
  type Known = Map<string, { answer: Answer; until: number }>
  let databases = new WeakMap<Db, Known>()
  forgetAll.push(() => (databases = new WeakMap()))
  return async (tx, ...question) => {
    const database = databaseOf(tx)
    const known: Known = databases.get(database) ?? new Map()
    databases.set(database, known)
    const key = JSON.stringify(question)
    const found = known.get(key)
    if (found && found.until > performance.now()) return found.answer
    const answer = await read(tx, ...question)
    if (known.size >= mostKept) known.clear()
    known.set(key, { answer, until: performance.now() + lifetime })
    return answer
  }
}

/** Milliseconds for which a process trusts names and addresses, which change by hand and seldom. */
const nameLifetime = 60_000

/**
 * A read of things with names and addresses by their ids, remembered for a minute each: only those not known are asked for.
 * Nobody changes an answer, it is shared.
 */
export function rememberedById<Source, Value>(
  read: (source: Source, ids: readonly string[]) => Promise<(readonly [string, Value])[]>,
): (source: Source, ids: Iterable<string>) => Promise<ReadonlyMap<string, Value>> {
  const known = new Map<string, { value: Value; until: number }>()
  forgetAll.push(() => known.clear())
  return async (source, ids) => {
    const now = performance.now()
    const answer = new Map<string, Value>()
    const missing = new Set<string>()
    for (const id of ids) {
      const found = known.get(id)
      if (found && found.until > now) answer.set(id, found.value)
      else missing.add(id)
    }
    if (missing.size === 0) return answer
    for (const [id, value] of await read(source, [...missing])) {
      if (known.size >= mostNames) known.clear()
      known.set(id, { value, until: now + nameLifetime })
      answer.set(id, value)
    }
    return answer
  }
}

/** Forgets every answer: whoever has just changed rules in this process sees them at once. */
export function forgetReference(): void {
  for (const forget of forgetAll) forget()
}
