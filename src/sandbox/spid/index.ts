// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { bentAnswer, refusal, success, type Desk } from './answers.ts'
import { attacks } from './attacks.ts'
import { checkRequest, RequestFault, type LoginRequest, type Received } from './authn-requests.ts'
import { cases } from './cases.ts'
import { checkLogout, logoutResponse } from './logouts.ts'
import { addTestRoutes } from './test-routes.ts'
import { createLogins, type Login } from './logins.ts'
import * as pages from './pages.ts'
import { attributesOf, demoPeople, suits, usesOf, type Holder, type Use } from './people.ts'
import {
  entityIdOf,
  isProviderId,
  providerMetadata,
  publishFederation,
  keyOf,
  type ProviderId,
  type Scheme,
} from './providers.ts'
import { findServiceProvider } from './service-providers.ts'
import { signElement } from './signing.ts'

const tables = `
create table if not exists spid_key (name text primary key, private_key text not null, certificate text not null);
create table if not exists spid_service_provider (
  entity_id text primary key, metadata text not null, registered_at timestamptz not null default now());
create table if not exists spid_login (
  id text primary key, provider text not null, request jsonb not null, person jsonb,
  failures integer not null default 0, created_at timestamptz not null);
`

/** A login must be finished in this time, in milliseconds; after it the answer is error 21. */
const patience = 5 * 60_000

type Form = Record<string, string | undefined>
type ProviderRoute = { Params: { provider: string }; Body: Form | undefined; Querystring: Form }

/** SPID in the national sandbox: two providers, the registry that signs their metadata, and the doors for tests. */
export async function spidSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  const { sql } = context
  await sql.query(tables)
  app.get('/spid/style.css', (_request, reply) => reply.type('text/css').send(pages.styles))
  app.get('/spid/submit.js', (_request, reply) => reply.type('text/javascript').send(pages.submitScript))
  app.get('/spid/cases', () => [
    ...cases.map(({ number, sentence, expected }) => ({ name: number, sentence, expected })),
    ...attacks.map(({ name, sentence }) => ({ name, sentence, expected: 'refused' })),
  ])
  app.get('/spid/federation.pem', async (_request, reply) =>
    reply.type('application/x-pem-file').send((await keyOf(sql, 'federation')).certificate),
  )
  app.addContentTypeParser(['application/samlmetadata+xml'], { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  identityProviders(app, context, 'spid')
}

/** The providers of one federation: metadata, single sign-on on both bindings, and the mutated answers. */
export function identityProviders(app: FastifyInstance, context: SandboxContext, scheme: Scheme): void {
  const { sql } = context
  const logins = createLogins(sql)
  const desk = (provider: ProviderId): Desk => ({ sql, url: context.url, provider, now: context.now() })
  const providerOf = ({ params }: FastifyRequest<ProviderRoute>): ProviderId | undefined =>
    isProviderId(scheme, params.provider) ? params.provider : undefined

  app.get<ProviderRoute>(`/${scheme}/:provider/metadata`, async (request, reply) => {
    const provider = providerOf(request)
    if (!provider) return unknown(reply)
    await publishFederation(sql, context.dataDir)
    return reply.type('application/samlmetadata+xml').send(await providerMetadata(sql, context.url, provider))
  })
  app.route<ProviderRoute>({
    method: ['GET', 'POST'],
    url: `/${scheme}/:provider/sso`,
    handler: async (request, reply) => {
      const provider = providerOf(request)
      if (!provider) return unknown(reply)
      const fault = context.faults.strike(scheme, 'sso')
      if (fault?.kind === 'delay') await new Promise((done) => setTimeout(done, fault.milliseconds ?? 3000))
      else if (fault)
        return html(reply.code(503), pages.messagePage(provider, 'Servizio non disponibile', 'Errore nr. 2.'))
      const received = receivedOf(request)
      if (!received) return html(reply.code(403), pages.faultPage(provider, 6, 'Binding o metodo HTTP sbagliato'))
      try {
        const login = await checkRequest(
          received,
          `${entityIdOf(context.url, provider)}/sso`,
          entityIdOf(context.url, provider),
          scheme,
          context.now(),
          (issuer) => findServiceProvider(sql, issuer, context.platformUrl),
        )
        const id = await logins.open(provider, login, context.now())
        return html(reply, pages.loginPage(provider, id, login, await demoPeople(context.dataDir)))
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error
        return answerFault(reply, desk(provider), error)
      }
    },
  })

  app.post<ProviderRoute>(`/${scheme}/:provider/login`, (request, reply) =>
    withLogin(request, reply, async (provider, login) => {
      const body = request.body ?? {}
      const people = await demoPeople(context.dataDir)
      const quick = people.find((person) => person.fiscalCode === body['person'])
      const person = quick ?? holderOf(body, people, login.request.level)
      const use: Use = body['use'] === 'professional' ? 'professional' : 'personal'
      if (!person) {
        const failures = await logins.fail(login.id)
        if (failures >= 3) return deny(reply, provider, login, 19)
        const notice = `Credenziali errate: tentativo ${failures} di 3.`
        return html(reply.code(401), pages.loginPage(provider, login.id, login.request, people, notice))
      }
      if (!usesOf(person, scheme).includes(use) || !suits(use, login.request.purpose))
        return deny(reply, provider, login, 30)
      await logins.identify(login.id, person)
      const shown = [...attributesOf(person)].filter(([name]) => login.request.attributes.includes(name))
      return html(reply, pages.consentPage(provider, login.id, login.request, new Map(shown)))
    }),
  )
  app.post<ProviderRoute>(`/${scheme}/:provider/consent`, (request, reply) =>
    withLogin(request, reply, async (provider, login) => {
      if (request.body?.['decision'] !== 'yes') return deny(reply, provider, login, 22)
      if (!login.person)
        return html(reply.code(400), pages.messagePage(provider, 'Accesso', 'Prima devi dire chi sei.'))
      return send(reply, provider, login, await success(desk(provider), login.request, login.person))
    }),
  )
  app.post<ProviderRoute>(`/${scheme}/:provider/anomaly`, (request, reply) =>
    withLogin(request, reply, (provider, login) => deny(reply, provider, login, Number(request.body?.['error']))),
  )
  app.post<ProviderRoute>(`/${scheme}/:provider/case`, (request, reply) =>
    withLogin(request, reply, async (provider, login) => {
      const people = await demoPeople(context.dataDir)
      const person = people.find((one) => one.fiscalCode === request.body?.['person'])
      const wanted = people.find((one) => one !== person)?.fiscalCode ?? 'XXXXXX00A00A000X'
      const answer =
        person && (await bentAnswer(desk(provider), login.request, person, request.body?.['case'] ?? '', wanted))
      if (!answer) return html(reply.code(400), pages.messagePage(provider, 'Accesso', 'Persona o caso sconosciuto.'))
      return send(reply, provider, login, answer)
    }),
  )
  app.route<ProviderRoute>({
    method: ['GET', 'POST'],
    url: `/${scheme}/:provider/slo`,
    handler: async (request, reply) => {
      const provider = providerOf(request)
      if (!provider) return unknown(reply)
      const received = receivedOf(request)
      if (!received) return html(reply, pages.messagePage(provider, 'Uscita', 'La sessione è stata chiusa.'))
      try {
        const find = (issuer: string) => findServiceProvider(sql, issuer, context.platformUrl)
        const { destination, requestId } = await checkLogout(received, `${entityIdOf(context.url, provider)}/slo`, find)
        const own = entityIdOf(context.url, provider)
        const xml = logoutResponse({ provider: own, destination, requestId, now: context.now() })
        const response = signElement(xml, 'LogoutResponse', await keyOf(sql, provider))
        return await html(reply, pages.answerPage(provider, destination, response, received.relayState ?? null))
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error
        return html(reply.code(403), pages.faultPage(provider, error.error, error.message))
      }
    },
  })
  // CIE: a plain visit ends the session, and nothing comes back (manual of "Entra con CIE").
  app.get<ProviderRoute>(`/${scheme}/:provider/logout`, (request, reply) => {
    const provider = providerOf(request)
    if (!provider || scheme !== 'cie') return unknown(reply)
    return html(reply, pages.messagePage(provider, 'Uscita', 'Hai chiuso la sessione della CIE in questo browser.'))
  })
  addTestRoutes(app, context, scheme)

  async function withLogin(
    request: FastifyRequest<ProviderRoute>,
    reply: FastifyReply,
    work: (provider: ProviderId, login: Login) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const provider = providerOf(request)
    if (!provider) return unknown(reply)
    const login = await logins.find(provider, request.body?.['login'] ?? '')
    if (!login)
      return html(reply.code(400), pages.messagePage(provider, 'Accesso', 'Questo accesso è già stato concluso.'))
    if (context.now().getTime() - login.createdAt.getTime() > patience) return deny(reply, provider, login, 21)
    return work(provider, login)
  }

  async function deny(reply: FastifyReply, provider: ProviderId, login: Login, error: number): Promise<FastifyReply> {
    if (!Number.isInteger(error))
      return html(reply.code(400), pages.messagePage(provider, 'Accesso', 'Errore sconosciuto.'))
    return send(reply, provider, login, await refusal(desk(provider), login.request, error))
  }

  async function send(
    reply: FastifyReply,
    provider: ProviderId,
    login: Login,
    response: string,
  ): Promise<FastifyReply> {
    await logins.close(login.id)
    return html(reply, pages.answerPage(provider, login.request.consumerUrl, response, login.request.relayState))
  }
}

async function answerFault(reply: FastifyReply, desk: Desk, fault: RequestFault): Promise<FastifyReply> {
  if (!fault.answer) return html(reply.code(403), pages.faultPage(desk.provider, fault.error, fault.message))
  const response = await refusal(desk, fault.answer, fault.error)
  return html(reply, pages.answerPage(desk.provider, fault.answer.consumerUrl, response, fault.answer.relayState))
}

function holderOf(form: Form, people: readonly Holder[], level: LoginRequest['level']): Holder | undefined {
  if (form['password'] !== pages.demoPassword || (level > 1 && form['otp'] !== pages.demoOtp)) return undefined
  return people.find((person) => person.fiscalCode === form['username']?.trim().toUpperCase())
}

/** GET carries a deflated message with a signed query, POST a signed message in a form; anything else is error 6. */
function receivedOf(request: FastifyRequest<ProviderRoute>): Received | undefined {
  if (request.method === 'GET') {
    const { SAMLRequest: message, RelayState: relayState } = request.query
    const rawQuery = request.url.slice(request.url.indexOf('?') + 1)
    return message ? { binding: 'redirect', message, relayState, rawQuery } : undefined
  }
  const { SAMLRequest: message, RelayState: relayState } = request.body ?? {}
  return message ? { binding: 'post', message, relayState } : undefined
}

function unknown(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send('Gestore sconosciuto')
}

function html(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html').header('cache-control', 'no-store').send(page)
}
