// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Buffer } from 'node:buffer'
import type pg from 'pg'

type Cell = string | number | boolean | null

/** Rows of one table on their way into it, in the text format of COPY. A cell with a tab makes the COPY fail. */
export class Lines {
  readonly table: string
  readonly columns: readonly string[]
  #lines: string[] = []

  constructor(table: string, columns: readonly string[]) {
    this.table = table
    this.columns = columns
  }

  get count(): number {
    return this.#lines.length
  }

  /** Adds a row: its values in the order of the columns. An empty text is stored as null. */
  add(...cells: Cell[]): void {
    const line = cells.join('\t') // null becomes nothing
    this.#lines.push(special.test(line) ? cells.map(escaped).join('\t') : line)
  }

  /** Gives away what was added so far. */
  take(): Buffer {
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`)
    this.#lines = []
    return bytes
  }
}

const special = /[\\\n\r]/

const escaped = (cell: Cell): string =>
  String(cell ?? '')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')

/** What the driver's connection offers to a COPY and its types leave out. */
interface CopyConnection extends pg.Connection {
  sendCopyFromChunk(bytes: Buffer): void
  endCopyFrom(): void
}

/**
 * COPY … FROM STDIN of several tables as one statement of the driver (`Submittable`). The rows are sent at once, without
 * waiting to be asked for: a server that refused the statement skips them.
 */
class CopyFrom implements pg.Submittable {
  readonly done: Promise<void>
  readonly #all: readonly { statement: string; bytes: Buffer }[]
  #settle: (error?: Error) => void = () => undefined

  constructor(all: readonly { statement: string; bytes: Buffer }[]) {
    this.#all = all
    this.done = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve())
    })
  }

  submit(connection: pg.Connection): void {
    const open = connection as CopyConnection // `lib/connection.js` of the driver has them
    open.query(this.#all.map(({ statement }) => statement).join(';'))
    for (const { bytes } of this.#all) {
      open.sendCopyFromChunk(bytes)
      open.endCopyFrom()
    }
  }

  handleError(error: Error): void {
    this.#settle(error) // also when the connection is gone and nothing more will come
  }

  handleReadyForQuery(): void {
    this.#settle()
  }

  handleCopyInResponse(): void {
    // Its rows are on their way.
  }

  handleCommandComplete(): void {
    // The answer counts once the server is ready again.
  }
}

/** Writes the rows waiting in each of these to their tables, one table after the other. */
export async function copy(client: pg.Client, all: readonly Lines[]): Promise<void> {
  const filled = all.filter((lines) => lines.count > 0)
  if (filled.length === 0) return
  const statements = filled.map((lines) => ({
    statement: `copy ${lines.table} (${lines.columns.join(', ')}) from stdin (null '')`,
    bytes: lines.take(),
  }))
  const copying = new CopyFrom(statements)
  client.query(copying)
  await copying.done
}
