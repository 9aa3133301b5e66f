// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import type { TestApp } from './setup.ts'

/** The statements that PostgreSQL is asked while something runs, without their values. */
export async function statementsOf(t: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = []
  const restore: (() => void)[] = []
  const watch = (client: pg.PoolClient) => {
    const plain = client.query
    client.query = ((...args: unknown[]) => {
      const [first] = args
      const text = typeof first === 'string' ? first : (first as { text?: string }).text
      asked.push((text ?? '').replaceAll(/\s+/g, ' '))
      return (plain as (...all: unknown[]) => unknown).apply(client, args)
    }) as typeof client.query
    restore.unshift(() => (client.query = plain)) // a connection taken twice is given back its own first
  }
  t.platform.pool.on('acquire', watch)
  try {
    await work()
  } finally {
    t.platform.pool.off('acquire', watch)
    for (const undo of restore) undo()
  }
  return asked
}
