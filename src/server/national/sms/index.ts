// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { circuit, type Circuit } from '../../platform/circuit.ts'
import type { SmsSettings } from './config.ts'

export { readSmsSettings, type SmsSettings } from './config.ts'

/** The gateway did not answer, or cannot now: try again with the same reference. */
export class SmsUnavailable extends Error {
  override readonly name = 'SmsUnavailable'
}

/** The gateway refused the message: sending it again is of no use. */
export class SmsRefused extends Error {
  override readonly name = 'SmsRefused'
}

export interface TextMessage {
  /** Our id of the delivery: the gateway sends a reference once, however often it is asked. */
  reference: string
  /** E.164, `+39…`. */
  to: string
  text: string
  /** No report of delivery is wanted: nobody keeps this message. */
  unreported?: boolean
}

export interface SmsGateway {
  /** Hands a message over and gives the gateway's id of it. */
  send(message: TextMessage): Promise<{ id: string }>
}

const Accepted = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) })

/** A client of the region's SMS gateway: REST with a key, time-out, circuit breaker, safe to repeat. */
export function smsGateway(settings: SmsSettings, breaker: Circuit = defaultBreaker()): SmsGateway {
  return { send: (message) => breaker.run(() => send(settings, message)) }
}

function defaultBreaker(): Circuit {
  return circuit({
    failures: 5,
    restMs: 30_000,
    now: () => performance.now(),
    counts: (error) => error instanceof SmsUnavailable,
    opened: () => new SmsUnavailable('The SMS gateway failed several times: not asked again for a while'),
  })
}

async function send(settings: SmsSettings, { reference, to, text, unreported }: TextMessage): Promise<{ id: string }> {
  const answer = await fetch(`${settings.url}/messages`, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(settings.timeoutMs),
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': settings.key },
    body: JSON.stringify({
      reference,
      from: settings.sender,
      to,
      text,
      ...(!unreported && { reportUrl: settings.reportUrl }),
    }),
  })
    .then(async (response) => ({ status: response.status, body: await response.text() }))
    .catch((error: unknown) => {
      throw new SmsUnavailable('The SMS gateway did not answer', { cause: error })
    })
  const { status } = answer
  if (status >= 500 || status === 429 || status === 401 || status === 403) {
    throw new SmsUnavailable(`The SMS gateway answered ${status}`) // a wrong key is mended by us, then the message goes
  }
  if (status !== 200 && status !== 201) throw new SmsRefused(`The SMS gateway refused the message with ${status}`)
  return accepted(answer.body)
}

function accepted(body: string): { id: string } {
  try {
    return Value.Parse(Accepted, JSON.parse(body))
  } catch (error) {
    throw new SmsUnavailable('The SMS gateway answered something else than its contract', { cause: error })
  }
}
