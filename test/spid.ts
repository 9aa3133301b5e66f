// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { providers } from '../src/sandbox/spid/providers.ts'
import type { App } from '../src/server/platform/http.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import type { TestApp } from './setup.ts'

/** A synthetic person who holds a SPID identity. */
export const holder = {
  fiscalCode: 'SPSGNN85D50F839H',
  givenName: 'Giovanna',
  familyName: 'Esposito',
  birthDate: '1985-04-10',
}
export type Holder = typeof holder
export type ProviderId = 'uno' | 'due' | 'idp'
export type Scheme = 'spid' | 'cie'

/** The federation of a provider of the sandbox: `idp` is the one of CIE. */
const schemeOf = (provider: ProviderId): Scheme => (provider === 'idp' ? 'cie' : 'spid')

/** A login under way, as the browser holds it. */
export interface Departure {
  provider: ProviderId
  action: string
  message: string
  relayState: string
  cookie: string
  /** The login as the provider knows it, once its page was opened. */
  login?: string
}

/** What a provider's page makes the browser post to us. */
export interface Answer {
  consumerUrl: string
  SAMLResponse: string
  RelayState: string
}

export interface Outcome {
  status: number
  location: string | undefined
  page: string
  /** The session cookie, when one was given. */
  session: string | undefined
  cookies: string[]
}

/** Makes the platform and the sandbox's providers known to each other, as the federation does. */
export async function joinFederation(t: TestApp, scheme: Scheme = 'spid'): Promise<void> {
  await providersKnown(t, scheme)
  const { body } = await t.app.inject({ url: `/auth/${scheme}/metadata` })
  const registered = await fetch(`${t.sandbox.url}/${scheme}/service-providers`, {
    method: 'POST',
    headers: { 'content-type': 'application/samlmetadata+xml' },
    body,
  })
  assert.equal(registered.status, 201, await registered.text())
}

/** Runs the job that reads the metadata of the providers, again where a try failed, until they can be chosen. */
async function providersKnown(t: TestApp, scheme: Scheme): Promise<void> {
  const wanted = Object.values(providers).filter((one) => one.scheme === scheme).length
  const url = `/api/v1/identity-providers?scheme=${scheme.toUpperCase()}`
  for (let tries = 0; tries < 20; tries += 1) {
    await t.settle()
    if ((await t.app.inject({ url })).json().length === wanted) return
    await sleep(1_000)
  }
  assert.fail(`not every provider of ${scheme} can be chosen: the log of the job says why (LOG_LEVEL=error)`)
}

/** Enters a person into the registry. */
export async function aPerson(t: TestApp, person: Holder = holder): Promise<string> {
  const id = uuidv7()
  const client = await t.owner.connect()
  try {
    await client.query(`begin; set local app.role = 'system'`)
    await client.query(
      `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_code, birth_place_name, citizenship)
       values ($1, $2, $3, upper($2 || ' ' || $3), $4, 'F', 'F839', 'Napoli', '100')`,
      [id, person.familyName, person.givenName, person.birthDate],
    )
    await client.query(
      `insert into registry.person_identifier (id, person_id, type, value, valid, source)
       values ($1, $2, 'CF', $3, daterange($4::date, null), 'test')`,
      [uuidv7(), id, person.fiscalCode, person.birthDate],
    )
    await client.query('commit')
  } finally {
    client.release()
  }
  return id
}

const field = (page: string, name: string): string => {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(page)
  assert.ok(found?.[1], `the page has a field ${name}`)
  return found[1]
}

const form = (fields: Record<string, string>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  payload: new URLSearchParams(fields).toString(),
})

const entityId = (t: TestApp, provider: ProviderId): string => `${t.sandbox.url}/${schemeOf(provider)}/${provider}`

/** Presses the button of a provider on our page (HTTP-POST). */
export async function depart(
  t: TestApp,
  options: {
    provider?: ProviderId
    level?: string
    returnTo?: string
    purpose?: string
    stepUp?: 'yes'
    language?: string
    app?: App
    cookie?: string
  } = {},
): Promise<Departure> {
  const { provider = 'uno', app = t.app, cookie: held, language, ...fields } = options
  const sent = form({ idp: entityId(t, provider), ...fields })
  const page = await app.inject({
    method: 'POST',
    url: `/auth/${schemeOf(provider)}/start`,
    ...sent,
    headers: { ...sent.headers, ...(held && { cookie: held }), ...(language && { 'accept-language': language }) },
  })
  assert.equal(page.statusCode, 200, page.body)
  const [cookie = ''] = String(page.headers['set-cookie']).split(';')
  const action = /<form method="post" action="([^"]*)"/.exec(page.body)?.[1] ?? ''
  return {
    provider,
    action,
    message: field(page.body, 'SAMLRequest'),
    relayState: field(page.body, 'RelayState'),
    cookie,
  }
}

/** Lets the provider answer: correctly, or bent as a case of AgID's suite or an attack. */
export async function answerOf(
  t: TestApp,
  departure: Departure,
  options: { case?: string; person?: Holder; wanted?: string; provider?: ProviderId } = {},
): Promise<Answer> {
  const { provider = departure.provider, person = holder, ...rest } = options
  const { message, relayState } = departure
  const answer = await fetch(`${entityId(t, provider)}/answers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ binding: 'post', message, relayState, person, ...rest }),
  })
  assert.equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as Answer
}

/** Brings an answer to our address it is meant for (that of SPID when it names none), with the cookie of the browser unless told otherwise. */
export async function deliver(
  t: TestApp,
  answer: { SAMLResponse: string; RelayState?: string; consumerUrl?: string },
  cookie: string | undefined,
  app: App = t.app,
): Promise<Outcome> {
  const { SAMLResponse, RelayState } = answer
  const sent = form({ SAMLResponse, ...(RelayState === undefined ? {} : { RelayState }) })
  const headers = { ...sent.headers, ...(cookie ? { cookie } : {}) }
  const url = new URL(answer.consumerUrl ?? '/auth/spid/acs', t.url).pathname
  const page = await app.inject({ method: 'POST', url, payload: sent.payload, headers })
  const cookies = [page.headers['set-cookie'] ?? []].flat().map((one) => one.split(';')[0] ?? '')
  return {
    status: page.statusCode,
    location: page.headers.location,
    page: page.body,
    session: cookies.find((one) => /^__Host-sid=./.test(one)),
    cookies,
  }
}

/** The outcome that the register of messages holds for the last answer to a request. */
export async function lastOutcome(t: TestApp): Promise<string | undefined> {
  const { rows } = await t.owner.query<{ outcome: string }>(
    `select outcome from access.sign_in_log where kind = 'response' order by id desc limit 1`,
  )
  return rows[0]?.outcome
}

/** Brings the request to the provider's own pages and presses one of their buttons, as a browser without scripts. */
export async function press(
  t: TestApp,
  departure: Departure,
  button: 'login' | 'consent' | 'anomaly' | 'case',
  fields: Record<string, string>,
): Promise<Answer & { page: string }> {
  const { message: SAMLRequest, relayState: RelayState } = departure
  const post = async (url: string, body: Record<string, string>): Promise<string> => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(body) })
    return answer.text()
  }
  departure.login ??= field(await post(departure.action, { SAMLRequest, RelayState }), 'login')
  const page = await post(departure.action.replace(/sso$/, button), { login: departure.login, ...fields })
  const found = (name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  const consumerUrl = /action="([^"]*)"/.exec(page)?.[1] ?? ''
  return { consumerUrl, SAMLResponse: found('SAMLResponse'), RelayState: found('RelayState'), page }
}

/** Writes the demo file from which the provider takes its people. */
export async function demoFile(
  t: TestApp,
  people: readonly (Holder & { roles?: string[] })[] = [holder],
): Promise<void> {
  await writeFile(
    join(t.dataDir, 'demo.json'),
    JSON.stringify({ people: people.map((person) => ({ ...person, spid: true })) }),
  )
}
