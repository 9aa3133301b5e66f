// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import {
  decideNationalMessage,
  exportNationalDifferences,
  exportNationalMessages,
  listNationalMessages,
} from './national-messages.ts'
import {
  ByNationalId,
  DifferencePage,
  DifferenceQuery,
  DifferenceUndoWish,
  DifferenceView,
  DifferenceWish,
  MessagePage,
  MessageQuery,
  MessageView,
  MessageWish,
} from './national-schema.ts'
import {
  decideNationalDifference,
  getNationalDifference,
  listNationalDifferences,
  undoNationalDecision,
} from './national.ts'

const tags = ['registry']
const table = { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem }

/** What national registries say, and what a district office does with it. */
export function nationalRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/national-differences',
    {
      schema: {
        operationId: 'listNationalDifferences',
        tags,
        summary: 'What national registries say against the regional one',
        querystring: DifferenceQuery,
        response: { 200: DifferencePage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listNationalDifferences(platform, actor, query),
  )
  app.get(
    '/api/v1/office/national-differences.csv',
    {
      schema: {
        operationId: 'exportNationalDifferences',
        tags,
        summary: 'The same as a table (CSV), 10,000 rows at most',
        querystring: DifferenceQuery,
        response: table,
      },
    },
    async ({ actor, query }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="differenze-registri.csv"')
        .send(await exportNationalDifferences(platform, actor, query)),
  )
  app.get(
    '/api/v1/office/national-differences/:id',
    {
      schema: {
        operationId: 'getNationalDifference',
        tags,
        summary: 'One difference, both sides',
        params: ByNationalId,
        response: { 200: DifferenceView, '4xx': Problem },
      },
    },
    ({ actor, params }) => getNationalDifference(platform, actor, params.id),
  )
  app.post(
    '/api/v1/office/national-differences/:id/decision',
    {
      schema: {
        operationId: 'decideNationalDifference',
        tags,
        summary: 'Take what the registry says, keep what we have, or put it off',
        params: ByNationalId,
        body: DifferenceWish,
        response: { 200: DifferenceView, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => decideNationalDifference(platform, actor, params.id, body),
  )
  app.post(
    '/api/v1/office/national-differences/:id/undo',
    {
      schema: {
        operationId: 'undoNationalDecision',
        tags,
        summary: 'Take a decision back: the record is as it was without it',
        params: ByNationalId,
        body: DifferenceUndoWish,
        response: { 200: DifferenceView, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => undoNationalDecision(platform, actor, params.id, body.reason),
  )
  app.get(
    '/api/v1/office/national-messages',
    {
      schema: {
        operationId: 'listNationalMessages',
        tags,
        summary: 'Messages of national registries with what became of each',
        querystring: MessageQuery,
        response: { 200: MessagePage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listNationalMessages(platform, actor, query),
  )
  app.get(
    '/api/v1/office/national-messages.csv',
    {
      schema: {
        operationId: 'exportNationalMessages',
        tags,
        summary: 'The same as a table (CSV), 10,000 rows at most',
        querystring: MessageQuery,
        response: table,
      },
    },
    async ({ actor, query }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="messaggi-registri.csv"')
        .send(await exportNationalMessages(platform, actor, query)),
  )
  app.post(
    '/api/v1/office/national-messages/:id/decision',
    {
      schema: {
        operationId: 'decideNationalMessage',
        tags,
        summary: 'Try a message again, set it aside, or go on without the one before it',
        params: ByNationalId,
        body: MessageWish,
        response: { 200: MessageView, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => decideNationalMessage(platform, actor, params.id, body),
  )
}
