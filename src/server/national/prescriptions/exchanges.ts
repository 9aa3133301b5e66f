// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { maskNre } from '../../../shared/nre.ts'
import { child, textOf, type XmlElement } from '../../../shared/soap.ts'
import type { Config } from '../../platform/config.ts'
import type { Platform } from '../../platform/room.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import { openCipher } from './cipher.ts'
import type { Service, Writer } from './messages.ts'
import { reasonOf, refusalFor, unavailable, type Reason } from './outcomes.ts'
import { openSecondFactor, type SecondFactor } from './second-factor.ts'
import { sacSettings } from './settings.ts'
import { createTrail, type Operation, type Trail } from './trail.ts'
import { NoAnswer, post } from './transport.ts'

interface Client extends Writer {
  secondFactor: SecondFactor
  breaker: Breaker
  trail: Trail
}

const clients = new WeakMap<Config, Client>()

/** The client of a configuration: one certificate, one encrypted PIN, one circuit breaker per process. */
export function clientOf(config: Config): Client {
  const known = clients.get(config)
  if (known) return known
  const settings = sacSettings(config)
  const client = {
    settings,
    cipher: openCipher(settings.certificateFile, settings.pin),
    secondFactor: openSecondFactor(settings),
    breaker: createBreaker(5, 15_000),
    trail: createTrail(),
  }
  clients.set(config, client)
  return client
}

/** One request to the SAC. */
export interface Exchange {
  operation: Operation
  service: Service
  nre: string | null
  requestId: string
  write(writer: Writer): Promise<string>
}

/** The SAC answered and refused. */
export interface Refused {
  kind: 'refused'
  code: string
  reason: Reason
}

export type Answer = { kind: 'done'; code: '0000' | '0001'; content: XmlElement } | Refused

/** The outcome of an answer: of a rejected one (9999), the first error in its list. */
function outcomeOf(service: Service, content: XmlElement): string {
  const code = textOf(content, service.outcome)
  if (code !== '9999') return code && /^\d{4}$/.test(code) ? code : '9999'
  const errors = child(content, 'ElencoErroriRicette')?.children ?? []
  const codes = errors.filter((one) => textOf(one, 'tipoErrore') !== 'W').map((one) => textOf(one, 'codEsito'))
  return codes.find((one) => one && /^\d{4}$/.test(one) && one !== '0000') ?? '9999'
}

function record(
  { now, pool }: Platform,
  { trail }: Client,
  { operation, nre, requestId }: Exchange,
  started: number,
  outcome: string,
  httpStatus: number | null,
): Promise<void> {
  return trail.keep(pool, {
    at: now(),
    operation,
    nreMasked: nre && maskNre(nre),
    outcome,
    httpStatus,
    milliseconds: Math.round(performance.now() - started),
    correlation: requestId,
  })
}

/**
 * Asks the SAC once and keeps what happened. Answers `done` or `refused`; throws NoAnswer when there was no answer, and
 * the refusal `prescriptions/technical-problem` when our certificate or second factor cannot be read.
 */
export async function exchange(platform: Platform, asked: Exchange): Promise<Answer> {
  const client = clientOf(platform.config)
  const { operation, service, requestId } = asked
  let message: string
  let secondFactor: string
  try {
    message = await asked.write(client)
    secondFactor = await client.secondFactor(platform.now())
  } catch (error) {
    platform.log.fatal({ err: error, operation, requestId }, 'the SAC certificate or second factor cannot be read')
    throw refusalFor('technical-problem')
  }
  const started = performance.now()
  try {
    const content = await post(client.settings, client.breaker, service, message, secondFactor)
    const code = outcomeOf(service, content)
    await record(platform, client, asked, started, code, 200)
    if (code === '0000' || code === '0001') return { kind: 'done', code, content }
    const reason = reasonOf(code)
    if (reason === 'technical-problem') {
      platform.log.fatal({ operation, code, requestId }, 'the SAC refuses our account, rights or encryption')
    }
    return { kind: 'refused', code, reason }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    await record(platform, client, asked, started, error.outcome, error.status)
    const trace = { operation, outcome: error.outcome, status: error.status, requestId }
    if (error.ours) platform.log.fatal(trace, 'the SAC refuses our credentials or messages')
    else platform.log.warn(trace, 'the SAC does not answer')
    throw error
  }
}

/** What the citizen is told when there was no answer: a fault of ours is a technical problem, the rest a system down. */
export function refusalOfSilence(error: NoAnswer): ReturnType<typeof unavailable> {
  return error.ours ? refusalFor('technical-problem') : unavailable(error)
}
