// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Tx } from './database.ts'

/** Milliseconds for which a process trusts what it read of the region's rules and catalogues. */
const lifetime = 10_000

/** Answers kept per question; then all are forgotten. */
const mostKept = 5_000

const forgetAll: (() => void)[] = []

/**
 * A read of dated rules or catalogues, data that changes by loading a file and never in a transaction of ours: every booking
 * asks the same few questions, so each process remembers the answers for ten seconds. Nobody changes an answer, it is shared.
 */
export function remembered<Question extends readonly unknown[], Answer>(
  read: (tx: Tx, ...question: Question) => Promise<Answer>,
): (tx: Tx, ...question: Question) => Promise<Answer> {
  const known = new Map<string, { answer: Answer; until: number }>()
  forgetAll.push(() => known.clear())
  return async (tx, ...question) => {
    const key = JSON.stringify(question)
    const found = known.get(key)
    if (found && found.until > performance.now()) return found.answer
    const answer = await read(tx, ...question)
    if (known.size >= mostKept) known.clear()
    known.set(key, { answer, until: performance.now() + lifetime })
    return answer
  }
}

/** Forgets every answer: whoever has just changed rules in this process sees them at once. */
export function forgetReference(): void {
  for (const forget of forgetAll) forget()
}
