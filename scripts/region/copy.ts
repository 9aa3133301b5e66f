// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Buffer } from 'node:buffer'
import type pg from 'pg'
import { dayNumber } from './calendar.ts'
import type { Id } from './random.ts'

/** Types of PostgreSQL that rows of a load have. */
type Type = 'text' | 'uuid' | 'date' | 'daterange' | 'timestamptz' | 'double precision' | 'boolean'

/** Dates are YYYY-MM-DD, ranges as `days` writes them, instants ISO 8601. An empty text is stored as null. */
type Cell = string | number | boolean | Id | null

/** A cell that is not a text fits into so many bytes. */
const widest = 32
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')

/** Rows of one table on their way into it, in the binary format of COPY: PostgreSQL need not read texts. */
export class Lines {
  readonly table: string
  readonly columns: readonly string[]
  readonly #types: readonly Type[]
  #bytes = Buffer.allocUnsafe(1 << 20)
  #at = signature.copy(this.#bytes)
  #count = 0
  readonly #spelt = new Map<string, Uint8Array>()
  #instant: readonly [text: string, high: number, low: number] = ['', 0, 0]

  constructor(table: string, columns: Readonly<Record<string, Type>>) {
    this.table = table
    this.columns = Object.keys(columns)
    this.#types = Object.values(columns)
  }

  get count(): number {
    return this.#count
  }

  /** Adds a row: its values in the order of the columns. */
  add(...cells: Cell[]): void {
    const types = this.#types
    this.#count += 1
    this.#makeRoom(widest)
    this.#int16(types.length)
    for (let n = 0; n < types.length; n += 1) {
      const cell = cells[n]
      this.#makeRoom(widest)
      if (cell === null || cell === undefined || cell === '') this.#int32(-1)
      else this.#write(types[n]!, cell)
    }
  }

  #write(type: Type, cell: string | number | boolean | Id): void {
    switch (type) {
      case 'text':
        return this.#text(cell as string)
      case 'uuid':
        return this.#uuid(cell as string | Id)
      case 'daterange':
        return this.#range(cell as string)
      case 'date':
        return this.#day(dayNumber(cell as string))
      case 'timestamptz':
        return this.#time(cell as string)
      case 'boolean':
        this.#int32(1)
        this.#bytes[this.#at++] = cell ? 1 : 0
        return
      case 'double precision':
        this.#int32(8)
        this.#at = this.#bytes.writeDoubleBE(cell as number, this.#at)
    }
  }

  /** There is room for so many bytes, and for the end of the rows. */
  #makeRoom(wanted: number): void {
    if (this.#bytes.length - this.#at >= wanted + widest) return
    const grown = Buffer.allocUnsafe(this.#bytes.length * 2 + wanted)
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }

  #int16(value: number): void {
    const [bytes, at] = [this.#bytes, this.#at]
    bytes[at] = value >> 8
    bytes[at + 1] = value
    this.#at = at + 2
  }

  #int32(value: number): void {
    const [bytes, at] = [this.#bytes, this.#at]
    bytes[at] = value >> 24
    bytes[at + 1] = value >> 16
    bytes[at + 2] = value >> 8
    bytes[at + 3] = value
    this.#at = at + 4
  }

  #text(text: string): void {
    this.#makeRoom(text.length * 3)
    const [bytes, begin] = [this.#bytes, this.#at]
    this.#int32(text.length)
    let at = this.#at
    for (let n = 0; n < text.length; n += 1) {
      const code = text.charCodeAt(n)
      if (code > 127) {
        const spelt = this.#utf8(text)
        this.#at = begin
        this.#int32(spelt.length)
        bytes.set(spelt, this.#at)
        this.#at += spelt.length
        return
      }
      bytes[at++] = code
    }
    this.#at = at
  }

  #utf8(text: string): Uint8Array {
    let spelt = this.#spelt.get(text)
    if (!spelt) this.#spelt.set(text, (spelt = Buffer.from(text)))
    if (this.#spelt.size > 20_000) this.#spelt.clear()
    return spelt
  }

  #uuid(id: string | Id): void {
    this.#int32(16)
    if (typeof id !== 'string') {
      for (const word of id) this.#int32(word)
      return
    }
    let n = 0
    for (let written = 0; written < 16; written += 1) {
      if (id.charCodeAt(n) === 45) n += 1 // a hyphen
      this.#bytes[this.#at++] = (hexDigit(id.charCodeAt(n)) << 4) | hexDigit(id.charCodeAt(n + 1))
      n += 2
    }
  }

  /** Flags say which bounds there are: 0x02 the first day is in it, 0x08 and 0x10 there is no first, no last. */
  #range(range: string): void {
    const comma = range.indexOf(',')
    const [from, to] = [comma > 1, comma < range.length - 2]
    this.#int32(1 + (from ? 8 : 0) + (to ? 8 : 0))
    this.#bytes[this.#at++] = (from ? 0x02 : 0x08) | (to ? 0 : 0x10)
    if (from) this.#day(dayNumber(range, 1))
    if (to) this.#day(dayNumber(range, comma + 1))
  }

  #day(number: number): void {
    if (Number.isNaN(number)) throw new RangeError('What is copied as a day is none.')
    this.#int32(4)
    this.#int32(number)
  }

  /** Microseconds since 2000 in two halves. */
  #time(text: string): void {
    if (this.#instant[0] !== text) {
      const micros = (Date.parse(text) - 946_684_800_000) * 1000
      const high = Math.floor(micros / 4_294_967_296)
      this.#instant = [text, high, micros - high * 4_294_967_296]
    }
    this.#int32(8)
    this.#int32(this.#instant[1])
    this.#int32(this.#instant[2])
  }

  /** Gives away what was added so far. */
  take(): Buffer {
    this.#int16(-1)
    const bytes = Buffer.from(this.#bytes.subarray(0, this.#at))
    this.#at = signature.copy(this.#bytes)
    this.#count = 0
    return bytes
  }
}

const hexDigit = (code: number): number => (code < 58 ? code - 48 : code - 87)

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

/**
 * Writes the rows waiting in each of these to their tables, one table after the other. Tables emptied in the same
 * transaction may be `frozen`: their rows need not be looked at again when it has ended.
 */
export async function copy(
  client: pg.Client,
  all: readonly Lines[],
  frozen: ReadonlySet<string> = new Set(),
): Promise<void> {
  const filled = all.filter((lines) => lines.count > 0)
  if (filled.length === 0) return
  const statements = filled.map((lines) => ({
    statement: `copy ${lines.table} (${lines.columns.join(', ')}) from stdin (format binary${frozen.has(lines.table) ? ', freeze' : ''})`,
    bytes: lines.take(),
  }))
  const copying = new CopyFrom(statements)
  client.query(copying)
  await copying.done
}
