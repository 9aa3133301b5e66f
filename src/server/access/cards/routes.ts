// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:https'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { asSystem } from '../../platform/database.ts'
import { refusalOf } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { preferredLanguage, type Language } from '../../platform/text.ts'
import { cookieName, cookieOptions } from '../sessions/index.ts'
import {
  localPath,
  noticeOf,
  noticePage,
  otherPerson,
  readPurposes,
  StepUp,
  tooYoung,
  unknownPerson,
  type Notice,
} from '../sign-in/index.ts'
import { enterWithCode, requestLifetime, showCard, startCard } from './cards.ts'
import type { CardsConfig } from './config.ts'
import { handedOver, handOverHeader } from './hand-over.ts'
import { readCodeKey, readListenerKeys } from './keys.ts'
import { createListener, type Answer } from './listener.ts'
import { SignInWays } from './schema.ts'
import { badRequest, cardNotice } from './messages.ts'

/** Ties the code to the browser that began. The code comes back by following a link, so Lax is enough. */
const browserCookie = '__Host-cns'
const browserCookieOptions = {
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
  maxAge: requestLifetime / 1000,
} as const

/** What a proven identity that is not let in reads. */
const notices = { 'too-young': tooYoung, 'unknown-person': unknownPerson, 'other-person': otherPerson } as const

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Signing in with CNS or health card: the start and the end on the main host, the card on a host of its own. */
export function routes(app: App, platform: Platform, config: CardsConfig): void {
  const { region, publicUrl } = platform.config
  const rateLimit = perMinute(platform.config, 'SIGN_INS_PER_MINUTE', 600)
  let key: Promise<Buffer> | undefined
  const codeKey = (): Promise<Buffer> => (key ??= readCodeKey(config))

  const pageFor = (language: Language, requestId: string, notice: Notice, returnTo?: string): string =>
    noticePage(
      {
        language,
        region: { name: region.owner, email: region.email, telephone: region.telephone },
        requestId,
      },
      notice,
      returnTo,
    )
  const show = (
    req: FastifyRequest,
    reply: FastifyReply,
    notice: Notice,
    language = req.actor.language,
    returnTo?: string,
  ) =>
    reply
      .code(notice.status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(pageFor(language, req.id, notice, returnTo))

  const answer = async (
    request: string,
    take: () => Promise<string | Buffer>,
    language: Language,
    requestId: string,
  ): Promise<Answer> => {
    if (!uuid.test(request)) return { status: 400, page: pageFor(language, requestId, badRequest) }
    const shown = await showCard(platform, config, await codeKey(), request, take)
    if (shown.kind === 'code') return { location: `${publicUrl}/auth/cns/enter?code=${shown.code}` }
    const notice = cardNotice(shown.code)
    return { status: notice.status, page: pageFor(language, requestId, notice) }
  }

  const ways = { cns: config.offered, professionalPurposes: [...readPurposes(platform.config)] }
  app.get(
    '/api/v1/sign-in-ways',
    {
      schema: {
        operationId: 'getSignInWays',
        tags: ['access'],
        summary: 'Ways to sign in beside the identity providers',
        response: { 200: SignInWays, '4xx': Problem },
      },
    },
    () => ways,
  )

  const StartForm = Type.Object({ returnTo: Type.Optional(Type.String({ maxLength: 2000 })), stepUp: StepUp })
  app.post(
    '/auth/cns/start',
    { config: { page: true, rateLimit }, schema: { body: StartForm } },
    async (req, reply) => {
      const browser = req.cookies[browserCookie] ?? randomBytes(24).toString('base64url')
      const id = await startCard(platform, {
        browser,
        session: req.actor.sessionId,
        expectedPerson: req.body.stepUp ? req.actor.personId : null,
        returnTo: localPath(req.body.returnTo, publicUrl),
        language: req.actor.language,
      })
      const address = new URL(config.cardUrl)
      address.searchParams.set('request', id)
      return reply
        .setCookie(browserCookie, browser, browserCookieOptions)
        .header('cache-control', 'no-store')
        .redirect(address.href, 303)
    },
  )

  const Shown = Type.Object({ request: Type.String({ maxLength: 100 }) })
  app.get(
    '/auth/cns/card',
    { config: { page: true, rateLimit }, schema: { querystring: Shown } },
    async (req, reply) => {
      const { request } = req.query
      const header = req.headers[handOverHeader]
      const take = () => asSystem(platform.db, (tx) => handedOver(tx, config.proxy, header, request, platform.now()))
      const given = await answer(request, take, req.actor.language, req.id)
      void reply.header('cache-control', 'no-store')
      if ('location' in given) return reply.redirect(given.location, 303)
      return reply.code(given.status).type('text/html; charset=utf-8').send(given.page)
    },
  )

  const Enter = Type.Object({ code: Type.String({ maxLength: 200 }) })
  app.get(
    '/auth/cns/enter',
    { config: { page: true, rateLimit }, schema: { querystring: Enter } },
    async (req, reply) => {
      const browser = req.cookies[browserCookie]
      const entry = await enterWithCode(platform, await codeKey(), req.query.code, browser, req.headers['user-agent'])
      void reply.clearCookie(browserCookie, browserCookieOptions)
      if (entry.kind === 'signed-in')
        return reply
          .setCookie(cookieName, entry.token, cookieOptions)
          .header('cache-control', 'no-store')
          .redirect(entry.returnTo, 303)
      if (entry.kind !== 'refused') return show(req, reply, notices[entry.kind], entry.language, entry.returnTo)
      req.log.warn({ code: entry.code }, 'code of a card refused')
      return show(req, reply, cardNotice(entry.code))
    },
  )

  /** People visit these addresses: what is refused is a page, in their language. */
  const apiErrors = app.errorHandler
  app.setErrorHandler((error, req, reply) => {
    const refusal = refusalOf(error)
    const invalid = typeof error === 'object' && error !== null && 'validation' in error
    if (!refusal && !invalid) return apiErrors(error, req, reply)
    if (refusal?.options.retryAfter) void reply.header('retry-after', refusal.options.retryAfter)
    return show(req, reply, invalid ? badRequest : noticeOf(error, refusal))
  })

  if (config.port !== undefined) listen(app, config, config.port, answer)
}

/** Opens our own host of cards beside the main one, and closes it with it. */
function listen(
  app: App,
  config: CardsConfig,
  port: number,
  answer: (request: string, take: () => Promise<Buffer>, language: Language, requestId: string) => Promise<Answer>,
): void {
  let server: Server | undefined
  app.addHook('onListen', async () => {
    const own = createListener(
      await readListenerKeys(config),
      (request, take, languages) => answer(request, take, preferredLanguage(languages), request),
      (error) => app.log.error({ err: error }, 'bug'),
    )
    await new Promise<void>((done, failed) => own.once('error', failed).listen(port, '::', done))
    server = own
  })
  app.addHook('onClose', async () => {
    server?.closeAllConnections()
    await new Promise<void>((done) => (server ? server.close(() => done()) : done()))
  })
}
