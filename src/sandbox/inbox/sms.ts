// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { setTimeout as wait } from 'node:timers/promises'
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { smsLength } from '../../shared/gsm.ts'
import type { Fault, SandboxContext } from '../context.ts'
import { findMessage, keep } from './store.ts'

/** Keys of the sandbox's gateway: what callers show, and what the gateway shows when it reports. */
export const smsKey = 'sandbox-sms-key'
export const reportKey = 'sandbox-sms-report-key'

const fields = ['reference', 'from', 'to', 'text', 'reportUrl'] as const
type Field = (typeof fields)[number]

interface Submission {
  reference: string
  from: string
  to: string
  text: string
  reportUrl?: string
}

const rules: Record<Field, (value: string) => boolean> = {
  reference: (value) => /^[A-Za-z0-9-]{1,64}$/.test(value),
  from: (value) => /^([A-Za-z0-9 ]{1,11}|\+[0-9]{8,15})$/.test(value),
  to: (value) => /^\+[1-9][0-9]{6,14}$/.test(value),
  text: (value) => value.trim().length > 0 && smsLength(value).segments <= 6,
  reportUrl: (value) => URL.canParse(value),
}

/** The field of a submission that is wrong, or undefined when it is sound. */
function fault(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'body'
  const given = body as Record<string, unknown>
  const unknownField = Object.keys(given).find((name) => !fields.includes(name as Field))
  if (unknownField) return unknownField
  return fields.find((name) => {
    const value = given[name]
    if (value === undefined) return name !== 'reportUrl'
    return typeof value !== 'string' || !rules[name](value)
  })
}

const problem = (reply: FastifyReply, status: number, title: string, field?: string): FastifyReply =>
  reply
    .code(status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ type: 'about:blank', title, status, ...(field && { field }) })

function hasKey(request: FastifyRequest): boolean {
  const given = Buffer.from(String(request.headers['x-api-key'] ?? ''))
  const expected = Buffer.from(smsKey)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Longest a call hangs when a time-out is played: longer than any caller waits. */
const hangMs = 60_000

/** The region's SMS gateway: one message per reference, strict fields, reports of delivery. */
export function smsRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.post('/sms/v1/messages', async (request, reply) => {
    const struck = context.faults.strike('inbox', 'sms')
    if (struck?.kind === 'delay') await wait(struck.milliseconds ?? 1_000)
    if (struck?.kind === 'down') return problem(reply, 503, 'Service Unavailable')
    if (struck?.kind === 'error') return problem(reply, Number(struck.code ?? 500), 'Fault asked for')
    if (!hasKey(request)) return problem(reply, 401, 'Unknown key')
    const wrong = fault(request.body)
    if (wrong) return problem(reply, 400, `Not acceptable: ${wrong}`, wrong)
    const { reference, from, to, text, reportUrl } = request.body as Submission // fault() has just checked it
    const { message, fresh } = await keep(context.sql, {
      channel: 'sms',
      recipient: to,
      sender: from,
      subject: null,
      text,
      html: null,
      reference,
      receivedAt: context.now(),
    })
    if (message.recipient !== to || message.text !== text) {
      return problem(reply, 409, 'This reference was used for another message', 'reference')
    }
    if (fresh && reportUrl) report(context, reportUrl, message.id, reference, struck)
    if (struck?.kind === 'time-out-after-commit') await wait(struck.milliseconds ?? hangMs, undefined, { ref: false })
    return reply.code(fresh ? 201 : 200).send({ id: message.id, reference, ...smsLength(text) })
  })

  app.get<{ Params: { id: string } }>('/sms/v1/messages/:id', async (request, reply) => {
    if (!hasKey(request)) return problem(reply, 401, 'Unknown key')
    const known = /^[0-9a-f-]{36}$/.test(request.params.id)
      ? await findMessage(context.sql, request.params.id)
      : undefined
    if (known?.channel !== 'sms') return problem(reply, 404, 'No such message')
    return { id: known.id, reference: known.reference, state: 'delivered', at: known.receivedAt.toISOString() }
  })
}

/** Reports what became of a message, as gateways do: a moment later, in the background, at most three times. */
function report(context: SandboxContext, url: string, id: string, reference: string, struck: Fault | undefined): void {
  const state = struck?.kind === 'undeliverable' ? 'undeliverable' : 'delivered'
  const body = JSON.stringify({ id, reference, state, at: context.now().toISOString() })
  const attempt = async (left: number): Promise<void> => {
    await wait(300, undefined, { ref: false })
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-report-key': reportKey },
      body,
      signal: AbortSignal.timeout(3_000),
    }).catch(() => undefined) // the platform may be restarting: the next attempt tells
    if (!answer?.ok && left > 0) await attempt(left - 1)
  }
  void attempt(2)
}
