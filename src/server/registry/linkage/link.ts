// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, type Db } from '../../platform/database.ts'
import { byKeyOnly, findLikely, findRemote, frequenciesOf, type Candidates, type Numbered } from './candidates.ts'
import type { Incoming } from './compare.ts'
import { decide, type Decision } from './rules.ts'
import type { LinkageSettings } from './settings.ts'

export interface Linked<R extends Incoming> extends Decision {
  record: R
}

/** Records compared in one transaction. */
const chunkSize = 1_000
/** Chunks on their way at once: while PostgreSQL finds people for one, another is scored. */
const atOnce = 2

/**
 * Says of each record whose it is, in the order they come. Of any number of records only some thousands are in memory.
 * Nothing is written: what follows from a decision is for the caller to do.
 */
export async function* link<R extends Incoming>(
  db: Db,
  settings: LinkageSettings,
  records: AsyncIterable<R> | Iterable<R>,
): AsyncGenerator<Linked<R>> {
  const waiting: Promise<Linked<R>[]>[] = []
  for await (const chunk of chunks(records)) {
    const linked = linkChunk(db, settings, chunk)
    linked.catch(() => undefined) // told when its turn comes
    waiting.push(linked)
    if (waiting.length >= atOnce) yield* await waiting.shift()!
  }
  for (const linked of waiting) yield* await linked
}

async function* chunks<R>(records: AsyncIterable<R> | Iterable<R>): AsyncGenerator<R[]> {
  let chunk: R[] = []
  for await (const record of records) {
    chunk.push(record)
    if (chunk.length < chunkSize) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

function linkChunk<R extends Incoming>(db: Db, settings: LinkageSettings, records: R[]): Promise<Linked<R>[]> {
  return asSystem(db, async (tx) => {
    await byKeyOnly(tx)
    const numbered = records.map((record, n) => ({ n, record }))
    const known: Candidates = new Map()
    const decideAll = async (some: readonly Numbered[]): Promise<Map<number, Decision>> => {
      const people = some.flatMap(({ n }) => known.get(n) ?? [])
      const of = some.map(({ record }) => record)
      const frequencies = await frequenciesOf(tx, of, people)
      return new Map(some.map(({ n, record }) => [n, decide(record, known.get(n) ?? [], settings, frequencies)]))
    }
    add(known, await findLikely(tx, numbered))
    const decided = await decideAll(numbered)
    const open = numbered.filter(({ n }) => decided.get(n)!.verdict !== 'match')
    if (open.length > 0) {
      add(known, await findRemote(tx, open))
      for (const [n, decision] of await decideAll(open)) decided.set(n, decision)
    }
    return numbered.map(({ n, record }) => ({ record, ...decided.get(n)! }))
  })
}

function add(known: Candidates, found: Candidates): void {
  for (const [n, people] of found) {
    const before = known.get(n) ?? []
    const ids = new Set(before.map(({ id }) => id))
    known.set(n, [...before, ...people.filter(({ id }) => !ids.has(id))])
  }
}
