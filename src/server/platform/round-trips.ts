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

/** What the driver's connection can do besides what its types tell. */
interface Wire {
  stream: { cork(): void; uncork(): void; destroy(error?: unknown): void }
  submittedNamedStatements: Record<string, string>
  sync(): void
}

/** What the driver's query can do besides what its types tell: it writes itself and reads its own answer. */
interface Question {
  name?: string
  text: string
  prepare(wire: Wire): void
  handleRowDescription(message: unknown): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, wire: Wire): void
  handleEmptyQuery(wire: Wire): void
  handleReadyForQuery(wire: Wire): void
  handleError(error: Error, wire: Wire): void
}

const nothing = (): void => undefined
const unwritable = (): never => {
  throw new TypeError('A value of a statement cannot be written.')
}

/**
 * Several statements sent at once and answered at once: a message costs more than most statements do. They run one after
 * the other; when one fails the rest is not run, and all of them fail with its error, as their transaction does.
 */
export class RoundTrip implements pg.Submittable {
  readonly texts: readonly string[]
  readonly #questions: readonly Question[]
  #answered = 0

  constructor(questions: readonly Question[]) {
    this.#questions = questions
    this.texts = questions.map(({ text }) => text)
  }

  get #current(): Question | undefined {
    return this.#questions[this.#answered]
  }

  // The driver notes by name and text which statements a connection has prepared.
  get name(): string | undefined {
    return this.#current?.name
  }
  get text(): string | undefined {
    return this.#current?.text
  }

  submit(connection: unknown): void {
    const wire = connection as Wire
    // One sync, after the last. The driver closes a statement when a value cannot be written: the answers to what has been
    // written already would be taken for others', so the connection ends.
    const together = Object.create(wire, { sync: { value: nothing }, close: { value: unwritable } }) as Wire
    wire.stream.cork()
    try {
      for (const question of this.#questions) question.prepare(together)
      wire.sync()
    } catch (error) {
      wire.stream.destroy(error)
    } finally {
      wire.stream.uncork()
    }
  }

  handleRowDescription(message: unknown): void {
    this.#current?.handleRowDescription(message)
  }
  handleDataRow(message: unknown): void {
    this.#current?.handleDataRow(message)
  }
  handleCommandComplete(message: unknown, wire: Wire): void {
    this.#current?.handleCommandComplete(message, wire)
    this.#answered += 1
  }
  handleEmptyQuery(wire: Wire): void {
    this.#current?.handleEmptyQuery(wire)
    this.#answered += 1
  }
  handleReadyForQuery(wire: Wire): void {
    for (const question of this.#questions) question.handleReadyForQuery(wire)
  }
  handleError(error: Error, wire: Wire): void {
    // What came after the failed statement was not even parsed.
    for (const { name } of this.#questions.slice(this.#answered)) if (name) delete wire.submittedNamedStatements[name]
    for (const question of this.#questions) question.handleError(error, wire)
  }
}

const over = () => new Error('The transaction is over: nothing more can be asked in it.')

/** The connection of one transaction. What is asked in the same moment travels in one round trip. */
export class Line {
  readonly #client: pg.PoolClient
  #waiting: Question[] = []
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
    return new Promise((done, failed) => {
      this.#wait(text, values, (error, result) => (error ? failed(error) : done(result)))
      if (this.#scheduled) return
      this.#scheduled = true
      process.nextTick(() => this.#send()) // after everything that can be asked without an answer
    })
  }

  /** Asks a statement whose result nobody needs, with the next one; when it fails, that one fails. */
  askLater(text: string, values: readonly unknown[] = []): void {
    if (this.#closed) throw over()
    this.#wait(text, values, nothing) // the next one tells
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

  #wait(
    text: string,
    values: readonly unknown[],
    answer: (error: Error | null | undefined, result: pg.QueryResult) => void,
  ): void {
    const name = values.length > 0 ? nameOf(text) : undefined
    const question = new pg.Query({ text, values: [...values], ...(name && { name }) }, (error, result) =>
      answer(error, result as unknown as pg.QueryResult),
    )
    this.#waiting.push(question as unknown as Question) // its types leave out how the driver itself speaks to it
  }

  #send(): void {
    this.#scheduled = false
    if (this.#waiting.length === 0) return
    this.#begun = true
    const trip = new RoundTrip(this.#waiting)
    this.#waiting = []
    this.#client.query(trip)
  }
}
