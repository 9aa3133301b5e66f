// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { timingSafeEqual } from 'node:crypto'
import { asSystem, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import {
  admissionOf,
  hashOf,
  identityFrom,
  landing,
  letIn,
  notAdmitted,
  rememberAssertion,
  SamlFault,
  writeLog,
} from '../sign-in/index.ts'
import type { NewSession } from '../sessions/index.ts'
import type { OidcConfig } from './config.ts'
import { exchange, type Proven, type Trail } from './exchange.ts'
import { OidcFault } from './fault.ts'
import type { Keys } from './keys.ts'
import { consumeRequest, findRequest, type OidcRequest } from './requests.ts'
import { handBack } from './revoke.ts'
import { findProvider, renewTrust, type ProviderFacts } from './trust.ts'

/** An answer as the browser brought it. */
export interface Callback {
  query: URLSearchParams
  /** Value of the cookie that was given at the start, if the browser sent it back. */
  browser: string | undefined
  userAgent: string | undefined
}

export type Result =
  | { kind: 'signed-in'; token: string; returnTo: string }
  /** The provider said no; `error` is a code of OAuth 2.0 or OpenID Connect. */
  | { kind: 'denied'; error: string; language: Language; returnTo: string }
  | { kind: 'refused'; code: string; language?: Language; returnTo?: string }
  | { kind: 'unknown-person' | 'too-young' | 'other-person'; language: Language; returnTo: string }

interface Begun {
  kind: 'begun'
  request: OidcRequest
  provider: ProviderFacts
}

/** The errors of the specification; any other text is not ours to repeat. */
const knownErrors = new Set([
  'access_denied',
  'unauthorized_client',
  'invalid_request',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'unsupported_response_type',
  'login_required',
  'consent_required',
  'request_uri_not_supported',
  'registration_not_supported',
  'invalid_request_object',
])

/**
 * Receives the answer of the provider. First, in one transaction, the request is found by its state, checked against
 * browser and issuer, and used up; then the provider is called, outside of any; at last, in one transaction with the
 * register, the person is let in. A crash between leaves a request that is used up: she begins again.
 */
export async function receiveCallback(
  platform: Platform,
  config: OidcConfig,
  keys: Keys,
  callback: Callback,
): Promise<Result> {
  const begun = await asSystem(platform.db, (tx) => open(tx, platform.now(), config, keys, callback))
  if (begun.kind !== 'begun') return begun
  const { request, provider } = begun
  const trail: Trail = { messages: [] }
  const state = callback.query.get('state') ?? ''
  let found: Proven | OidcFault
  try {
    const given = { query: callback.query, state, now: platform.now() }
    const renew = () => renewTrust(platform, config, keys.log)
    found = await exchange(config, keys, provider, request, given, trail, renew)
  } catch (error) {
    if (!(error instanceof OidcFault)) throw error
    found = error
  }
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const entry =
      found instanceof OidcFault ? refused(found.code, request) : await enter(tx, now, found, request, callback)
    if (trail.accessToken) await handBack(platform, tx, keys, request, trail.accessToken)
    await writeTrail(tx, now, keys, request, callback, trail, found, entry)
    return entry.result
  })
}

async function open(
  tx: Tx,
  now: Date,
  config: OidcConfig,
  keys: Keys,
  { query, browser }: Callback,
): Promise<Begun | Exclude<Result, { kind: 'signed-in' }>> {
  const once = ['state', 'iss', 'code', 'error'].every((name) => query.getAll(name).length <= 1)
  const state = query.get('state') ?? ''
  const request = once ? await findRequest(tx, state) : undefined
  if (!request) return { kind: 'refused', code: once ? 'request/unknown' : 'callback/twice' }
  const { language, returnTo } = request
  const log = (outcome: string): Promise<void> =>
    writeLog(tx, keys.log, now, { ...indexOf(request, query), outcome, document: query.toString() })
  const refuse = async (code: string): Promise<Result & { kind: 'refused' }> => {
    await log(code)
    return { kind: 'refused', code, language, returnTo }
  }
  if (request.consumedAt) return refuse('request/already-answered')
  if (request.expiresAt <= now) return refuse('request/expired')
  // Whoever has the address of an answer, code and all, must not get in with it: it counts in the browser that began.
  if (browser === undefined || !timingSafeEqual(hashOf(browser), request.browserHash))
    return refuse('request/other-browser')
  // RFC 9207: an answer of another provider must not be exchanged with this one.
  if (query.get('iss') !== request.provider) return refuse('callback/iss')
  const trusted = await findProvider(tx, config, now)
  if (!trusted || trusted.facts.issuer !== request.provider) return refuse('provider/not-available')
  if (!(await consumeRequest(tx, request.id, now))) return refuse('request/already-answered')
  const error = query.get('error')
  if (error !== null) {
    const known = knownErrors.has(error) ? error : 'other'
    await log(`denied/${known}`)
    return { kind: 'denied', error: known, language, returnTo }
  }
  if (!query.get('code')) return refuse('callback/code')
  return { kind: 'begun', request, provider: trusted.facts }
}

interface Entry {
  outcome: string
  sessionId?: string
  result: Result
}

const refused = (code: string, { language, returnTo }: OidcRequest): Entry => ({
  outcome: code,
  result: { kind: 'refused', code, language, returnTo },
})

async function enter(
  tx: Tx,
  now: Date,
  { idToken, claims }: Proven,
  request: OidcRequest,
  { userAgent }: Callback,
): Promise<Entry> {
  if (!(await rememberAssertion(tx, request.provider, idToken.jti, idToken.expiresAt)))
    return refused('id-token/already-used', request)
  const identity = identityOf(claims)
  if (identity instanceof SamlFault) return refused(identity.code, request)
  const admission = await admissionOf(tx, identity, now, request.expectedPerson)
  const { language } = request
  if (admission.kind !== 'admitted') {
    const { kind } = admission
    return { outcome: notAdmitted[kind], result: { kind, language, returnTo: request.returnTo } }
  }
  const { personId } = admission
  const session: NewSession = {
    personId,
    method: 'CIE',
    provider: request.provider,
    level: idToken.level,
    authenticatedAt: idToken.authenticatedAt,
    assertionId: idToken.jti,
    nameId: idToken.subject,
    language,
    ...(userAgent && { userAgent }),
  }
  const { id, token } = await letIn(tx, now, session, request.previousSession)
  const returnTo = await landing(tx, personId, request.returnTo, romeDay(now))
  return { outcome: 'accepted', sessionId: id, result: { kind: 'signed-in', token, returnTo } }
}

/** The claims by the names under which both flavours of CIE give the same facts. */
function identityOf(claims: ReadonlyMap<string, unknown>): ReturnType<typeof identityFrom> | SamlFault {
  const names = {
    fiscalNumber: 'https://attributes.eid.gov.it/fiscal_number',
    name: 'given_name',
    familyName: 'family_name',
    dateOfBirth: 'birthdate',
  }
  const attributes = Object.entries(names).flatMap(([name, claim]) => {
    const value = claims.get(claim)
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  try {
    return identityFrom(new Map(attributes))
  } catch (error) {
    if (error instanceof SamlFault) return error
    throw error
  }
}

const indexOf = (request: OidcRequest, query: URLSearchParams) => ({
  kind: 'response' as const,
  provider: request.provider,
  requestId: request.id,
  requestIssuedAt: request.issuedAt,
  ...(query.has('iss') && { responseIssuer: query.get('iss')! }),
})

async function writeTrail(
  tx: Tx,
  now: Date,
  keys: Keys,
  request: OidcRequest,
  { query }: Callback,
  { messages }: Trail,
  found: Proven | OidcFault,
  { outcome, sessionId }: Entry,
): Promise<void> {
  const index = indexOf(request, query)
  const about = found instanceof OidcFault ? {} : { assertionId: found.idToken.jti, subject: found.idToken.subject }
  for (const message of messages) await writeLog(tx, keys.log, now, { ...index, ...about, outcome, ...message })
  const document = query.toString()
  await writeLog(tx, keys.log, now, { ...index, ...about, outcome, ...(sessionId && { sessionId }), document })
}
