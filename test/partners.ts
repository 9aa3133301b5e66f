// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { registerClient, type NewClient } from '../src/server/access/partners/clients.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import type { TestApp } from './setup.ts'
import { aslNapoli1 } from './region.ts'

/** A partner's client with its key, as the partner holds it. */
export interface TestClient {
  id: string
  kid: string
  algorithm: string
  privateKey: KeyObject
  publicKey: KeyObject
}

let count = 0

export function aKeyPair(algorithm = 'ES256'): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm.startsWith('ES'))
    return generateKeyPairSync('ec', { namedCurve: algorithm === 'ES384' ? 'P-384' : 'P-256' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** Registers a client of the health authority of Naples that may read catalogue and availability. */
export async function aClient(
  t: TestApp,
  wish: Partial<Omit<NewClient, 'key'>> & { algorithm?: string; perMinute?: number; perDay?: number } = {},
): Promise<TestClient> {
  count += 1
  const algorithm = wish.algorithm ?? 'ES256'
  const { privateKey, publicKey } = aKeyPair(algorithm)
  const kid = `chiave-${count}`
  const id = await t.db.transaction().execute((tx) =>
    registerClient(
      tx,
      { personId: uuidv7(), organisationId: aslNapoli1, now: t.platform.now(), requestId: uuidv7() },
      {
        name: `Sistema di prova ${count}`,
        purpose: 'Mostrare le disponibilità ai cittadini del territorio',
        contact: 'sistemi@asl.example',
        scopes: ['catalogue:read', 'availability:read'],
        ...wish,
        ...(!wish.jwksUri && { key: JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid }) }),
      },
      { perMinute: wish.perMinute ?? 1000, perDay: wish.perDay ?? 10_000 },
      true,
    ),
  )
  return { id, kid, algorithm, privateKey, publicKey }
}

/** What an assertion says; a value of undefined leaves the claim out. */
export type Claims = Record<string, unknown>

/** A signed assertion of a client, right in everything that is not said. */
export async function anAssertion(
  t: TestApp,
  client: TestClient,
  claims: Claims = {},
  header: Record<string, unknown> = {},
  key: KeyObject | Uint8Array = client.privateKey,
): Promise<string> {
  const now = Math.floor(t.platform.now().getTime() / 1000)
  const all = {
    iss: client.id,
    sub: client.id,
    aud: `${t.url}/oauth/token`,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...claims,
  }
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return new SignJWT(payload)
    .setProtectedHeader({ alg: client.algorithm, typ: 'JWT', kid: client.kid, ...header })
    .sign(key)
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Posts a form to one of the endpoints under /oauth. */
export function postForm(t: TestApp, url: string, form: Record<string, string>) {
  return t.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  })
}

/** Asks for a token with an assertion, right unless given. */
export async function askToken(t: TestApp, client: TestClient, form: Record<string, string> = {}) {
  const assertion = form['client_assertion'] ?? (await anAssertion(t, client))
  return postForm(t, '/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion_type: assertionType,
    ...form,
    client_assertion: assertion,
  })
}

/** The header that carries a fresh token of a client. */
export async function withToken(t: TestApp, client: TestClient, scope?: string): Promise<{ authorization: string }> {
  const answer = await askToken(t, client, scope === undefined ? {} : { scope })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return { authorization: `Bearer ${answer.json().access_token}` }
}
