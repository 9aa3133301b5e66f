// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { delegatedServices, relations } from '../../../shared/delegated-services.ts'
import { asSystem, tables, withActor } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import { roleCodes } from '../../platform/policy.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { audit } from '../audit/index.ts'
import { cookieName, cookieOptions } from './rules.ts'
import { describeSession } from './describe.ts'
import { endOtherSessions, endOwnSession, ownSessions } from './own-sessions.ts'

/** Read by the pages too, so not `HttpOnly`; it says nothing about anybody. */
const languageCookie = { path: '/', secure: true, sameSite: 'lax', maxAge: 31_536_000 } as const

const Acting = Type.Object(
  {
    personId: Type.String({ format: 'uuid' }),
    givenName: Type.String(),
    familyName: Type.String(),
    birthDate: Type.String({ format: 'date' }),
    relation: Type.Enum([...relations]),
    services: Type.Array(Type.Enum([...delegatedServices]), { description: 'What for' }),
  },
  { title: 'Acting', description: 'A person the signed-in person may act for' },
)

export const SessionView = Type.Object(
  {
    signedIn: Type.Boolean(),
    language: Type.Enum(['it', 'en']),
    csrfToken: Type.Optional(Type.String({ description: 'Send it back as x-csrf-token on every change' })),
    person: Type.Optional(
      Type.Object({ id: Type.String({ format: 'uuid' }), givenName: Type.String(), familyName: Type.String() }),
    ),
    level: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
    method: Type.Optional(Type.Enum(['SPID', 'CIE', 'CNS', 'EIDAS', 'LOCAL'])),
    provider: Type.Optional(Type.String()),
    alsoAtProvider: Type.Optional(
      Type.Boolean({ description: 'The provider has a session too: posting to /auth/spid/leave ends both' }),
    ),
    idleExpiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    actsFor: Type.Optional(Type.Array(Acting, { description: 'Nobody while acting in a role' })),
    role: Type.Optional(
      Type.Union([
        Type.Object({
          code: Type.Enum([...roleCodes]),
          appointmentId: Type.String({ format: 'uuid' }),
          organisation: Type.Object({ id: Type.String({ format: 'uuid' }), name: Type.String() }),
        }),
        Type.Null(),
      ]),
    ),
    holdsRoles: Type.Optional(Type.Boolean({ description: 'There are roles to act in' })),
  },
  { title: 'Session' },
)

const OpenSession = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    current: Type.Boolean({ description: 'The session of this request' }),
    browser: Type.Union([Type.String(), Type.Null()]),
    system: Type.Union([Type.String(), Type.Null()]),
    address: Type.Union([Type.String(), Type.Null()], { description: 'Network address of the last request' }),
    method: Type.Enum(['SPID', 'CIE', 'CNS', 'EIDAS', 'LOCAL']),
    provider: Type.String(),
    level: Type.Integer({ minimum: 1, maximum: 3 }),
    professional: Type.Boolean({ description: 'Opened with a professional identity of SPID' }),
    openedAt: Type.String({ format: 'date-time' }),
    lastSeenAt: Type.String({ format: 'date-time' }),
    endsAt: Type.String({ format: 'date-time', description: 'When it ends unless it is used' }),
  },
  { title: 'OpenSession' },
)

export function routes(app: App, { db, now }: Platform): void {
  app.get(
    '/api/v1/session',
    {
      schema: {
        operationId: 'getSession',
        tags: ['access'],
        summary: 'Who is signed in, and for whom they may act',
        response: { 200: SessionView, '4xx': Problem },
      },
    },
    async (req, reply) => {
      void reply.header('cache-control', 'no-store')
      const { actor } = req
      if (!actor.sessionId) return { signedIn: false, language: actor.language }
      return asSystem(db, async (tx) => {
        const view = await describeSession(tx, actor, romeDay(now()))
        await audit(
          tx,
          actor,
          ...[view.person.id, ...view.actsFor.map((one) => one.personId).filter((id) => id !== view.person.id)].map(
            (patientId) => ({ action: 'READ', patientId, object: 'person', purpose: 'sign-in' }) as const,
          ),
        )
        return view
      })
    },
  )

  app.delete(
    '/api/v1/session',
    {
      schema: {
        operationId: 'deleteSession',
        tags: ['access'],
        summary: 'Sign out',
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor }, reply) => {
      await withActor(db, actor, (tx) => endOwnSession(tx, actor, actor.sessionId!))
      return reply
        .clearCookie(cookieName, cookieOptions)
        .header('clear-site-data', '"cache", "storage"')
        .code(204)
        .send(null)
    },
  )

  app.get(
    '/api/v1/sessions',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['access'],
        summary: 'Where one is signed in now',
        response: { 200: Type.Array(OpenSession), '4xx': Problem },
      },
    },
    ({ actor }) => withActor(db, actor, (tx) => ownSessions(tx, actor, now())),
  )

  app.delete(
    '/api/v1/sessions',
    {
      schema: {
        operationId: 'endOtherSessions',
        tags: ['access'],
        summary: 'Sign out everywhere else',
        response: { 200: Type.Object({ ended: Type.Integer() }, { title: 'EndedSessions' }), '4xx': Problem },
      },
    },
    async ({ actor }) => ({ ended: await withActor(db, actor, (tx) => endOtherSessions(tx, actor)) }),
  )

  app.delete(
    '/api/v1/sessions/:id',
    {
      schema: {
        operationId: 'endSession',
        tags: ['access'],
        summary: 'End one of one’s sessions',
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      await withActor(db, actor, (tx) => endOwnSession(tx, actor, params.id))
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/api/v1/session/language',
    {
      schema: {
        operationId: 'setLanguage',
        tags: ['access'],
        summary: 'Choose the language of this browser',
        body: Type.Object(
          { language: Type.Enum(['it', 'en']) },
          { additionalProperties: false, title: 'LanguageChoice' },
        ),
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async (req, reply) => {
      const { language } = req.body
      const { actor } = req
      if (actor.sessionId)
        await withActor(db, actor, (tx) =>
          tables<'access'>(tx)
            .updateTable('access.session')
            .set({ language })
            .where('id', '=', actor.sessionId)
            .execute(),
        )
      return reply.setCookie('lang', language, languageCookie).code(204).send(null)
    },
  )
}
