// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { propose, renew, take } from './delegations.ts'
import { listActs, listDelegations, showDelegation } from './look.ts'
import { Acceptance, Acts, DelegationDetail, Delegations, Id, NewDelegation, Reason, Renewal } from './schema.ts'
import type { Step } from './states.ts'

const ById = Type.Object({ id: Id })
const Key = Type.Object({ 'idempotency-key': Id })

/** Delegations as the two people concerned use them. */
export function routes(app: App, platform: Platform): void {
  const rateLimit = perMinute(platform.config, 'DELEGATIONS_PER_MINUTE', 20)

  app.get(
    '/api/v1/delegations',
    {
      schema: {
        operationId: 'listDelegations',
        tags: ['delegations'],
        summary: 'Whom I delegated, who delegated me, my minor children and wards',
        response: { 200: Delegations, '4xx': Problem },
      },
    },
    async ({ actor }) => listDelegations(platform, actor),
  )

  app.post(
    '/api/v1/delegations',
    {
      config: { rateLimit },
      schema: {
        operationId: 'createDelegation',
        tags: ['delegations'],
        summary: 'Delegate somebody, or ask to be somebody’s delegate; the other side accepts',
        headers: Key,
        body: NewDelegation,
        response: { 201: DelegationDetail, '4xx': Problem },
      },
    },
    async ({ actor, body, headers }, reply) => {
      const id = await propose(platform, actor, headers['idempotency-key'], body)
      return reply.code(201).send(await showDelegation(platform, actor, id))
    },
  )

  app.get(
    '/api/v1/delegations/:id',
    {
      schema: {
        operationId: 'getDelegation',
        tags: ['delegations'],
        summary: 'One delegation with its history',
        params: ById,
        response: { 200: DelegationDetail, '4xx': Problem },
      },
    },
    async ({ actor, params }) => showDelegation(platform, actor, params.id),
  )

  app.post(
    '/api/v1/delegations/:id/accept',
    {
      config: { rateLimit },
      schema: {
        operationId: 'acceptDelegation',
        tags: ['delegations'],
        summary: 'Accept, with a strong identity; a delegator may grant fewer services than were asked for',
        params: ById,
        body: Acceptance,
        response: { 200: DelegationDetail, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await take(platform, actor, params.id, 'accept', body)
      return showDelegation(platform, actor, params.id)
    },
  )

  const acts: Record<Exclude<Step, 'accept' | 'reject'>, { operationId: string; summary: string }> = {
    revoke: { operationId: 'revokeDelegation', summary: 'End it at once, or withdraw a request' },
    suspend: { operationId: 'suspendDelegation', summary: 'Stop it for a while' },
    resume: { operationId: 'resumeDelegation', summary: 'Let it go on' },
  }
  for (const step of ['revoke', 'suspend', 'resume'] as const) {
    app.post(
      `/api/v1/delegations/:id/${step}`,
      {
        config: { rateLimit },
        schema: {
          ...acts[step],
          tags: ['delegations'],
          params: ById,
          body: Reason,
          response: { 200: DelegationDetail, '4xx': Problem },
        },
      },
      async ({ actor, params, body }) => {
        await take(platform, actor, params.id, step, body)
        return showDelegation(platform, actor, params.id)
      },
    )
  }

  app.post(
    '/api/v1/delegations/:id/reject',
    {
      config: { rateLimit },
      schema: {
        operationId: 'rejectDelegation',
        tags: ['delegations'],
        summary: 'Say no; who asked does not learn whose code it was',
        params: ById,
        body: Reason,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) => {
      await take(platform, actor, params.id, 'reject', body)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/delegations/:id/renew',
    {
      config: { rateLimit },
      schema: {
        operationId: 'renewDelegation',
        tags: ['delegations'],
        summary: 'Ask the delegate for another period after this one',
        headers: Key,
        params: ById,
        body: Renewal,
        response: { 201: DelegationDetail, '4xx': Problem },
      },
    },
    async ({ actor, params, body, headers }, reply) => {
      const id = await renew(platform, actor, params.id, headers['idempotency-key'], body.until)
      return reply.code(201).send(await showDelegation(platform, actor, id))
    },
  )

  app.get(
    '/api/v1/delegations/:id/acts',
    {
      schema: {
        operationId: 'listDelegateActs',
        tags: ['delegations'],
        summary: 'What the delegate did in my name, newest first',
        params: ById,
        querystring: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 200 })) }),
        response: { 200: Acts, '4xx': Problem },
      },
    },
    async ({ actor, params, query }) => listActs(platform, actor, params.id, query.cursor),
  )
}
