// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { freePort } from '../scripts/postgres.ts'
import { testApp, type TestApp } from './setup.ts'
import { aPerson, demoFile, holder } from './spid.ts'

export interface Card {
  serial: string
  certificate: string
  key: string
}

/** What the host of cards answered. */
export interface Shown {
  status: number
  location: string | undefined
  page: string
}

/** The product with its own host of cards, one person who holds a card, and the trusted list taken. */
export async function cardApp(
  env: Record<string, string> = {},
): Promise<TestApp & { personId: string; cards: string }> {
  const port = await freePort()
  const t = await testApp({ listen: true, env: { CNS_PORT: String(port), ...env } })
  const personId = await aPerson(t)
  await demoFile(t)
  await t.settle()
  return Object.assign(t, { personId, cards: `https://localhost:${port}` })
}

/** A card of the sandbox's authority, good or wrong in one way. */
export async function aCard(t: TestApp, kind = 'good', fiscalCode = holder.fiscalCode): Promise<Card> {
  const answer = await fetch(`${t.sandbox.url}/cns/control/cards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fiscalCode, kind }),
  })
  assert.equal(answer.status, 200)
  return (await answer.json()) as Card
}

/** Marks a card as good, revoked or suspended with its authority. */
export async function setState(t: TestApp, { serial }: Card, state: string): Promise<void> {
  await fetch(`${t.sandbox.url}/cns/control/cards/${serial}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ state }),
  })
}

/** Presses the button of the sign-in page: the id of the sign-in and the cookie of the browser. */
export async function begin(
  t: TestApp,
  returnTo = '/app',
  options: { stepUp?: 'yes'; cookie?: string } = {},
): Promise<{ request: string; cookie: string }> {
  const answer = await t.app.inject({
    method: 'POST',
    url: '/auth/cns/start',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(options.cookie && { cookie: options.cookie }),
    },
    payload: new URLSearchParams({ returnTo, stepUp: options.stepUp ?? '' }).toString(),
  })
  assert.equal(answer.statusCode, 303, answer.body)
  const request = new URL(String(answer.headers.location)).searchParams.get('request') ?? ''
  return { request, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' }
}

/** Shows a card, or none, to a host of cards by mutual TLS. */
export async function show(
  host: string,
  request: string,
  card: Card | undefined,
  ca: string,
  headers: Record<string, string> = {},
): Promise<Shown> {
  const options = {
    ...(card && { cert: card.certificate, key: card.key }),
    ca: readFileSync(ca),
    checkServerIdentity: () => undefined,
    agent: false as const,
    headers,
  }
  return new Promise((done, failed) => {
    get(`${host}/auth/cns/card?request=${request}`, options, (answer) => {
      let page = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => (page += part))
      answer.on('end', () => done({ status: answer.statusCode ?? 0, location: answer.headers.location, page }))
    }).on('error', failed)
  })
}

/** The certificate of our own listener. */
export const listenerCertificate = (t: TestApp): string => join(t.dataDir, 'keys', 'cns.crt')

/** Follows the host of cards back to the main one. */
export async function follow(t: TestApp, { location }: Shown, cookie: string | undefined) {
  const { pathname, search } = new URL(location ?? '')
  return t.app.inject({ url: pathname + search, headers: cookie ? { cookie } : {} })
}

/** The outcome that was written down last. */
export async function lastCheck(t: TestApp): Promise<{ outcome: string; evidence: string | null }> {
  const { rows } = await t.owner.query<{ outcome: string; evidence: string | null }>(
    `select set_config('app.role', 'system', false), outcome, evidence from access.card_check order by id desc limit 1`,
  )
  return { outcome: rows[0]?.outcome ?? '', evidence: rows[0]?.evidence ?? null }
}
