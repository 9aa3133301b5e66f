// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { asSystem } from '../../platform/database.ts'
import { refusalOf } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { cookieName, cookieOptions, leaveSession } from '../sessions/index.ts'
import { listIdentityProviders } from './identity-providers.ts'
import { logoutRoutes } from './logout-routes.ts'
import { answers, type Party } from './answers.ts'
import * as messages from './messages.ts'
import { serviceProviderMetadata } from './metadata.ts'
import * as pages from './pages.ts'
import { confirmSignIn, receiveAnswer, type Result } from './receive.ts'
import type { Scheme } from './profile.ts'
import { opaqueText, requestLifetime } from './requests.ts'
import { SamlFault } from './saml/fault.ts'
import { AnswerForm, ConfirmForm, IdentityProviderView, LeaveForm, ProvidersQuery, StartForm } from './schema.ts'
import { localPath, startSignIn } from './start.ts'

/** An answer is about 10 kB; beyond this nothing is even parsed. */
const longestAnswer = 512 * 1024

/**
 * Ties the answer to the browser that asked. The answer is posted by another site, so the cookie has to travel across
 * sites; it opens nothing by itself and lives as long as a login may take.
 */
const browserCookie = '__Host-sign-in'
const browserCookieOptions = {
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'none',
  maxAge: requestLifetime / 1000,
} as const

/** The addresses of one federation: metadata, start, answer, confirmation, logout. */
function federation(app: App, platform: Platform, { config, keys }: Party): void {
  const { frame, html, notice, departure } = answers(platform)
  const { path, scheme } = config.profile
  // Generous: a whole hospital or mobile network may stand behind one address.
  const rateLimit = perMinute(platform.config, 'SIGN_INS_PER_MINUTE', 600)

  let metadata: string | undefined
  app.get(`${path}/metadata`, { config: { page: true } }, async (_req, reply) => {
    const { signing, certificates } = await keys()
    metadata ??= serviceProviderMetadata({ ...config, certificates }, signing)
    return reply.type('application/samlmetadata+xml').header('cache-control', 'max-age=300').send(metadata)
  })

  app.post(`${path}/start`, { config: { page: true, rateLimit }, schema: { body: StartForm } }, async (req, reply) => {
    const { idp, level = '2', binding = 'post', returnTo, stepUp, purpose = null } = req.body
    const browser = req.cookies[browserCookie] ?? opaqueText()
    const next = await startSignIn(platform, config, await keys(), {
      provider: idp,
      level: level === '1' ? 1 : level === '3' ? 3 : 2,
      purpose,
      binding,
      returnTo: localPath(returnTo, platform.config.publicUrl),
      language: req.actor.language,
      session: req.actor.sessionId,
      expectedPerson: stepUp ? req.actor.personId : null,
      browser,
    })
    void reply.setCookie(browserCookie, browser, browserCookieOptions)
    if (next.kind === 'post') return departure(req, reply, next.action, next.fields)
    return reply.header('cache-control', 'no-store').redirect(next.address, 303)
  })

  app.post(
    `${path}/acs`,
    {
      config: { page: true, rateLimit },
      schema: { body: AnswerForm },
      bodyLimit: longestAnswer,
    },
    async (req, reply) => {
      const result = await receiveAnswer(platform, config, await keys(), {
        response: req.body.SAMLResponse,
        relayState: req.body.RelayState,
        browser: req.cookies[browserCookie],
        userAgent: req.headers['user-agent'],
      })
      return answer(req, reply, result)
    },
  )

  // Who reloads or comes back to this address has nothing to bring: they begin again.
  app.get(`${path}/acs`, { config: { page: true } }, (req, reply) =>
    reply.redirect(pages.addresses.signIn[req.actor.language], 303),
  )

  function answer(req: FastifyRequest, reply: FastifyReply, result: Result): FastifyReply {
    switch (result.kind) {
      case 'signed-in':
        return enter(reply, result)
      case 'to-confirm':
        void reply.setCookie(browserCookie, result.browser, browserCookieOptions)
        return html(
          reply,
          200,
          pages.confirmPage(frame(req, result.language), `${path}/confirm`, result.name, result.token),
        )
      case 'denied': {
        const { error, request } = result
        if (messages.isOurFault(error))
          req.log.error({ error, provider: request.provider }, 'a provider found our login request faulty')
        return notice(req, reply, messages.denialNotice(error, request, scheme), request.language, request.returnTo)
      }
      case 'refused':
        req.log.warn({ code: result.code }, 'answer of an identity provider refused')
        return notice(req, reply, messages.refusalNotice(result.code), result.language, result.returnTo)
      case 'unknown-person':
        return notice(req, reply, messages.unknownPerson, result.language)
      case 'other-person':
        return notice(req, reply, messages.otherPerson, result.language, result.returnTo)
      default:
        return notice(req, reply, messages.tooYoung, result.language)
    }
  }

  function enter(reply: FastifyReply, { token, returnTo }: { token: string; returnTo: string }): FastifyReply {
    return reply
      .clearCookie(browserCookie, browserCookieOptions)
      .setCookie(cookieName, token, cookieOptions)
      .header('cache-control', 'no-store')
      .redirect(returnTo, 303)
  }

  app.post(`${path}/confirm`, { config: { page: true }, schema: { body: ConfirmForm } }, async (req, reply) => {
    const browser = req.cookies[browserCookie]
    const entered =
      browser && (await confirmSignIn(platform, await keys(), req.body.token, browser, req.actor.sessionId))
    return entered ? enter(reply, entered) : notice(req, reply, messages.confirmationLost)
  })

  logoutRoutes(app, platform, { config, keys })
}

/** Every address of the sign-in: what both federations share, then each. */
export function routes(app: App, platform: Platform, parties: Readonly<Record<Scheme, Party>>): void {
  const { notice } = answers(platform)
  app.get(
    '/api/v1/identity-providers',
    {
      schema: {
        operationId: 'listIdentityProviders',
        tags: ['access'],
        summary: 'Identity providers of SPID or of CIE to choose from',
        description:
          'In random order at every call, as AgID asks (Avviso 42). A form posts the choice to /auth/spid/start or /auth/cie/start.',
        querystring: ProvidersQuery,
        response: { 200: Type.Array(IdentityProviderView), '4xx': Problem },
      },
    },
    async (req, reply) => {
      void reply.header('cache-control', 'no-store')
      return listIdentityProviders(platform.db, parties[req.query.scheme ?? 'SPID'].config, platform.now())
    },
  )

  app.get('/auth/sign-in.css', { config: { page: true } }, (_req, reply) =>
    reply.type('text/css').header('cache-control', 'max-age=3600').send(pages.styles),
  )
  app.get('/auth/sign-in.js', { config: { page: true } }, (_req, reply) =>
    reply.type('text/javascript').header('cache-control', 'max-age=3600').send(pages.submitScript),
  )

  /** The way on for whoever meets the session of somebody else: it ends here, without scripts, and one signs in anew. */
  app.post('/auth/leave', { config: { page: true }, schema: { body: LeaveForm } }, async ({ actor, body }, reply) => {
    if (actor.sessionId) await asSystem(platform.db, (tx) => leaveSession(tx, actor))
    const back = encodeURIComponent(localPath(body.returnTo, platform.config.publicUrl))
    return reply
      .clearCookie(cookieName, cookieOptions)
      .header('clear-site-data', '"cache", "storage"')
      .header('cache-control', 'no-store')
      .redirect(`${pages.addresses.signIn[actor.language]}?returnTo=${back}`, 303)
  })

  for (const party of Object.values(parties)) federation(app, platform, party)

  /** These addresses are visited by people: what goes wrong is a page, in their language, and never a bare 500. */
  const apiErrors = app.errorHandler
  app.setErrorHandler((error, req, reply) => {
    if (!req.routeOptions.config.page) return apiErrors(error, req, reply)
    if (error instanceof SamlFault) {
      req.log.warn({ code: error.code }, 'message of an identity provider refused')
      return notice(req, reply, messages.refusalNotice(error.code))
    }
    const known = messages.noticeOf(error, refusalOf(error))
    if (known.status === 500) req.log.error({ err: error }, 'bug')
    return notice(req, reply, known)
  })
}
