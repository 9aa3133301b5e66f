// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Text } from './text.ts'

export interface RefusalOptions {
  /** What the person can do now. */
  next?: Text
  /** The field of the request that is wrong, as a JSON pointer or a plain name. */
  field?: string
  /** Extension members of the problem document (RFC 9457 section 3.2). */
  extra?: Readonly<Record<string, unknown>>
  /** Seconds after which the same request may succeed. */
  retryAfter?: number
  /** Header fields of the answer, such as www-authenticate. */
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/**
 * A request that is understood and refused: it becomes a problem document (RFC 9457).
 * `code` is `room/reason`, part of the API and never renamed; `status` is 4xx, or 503 when a national system is down.
 */
export class Refusal extends Error {
  readonly code: string
  readonly status: number
  readonly text: Text
  readonly options: RefusalOptions

  constructor(code: string, status: number, text: Text, options: RefusalOptions = {}) {
    super(`${code}: ${text.en}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = status
    this.text = text
    this.options = options
  }
}

const meanings = new Map<string, Refusal>()

/** Registers what the violation of a named database constraint means to the caller. */
export function constraint(name: string, refusal: Refusal): void {
  meanings.set(name, refusal)
}

interface DatabaseError {
  code: string
  constraint?: string
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
}

/** The refusal of what waited too long for the database. */
export const busy = new Refusal(
  'platform/busy',
  503,
  { it: 'Il servizio è molto richiesto in questo momento.', en: 'The service is very busy right now.' },
  {
    next: {
      it: 'Riprova tra qualche secondo: nulla è andato perso.',
      en: 'Try again in a few seconds: nothing is lost.',
    },
    retryAfter: 2,
  },
)

/** Nothing was done, and the same may succeed a moment later. */
const unreachable = new Set([
  '57014', // it took too long and was given up
  '40P01', // two waited for each other, and this one was taken back
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08004',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
])

/** What the driver says, without a code, when no connection came free or opened in time, or one broke. */
const withoutConnection = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
])

/** The refusal an error stands for: itself, the meaning of a violated constraint, a busy database; undefined for a bug. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  if (error instanceof Error && withoutConnection.has(error.message)) return busy
  if (!isDatabaseError(error)) return undefined
  if (error.constraint) return meanings.get(error.constraint)
  return unreachable.has(error.code) ? busy : undefined
}

/** The refusal for anything that does not exist or must look as if it did not. */
export function notFound(what: Text): Refusal {
  return new Refusal(
    'platform/not-found',
    404,
    { it: `${what.it}: non trovato.`, en: `${what.en}: not found.` },
    {
      next: {
        it: 'Controlla l’indirizzo o torna all’elenco.',
        en: 'Check the address or go back to the list.',
      },
    },
  )
}
