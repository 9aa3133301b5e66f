// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { bentAnswer, success, type Desk } from './answers.ts'
import { checkRequest, RequestFault, type Received } from './authn-requests.ts'
import { logoutField, logoutQuery, logoutRequest, logoutResponse, type LogoutAnswer } from './logouts.ts'
import type { Holder } from './people.ts'
import { entityIdOf, isProviderId, keyOf, type Scheme } from './providers.ts'
import { findServiceProvider, MetadataFault, register } from './service-providers.ts'

/** A request as the browser would bring it, and what to answer it with. */
export type AnswerOrder = Received & {
  person: Holder
  /** Number of an AgID case or name of an attack; a correct answer when not given. */
  case?: string
  /** Fiscal code an attacker would like to be. */
  wanted?: string
}

export type LogoutOrder = { destination: string; nameId: string; sessionIndex: string; foreign?: boolean }

/** An answer to a logout of ours: whole or partial, by the provider or by somebody else. */
export type LogoutAnswerOrder = Pick<LogoutAnswer, 'destination' | 'requestId' | 'partial'> & { foreign?: boolean }

/** Doors for test suites: register a service provider, and get any answer or logout request without a browser. */
export function addTestRoutes(app: FastifyInstance, context: SandboxContext, scheme: Scheme): void {
  const { sql } = context
  app.post<{ Body: string }>(`/${scheme}/service-providers`, async (request, reply) => {
    try {
      const { entityId } = await register(sql, request.body)
      return await reply.code(201).send({ entityId })
    } catch (error) {
      if (!(error instanceof MetadataFault)) throw error
      return reply.code(422).send({ message: error.message })
    }
  })

  app.post<{ Params: { provider: string }; Body: AnswerOrder }>(
    `/${scheme}/:provider/answers`,
    async (request, reply) => {
      const { provider } = request.params
      if (!isProviderId(scheme, provider)) return reply.code(404).send({ message: 'Gestore sconosciuto' })
      const { body } = request
      const desk: Desk = { sql, url: context.url, provider, now: context.now() }
      const entityId = entityIdOf(context.url, provider)
      const find = (issuer: string) => findServiceProvider(sql, issuer, context.platformUrl)
      try {
        const login = await checkRequest(body, `${entityId}/sso`, entityId, scheme, desk.now, find)
        const answer = body.case
          ? await bentAnswer(desk, login, body.person, body.case, body.wanted ?? 'RSSMRA79B11C566R')
          : await success(desk, login, body.person)
        if (!answer) return await reply.code(404).send({ message: 'Caso sconosciuto' })
        const { consumerUrl, relayState: RelayState } = login
        return { consumerUrl, SAMLResponse: Buffer.from(answer).toString('base64'), RelayState, request: login }
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error
        return reply.code(422).send({ error: error.error, message: error.message })
      }
    },
  )

  app.post<{ Params: { provider: string }; Body: LogoutOrder }>(
    `/${scheme}/:provider/logouts`,
    async (request, reply) => {
      const { provider } = request.params
      if (!isProviderId(scheme, provider)) return reply.code(404).send({ message: 'Gestore sconosciuto' })
      const key = await keyOf(sql, request.body.foreign ? 'foreign' : provider)
      const xml = logoutRequest({ ...request.body, provider: entityIdOf(context.url, provider), now: context.now() })
      return { SAMLRequest: logoutField(xml, 'LogoutRequest', key), query: logoutQuery(xml, 'SAMLRequest', key) }
    },
  )

  app.post<{ Params: { provider: string }; Body: LogoutAnswerOrder }>(
    `/${scheme}/:provider/logout-answers`,
    async (request, reply) => {
      const { provider } = request.params
      if (!isProviderId(scheme, provider)) return reply.code(404).send({ message: 'Gestore sconosciuto' })
      const key = await keyOf(sql, request.body.foreign ? 'foreign' : provider)
      const xml = logoutResponse({ ...request.body, provider: entityIdOf(context.url, provider), now: context.now() })
      return { SAMLResponse: logoutField(xml, 'LogoutResponse', key), query: logoutQuery(xml, 'SAMLResponse', key) }
    },
  )
}
