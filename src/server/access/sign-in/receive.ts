// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { timingSafeEqual } from 'node:crypto'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import type { NewSession } from '../sessions/index.ts'
import { admissionOf, landing, letIn, notAdmitted, type Admission } from './admission.ts'
import type { Assertion } from './assertion.ts'
import type { SignInConfig } from './config.ts'
import { findProviderAsked, type IdentityProvider } from './identity-providers.ts'
import { identityFrom } from './identity.ts'
import type { Keys } from './keys.ts'
import { writeLog, type LogEntry } from './log.ts'
import type { Scheme } from './profile.ts'
import { consumeRequest, findRequest, hashOf, opaqueText, rememberAssertion, type StoredRequest } from './requests.ts'
import { examine, openEnvelope, type Envelope, type Outcome } from './response.ts'
import { SamlFault } from './saml/fault.ts'
import { wholeSeconds } from './saml/instant.ts'

/** An answer as the browser brought it. */
export type Delivery = {
  response: string
  relayState: string | undefined
  /** Value of the cookie that was given at the start, if the browser sent it back. */
  browser: string | undefined
  userAgent: string | undefined
}

export type Result =
  | { kind: 'signed-in'; token: string; returnTo: string }
  /** The identity is proven, but this browser did not bring the cookie of the request: its user must say yes. */
  | { kind: 'to-confirm'; token: string; browser: string; name: string; language: Language }
  /** The provider said no; `error` is a number of the SPID table of errors. */
  | { kind: 'denied'; error: number | undefined; request: StoredRequest }
  | { kind: 'refused'; code: string; language?: Language; returnTo?: string }
  | { kind: 'unknown-person' | 'too-young' | 'other-person'; language: Language; returnTo: string }

/** The admission of an identity that cannot be read: it is refused before anybody looks at this. */
const nobody: Admission = { kind: 'unknown-person' }

/** How long the question "is it you?" stays open, in milliseconds. */
const confirmationLifetime = 5 * 60_000

/**
 * Receives the answer of an identity provider, in the order of work that SPID security asks for: open, find the
 * request, check issuer, signatures, status and content, use the request up, remember the assertion, and only then
 * look at who it is. Everything that concerns the database happens in one transaction, the register included, so a
 * login that is not in the register did not happen.
 */
export async function receiveAnswer(
  platform: Platform,
  config: SignInConfig,
  keys: Keys,
  delivery: Delivery,
): Promise<Result> {
  const envelope = attempt(() => openEnvelope(delivery.response))
  if (envelope instanceof SamlFault) return { kind: 'refused', code: envelope.code }
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const [request, provider] = await Promise.all([
      findRequest(tx, envelope.inResponseTo),
      findProviderAsked(tx, config, envelope.inResponseTo, now),
    ])
    if (!request) return { kind: 'refused', code: 'request/unknown' }
    const log = (entry: Partial<LogEntry> & { outcome: string }): Promise<void> =>
      writeLog(tx, keys.log, now, { ...logFields(request, envelope), ...entry })
    const refuse = async (code: string): Promise<Result> => {
      await log({ outcome: code })
      return { kind: 'refused', code, language: request.language, returnTo: request.returnTo }
    }
    if (request.consumedAt) return refuse('request/already-answered')
    if (request.expiresAt <= now) return refuse('request/expired')
    if (delivery.relayState !== request.relayState) return refuse('request/relay-state')

    const outcome = judge(config, envelope, request, provider, now)
    if (outcome instanceof SamlFault) return refuse(outcome.code)
    const index = {
      responseId: outcome.index.responseId,
      responseIssuedAt: new Date(outcome.index.issuedAt),
      responseIssuer: outcome.index.issuer,
    }
    if (outcome.kind === 'denied') {
      if (!(await consumeRequest(tx, request.id, now))) return refuse('request/already-answered')
      await log({ ...index, outcome: `denied/${outcome.error ?? 'other'}` })
      return { kind: 'denied', error: outcome.error, request }
    }
    const { assertion } = outcome
    const identity = attempt(() => identityFrom(assertion.attributes))
    // Asked in one round trip, and run in this order; what they answer counts in this order too.
    const [isConsumed, isNew, admission] = await Promise.all([
      consumeRequest(tx, request.id, now),
      rememberAssertion(tx, request.provider, assertion.id, new Date(assertion.expiresAt * 1000)),
      identity instanceof SamlFault ? nobody : admissionOf(tx, identity, now, request.expectedPerson),
    ])
    if (!isConsumed) return refuse('request/already-answered')
    if (!isNew) return refuse('assertion/already-used')
    if (identity instanceof SamlFault) return refuse(identity.code)
    const subject = {
      assertionId: assertion.id,
      subject: assertion.subject.nameId,
      subjectQualifier: assertion.subject.nameQualifier,
    }
    if (admission.kind !== 'admitted') {
      await log({ ...index, ...subject, outcome: notAdmitted[admission.kind] })
      return { kind: admission.kind, language: request.language, returnTo: request.returnTo }
    }
    const { personId } = admission
    const session = sessionFor(personId, config.profile.scheme, request, assertion, delivery.userAgent)
    if (!isSameBrowser(request, delivery.browser)) {
      await log({ ...index, ...subject, outcome: 'accepted' })
      const name = `${identity.givenName} ${identity.familyName}`
      return { kind: 'to-confirm', name, language: request.language, ...(await askHolder(tx, session, request, now)) }
    }
    const [{ id, token }, returnTo] = await Promise.all([
      letIn(tx, now, session, request.previousSession),
      landing(tx, personId, request.returnTo, romeDay(now)),
    ])
    await log({ ...index, ...subject, outcome: 'accepted', sessionId: id })
    return { kind: 'signed-in', token, returnTo }
  })
}

function judge(
  config: SignInConfig,
  envelope: Envelope,
  request: StoredRequest,
  provider: IdentityProvider | undefined,
  now: Date,
): Outcome | SamlFault {
  if (!provider) return new SamlFault('provider/not-available')
  return attempt(() =>
    examine(envelope, {
      requestId: request.id,
      requestIssuedAt: wholeSeconds(request.issuedAt),
      level: request.level,
      comparison: request.comparison,
      provider: request.provider,
      issuerFormat: config.profile.issuerFormat,
      keys: provider.keys,
      consumerUrl: config.consumerUrl,
      audience: config.entityId,
      now: wholeSeconds(now),
    }),
  )
}

/** The result, or the fault that was found: inside a transaction a fault is an outcome that is written down. */
function attempt<T>(work: () => T): T | SamlFault {
  try {
    return work()
  } catch (error) {
    if (error instanceof SamlFault) return error
    throw error
  }
}

function logFields(request: StoredRequest, envelope: Envelope) {
  return {
    kind: 'response' as const,
    provider: request.provider,
    requestId: request.id,
    requestIssuedAt: request.issuedAt,
    document: envelope.xml,
  }
}

function isSameBrowser(request: StoredRequest, browser: string | undefined): boolean {
  return browser !== undefined && timingSafeEqual(hashOf(browser), request.browserHash)
}

function sessionFor(
  personId: string,
  method: Scheme,
  request: StoredRequest,
  assertion: Assertion,
  userAgent: string | undefined,
): NewSession {
  const { nameId, sessionIndex } = assertion.subject
  return {
    personId,
    method,
    provider: request.provider,
    level: assertion.level,
    ...(request.purpose ? { purpose: request.purpose } : {}),
    authenticatedAt: new Date(assertion.authenticatedAt * 1000),
    assertionId: assertion.id,
    nameId,
    ...(sessionIndex ? { sessionIndex } : {}),
    ...(userAgent ? { userAgent } : {}),
    language: request.language,
  }
}

/** What is kept of a proven identity until its holder says yes. */
type Pending = { session: NewSession; requestId: string }

async function askHolder(
  tx: Tx,
  session: NewSession,
  request: StoredRequest,
  now: Date,
): Promise<{ token: string; browser: string }> {
  const [token, browser] = [opaqueText(), opaqueText()]
  await tables<'access'>(tx)
    .insertInto('access.pendingSignIn')
    .values({
      tokenHash: hashOf(token),
      browserHash: hashOf(browser),
      session: JSON.stringify({ session, requestId: request.id } satisfies Pending),
      returnTo: request.returnTo,
      expiresAt: new Date(now.getTime() + confirmationLifetime),
    })
    .execute()
  return { token, browser }
}

/**
 * The holder of a proven identity said yes in the browser that was asked: opens the session and ends the one that was there. Undefined when the
 * question is unknown, too old, already answered, or comes from another browser.
 */
export async function confirmSignIn(
  platform: Platform,
  keys: Keys,
  token: string,
  browser: string,
  previousSession: string | null,
): Promise<{ token: string; returnTo: string } | undefined> {
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const pending = await tables<'access'>(tx)
      .deleteFrom('access.pendingSignIn')
      .where('tokenHash', '=', hashOf(token))
      .where('browserHash', '=', hashOf(browser))
      .where('expiresAt', '>', now)
      .returning(['session', 'returnTo'])
      .executeTakeFirst()
    if (!pending) return undefined
    const { session, requestId } = pending.session as unknown as Pending // written by `askHolder`, dates as text
    const proven = { ...session, authenticatedAt: new Date(session.authenticatedAt) }
    const opened = await letIn(tx, now, proven, previousSession)
    const { provider, assertionId } = session
    await writeLog(tx, keys.log, now, {
      kind: 'response',
      provider,
      requestId,
      ...(assertionId && { assertionId }),
      sessionId: opened.id,
      outcome: 'confirmed',
      document: '',
    })
    const landed = await landing(tx, session.personId, pending.returnTo, romeDay(now))
    return { token: opened.token, returnTo: landed }
  })
}
