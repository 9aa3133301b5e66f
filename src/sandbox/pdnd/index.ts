// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance, FastifyReply } from 'fastify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import type { SandboxContext } from '../context.ts'
import { createTables } from './store.ts'
import { apiAudience, issueVoucher, keySet, PdndRefusal } from './vouchers.ts'

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof PdndRefusal)) throw error
  const { status, code, message } = error
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      status,
      title: 'The request contains bad syntax',
      errors: [{ code, detail: message }],
    })
}

const unauthorized = (): PdndRefusal => new PdndRefusal(401, '007-9991', 'a voucher for this API is needed')

/** Refuses who does not bring a voucher of an API client. */
async function mustBeApiClient(context: SandboxContext, authorization: string | undefined): Promise<void> {
  const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? []
  if (!token) throw unauthorized()
  await jwtVerify(token, createLocalJWKSet(await keySet(context)), {
    audience: apiAudience(context),
    issuer: `${context.url}/pdnd`,
    typ: 'at+jwt',
    currentDate: context.now(),
  }).catch(() => {
    throw unauthorized()
  })
}

const keyId = (text: string): string => (/^[\x21-\x7e]{1,200}$/.test(text) ? text : '')

/**
 * PDND, the national platform of interoperability: vouchers for active purposes, its key set, keys of clients by id.
 * What people do on its portal is under /control. Fault: {system: 'pdnd', operation: 'token' | 'keys', kind: 'down'}.
 */
export async function pdndSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await createTables(context.sql)
  const { sql } = context
  await app.register(
    async (scope) => {
      scope.setErrorHandler((error, _request, reply) => refuse(reply, error))
      const mustBeUp = (operation: string) => {
        if (context.faults.strike('pdnd', operation)) throw new PdndRefusal(503, '000-0000', 'out of service')
      }

      scope.get('/.well-known/jwks.json', () => {
        mustBeUp('keys')
        return keySet(context)
      })
      scope.post<{ Body: Record<string, unknown> | null }>('/token.oauth2', ({ body }) => {
        mustBeUp('token')
        return issueVoucher(context, body ?? {})
      })
      scope.get<{ Params: { kid: string } }>('/1.0/keys/:kid', async ({ params, headers }) => {
        mustBeUp('keys')
        await mustBeApiClient(context, headers.authorization)
        const { rows } = await sql.query<{ jwk: object }>('select jwk from pdnd_key where kid = $1', [
          keyId(params.kid),
        ])
        if (!rows[0]) throw new PdndRefusal(404, '007-0002', 'no such key')
        return { ...rows[0].jwk, kid: params.kid, use: 'sig' }
      })

      scope.put<{ Params: { id: string }; Body: { kind: string; organization: string; state?: string } }>(
        '/control/clients/:id',
        async ({ params, body }, reply) => {
          await sql.query(
            `insert into pdnd_client (id, kind, organization, state) values ($1, $2, $3, $4)
             on conflict (id) do update set kind = excluded.kind, organization = excluded.organization, state = excluded.state`,
            [params.id, body.kind, body.organization, body.state ?? 'ACTIVE'],
          )
          return reply.code(204).send()
        },
      )
      scope.put<{ Params: { id: string; kid: string }; Body: object }>(
        '/control/clients/:id/keys/:kid',
        async ({ params, body }, reply) => {
          await sql.query(
            `insert into pdnd_key (kid, client_id, jwk) values ($1, $2, $3)
             on conflict (kid) do update set jwk = excluded.jwk where pdnd_key.client_id = excluded.client_id`,
            [params.kid, params.id, body],
          )
          return reply.code(204).send()
        },
      )
      scope.put<{ Params: { id: string }; Body: { name: string; audience: string; state?: string; seconds?: number } }>(
        '/control/eservices/:id',
        async ({ params, body }, reply) => {
          await sql.query(
            `insert into pdnd_eservice (id, name, audience, voucher_seconds, state) values ($1, $2, $3, $4, $5)
             on conflict (id) do update set name = excluded.name, audience = excluded.audience, state = excluded.state,
               voucher_seconds = excluded.voucher_seconds`,
            [params.id, body.name, body.audience, body.seconds ?? 600, body.state ?? 'PUBLISHED'],
          )
          return reply.code(204).send()
        },
      )
      scope.put<{ Params: { id: string }; Body: { eservice: string; client: string; state?: string } }>(
        '/control/purposes/:id',
        async ({ params, body }, reply) => {
          await sql.query(
            `insert into pdnd_purpose (id, eservice_id, client_id, state) values ($1, $2, $3, $4)
             on conflict (id) do update set eservice_id = excluded.eservice_id, client_id = excluded.client_id, state = excluded.state`,
            [params.id, body.eservice, body.client, body.state ?? 'ACTIVE'],
          )
          return reply.code(204).send()
        },
      )
    },
    { prefix: '/pdnd' },
  )
}
