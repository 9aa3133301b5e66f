// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Provider } from 'oidc-provider'
import type { SandboxContext } from '../context.ts'
import { demoPeople } from '../spid/people.ts'
import {
  aggregatorConfiguration,
  anchorConfiguration,
  providerConfiguration,
  publishAnchor,
  statementAbout,
} from './federation.ts'
import { replaceKey, tables as keyTables } from './keys.ts'
import { consentPage, errors, faultPage, loginPage, type Shown } from './pages.ts'
import { entityOf, idOf, isEntity, isWithdrawn, markOf, place, setWithdrawn, tables as placeTables } from './places.ts'
import { accountOf, claimNames, createProvider, mount } from './provider.ts'

const entityStatement = 'application/entity-statement+jwt'

type Step = { Params: { uid: string }; Body: Record<string, string | undefined> | null }

/**
 * "Entra con CIE" by OpenID Connect in the national sandbox: a trust anchor, two aggregators and a provider. `PUT
 * /cie-oidc/places` puts an entity below others, `PUT /cie-oidc/withdrawn-marks` takes a trust mark back, `POST
 * /cie-oidc/op/roll-over` gives the provider another key. Faults: {system: 'cie-oidc', operation, kind}, operation `token`,
 * `me` and `revocation` for what is down, `trust-mark-status`, or one of those of the federation (see `federation.ts`).
 */
export async function cieOidcSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await context.sql.query(keyTables + placeTables)
  await publishAnchor(context)
  const provider = await createProvider(context)
  addFederation(app, context)
  addPages(app, context, provider)
  await app.register(async (scope) => {
    // The library reads bodies by itself.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const handle = provider.callback()
    scope.all(`${mount}/*`, async (request, reply) => {
      const path = request.url.slice(mount.length)
      const fault = context.faults.strike('cie-oidc', /(\w+)(?:\?|$)/.exec(path)?.[1] ?? '')
      if (fault) return reply.code(503).send({ error: 'temporarily_unavailable' })
      reply.hijack()
      const raw = Object.assign(request.raw, { originalUrl: request.url, url: path })
      await handle(raw, reply.raw)
      return reply
    })
  })
}

function addFederation(app: FastifyInstance, context: SandboxContext): void {
  for (const superior of ['ta', 'sa', 'sb'] as const) {
    app.get(`/cie-oidc/${superior}/.well-known/openid-federation`, async (_request, reply) =>
      reply
        .type(entityStatement)
        .send(await (superior === 'ta' ? anchorConfiguration(context) : aggregatorConfiguration(context, superior))),
    )
    app.get<{ Querystring: { sub?: string } }>(`/cie-oidc/${superior}/fetch`, async ({ query }, reply) => {
      const statement = await statementAbout(context, superior, query.sub ?? '')
      if (!statement) return reply.code(404).send({ error: 'not_found' })
      return reply.type(entityStatement).send(statement)
    })
    type StatusQuery = { sub?: string; id?: string }
    app.get<{ Querystring: StatusQuery }>(`/cie-oidc/${superior}/trust_mark_status`, async ({ query }, reply) => {
      const fault = context.faults.strike('cie-oidc', 'trust-mark-status')?.kind
      if (fault === 'down') return reply.code(503).send({ error: 'temporarily_unavailable' })
      if (!query.sub || !query.id) return reply.code(400).send({ error: 'invalid_request' })
      const entity = entityOf(context, query.sub)
      if (!entity || query.id !== markOf(context, entity)) return reply.code(404).send({ error: 'not_found' })
      if (fault === 'none') return reply.type('text/html').send('<p>active</p>')
      return reply.send({ active: fault === 'odd' ? 'true' : !(await isWithdrawn(context, superior, entity)) })
    })
  }
  app.get(`${mount}/.well-known/openid-federation`, async (_request, reply) =>
    reply.type(entityStatement).send(await providerConfiguration(context, metadataOf(idOf(context, 'op')))),
  )
  app.put<{ Body: { entity?: unknown; superiors?: unknown } }>('/cie-oidc/places', async ({ body }, reply) => {
    const { entity, superiors } = body
    if (!isEntity(entity) || entity === 'ta' || !Array.isArray(superiors) || !superiors.every(isEntity))
      return reply.code(400).send({ error: 'invalid_request' })
    await place(context, entity, superiors)
    return reply.code(204).send()
  })
  app.put<{ Body: { issuer?: unknown; entity?: unknown; withdrawn?: unknown } }>(
    '/cie-oidc/withdrawn-marks',
    async ({ body }, reply) => {
      const { issuer, entity, withdrawn } = body
      if (!isEntity(issuer) || !isEntity(entity) || typeof withdrawn !== 'boolean')
        return reply.code(400).send({ error: 'invalid_request' })
      await setWithdrawn(context, issuer, entity, withdrawn)
      return reply.code(204).send()
    },
  )
  app.post(`${mount}/roll-over`, async (_request, reply) => {
    await replaceKey(context.sql, 'op')
    return reply.code(204).send()
  })
}

/** The metadata of the provider, with the endpoints of the library. */
const metadataOf = (id: string) => ({
  issuer: id,
  organization_name: 'Ministero dell’Interno (di prova)',
  authorization_endpoint: `${id}/auth`,
  token_endpoint: `${id}/token`,
  userinfo_endpoint: `${id}/me`,
  revocation_endpoint: `${id}/token/revocation`,
  client_registration_types_supported: ['automatic'],
  scopes_supported: ['openid', 'profile', 'email'],
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['pairwise', 'public'],
  acr_values_supported: [1, 2, 3].map((level) => `https://www.spid.gov.it/SpidL${level}`),
  claims_supported: claimNames,
  id_token_signing_alg_values_supported: ['RS256', 'RS384', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512'],
  userinfo_signing_alg_values_supported: ['RS256', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512'],
  userinfo_encryption_alg_values_supported: ['RSA-OAEP', 'RSA-OAEP-256'],
  userinfo_encryption_enc_values_supported: ['A128CBC-HS256', 'A256CBC-HS512'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  code_challenge_methods_supported: ['S256'],
  request_object_signing_alg_values_supported: ['RS256', 'RS512'],
  authorization_response_iss_parameter_supported: true,
  request_parameter_supported: true,
})

/** The pages on which a person says who she is and agrees. */
function addPages(app: FastifyInstance, context: SandboxContext, provider: Provider): void {
  const html = (reply: FastifyReply, page: string, status = 200): FastifyReply =>
    reply.code(status).type('text/html').header('cache-control', 'no-store').send(page)

  type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>
  const step = async (
    request: FastifyRequest<Step>,
    reply: FastifyReply,
    work: (interaction: Interaction, shown: Shown) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    let interaction: Interaction
    try {
      interaction = await provider.interactionDetails(request.raw, reply.raw)
    } catch {
      return html(reply, faultPage('invalid_request', 'Questo accesso è già stato concluso.'), 400)
    }
    const { params, uid } = interaction
    const level = Number(String(params['acr_values']).slice(-1))
    const client = await provider.Client.find(String(params['client_id']))
    return work(interaction, {
      action: `${mount}/interaction/${uid}`,
      client: client?.clientName ?? String(params['client_id']),
      level,
    })
  }
  const finish = async (
    request: FastifyRequest<Step>,
    reply: FastifyReply,
    result: Parameters<Provider['interactionResult']>[2],
  ): Promise<FastifyReply> => reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303)
  const personOf = async ({ body }: FastifyRequest<Step>) =>
    (await demoPeople(context.dataDir)).find((one) => one.fiscalCode === body?.['person'])

  app.get<Step>(`${mount}/interaction/:uid`, (request, reply) =>
    step(request, reply, async (_interaction, shown) =>
      html(reply, loginPage(shown, await demoPeople(context.dataDir))),
    ),
  )
  app.post<Step>(`${mount}/interaction/:uid/login`, (request, reply) =>
    step(request, reply, async (_interaction, shown) => {
      const person = await personOf(request)
      return person
        ? html(reply, consentPage(shown, person, request.body?.['bend'] ?? ''))
        : html(reply, faultPage('access_denied', 'Persona sconosciuta.'), 400)
    }),
  )
  app.post<Step>(`${mount}/interaction/:uid/consent`, (request, reply) =>
    step(request, reply, async ({ params }, { level }) => {
      const person = await personOf(request)
      if (!person || request.body?.['decision'] !== 'yes')
        return finish(request, reply, { error: 'access_denied', error_description: 'consent refused' })
      const accountId = accountOf(person, request.body['bend'] ?? '')
      const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
      grant.addOIDCScope(String(params['scope']))
      grant.addOIDCClaims(claimNames)
      const acr = `https://www.spid.gov.it/SpidL${level}`
      return finish(request, reply, {
        login: { accountId, acr, amr: ['card'], remember: false },
        consent: { grantId: await grant.save() },
      })
    }),
  )
  app.post<Step>(`${mount}/interaction/:uid/error`, (request, reply) =>
    step(request, reply, async () => {
      const [error = 'access_denied'] = errors.find(([name]) => name === request.body?.['error']) ?? []
      return finish(request, reply, { error, error_description: 'chosen by the person' })
    }),
  )
}
