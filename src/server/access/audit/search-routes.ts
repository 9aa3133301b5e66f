// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { toCsv } from '../../platform/csv.ts'
import { AuditRowPage, AuditSearch, type AuditRow } from './schema.ts'
import { searchAudit } from './search.ts'

const pageSize = 50
/** Rows of one export. */
const mostExported = 10_000

const headers = {
  it: [
    'Istante (UTC)',
    'Chi',
    'Ruolo',
    'Struttura',
    'Persona',
    'Per conto',
    'Azione',
    'Oggetto',
    'Id oggetto',
    'Scopo',
    'Motivo',
    'Esito',
    'Indirizzo',
    'Richiesta',
  ],
  en: [
    'Instant (UTC)',
    'Who',
    'Role',
    'Organisation',
    'Person',
    'On behalf',
    'Action',
    'Object',
    'Object id',
    'Purpose',
    'Reason',
    'Outcome',
    'Address',
    'Request',
  ],
}

const csvOf = (language: Language, rows: readonly AuditRow[]): string =>
  toCsv(
    headers[language],
    rows.map((row) => [
      row.at,
      row.who.name,
      row.who.role ?? '',
      row.who.organisation ?? '',
      row.patient?.name ?? '',
      row.onBehalf ? 'x' : '',
      row.action,
      row.object,
      row.objectId ?? '',
      row.purpose,
      row.reason ?? '',
      row.outcome,
      row.address ?? '',
      row.requestId,
    ]),
  )

/** Auditors search the trail. What they look for comes in the body, so that no fiscal code stands in an address. */
export function searchRoutes(app: App, platform: Platform): void {
  app.post(
    '/api/v1/audit/searches',
    {
      schema: {
        operationId: 'searchAudit',
        tags: ['access'],
        summary: 'Search the audit trail, newest first',
        body: AuditSearch,
        response: { 200: AuditRowPage, '4xx': Problem },
      },
    },
    ({ actor, body }) => searchAudit(platform, actor, body, { action: 'SEARCH', limit: pageSize }),
  )

  app.post(
    '/api/v1/audit/exports',
    {
      schema: {
        operationId: 'exportAudit',
        tags: ['access'],
        summary: 'The same as a table (CSV), 10,000 rows at most',
        body: Type.Omit(AuditSearch, ['cursor'], { title: 'AuditExport', additionalProperties: false }),
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const { items } = await searchAudit(platform, actor, body, { action: 'EXPORT', limit: mostExported })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="registro-accessi.csv"')
        .send(csvOf(actor.language, items))
    },
  )
}
