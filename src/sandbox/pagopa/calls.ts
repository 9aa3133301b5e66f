// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { Invalid } from './validation.ts'

/** Keys of the sandbox's subscriptions; the platform's settings have the same as defaults. */
export const keys = {
  gpd: 'sandbox-gpd-key',
  checkout: 'sandbox-checkout-key',
  notification: 'sandbox-notification-key',
}

/** An answer of the real system that is not a success. */
export class Problem extends Error {
  readonly status: number
  readonly title: string

  constructor(status: number, title: string, detail: string) {
    super(detail)
    this.status = status
    this.title = title
  }
}

export const notFound = (what: string): Problem => new Problem(404, 'Not found', what)
export const conflict = (why: string): Problem => new Problem(409, 'Conflict', why)

/**
 * Answers one call of the API as the real system does: subscription key first, then the fault asked for, then the work.
 * A fault of kind time-out-after-commit does the work and never answers; down does nothing and never answers.
 */
export async function answer(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
  call: { operation: string; key: string; work: () => Promise<unknown>; success?: number },
): Promise<unknown> {
  if (request.headers['ocp-apim-subscription-key'] !== call.key) {
    return reply
      .code(401)
      .send({ statusCode: 401, message: 'Access denied due to missing or invalid subscription key.' })
  }
  const fault = context.faults.strike('pagopa', call.operation)
  if (fault?.kind === 'down') return hangUp(request, reply)
  if (fault?.kind === 'error') {
    const status = Number(fault.code ?? 500)
    return reply
      .code(status)
      .type('application/problem+json')
      .send({ title: 'Service unavailable', status, detail: 'Injected fault' })
  }
  if (fault?.kind === 'delay') await sleep(fault.milliseconds ?? 3_000)
  try {
    const result = await call.work()
    if (fault?.kind === 'time-out-after-commit') return hangUp(request, reply)
    return result === reply ? reply : reply.code(call.success ?? 200).send(result)
  } catch (error) {
    const problem = error instanceof Invalid ? new Problem(400, 'Bad request', error.message) : error
    if (!(problem instanceof Problem)) throw error
    const { status, title, message: detail } = problem
    return reply.code(status).type('application/problem+json').send({ title, status, detail })
  }
}

function hangUp(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}
