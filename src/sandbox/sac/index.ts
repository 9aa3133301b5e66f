// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isSacCode } from '../../shared/sac-codes.ts'
import type { Fault, SandboxContext } from '../context.ts'
import * as answers from './answers.ts'
import { Rejected, serve, type Counter } from './counter.ts'
import { basicDispenser, dispensers, holderOf, secondFactorHolds } from './dispensers.ts'
import { openMinistry } from './ministry.ts'
import { addPrescriberRoutes } from './prescriber.ts'
import { createSeed, createStore, tables } from './prescriptions.ts'
import { readRequest, SchemaFault, type Request } from './requests.ts'
import { services, type Service } from './services.ts'

/** What goes back over HTTP; without it the connection stays silent, as when the network drops the reply. */
interface Sent {
  status: number
  type: string
  body: string
  headers?: Record<string, string>
}

const xml = (status: number, body: string): Sent => ({ status, type: 'text/xml; charset=utf-8', body })

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

/** Faults name an operation, or one of its kinds: `visualizzaErogato` or `visualizzaErogato:3` (release). */
function strike(context: SandboxContext, service: Service, request: Request): Fault | undefined {
  const kind = request.text('tipoOperazione')
  return (
    (kind && context.faults.strike('sac', `${service.operation}:${kind}`)) ||
    context.faults.strike('sac', service.operation)
  )
}

/** The fault that strikes before anything is done: an answer, `silence`, or undefined to go on. */
async function before(fault: Fault | undefined, service: Service, rival: () => Promise<void>) {
  switch (fault?.kind) {
    case 'delay':
      await pause(fault.milliseconds ?? 3000)
      return undefined
    case 'down':
      return { status: 503, type: 'text/html', body: '<h1>Service Unavailable</h1>' }
    case 'time-out-before-commit':
      return 'silence'
    case 'garbled':
      return xml(200, '<soapenv:Envelope')
    case 'error':
      return xml(200, answers.refusal(service, isSacCode(fault.code) ? [{ code: fault.code }] : []))
    case 'race':
      await rival()
      return undefined
    default:
      return undefined
  }
}

async function answer(
  service: Service,
  counter: Counter,
  context: SandboxContext,
  call: FastifyRequest<{ Body: string }>,
): Promise<Sent | 'silence'> {
  const dispenser = basicDispenser(call.headers.authorization)
  if (!dispenser) {
    return {
      ...xml(401, answers.fault('Client', 'Autenticazione')),
      headers: { 'www-authenticate': 'Basic realm="SistemaTS"' },
    }
  }
  const second = call.headers['authorization2f']
  if (!secondFactorHolds(typeof second === 'string' ? second : undefined, dispenser, context.now())) {
    return xml(403, answers.fault('Client', 'Autenticazione a due fattori assente o scaduta'))
  }
  const action = call.headers['soapaction']
  if (action !== `"${service.action}"` && action !== service.action) {
    return xml(500, answers.fault('Client', `No such operation: ${String(action ?? '')}`))
  }
  let request: Request
  try {
    request = readRequest(service, call.body)
  } catch (error) {
    if (!(error instanceof SchemaFault)) throw error
    return xml(500, answers.fault('Client', error.message))
  }
  const fault = strike(context, service, request)
  const early = await before(fault, service, async () => {
    const rival = dispensers.find((one) => one !== dispenser)!
    await counter.store.takeElsewhere(request.text('nre'), holderOf(rival))
  })
  if (early) return early
  const text = await serve(counter, service, dispenser, request).catch((error: unknown) => {
    if (error instanceof Rejected) return answers.refusal(service, error.problems)
    throw error
  })
  return fault?.kind === 'time-out-after-commit' ? 'silence' : xml(200, text)
}

function send(reply: FastifyReply, sent: Sent | 'silence'): FastifyReply {
  if (sent !== 'silence')
    return reply
      .code(sent.status)
      .headers(sent.headers ?? {})
      .type(sent.type)
      .send(sent.body)
  reply.hijack()
  setTimeout(() => reply.raw.destroy(), 60_000).unref()
  return reply
}

/**
 * The national store of prescriptions (SAC) as dispensers see it: SOAP services with forced Basic authentication, second
 * factor, encrypted PIN and fiscal code, the state machine of prescriptions and exclusive locks; a door for prescribers
 * and a page with prescriptions to try.
 */
export async function sacSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await context.sql.query(tables)
  const store = createStore(context.sql, () => context.now())
  const ministry = await openMinistry(context.sql, context.dataDir)
  const seed = createSeed(store, context.dataDir)
  await seed()
  const counter: Counter = { store, ministry, seed, now: () => context.now() }

  await app.register(
    async (sac) => {
      sac.get('/SanitelCF.cer', (_call, reply) => reply.type('application/x-pem-file').send(ministry.certificate))
      addPrescriberRoutes(sac, { store, seed, now: () => context.now() })
      await sac.register(async (soap) => {
        soap.removeAllContentTypeParsers()
        soap.addContentTypeParser(/^text\/xml\b/, { parseAs: 'string' }, (_call, body, done) => done(null, body))
        for (const service of services) {
          soap.post<{ Body: string }>(service.path, async (call, reply) =>
            send(reply, await answer(service, counter, context, call)),
          )
        }
      })
    },
    { prefix: '/sac' },
  )
}
