// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import type { TestApp } from './setup.ts'

/** What PostgreSQL is asked while something runs, without values: the statements of each round trip. */
export async function roundTripsOf(t: TestApp, work: () => Promise<unknown>): Promise<string[][]> {
  const trips: string[][] = []
  const open = new WeakMap<pg.PoolClient, string[]>()
  const restore = new Map<pg.PoolClient, () => void>()
  const watch = (client: pg.PoolClient) => {
    if (restore.has(client)) return
    const plain = client.query
    client.query = ((...args: unknown[]) => {
      const [first] = args
      const text = (typeof first === 'string' ? first : textOf(first)).replaceAll(/\s+/g, ' ')
      // Workers are woken a moment after a transaction, also for one that was before what is watched.
      if (text.includes('pg_notify(')) return (plain as (...all: unknown[]) => unknown).apply(client, args)
      // What is asked before anything else can happen leaves with one message.
      const trip = open.get(client)
      if (trip) trip.push(text)
      else {
        const begun = [text]
        trips.push(begun)
        open.set(client, begun)
        queueMicrotask(() => open.delete(client))
      }
      return (plain as (...all: unknown[]) => unknown).apply(client, args)
    }) as typeof client.query
    restore.set(client, () => (client.query = plain))
  }
  t.platform.pool.on('acquire', watch)
  try {
    await work()
  } finally {
    t.platform.pool.off('acquire', watch)
    for (const undo of restore.values()) undo()
  }
  return trips
}

const textOf = (query: unknown): string => (query as { text?: string }).text ?? ''

/** The statements that PostgreSQL is asked while something runs, without their values. */
export async function statementsOf(t: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  return (await roundTripsOf(t, work)).flat()
}
