// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { addScan, listAtDesk, register, takeAtDesk, type Clerk } from './desk.ts'
import { DeskDelegation, DeskList, DeskStep, Id, ScanReference } from './schema.ts'

const ById = Type.Object({ id: Id })

/** The clerk behind a request: the policy of the route has let only clerks in. */
function clerkOf(actor: Actor): Clerk {
  const { personId, role } = actor
  if (!personId || !role) throw new Error('a clerk without a person or a role')
  return { actor: { ...actor, personId }, organisationId: role.organisationId }
}

/** Delegations as clerks register them, each for the organisation in which they act. */
export function deskRoutes(app: App, platform: Platform): void {
  /** Does work as the clerk and lets the request know that the trail was written. */
  async function asClerk<T>(actor: Actor, work: (clerk: Clerk) => Promise<T>): Promise<T> {
    const clerk = clerkOf(actor)
    const result = await work(clerk)
    actor.audited = clerk.actor.audited
    return result
  }

  app.get(
    '/api/v1/desk/delegations',
    {
      schema: {
        operationId: 'listDeskDelegations',
        tags: ['delegations'],
        summary:
          'Registrations of the clerk’s organisation: those that wait for a scan or a second clerk, or those that run',
        querystring: Type.Object({ which: Type.Optional(Type.Enum(['waiting', 'running'])) }),
        response: { 200: DeskList, '4xx': Problem },
      },
    },
    async ({ actor, query }) => ({ items: await asClerk(actor, (clerk) => listAtDesk(platform, clerk, query.which)) }),
  )

  app.post(
    '/api/v1/desk/delegations',
    {
      schema: {
        operationId: 'registerDelegation',
        tags: ['delegations'],
        summary: 'Register a delegation signed at the desk, or an order of a judge',
        headers: Type.Object({ 'idempotency-key': Id }),
        body: DeskDelegation,
        response: { 201: Type.Object({ id: Id }, { title: 'RegisteredDelegation' }), '4xx': Problem },
      },
    },
    async ({ actor, body, headers }, reply) => {
      const id = await asClerk(actor, (clerk) => register(platform, clerk, headers['idempotency-key'], body))
      return reply.code(201).send({ id })
    },
  )

  app.put(
    '/api/v1/desk/delegations/:id/scan',
    {
      schema: {
        operationId: 'addDelegationScan',
        tags: ['delegations'],
        summary: 'Add where the scan of the signed paper or of the order is kept',
        params: ById,
        body: ScanReference,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) => {
      await asClerk(actor, (clerk) => addScan(platform, clerk, params.id, body.scanReference))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/v1/desk/delegations/:id/steps',
    {
      schema: {
        operationId: 'takeDelegationStep',
        tags: ['delegations'],
        summary: 'Verify an order, refuse it, suspend, resume or revoke what the desk registered',
        params: ById,
        body: DeskStep,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, params, body }, reply) => {
      await asClerk(actor, (clerk) => takeAtDesk(platform, clerk, params.id, body.step, body.reason))
      return reply.code(204).send(null)
    },
  )
}
