// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Problem, type App } from '../../../platform/http.ts'
import type { Platform } from '../../../platform/room.ts'
import { carryOut, takeBack } from './acts.ts'
import { placesLike, showRecord } from './look.ts'
import { checkFacts, registerPerson } from './register.ts'
import {
  ActWish,
  ByAct,
  ById,
  FactsChecked,
  FactsGiven,
  Key,
  NewPerson,
  PlaceQuery,
  Places,
  RecordView,
  UndoAct,
} from './schema.ts'

const tags = ['registry']

/** The record of a person, and what an office does to it. */
export function recordRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/places',
    {
      schema: {
        operationId: 'findNamedPlaces',
        tags,
        summary: 'Municipalities and states by the beginning of their name, as they were on a day',
        querystring: PlaceQuery,
        response: { 200: Places, '4xx': Problem },
      },
    },
    ({ query }) => placesLike(platform, query),
  )
  app.get(
    '/api/v1/office/people/:id',
    {
      schema: {
        operationId: 'getPersonRecord',
        tags,
        summary: 'All the registry holds of a person, with its history',
        params: ById,
        response: { 200: RecordView, '4xx': Problem },
      },
    },
    ({ actor, params }) => showRecord(platform, actor, params.id),
  )
  app.post(
    '/api/v1/office/people/checks',
    {
      schema: {
        operationId: 'checkPersonFacts',
        tags,
        summary: 'Before a person is entered: her fiscal code, and who of the registry may be her',
        body: FactsGiven,
        response: { 200: FactsChecked, '4xx': Problem },
      },
    },
    ({ actor, body }) => checkFacts(platform, actor, body),
  )
  app.post(
    '/api/v1/office/people',
    {
      schema: {
        operationId: 'registerPerson',
        tags,
        summary: 'Enter a person who is not in the registry',
        headers: Key,
        body: NewPerson,
        response: { 201: RecordView, '4xx': Problem },
      },
    },
    async ({ actor, headers, body }, reply) =>
      reply.code(201).send(await registerPerson(platform, actor, headers['idempotency-key'], body)),
  )
  app.post(
    '/api/v1/office/people/:id/acts',
    {
      schema: {
        operationId: 'actOnPersonRecord',
        tags,
        summary: 'A move, a domicile, a code, an emigration or a death, from the day it counts',
        params: ById,
        headers: Key,
        body: ActWish,
        response: { 200: RecordView, '4xx': Problem },
      },
    },
    ({ actor, params, headers, body }) => carryOut(platform, actor, params.id, headers['idempotency-key'], body),
  )
  app.post(
    '/api/v1/office/people/:id/acts/:actId/undo',
    {
      schema: {
        operationId: 'undoActOnPersonRecord',
        tags,
        summary: 'Take the last act back: a correction, with the reason',
        params: ByAct,
        body: UndoAct,
        response: { 200: RecordView, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => takeBack(platform, actor, params.id, params.actId, body.reason),
  )
}
