// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal, refusalOf } from '../../platform/errors.ts'
import type { App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { cookieName, cookieOptions } from '../sessions/index.ts'
import { localPath, noticePage, otherPerson, StepUp, type SignInFrame } from '../sign-in/index.ts'
import { readAccountConfig } from './config.ts'
import { accountsOf } from './context.ts'
import type { Entered, Visitor } from './enter.ts'
import { codePage, passwordPage, styles, type Fault } from './pages.ts'
import { codeOver, codeWrong, tooOften } from './refusals.ts'
import { fromOurSite } from './rules.ts'
import { codeDestination, sendAnotherCode, tryPassword, trySignInCode } from './sign-in.ts'
import { deviceCookie, deviceCookieOptions, halfCookie, halfCookieOptions } from './tokens.ts'

const text = (maxLength: number) => Type.String({ maxLength })
const PasswordForm = Type.Object({
  userName: text(100),
  password: text(1000),
  returnTo: Type.Optional(text(500)),
  stepUp: StepUp,
})
const CodeForm = Type.Object({ code: text(12) })

const wrong: Fault = {
  title: { it: 'Nome utente o password non sono giusti.', en: 'User name or password are not right.' },
  next: { it: 'Controlla e riprova, o entra con SPID.', en: 'Check and try again, or sign in with SPID.' },
}
const noMobile: Fault = {
  title: { it: 'Manca il numero di cellulare.', en: 'The mobile number is missing.' },
  next: {
    it: 'Entra con SPID e conferma il tuo numero nel profilo: poi potrai entrare anche così.',
    en: 'Sign in with SPID and confirm your number in the profile: then you can sign in this way too.',
  },
}
const lost: Fault = {
  title: { it: 'Il tempo è scaduto.', en: 'Time is up.' },
  next: { it: 'Scrivi di nuovo nome utente e password.', en: 'Type user name and password again.' },
}
const foreign = new Refusal(
  'accounts/foreign-form',
  403,
  { it: 'La richiesta viene da un altro sito.', en: 'The request comes from another site.' },
  { next: { it: 'Entra da questa pagina.', en: 'Sign in from this page.' } },
)

/** A browser as the sign-in sees it. */
export function visitorOf(req: FastifyRequest): Visitor {
  return { actor: req.actor, userAgent: req.headers['user-agent'], device: req.cookies[deviceCookie] }
}

/** Gives the cookies of a session that was just opened. */
export function letIn(reply: FastifyReply, entered: Entered, days: number): FastifyReply {
  return reply
    .clearCookie(halfCookie, halfCookieOptions)
    .setCookie(cookieName, entered.session, cookieOptions)
    .setCookie(deviceCookie, entered.device, deviceCookieOptions(days))
    .header('cache-control', 'no-store')
}

/** Signing in with user name, password and code: plain pages that need no script. */
export function pageRoutes(app: App, platform: Platform): void {
  const { region, publicUrl } = platform.config
  const { name } = readAccountConfig(platform.config)
  const rateLimit = perMinute(platform.config, 'SIGN_INS_PER_MINUTE', 600)
  const accounts = () => accountsOf(platform)
  const frame = (req: FastifyRequest): SignInFrame => ({
    language: req.actor.language,
    region: { name: region.owner, email: region.email, telephone: region.telephone },
    requestId: req.id,
  })
  const html = (reply: FastifyReply, status: number, content: string): FastifyReply =>
    reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(content)
  const askPassword = (
    req: FastifyRequest,
    reply: FastifyReply,
    status: number,
    form: { userName?: string; returnTo?: string | undefined; stepUp?: boolean; fault?: Fault },
  ) => {
    const { userName = '', returnTo, stepUp = false, fault } = form
    const page = { userName, returnTo: localPath(returnTo, publicUrl), stepUp, fault, name }
    return html(reply, status, passwordPage(frame(req), page))
  }
  /** Forms of other sites are refused before anything is counted. */
  const ownForm = (req: FastifyRequest): void => {
    if (!fromOurSite(req.headers, new URL(publicUrl).origin)) throw foreign
  }

  app.get('/auth/account.css', { config: { page: true } }, (_req, reply) =>
    reply.type('text/css').header('cache-control', 'max-age=3600').send(styles),
  )

  app.get<{ Querystring: { returnTo?: string; stepUp?: 'yes' | '' } }>(
    '/auth/account',
    {
      config: { page: true },
      schema: { querystring: Type.Object({ returnTo: Type.Optional(text(500)), stepUp: StepUp }) },
    },
    (req, reply) => askPassword(req, reply, 200, { returnTo: req.query.returnTo, stepUp: req.query.stepUp === 'yes' }),
  )

  app.post(
    '/auth/account/password',
    { config: { page: true, rateLimit }, schema: { body: PasswordForm } },
    async (req, reply) => {
      ownForm(req)
      const { userName, password, returnTo } = req.body
      const stepUp = req.body.stepUp === 'yes'
      const back = localPath(returnTo, publicUrl)
      const result = await tryPassword(await accounts(), visitorOf(req), { userName, password, returnTo: back, stepUp })
      switch (result.kind) {
        case 'code-sent':
          return reply
            .setCookie(halfCookie, result.half, halfCookieOptions)
            .header('cache-control', 'no-store')
            .redirect('/auth/account/code', 303)
        case 'wait':
          void reply.header('retry-after', result.seconds)
          return askPassword(req, reply, 429, { userName, returnTo, stepUp, fault: faultOf(tooOften(result.seconds)) })
        case 'no-mobile':
          return askPassword(req, reply, 403, { userName, returnTo, stepUp, fault: noMobile })
        case 'other-person':
          return html(reply, otherPerson.status, noticePage(frame(req), otherPerson, result.returnTo))
        default:
          return askPassword(req, reply, 401, { userName, returnTo, stepUp, fault: wrong })
      }
    },
  )

  const askCode = async (req: FastifyRequest, reply: FastifyReply, status: number, fault?: Fault) => {
    const destination = await codeDestination(await accounts(), req.cookies[halfCookie])
    if (destination === undefined) return askPassword(req, reply, 403, { fault: lost })
    return html(reply, status, codePage(frame(req), { destination, fault }))
  }

  app.get('/auth/account/code', { config: { page: true } }, (req, reply) => askCode(req, reply, 200))

  app.post(
    '/auth/account/code',
    { config: { page: true, rateLimit }, schema: { body: CodeForm } },
    async (req, reply) => {
      ownForm(req)
      const room = await accounts()
      const result = await trySignInCode(room, visitorOf(req), req.cookies[halfCookie], req.body.code)
      switch (result.kind) {
        case 'signed-in':
          return letIn(reply, result.entered, room.config.knownDeviceDays).redirect(result.returnTo, 303)
        case 'wrong':
          return askCode(req, reply, 422, faultOf(codeWrong(result.triesLeft)))
        case 'over':
          return askCode(req, reply, 410, faultOf(codeOver))
        default:
          return askPassword(req, reply, 403, { fault: lost })
      }
    },
  )

  app.post('/auth/account/code/again', { config: { page: true, rateLimit } }, async (req, reply) => {
    ownForm(req)
    const sent = await sendAnotherCode(await accounts(), visitorOf(req), req.cookies[halfCookie])
    if (!sent) return askPassword(req, reply, 403, { fault: lost })
    if (sent.wait === 0) return reply.redirect('/auth/account/code', 303)
    void reply.header('retry-after', sent.wait)
    return askCode(req, reply, 429, faultOf(tooOften(sent.wait)))
  })

  /** People visit these addresses: what is refused is a page, in their language. */
  const apiErrors = app.errorHandler
  app.setErrorHandler((error, req, reply) => {
    const refusal = refusalOf(error)
    const invalid = typeof error === 'object' && error !== null && 'validation' in error
    if (!req.routeOptions.config.page || !(refusal || invalid)) return apiErrors(error, req, reply)
    if (refusal?.options.retryAfter) void reply.header('retry-after', refusal.options.retryAfter)
    return askPassword(req, reply, refusal?.status ?? 400, { fault: refusal ? faultOf(refusal) : wrong })
  })
}

function faultOf({ text: title, options: { next } }: Refusal): Fault {
  return { title, next: next ?? wrong.next }
}
