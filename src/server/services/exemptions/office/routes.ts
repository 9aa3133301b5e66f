// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../../platform/http.ts'
import type { Platform } from '../../../platform/room.ts'
import { Id } from '../schema.ts'
import { printForOffice, showDeclaration } from './declaration.ts'
import { Declaration, DeclarationExport, Declarations, DeclarationSearch, Office, Pdf } from './schema.ts'
import { officeOf } from './scope.ts'
import { exportDeclarations, searchDeclarations } from './search.ts'

const ById = Type.Object({ id: Id })
const tags = ['exemptions office']

/** What district offices do with declarations. Whom they look for travels in bodies: no code or name in an address. */
export function declarationRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/office/exemptions',
    {
      schema: {
        operationId: 'getExemptionOffice',
        tags,
        summary: 'Authorities, districts and codes that an officer chooses from',
        response: { 200: Office, '4xx': Problem },
      },
    },
    async ({ actor }) => officeOf(platform, actor),
  )

  app.post(
    '/api/v1/office/exemption-declarations/searches',
    {
      schema: {
        operationId: 'searchDeclarations',
        tags,
        summary: 'Find declarations by person, code, state, district and period, a page at a time',
        body: DeclarationSearch,
        response: { 200: Declarations, '4xx': Problem },
      },
    },
    async ({ actor, body }) => searchDeclarations(platform, actor, body),
  )

  app.post(
    '/api/v1/office/exemption-declarations/exports',
    {
      schema: {
        operationId: 'exportDeclarations',
        tags,
        summary: 'The same as a table (CSV), 10,000 rows at most',
        body: DeclarationExport,
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="dichiarazioni.csv"')
        .send(await exportDeclarations(platform, actor, body)),
  )

  app.get(
    '/api/v1/office/exemption-declarations/:id',
    {
      schema: {
        operationId: 'getDeclaration',
        tags,
        summary: 'One declaration, with what it gave and what happened to it',
        params: ById,
        response: { 200: Declaration, '4xx': Problem },
      },
    },
    async ({ actor, params }) => showDeclaration(platform, actor, params.id),
  )

  app.get(
    '/api/v1/office/exemption-declarations/:id/declaration.pdf',
    {
      schema: {
        operationId: 'printDeclaration',
        tags,
        summary: 'The signed declaration (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Pdf, '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) =>
      reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="dichiarazione.pdf"')
        .send(await printForOffice(platform, actor, params.id)),
  )
}
