// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../src/server/platform/http.ts'
import type { TestApp } from './setup.ts'
import { holder, type Holder } from './spid.ts'

/** A sign-in under way: where the browser was sent, and the cookie it was given. */
export interface OidcDeparture {
  address: URL
  cookie: string
}

/** What the provider made the browser bring back. */
export type Returned = URL

export interface OidcOutcome {
  status: number
  location: string | undefined
  page: string
  session: string | undefined
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  payload: new URLSearchParams(fields).toString(),
})

/** Presses our button. */
export async function leave(
  t: TestApp,
  fields: Record<string, string> = {},
  { app = t.app, headers = {} }: { app?: App; headers?: Record<string, string> } = {},
): Promise<OidcDeparture> {
  const answer = await app.inject({ method: 'POST', url: '/auth/cie-oidc/start', ...form(fields, headers) })
  assert.equal(answer.statusCode, 303, answer.body)
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';')
  return { address: new URL(String(answer.headers.location)), cookie }
}

/** A browser at the provider's: follows redirects as far as they stay there, and keeps cookies. */
function browserOf(home: string) {
  const jar = new Map<string, string>()
  return async function visit(address: string, body?: Record<string, string>): Promise<{ url: string; page: string }> {
    let [url, sent] = [address, body]
    for (let hop = 0; hop < 10; hop++) {
      const answer = await fetch(url, {
        method: sent ? 'POST' : 'GET',
        redirect: 'manual',
        headers: { accept: 'text/html', cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(sent && { body: new URLSearchParams(sent) }),
      })
      for (const cookie of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (value) jar.set(name, value)
        else jar.delete(name)
      }
      const location = answer.headers.get('location')
      if (!location) return { url, page: await answer.text() }
      url = new URL(location, url).href
      sent = undefined
      if (!url.startsWith(home)) return { url, page: '' }
    }
    throw new Error('The provider sends the browser in circles')
  }
}

/** Lets a person sign in at the provider's, who answers correctly, bent, or with an error. */
export async function comeBack(
  t: TestApp,
  { address }: OidcDeparture,
  options: { person?: Holder; bend?: string; error?: string; refuse?: boolean } = {},
): Promise<Returned> {
  const { person = holder, bend = '', error, refuse } = options
  const visit = browserOf(t.sandbox.url)
  const login = await visit(address.href)
  assert.match(login.url, /\/interaction\//, login.page)
  if (error) return new URL((await visit(`${login.url}/error`, { error })).url)
  await visit(`${login.url}/login`, { person: person.fiscalCode, bend })
  const decision = refuse ? 'no' : 'yes'
  const { url, page } = await visit(`${login.url}/consent`, { person: person.fiscalCode, bend, decision })
  assert.ok(url.startsWith(t.url), page)
  return new URL(url)
}

/** Brings an answer of the provider to us, with the cookie of the browser that began unless told otherwise. */
export async function bring(
  t: TestApp,
  { pathname, search }: Returned,
  cookie: string | undefined,
  { app = t.app, language = 'it' }: { app?: App; language?: string } = {},
): Promise<OidcOutcome> {
  const headers = { 'accept-language': language, ...(cookie && { cookie }) }
  const answer = await app.inject({ url: pathname + search, headers })
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0] ?? '')
  return {
    status: answer.statusCode,
    location: answer.headers.location,
    page: answer.body,
    session: cookies.find((one) => /^__Host-sid=./.test(one)),
  }
}

/** Runs the jobs of the start, again where a try failed, until the provider is trusted and can be chosen. */
export async function providerTrusted(t: TestApp): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    await t.settle()
    const ways = (await t.app.inject('/api/v1/cie-ways')).json<{ protocol: string }[]>()
    if (ways.length === 2) return
    await sleep(1_000)
  }
  assert.fail('the provider is not trusted: the log of the job says why (LOG_LEVEL=error)')
}

async function set({ sandbox }: TestApp, what: string, body: object): Promise<void> {
  const answer = await fetch(`${sandbox.url}/cie-oidc/${what}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 204)
}

/** Places an entity of the sandbox's federation below others. */
export const placeEntity = (t: TestApp, entity: string, superiors: string[]): Promise<void> =>
  set(t, 'places', { entity, superiors })

/** Lets an issuer of the sandbox's federation take the trust mark of an entity back, or give it again. */
export const withdrawMark = (t: TestApp, issuer: string, entity: string, withdrawn = true): Promise<void> =>
  set(t, 'withdrawn-marks', { issuer, entity, withdrawn })

/** A whole sign-in. */
export async function signInByOidc(t: TestApp, options: Parameters<typeof comeBack>[2] = {}): Promise<OidcOutcome> {
  const departure = await leave(t)
  return bring(t, await comeBack(t, departure, options), departure.cookie)
}
