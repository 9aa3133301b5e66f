// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../../platform/http.ts'
import type { Platform } from '../../../platform/room.ts'
import { Id } from '../schema.ts'
import { exportDifferences, listDifferences, listImports, showImport } from './list-look.ts'
import { DifferenceQuery, Differences, ListImport, NewImport } from './list-schema.ts'
import { askForList } from './lists.ts'

const ById = Type.Object({ id: Id })
const tags = ['exemptions office']

/** The yearly list of Sistema TS: read, compared, and what differs. */
export function listRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/exemption-lists',
    {
      schema: {
        operationId: 'listExemptionLists',
        tags,
        summary: 'The last yearly lists that were read or tried',
        response: { 200: Type.Object({ items: Type.Array(ListImport) }), '4xx': Problem },
      },
    },
    async ({ actor }) => ({ items: await listImports(platform, actor) }),
  )

  app.post(
    '/api/v1/office/exemption-lists',
    {
      schema: {
        operationId: 'importExemptionList',
        tags,
        summary: 'Read the newest yearly list of an authority and enter or only compare it',
        body: NewImport,
        response: { 201: ListImport, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) =>
      reply.code(201).send(await showImport(platform, actor, await askForList(platform, actor, body))),
  )

  app.get(
    '/api/v1/office/exemption-lists/:id/differences',
    {
      schema: {
        operationId: 'listExemptionListDifferences',
        tags,
        summary: 'How a list differs from what people hold',
        params: ById,
        querystring: DifferenceQuery,
        response: { 200: Differences, '4xx': Problem },
      },
    },
    async ({ actor, params, query }) => listDifferences(platform, actor, params.id, query),
  )

  app.get(
    '/api/v1/office/exemption-lists/:id/differences.csv',
    {
      schema: {
        operationId: 'exportExemptionListDifferences',
        tags,
        summary: 'The same as a table (CSV), 10,000 rows at most',
        params: ById,
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="differenze.csv"')
        .send(await exportDifferences(platform, actor, params.id)),
  )
}
