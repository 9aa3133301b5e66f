// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { aPerson } from './region.ts'
import type { SignedIn, TestApp } from './setup.ts'

export const goodPassword = 'melograno treno cuscino 41'
let numbers = 0
let browsers = 0

/** A mobile number nobody else in this test has. */
export const aMobile = (): string => `+39340${String((numbers += 1)).padStart(7, '0')}`

/** Text messages that arrived at a number, the last one first; those on their way are sent before. */
export async function textsTo(t: TestApp, mobile: string): Promise<string[]> {
  await t.settle()
  const answer = await fetch(`${t.sandbox.url}/inbox/messages?to=${encodeURIComponent(mobile)}`)
  const { messages } = (await answer.json()) as { messages: { text: string }[] }
  return messages.map(({ text }) => text)
}

const read = new Map<string, number>()

/** The code in the message to a number that came since this was last asked; a worker may still be sending it. */
export async function codeTo(t: TestApp, mobile: string): Promise<string> {
  let texts = await textsTo(t, mobile)
  for (let waits = 0; waits < 50 && texts.length <= (read.get(mobile) ?? 0); waits += 1) {
    await setTimeout(100)
    texts = await textsTo(t, mobile)
  }
  read.set(mobile, texts.length)
  const [last = ''] = texts
  const code = /^(\d{6}) /.exec(last)?.[1]
  assert.ok(code, `a code arrived at the number: ${last}`)
  return code
}

export interface Owner {
  personId: string
  userName: string
  password: string
  mobile: string
  /** Headers of a session with a strong identity. */
  strong: SignedIn
}

/** A person with an account and a verified number, made over HTTP. */
export async function anAccount(t: TestApp, personId?: string): Promise<Owner> {
  const owner = personId ?? (await aPerson(t)).id
  const strong = await t.signIn(owner)
  const mobile = aMobile()
  const userName = `utente.${mobile.slice(-6)}`
  const call = (method: 'POST' | 'PUT', url: string, payload: object) =>
    t.app.inject({ method, url, headers: strong, payload })
  const created = await call('POST', '/api/v1/account', { userName, password: goodPassword })
  assert.equal(created.statusCode, 201, created.body)
  const started = await call('POST', '/api/v1/account/mobile', { mobile })
  assert.equal(started.statusCode, 202, started.body)
  const { transactionId } = started.json<{ transactionId: string }>()
  const confirmed = await call('PUT', '/api/v1/account/mobile', { transactionId, code: await codeTo(t, mobile) })
  assert.equal(confirmed.statusCode, 200, confirmed.body)
  t.setNow(new Date(t.platform.now().getTime() + 61_000)) // a minute passes before the next code
  return { personId: owner, userName, password: goodPassword, mobile, strong }
}

/** A browser without scripts: it keeps cookies and posts forms. */
export function aBrowser(t: TestApp, remoteAddress = `10.0.${(browsers += 1) >> 8}.${browsers & 255}`) {
  const cookies = new Map<string, string>()
  const send = async (method: 'GET' | 'POST', url: string, fields?: Record<string, string>) => {
    const answer = await t.app.inject({
      method,
      url,
      remoteAddress,
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'accept-language': 'it',
        ...(fields && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(fields && { payload: new URLSearchParams(fields).toString() }),
    })
    for (const { name, value } of answer.cookies) {
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies,
    get: (url: string) => send('GET', url),
    post: (url: string, fields: Record<string, string>) => send('POST', url, fields),
    password: (userName: string, password: string) => send('POST', '/auth/account/password', { userName, password }),
    code: (code: string) => send('POST', '/auth/account/code', { code }),
  }
}
