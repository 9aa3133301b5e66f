// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import type { SignInConfig } from './config.ts'
import type { Keys } from './keys.ts'
import type { Notice } from './messages.ts'
import * as pages from './pages.ts'

/** Keys of the service provider, read at first use and then kept. */
export type KeyRing = () => Promise<Keys>

/** Our side in one federation. */
export type Party = { config: SignInConfig; keys: KeyRing }

/** What the routes of both federations answer with. */
export function answers({ config: { region } }: Platform) {
  const frame = (req: FastifyRequest, language: Language = req.actor.language): pages.Frame => ({
    language,
    region: { name: region.owner, email: region.email, telephone: region.telephone },
    requestId: req.id,
  })
  const html = (reply: FastifyReply, status: number, content: string): FastifyReply =>
    reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(content)
  const notice = (req: FastifyRequest, reply: FastifyReply, what: Notice, language?: Language, returnTo?: string) =>
    html(reply, what.status, pages.noticePage(frame(req, language), what, returnTo))
  /** A page whose form goes to another site: only there, whatever the other pages may. */
  const departure = (
    req: FastifyRequest,
    reply: FastifyReply,
    action: string,
    fields: Record<string, string>,
  ): FastifyReply => {
    void reply.header(
      'content-security-policy',
      `default-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action ${new URL(action).origin}`,
    )
    return html(reply, 200, pages.departurePage(frame(req), action, fields))
  }

  return { frame, html, notice, departure }
}
