// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import createClient from 'openapi-fetch'
import type { paths } from './contract.ts'

/** The refusal of the server (RFC 9457), or the network that is not there. */
export class Problem extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  /** request id, for who helps */
  readonly instance: string | undefined
  readonly members: Readonly<Record<string, unknown>>

  constructor(body: Record<string, unknown>, status: number) {
    const text = (name: string) => (typeof body[name] === 'string' ? body[name] : undefined)
    super(text('title') ?? `HTTP ${status}`)
    this.name = 'Problem'
    this.code = text('code') ?? 'unknown'
    this.status = status
    this.title = text('title') ?? ''
    this.detail = text('detail')
    this.instance = text('instance')
    this.members = body
  }
}

/** Kept from the last GET /session; every state-changing call carries it. */
let csrfToken = ''
export function setCsrfToken(token: string): void {
  csrfToken = token
}

const heard = new Set<() => void>()
/** Calls back after each answer within a session: its idle time starts again. */
export function onAnswer(listener: () => void): () => void {
  heard.add(listener)
  return () => heard.delete(listener)
}

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })
api.use({
  onRequest({ request }) {
    request.headers.set('accept-language', document.documentElement.lang)
    if (request.method !== 'GET') request.headers.set('x-csrf-token', csrfToken)
    return request
  },
  onResponse({ response }) {
    if (response.status === 401) return
    for (const listener of heard) listener()
  },
})

/**
 * Waits for a call and gives its data.
 * Throws a Problem: the server's own, or `code: 'web/offline'` (status 0) when no answer came.
 */
export async function ask<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  let answer
  try {
    answer = await call
  } catch (error) {
    if (error instanceof TypeError) throw new Problem({ code: 'web/offline' }, 0)
    throw error
  }
  if (answer.response.ok) return answer.data as Data // an ok answer has the shape of its route; 204 has none
  const body = typeof answer.error === 'object' && answer.error !== null ? answer.error : {}
  throw new Problem({ ...body }, answer.response.status)
}
