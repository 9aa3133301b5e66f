// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import pg from 'pg'

/** Statements kept prepared on a connection; what is composed in more ways than that is parsed each time. */
const mostPrepared = 500
const names = new Map<string, string>()

/**
 * The name under which every connection of this process prepares a statement; none beyond the limit, and none with `on
 * conflict`: a kept plan does not know the parameters, so it cannot tell which partial index the conflict is about.
 */
export function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known || names.size >= mostPrepared || text.includes('on conflict')) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/** What the driver's client has besides what its types tell. */
interface Wire {
  connection: { stream: { cork(): void; uncork(): void } }
}

/** Why the statements after a failed one fail: their transaction is aborted (in_failed_sql_transaction). */
const aborted = '25P02'

interface Question {
  text: string
  values: readonly unknown[]
  fulfil(result: pg.QueryResult): void
  failed(error: unknown): void
}

const nothing = (): void => undefined
const over = () => new Error('The transaction is over: nothing more can be asked in it.')

/**
 * The connection of one transaction, of a pool in pipeline mode. What is asked in the same moment travels in one round trip: a
 * message costs more than most statements do. The statements run one after the other; after one that fails, all fail with its error.
 */
export class Line {
  readonly #client: pg.PoolClient
  #waiting: Question[] = []
  #failure: unknown
  #scheduled = false
  #begun = false
  #closed = false
  #broken = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  /** Asks a statement and answers with its result. */
  ask(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
    if (this.#closed) return Promise.reject(over())
    return new Promise((fulfil, failed) => {
      this.#waiting.push({ text, values, fulfil, failed })
      if (this.#scheduled) return
      this.#scheduled = true
      process.nextTick(() => this.#send()) // after everything that can be asked without an answer
    })
  }

  /** Asks a statement whose result nobody needs, with the next one; when it fails, that one fails. */
  askLater(text: string, values: readonly unknown[] = []): void {
    if (this.#closed) throw over()
    this.#waiting.push({ text, values, fulfil: nothing, failed: nothing }) // the next one tells
  }

  /** The error of the first statement that failed. */
  get failure(): unknown {
    return this.#failure
  }

  /** True when even the end could not be asked: nobody else may get this connection. */
  get broken(): boolean {
    return this.#broken
  }

  /** Ends what was begun with a last statement, without what still waits to be sent. */
  async giveUp(last: string): Promise<void> {
    this.#waiting = []
    if (!this.#begun) return
    await this.ask(last).catch(() => {
      this.#broken = true // the caller has the error that came first
    })
  }

  close(): void {
    this.#closed = true
    this.#waiting = []
  }

  #send(): void {
    this.#scheduled = false
    if (this.#waiting.length === 0) return
    this.#begun = true
    const trip = this.#waiting
    this.#waiting = []
    const { stream } = (this.#client as unknown as Wire).connection
    stream.cork() // one message for all of them
    for (const { text, values, fulfil, failed } of trip) {
      const name = values.length > 0 ? nameOf(text) : undefined
      this.#client.query({ text, values: [...values], ...(name && { name }) }).then(fulfil, (error: unknown) => {
        const first = (error as { code?: string }).code === aborted ? (this.#failure ?? error) : error
        this.#failure ??= first
        failed(first)
      })
    }
    stream.uncork()
  }
}
