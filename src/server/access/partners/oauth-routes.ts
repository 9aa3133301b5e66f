// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyReply, FastifyRequest } from 'fastify'
import { perMinute } from '../../platform/limits.ts'
import type { App } from '../../platform/http.ts'
import { refusalOf } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import { assertionAlgorithms } from './public-keys.ts'
import { authenticateClient, type Client } from './assertions.ts'
import { grantedScopes } from './clients.ts'
import type { PartnerConfig } from './config.ts'
import { OauthError } from './oauth-error.ts'
import { scopeNames } from './scopes.ts'
import type { SigningKeys } from './signing-keys.ts'
import { readToken, revokeToken, signToken, tokenLifetime, type AccessToken } from './tokens.ts'

/** The authorization server as partners' libraries find it (RFC 8414). */
function metadata(config: PartnerConfig): object {
  const authentication = {
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
  }
  const same = (endpoint: string) =>
    Object.fromEntries(
      Object.entries(authentication).map(([name, value]) => [name.replace('token_endpoint', endpoint), value]),
    )
  return {
    issuer: config.issuer,
    token_endpoint: config.tokenEndpoint,
    introspection_endpoint: config.introspectionEndpoint,
    revocation_endpoint: config.revocationEndpoint,
    jwks_uri: `${config.issuer}/oauth/jwks`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    scopes_supported: scopeNames,
    ...authentication,
    ...same('introspection_endpoint'),
    ...same('revocation_endpoint'),
    service_documentation: `${config.issuer}/api-docs`,
  }
}

/** The form of a request. No parameter may come twice (RFC 6749, section 3.2). */
function formOf(request: FastifyRequest): Record<string, string> {
  const body = request.body ?? {}
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') || typeof body !== 'object')
    throw new OauthError('invalid_request', 'send a form: application/x-www-form-urlencoded')
  const parameters: [string, unknown][] = Object.entries(body)
  return Object.fromEntries(
    parameters.map(([name, value]) => {
      if (typeof value !== 'string') throw new OauthError('invalid_request', `${name} was sent more than once`)
      return [name, value]
    }),
  )
}

/** The scopes of the new token: those asked for, or all; never one that was not granted. */
function chosenScopes(wish: string | undefined, granted: readonly string[]): readonly string[] {
  const asked = [...new Set((wish ?? '').split(' ').filter(Boolean))]
  const missing = asked.filter((scope) => !granted.includes(scope))
  if (missing.length > 0)
    throw new OauthError(
      'invalid_scope',
      `not granted to this client: ${missing
        .join(' ')
        .replaceAll(/[^\x21\x23-\x5b\x5d-\x7e ]/g, '?')
        .slice(0, 200)}`,
    )
  if (granted.length === 0) throw new OauthError('invalid_scope', 'this client has no scope yet')
  return asked.length > 0 ? asked : granted
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error)
  const status = (error as { statusCode?: number }).statusCode ?? 500
  if (error instanceof OauthError) {
    request.refusedAs = `oauth/${error.code}: ${error.message}`.slice(0, 200)
    return reply.code(error.status).send({ error: error.code, error_description: error.message })
  }
  if (refusal) {
    if (refusal.options.retryAfter) void reply.header('retry-after', refusal.options.retryAfter)
    return reply.code(refusal.status).send({ error: 'temporarily_unavailable', error_description: refusal.text.en })
  }
  if (status < 500)
    return reply.code(400).send({ error: 'invalid_request', error_description: 'the request cannot be read' })
  request.log.error({ err: error }, 'bug')
  return reply.code(500).send({ error: 'server_error', error_description: `request ${request.id}` })
}

/**
 * Endpoints of the authorization server: metadata (RFC 8414), keys, token (RFC 6749, RFC 7523), introspection (RFC 7662)
 * and revocation (RFC 7009).
 */
export async function oauthRoutes(
  app: App,
  platform: Platform,
  config: PartnerConfig,
  keys: () => Promise<SigningKeys>,
): Promise<void> {
  const { db, now } = platform
  const open = { page: true } as const
  const guarded = { ...open, rateLimit: perMinute(platform.config, 'PARTNER_TOKENS_PER_MINUTE', 120) }

  app.get('/.well-known/oauth-authorization-server', { config: open }, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=3600').send(metadata(config)),
  )
  app.get('/oauth/jwks', { config: open }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=600').send({ keys: (await keys()).published }),
  )

  /** Who calls, and her form; whose list of errors the call belongs to is noted on the way. */
  const authenticate = async (request: FastifyRequest, endpoint: string) => {
    const form = formOf(request)
    const client = await authenticateClient(platform, config, form, endpoint, (id) => (request.partnerCaller = id))
    return { form, client }
  }
  /** The live token in a form, if this client may know about it. */
  const tokenIn = async (form: Record<string, string>, client: Client): Promise<AccessToken | undefined> => {
    if (!form['token']) throw new OauthError('invalid_request', 'token is missing')
    const token = await readToken(config, await keys(), now(), form['token'])
    if (!token || token.clientId === client.id) return token
    return client.state === 'active' && (await grantedScopes(db, client.id)).includes('tokens:introspect')
      ? token
      : undefined
  }

  await app.register(async (endpoints) => {
    endpoints.setErrorHandler(answerError)
    endpoints.addHook('onSend', async (_request, reply) => {
      void reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
    })

    const give = async (request: FastifyRequest) => {
      const form = formOf(request)
      if (!form['grant_type']) throw new OauthError('invalid_request', 'grant_type is missing')
      if (form['grant_type'] !== 'client_credentials')
        throw new OauthError('unsupported_grant_type', 'only client_credentials is supported')
      const { client } = await authenticate(request, config.tokenEndpoint)
      if (client.state !== 'active') throw new OauthError('unauthorized_client', 'this client is suspended')
      const scopes = chosenScopes(form['scope'], await grantedScopes(db, client.id))
      const token = await signToken(config, await keys(), now(), client, scopes)
      return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetime, scope: scopes.join(' ') }
    }

    const introspect = async (request: FastifyRequest) => {
      const { form, client } = await authenticate(request, config.introspectionEndpoint)
      const token = await tokenIn(form, client)
      const live = token && (await liveScopes(platform, token))
      if (!token || !live) return { active: false }
      return {
        active: true,
        scope: live.join(' '),
        client_id: token.clientId,
        token_type: 'Bearer',
        exp: token.expiresAt,
        iat: token.issuedAt,
        sub: token.clientId,
        aud: config.resource,
        iss: config.issuer,
        jti: token.jti,
      }
    }
    endpoints.post('/oauth/token', { config: guarded }, (request) => give(request))
    endpoints.post('/oauth/introspect', { config: guarded }, (request) => introspect(request))

    endpoints.post('/oauth/revoke', { config: guarded }, async (request, reply) => {
      const { form, client } = await authenticate(request, config.revocationEndpoint)
      const token = await tokenIn(form, client)
      if (token?.clientId === client.id) await revokeToken(db, token)
      return reply.code(200).send() // also for a token that does not exist (RFC 7009, section 2.2)
    })
  })
}

/** What a token of ours may still do; undefined when it was taken back or its client is no longer active. */
async function liveScopes({ pool }: Platform, token: AccessToken): Promise<string[] | undefined> {
  const { rows } = await pool.query<{ granted: string[] }>(
    `select array(select s.scope from partner.client_scope s where s.client_id = c.id and s.state = 'granted') as granted
     from partner.client c
     where c.id = $1 and c.state = 'active' and c.generation = $2
       and not exists (select from partner.revoked_token r where r.jti = $3)`,
    [token.clientId, token.generation, token.jti],
  )
  return rows[0] && token.scopes.filter((scope) => rows[0]!.granted.includes(scope))
}
