// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { circuit, type Circuit } from '../../platform/circuit.ts'

/** pagoPA did not answer, or answered that it cannot now: try again later. What was asked may have been done. */
export class PagopaUnavailable extends Error {
  override readonly name = 'PagopaUnavailable'
}

/** pagoPA answered no: trying again the same way is of no use. */
export class PagopaRefused extends Error {
  override readonly name = 'PagopaRefused'
  readonly status: number

  constructor(operation: string, status: number, detail: string) {
    super(`${operation} refused with ${status}: ${detail}`)
    this.status = status
  }
}

export interface Answer {
  status: number
  location: string | null
  text: string
}

export interface Call {
  /** For messages, e.g. `createPosition`. */
  operation: string
  method: 'GET' | 'POST' | 'PUT'
  path: string
  body?: object
  /** Statuses other than 2xx that the caller understands. */
  expects?: readonly number[]
}

export type Send = (call: Call) => Promise<Answer>

/** A sender to one pagoPA product: key, time-out, circuit breaker; no redirect is followed. */
export function sender(options: { baseUrl: string; key: string; timeoutMs: number; breaker?: Circuit }): Send {
  const breaker =
    options.breaker ??
    circuit({
      failures: 5,
      restMs: 30_000,
      now: () => performance.now(),
      counts: (error) => error instanceof PagopaUnavailable,
      opened: () => new PagopaUnavailable('pagoPA failed several times: not asked again for a while'),
    })
  return (call) => breaker.run(() => send(options, call))
}

async function send(
  { baseUrl, key, timeoutMs }: { baseUrl: string; key: string; timeoutMs: number },
  call: Call,
): Promise<Answer> {
  const answer = await fetch(baseUrl + call.path, {
    method: call.method,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'ocp-apim-subscription-key': key,
      accept: 'application/json, application/xml;q=0.9',
      ...(call.body && { 'content-type': 'application/json' }),
    },
    ...(call.body && { body: JSON.stringify(call.body) }),
  })
    .then(async (response) => ({
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    }))
    .catch((error: unknown) => {
      throw new PagopaUnavailable(`${call.operation}: no answer`, { cause: error })
    })
  const { status } = answer
  if ((status >= 200 && status < 300) || call.expects?.includes(status)) return answer
  if (status >= 500 || status === 429) throw new PagopaUnavailable(`${call.operation}: answered ${status}`)
  throw new PagopaRefused(call.operation, status, detailOf(answer.text))
}

/** The title and detail of pagoPA's problem document; they name fields and states, not people. */
function detailOf(text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as { title?: unknown; detail?: unknown }
    return [title, detail]
      .filter((part) => typeof part === 'string')
      .join(': ')
      .slice(0, 300)
  } catch {
    return 'no explanation' // an HTML page of a gateway: of no use to anybody
  }
}
