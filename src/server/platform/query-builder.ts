// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import {
  CamelCasePlugin,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type PostgresPool,
} from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Line } from './round-trips.ts'

/** Names are camelCase in code and snake_case in the database: rows get the names of the code here. */
class Names extends CamelCasePlugin {
  /** The compiler writes the names of the database: the plugin's own way copies every statement first. */
  override transformQuery: CamelCasePlugin['transformQuery'] = ({ node }) => node

  override mapRow(row: Record<string, unknown>): Record<string, unknown> {
    const named: Record<string, unknown> = {}
    for (const key of Object.keys(row)) named[this.camelCase(key)] = row[key]
    return named
  }

  nameInDatabase(name: string): string {
    return this.snakeCase(name)
  }
}

const names = new Names()

/** Names as statements have them; those of the code are soon all here. */
const written = new Map<string, string>()
const mostWritten = 10_000

/** Statements in PostgreSQL's words, with the names of the database. */
class Compiler extends PostgresQueryCompiler {
  protected override sanitizeIdentifier(identifier: string): string {
    const known = written.get(identifier)
    if (known !== undefined) return known
    const name = super.sanitizeIdentifier(names.nameInDatabase(identifier))
    if (written.size >= mostWritten) written.clear()
    written.set(identifier, name)
    return name
  }
}

class DialectOverPool extends PostgresDialect {
  override createQueryCompiler(): Compiler {
    return new Compiler()
  }
}

/** The query builder on a pool: every statement takes a connection of its own, unless it is in a transaction. */
export function builderOver(pool: PostgresPool): Kysely<DB> {
  return new Kysely<DB>({ dialect: new DialectOverPool({ pool }), plugins: [names] })
}

/** The query builder on the connection of one transaction. */
export function builderOn(line: Line): Kysely<DB> {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql: text, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { command, rowCount, rows } = await line.ask(text, parameters)
      const changed = command !== 'SELECT' && rowCount !== null
      return { rows: rows as R[], ...(changed && { numAffectedRows: BigInt(rowCount) }) }
    },
    streamQuery() {
      throw new Error('Rows are not streamed.')
    },
  }
  const nothing = () => Promise.resolve()
  // Whoever opened the transaction begins and ends it.
  const driver: Driver = {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    releaseConnection: nothing,
    destroy: nothing,
  }
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new Compiler(),
  }
  return new Kysely<DB>({ dialect, plugins: [names] })
}
