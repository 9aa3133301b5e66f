// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { audit } from '../../access/audit/index.ts'
import { withActor } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { Id, NewWaitingListEntry, WaitingListEntry } from './schema.ts'
import { acceptOffer, declineOffer, joinWaitingList, listEntries, withdraw } from './waiting-list.ts'

const ById = Type.Object({ id: Id })

/** The protected waiting list (percorso di tutela) as citizens use it. */
export function waitingListRoutes(app: App, platform: Platform): void {
  const { db } = platform

  const list = (actor: Actor, patientIds: readonly string[]) =>
    withActor(db, actor, async (tx) => {
      const entries = await listEntries(tx, platform, patientIds, actor.language)
      const people = new Set(entries.map((entry) => entry.patient.id))
      await audit(
        tx,
        actor,
        ...[...people].map(
          (patientId) => ({ action: 'SEARCH', patientId, object: 'waiting-list-entry', purpose: 'booking' }) as const,
        ),
      )
      return entries
    })

  async function show(actor: Actor, id: string): Promise<WaitingListEntry> {
    const found = (await list(actor, actor.patients)).find((entry) => entry.id === id)
    if (!found) throw notFound({ it: 'Richiesta in lista d’attesa', en: 'Waiting-list request' })
    return found
  }

  app.post(
    '/api/v1/waiting-list-entries',
    {
      schema: {
        operationId: 'joinWaitingList',
        tags: ['booking'],
        summary: 'Be taken in charge when no place fits in time',
        body: NewWaitingListEntry,
        response: { 201: WaitingListEntry, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) =>
      reply.code(201).send(await show(actor, await joinWaitingList(platform, actor, body))),
  )

  app.get(
    '/api/v1/waiting-list-entries',
    {
      schema: {
        operationId: 'listWaitingListEntries',
        tags: ['booking'],
        summary: 'Waiting-list requests of the family',
        querystring: Type.Object({ patientId: Type.Optional(Id) }),
        response: { 200: Type.Array(WaitingListEntry), '4xx': Problem },
      },
    },
    async ({ actor, query }) => {
      if (query.patientId) mustActFor(actor, query.patientId)
      return list(actor, query.patientId ? [query.patientId] : actor.patients)
    },
  )

  const acts = {
    accept: { operationId: 'acceptWaitingListOffer', summary: 'Accept the place offered', act: acceptOffer },
    decline: { operationId: 'declineWaitingListOffer', summary: 'Decline it and stay on the list', act: declineOffer },
    withdraw: { operationId: 'withdrawFromWaitingList', summary: 'Leave the list', act: withdraw },
  }
  for (const [name, { operationId, summary, act }] of Object.entries(acts)) {
    app.post(
      `/api/v1/waiting-list-entries/:id/${name}`,
      {
        schema: {
          operationId,
          tags: ['booking'],
          summary,
          params: ById,
          response: { 200: WaitingListEntry, '4xx': Problem, '5xx': Problem },
        },
      },
      async ({ actor, params }) => {
        await act(platform, actor, params.id)
        return show(actor, params.id)
      },
    )
  }
}
