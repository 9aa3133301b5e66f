// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { notFound, refusalOf } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { cookieName, cookieOptions } from '../sessions/index.ts'
import {
  listIdentityProviders,
  localPath,
  noticeOf,
  noticePage,
  opaqueText,
  otherPerson,
  readSignInConfig,
  StepUp,
  tooYoung,
  unknownPerson,
  type Notice,
} from '../sign-in/index.ts'
import { path, type OidcConfig } from './config.ts'
import { entityConfiguration, signStatement } from './entity.ts'
import type { Keys } from './keys.ts'
import { deniedNotice, doubtNotice, isOurFault } from './messages.ts'
import { receiveCallback, type Result } from './receive.ts'
import { requestLifetime } from './requests.ts'
import { startOidc } from './start.ts'
import { findProvider } from './trust.ts'

/** Ties the answer to the browser that asked. The answer comes back by following a link, so Lax is enough. */
const browserCookie = '__Host-cie'
const browserCookieOptions = {
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite: 'lax',
  maxAge: requestLifetime / 1000,
} as const

/** What a proven identity that is not let in reads. */
const notices = { 'too-young': tooYoung, 'unknown-person': unknownPerson, 'other-person': otherPerson } as const

const StartForm = Type.Object(
  {
    level: Type.Optional(Type.Enum(['1', '2', '3'])),
    returnTo: Type.Optional(Type.String({ maxLength: 2000 })),
    stepUp: StepUp,
  },
  { title: 'OidcStart' },
)
const CieWay = Type.Object(
  {
    protocol: Type.Enum(['SAML', 'OIDC']),
    start: Type.String({ description: 'Where a form posts `level` and `returnTo` to' }),
  },
  { title: 'CieWay' },
)
const ResolveQuery = Type.Object({
  sub: Type.String({ maxLength: 500 }),
  trust_anchor: Type.Optional(Type.String({ maxLength: 500 })),
})

/** The relying party: start, callback, who we are in the federation, whom we trust in it. */
export function routes(app: App, platform: Platform, config: OidcConfig, keys: () => Promise<Keys>): void {
  const { region, publicUrl } = platform.config
  const rateLimit = perMinute(platform.config, 'SIGN_INS_PER_MINUTE', 600)
  const saml = readSignInConfig(platform.config, 'CIE')

  const show = (
    req: FastifyRequest,
    reply: FastifyReply,
    notice: Notice,
    language = req.actor.language,
    returnTo?: string,
  ): FastifyReply => {
    const frame = {
      language,
      region: { name: region.owner, email: region.email, telephone: region.telephone },
      requestId: req.id,
    }
    return reply
      .code(notice.status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(noticePage(frame, notice, returnTo))
  }

  app.get(
    '/api/v1/cie-ways',
    {
      schema: {
        operationId: 'listCieWays',
        tags: ['access'],
        summary: 'Ways to sign in with CIE now, the preferred first',
        description: 'SAML, OpenID Connect or both, as the region configured them; none while no provider is trusted.',
        response: { 200: Type.Array(CieWay), '4xx': Problem },
      },
    },
    async (_req, reply) => {
      void reply.header('cache-control', 'no-store')
      const [providers, trusted] = await Promise.all([
        config.offered === 'only' ? [] : listIdentityProviders(platform.db, saml, platform.now()),
        findProvider(platform.db, config, platform.now()),
      ])
      return [
        ...(providers.length > 0 ? [{ protocol: 'SAML' as const, start: '/auth/cie/start' }] : []),
        ...(trusted ? [{ protocol: 'OIDC' as const, start: `${path}/start` }] : []),
      ]
    },
  )

  app.post(`${path}/start`, { config: { page: true, rateLimit }, schema: { body: StartForm } }, async (req, reply) => {
    const { level = '2', returnTo, stepUp } = req.body
    const browser = req.cookies[browserCookie] ?? opaqueText()
    const address = await startOidc(platform, config, await keys(), {
      level: level === '1' ? 1 : level === '3' ? 3 : 2,
      returnTo: localPath(returnTo, publicUrl),
      language: req.actor.language,
      session: req.actor.sessionId,
      expectedPerson: stepUp ? req.actor.personId : null,
      browser,
    })
    return reply
      .setCookie(browserCookie, browser, browserCookieOptions)
      .header('cache-control', 'no-store')
      .redirect(address, 303)
  })

  app.get(`${path}/callback`, { config: { page: true, rateLimit } }, async (req, reply) => {
    const result = await receiveCallback(platform, config, await keys(), {
      query: new URL(req.url, publicUrl).searchParams,
      browser: req.cookies[browserCookie],
      userAgent: req.headers['user-agent'],
    })
    return answer(req, reply, result)
  })

  function answer(req: FastifyRequest, reply: FastifyReply, result: Result): FastifyReply {
    switch (result.kind) {
      case 'signed-in':
        return reply
          .clearCookie(browserCookie, browserCookieOptions)
          .setCookie(cookieName, result.token, cookieOptions)
          .header('cache-control', 'no-store')
          .header('referrer-policy', 'no-referrer')
          .redirect(result.returnTo, 303)
      case 'denied':
        if (isOurFault(result.error))
          req.log.error({ error: result.error }, 'the OpenID provider found our login request faulty')
        return show(req, reply, deniedNotice(result.error), result.language, result.returnTo)
      case 'refused':
        req.log.warn({ code: result.code }, 'answer of the OpenID provider refused')
        return show(req, reply, doubtNotice(result.code), result.language, result.returnTo)
      default:
        return show(req, reply, notices[result.kind], result.language, result.returnTo)
    }
  }

  app.get(`${path}/.well-known/openid-federation`, { config: { page: true } }, async (_req, reply) =>
    reply
      .type('application/entity-statement+jwt')
      .header('cache-control', 'max-age=300')
      .send(await entityConfiguration(config, region, await keys(), platform.now())),
  )

  app.get(
    `${path}/resolve`,
    { config: { page: true, rateLimit }, schema: { querystring: ResolveQuery } },
    async (req, reply) => {
      const { sub, trust_anchor: anchor = config.trustAnchor } = req.query
      const now = platform.now()
      const known = sub === config.provider && anchor === config.trustAnchor
      const trusted = known ? await findProvider(platform.db, config, now) : undefined
      if (!trusted) throw notFound({ it: 'Entità della federazione', en: 'Entity of the federation' })
      const { federation } = await keys()
      const resolved = {
        iss: config.clientId,
        sub,
        iat: Math.floor(now.getTime() / 1000),
        exp: Math.floor(trusted.expiresAt.getTime() / 1000),
        metadata: { openid_provider: trusted.metadata },
        trust_marks: trusted.trustMarks,
        trust_chain: trusted.chain,
      }
      return reply
        .type('application/resolve-response+jwt')
        .send(await signStatement(resolved, federation, 'resolve-response+jwt'))
    },
  )

  /** People visit these addresses: what is refused is a page, in their language. */
  const apiErrors = app.errorHandler
  app.setErrorHandler((error, req, reply) => {
    if (!req.routeOptions.config.page) return apiErrors(error, req, reply)
    const refusal = refusalOf(error)
    const known = noticeOf(error, refusal)
    if (known.status === 500) req.log.error({ err: error }, 'bug')
    if (refusal?.options.retryAfter) void reply.header('retry-after', refusal.options.retryAfter)
    return show(req, reply, known)
  })
}
