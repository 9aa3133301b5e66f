// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { ServiceList } from './schema.ts'
import { searchServices } from './catalogues.ts'

export function routes(app: App, { db, now }: Platform): void {
  app.get(
    '/api/v1/services',
    {
      schema: {
        operationId: 'listServices',
        tags: ['registry'],
        summary: 'Search the catalogue of bookable services by name, everyday word or code',
        querystring: Type.Object({
          search: Type.Optional(
            Type.String({ maxLength: 100, description: 'Words or a code; all services when empty' }),
          ),
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
        }),
        response: { 200: ServiceList, '4xx': Problem },
      },
    },
    (req) => search(req.query, req.actor.language),
  )

  async function search({ search = '', limit }: { search?: string; limit: number }, language: Language) {
    const found = await db.transaction().execute((tx) => searchServices(tx, search, romeDay(now()), limit))
    const inLanguage = language === 'it' ? 'It' : 'En'
    return {
      services: found.map((service) => ({
        id: service.id,
        code: service.code,
        description: service[`description${inLanguage}`],
        plain: service[`plain${inLanguage}`],
        kind: service.kind,
        firstAccess: service.firstAccess,
        minutes: service.durationMinutes,
        preparation: service.preparation[language] ?? null,
        bring: service.bring[language] ?? null,
      })),
    }
  }
}
