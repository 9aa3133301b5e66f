// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { cookieName, cookieOptions } from '../sessions/index.ts'
import { answers, type Party } from './answers.ts'
import { logoutPageOf } from './identity-providers.ts'
import { leaveEverywhere, receiveLogoutAnswer } from './leave.ts'
import type { LogoutDelivery, LogoutDeparture } from './logout-message.ts'
import { answerLogout } from './logout.ts'
import * as pages from './pages.ts'
import { SamlFault } from './saml/fault.ts'
import { LogoutMessage, type LogoutMessageFields } from './schema.ts'

/** Logout with one federation: ours towards the provider, the provider's towards us, and the page one ends on. */
export function logoutRoutes(app: App, platform: Platform, { config, keys }: Party): void {
  const { frame, html, departure } = answers(platform)
  const { path } = config.profile

  const go = (req: FastifyRequest, reply: FastifyReply, next: LogoutDeparture): FastifyReply =>
    next.kind === 'post'
      ? departure(req, reply, next.action, next.fields)
      : reply.header('cache-control', 'no-store').redirect(next.address, 303)
  const signedOut = async (req: FastifyRequest, reply: FastifyReply, how: pages.SignedOut): Promise<FastifyReply> =>
    html(reply, 200, pages.signedOutPage(frame(req), how, await logoutPageOf(platform.db, config, platform.now())))

  // The cookie of the session does not come with a form of another site (SameSite), so nobody is sent away from outside.
  app.post(`${path}/leave`, { config: { page: true } }, async (req, reply) => {
    const next = await leaveEverywhere(platform, config, await keys(), req.actor)
    void reply.clearCookie(cookieName, cookieOptions).header('clear-site-data', '"cache", "storage"')
    return next ? go(req, reply, next) : signedOut(req, reply, 'here')
  })

  /** A request of the provider, its answer to one of ours, or somebody who comes to see that she is out. */
  const receive = async (
    req: FastifyRequest,
    reply: FastifyReply,
    fields: LogoutMessageFields,
    rest: Pick<LogoutDelivery, 'binding' | 'rawQuery'>,
  ): Promise<FastifyReply> => {
    const { SAMLRequest: request, SAMLResponse: response, RelayState: relayState } = fields
    if (request)
      return go(
        req,
        reply,
        await answerLogout(platform, config, await keys(), { ...rest, message: request, relayState }),
      )
    if (!response) return signedOut(req, reply, 'here')
    try {
      const result = await receiveLogoutAnswer(platform, config, await keys(), {
        ...rest,
        message: response,
        relayState,
      })
      return await signedOut(req, reply, result)
    } catch (error) {
      if (!(error instanceof SamlFault)) throw error
      req.log.warn({ code: error.code }, 'answer to a logout refused')
      return signedOut(req, reply, 'only-here')
    }
  }
  app.get(`${path}/logout`, { config: { page: true }, schema: { querystring: LogoutMessage } }, (req, reply) =>
    receive(req, reply, req.query, { binding: 'redirect', rawQuery: req.url.slice(req.url.indexOf('?') + 1) }),
  )
  app.post(`${path}/logout`, { config: { page: true }, schema: { body: LogoutMessage } }, (req, reply) =>
    receive(req, reply, req.body, { binding: 'post', rawQuery: '' }),
  )
}
