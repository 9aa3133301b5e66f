// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { alertAccesses, examineAlert, listAlerts } from './alerts.ts'
import { AccessAlert, AccessAlertPage, AlertAccesses, AlertQuery, Examination } from './schema.ts'

const params = Type.Object({ id: Type.String({ format: 'uuid' }) })

export function routes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/audit/alerts',
    {
      schema: {
        operationId: 'listAccessAlerts',
        tags: ['access'],
        summary: 'Unusual access that the rules of the region found, newest first',
        querystring: AlertQuery,
        response: { 200: AccessAlertPage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listAlerts(platform, actor, query.state, query.cursor),
  )

  app.get(
    '/api/v1/audit/alerts/:id/accesses',
    {
      schema: {
        operationId: 'listAlertAccesses',
        tags: ['access'],
        summary: 'The accesses that an alert is about, 200 at most',
        params,
        response: { 200: AlertAccesses, '4xx': Problem },
      },
    },
    ({ actor, params: { id } }) => alertAccesses(platform, actor, id),
  )

  app.post(
    '/api/v1/audit/alerts/:id/examination',
    {
      schema: {
        operationId: 'examineAccessAlert',
        tags: ['access'],
        summary: 'Close an alert with what was found out',
        params,
        body: Examination,
        response: { 200: AccessAlert, '4xx': Problem },
      },
    },
    ({ actor, params: { id }, body }) => examineAlert(platform, actor, id, body.note),
  )
}
