// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { DB } from '../../db/types.ts'
import type { Tx } from '../../src/server/platform/database.ts'

/** The transaction a connection is in, for functions of the rooms; they take turns on the one connection. */
export function transactionOf(client: pg.Client): Tx {
  let turn: Promise<void> = Promise.resolve()
  const pool = {
    options: {},
    async connect() {
      const { promise, resolve } = Promise.withResolvers<void>()
      const before = turn
      turn = promise
      await before
      return { query: client.query.bind(client), release: () => resolve() }
    },
    end: async () => undefined,
  }
  const dialect = new PostgresDialect({ pool })
  return new Kysely<DB>({ dialect, plugins: [new CamelCasePlugin()] }) as unknown as Tx // begun on the client itself
}
