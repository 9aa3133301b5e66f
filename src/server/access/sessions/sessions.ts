// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { Actor, Level, Method } from '../../platform/actor.ts'
import { asSystem, soon, tables, type Db, type Tx } from '../../platform/database.ts'
import { csrfRefusal } from '../../platform/http.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { preferredLanguage, type Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { limitOn } from './limits.ts'
import { cookieName, type NewSession } from './rules.ts'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * Opens a session and returns the token for the cookie: 256 random bits, stored only as a hash. Call it at every
 * authentication and level change, never reuse a token.
 */
export async function openSession(tx: Tx, now: Date, session: NewSession): Promise<{ id: string; token: string }> {
  const limit = await limitOn(tx, session.appointmentId ? 'professional' : 'citizen', session.level, romeDay(now))
  const token = randomBytes(32).toString('base64url')
  const id = uuidv7(now.getTime())
  const row = tables<'access'>(tx)
    .insertInto('access.session')
    .values({
      tokenHash: hashOf(token),
      id,
      personId: session.personId,
      csrfToken: randomBytes(24).toString('base64url'),
      method: session.method,
      provider: session.provider,
      level: session.level,
      purpose: session.purpose ?? null,
      authenticatedAt: session.authenticatedAt,
      assertionId: session.assertionId ?? null,
      nameId: session.nameId ?? null,
      sessionIndex: session.sessionIndex ?? null,
      userAgent: session.userAgent?.slice(0, 200) ?? null,
      language: session.language,
      appointmentId: session.appointmentId ?? null,
      createdAt: now,
      lastSeenAt: now,
      idle: `${limit.idle} seconds`,
      idleExpiresAt: new Date(now.getTime() + limit.idle * 1000),
      expiresAt: new Date(now.getTime() + limit.longest * 1000),
    })
  await soon(tx, row)
  return { id, token }
}

/** Ends one session at once. */
export async function closeSession(tx: Tx, sessionId: string): Promise<void> {
  await tables<'access'>(tx).deleteFrom('access.session').where('id', '=', sessionId).execute()
}

/** Ends the sessions a person opened with an account of the service, except one. */
export async function closeLocalSessions(tx: Tx, personId: string, except: string | null): Promise<void> {
  await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('personId', '=', personId)
    .where('method', '=', 'LOCAL')
    .$if(except !== null, (query) => query.where('id', '<>', except))
    .execute()
}

/** Ends all sessions of a person: her record is no longer one that anybody acts for. */
export async function closeSessionsOf(tx: Tx, personId: string): Promise<void> {
  await tables<'access'>(tx).deleteFrom('access.session').where('personId', '=', personId).execute()
}

/** Removes sessions that can no longer be used. */
export async function removeExpiredSessions(db: Db, now: Date): Promise<void> {
  await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .deleteFrom('access.session')
      .where((is) => is.or([is('idleExpiresAt', '<', now), is('expiresAt', '<', now)]))
      .execute(),
  )
}

interface Resolved {
  id: string
  person_id: string
  csrf_token: string
  method: Method
  level: Level
  authenticated_at: Date
  language: Language
  patients: string[]
  appointment_id: string | null
  role: string | null
  organisation_id: string | null
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

function sameToken(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  return timingSafeEqual(hashOf(given), hashOf(expected))
}

/** The language wished for: the person's choice in the `lang` cookie, then the browser's. */
function languageOf(request: FastifyRequest): Language {
  const chosen = request.cookies['lang']
  return chosen === 'it' || chosen === 'en' ? chosen : preferredLanguage(request.headers['accept-language'])
}

/** Whoever has shown nothing yet. */
export function anonymous(request: FastifyRequest): Actor {
  return {
    kind: 'public',
    personId: null,
    sessionId: null,
    patients: [],
    level: 0,
    role: null,
    method: null,
    authenticatedAt: null,
    partner: null,
    language: languageOf(request),
    requestId: request.id,
    address: request.ip,
    audited: false,
  }
}

/**
 * Finds out who asks. Nobody without a live session. A state-changing call of a signed-in person must carry the
 * session's CSRF token, unless the route is a protocol endpoint that foreign sites post to.
 */
export function actorResolver(pool: pg.Pool, clock: () => Date): (request: FastifyRequest) => Promise<Actor> {
  return async (request) => {
    const nobody = anonymous(request)
    const { page, policy } = request.routeOptions.config
    const token = request.cookies[cookieName]
    if (!token) return nobody
    const { rows } = await pool.query<Resolved>({
      name: 'resolve-session',
      text: 'select * from access.resolve_session($1, $2, $3, $4)',
      values: [hashOf(token), clock(), request.ip, policy?.service ?? null],
    })
    const found = rows[0]
    if (!found) return nobody
    if (!safeMethods.has(request.method) && !page && !sameToken(request.headers['x-csrf-token'], found.csrf_token))
      throw csrfRefusal
    const { appointment_id: appointmentId, role: code, organisation_id: organisationId } = found
    const role = appointmentId && code && organisationId ? { code, organisationId, appointmentId } : null
    return {
      ...nobody,
      kind: role ? 'professional' : 'citizen',
      role,
      personId: found.person_id,
      sessionId: found.id,
      // Below level 2 nobody acts for others.
      patients: role
        ? []
        : found.level >= 2 && policy?.subjects.includes('family')
          ? found.patients
          : [found.person_id],
      level: found.level,
      method: found.method,
      authenticatedAt: found.authenticated_at,
    }
  }
}
