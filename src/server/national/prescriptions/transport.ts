// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readSoapBody, XmlRefused, type XmlElement } from '../../../shared/soap.ts'
import type { Breaker } from './breaker.ts'
import type { Service } from './messages.ts'
import type { SacSettings } from './settings.ts'

/**
 * How a request failed without an answer of the SAC. `sent` says whether the SAC may have done what was asked:
 * `time-out` and `garbled` may, the others surely did not.
 */
export class NoAnswer extends Error {
  readonly outcome: 'time-out' | 'garbled' | 'unreachable' | 'refused' | 'fault' | 'paused'
  readonly status: number | null

  constructor(outcome: NoAnswer['outcome'], status: number | null, options?: ErrorOptions) {
    super(`The SAC gave no answer: ${outcome}`, options)
    this.outcome = outcome
    this.status = status
  }

  get sent(): boolean {
    return this.outcome === 'time-out' || this.outcome === 'garbled'
  }

  /** Wrong credentials, rights or message: somebody of ours must act. */
  get ours(): boolean {
    return this.outcome === 'refused' || this.outcome === 'fault'
  }
}

const never = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])
const mostBytes = 1024 * 1024

function failureOf(error: unknown): NoAnswer {
  if (error instanceof Error && error.name === 'TimeoutError') return new NoAnswer('time-out', null, { cause: error })
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return new NoAnswer(never.has(code) ? 'unreachable' : 'time-out', null, { cause: error })
}

/** What an HTTP status means when the body is no answer of the service. */
function statusFailure(status: number): NoAnswer {
  if (status === 401 || status === 403 || status === 404) return new NoAnswer('refused', status)
  return new NoAnswer(status === 503 || status === 429 ? 'unreachable' : 'garbled', status)
}

function readAnswer(service: Service, status: number, text: string): XmlElement {
  let body: XmlElement
  try {
    body = readSoapBody(text)
  } catch (error) {
    if (error instanceof XmlRefused) throw statusFailure(status)
    throw error
  }
  if (status === 401 || status === 403) throw new NoAnswer('refused', status)
  if (body.name === 'Fault') throw new NoAnswer('fault', status)
  if (status !== 200 || body.name !== service.answer) throw statusFailure(status)
  return body
}

/**
 * Posts a SOAP 1.1 message with forced Basic authentication and the second factor. One attempt: nothing that changes
 * state is repeated here. Throws NoAnswer.
 */
export async function post(
  settings: SacSettings,
  breaker: Breaker,
  service: Service,
  message: string,
  secondFactor: string,
): Promise<XmlElement> {
  if (!breaker.mayCall(Date.now())) throw new NoAnswer('paused', null)
  try {
    const response = await fetch(settings.url + service.path, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: `"${service.action}"`,
        authorization: `Basic ${Buffer.from(`${settings.user}:${settings.password}`).toString('base64')}`,
        authorization2f: `Bearer ${secondFactor}`,
      },
      body: message,
      signal: AbortSignal.timeout(settings.patience),
    })
    if (Number(response.headers.get('content-length') ?? 0) > mostBytes) throw statusFailure(response.status)
    const answer = readAnswer(service, response.status, await response.text())
    breaker.succeeded()
    return answer
  } catch (error) {
    const failure = error instanceof NoAnswer ? error : failureOf(error)
    // A system that answers with a refusal is up: only silence opens the breaker.
    if (failure.ours) breaker.succeeded()
    else breaker.failed(Date.now())
    throw failure
  }
}
