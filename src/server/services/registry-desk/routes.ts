// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { PersonSearchResult, PersonSearchWish } from './schema.ts'
import { searchPersons } from './search.ts'

export function routes(app: App, platform: Platform): void {
  // What is looked for names a person: it travels in the body, because addresses end up in logs.
  app.post(
    '/api/v1/person-searches',
    {
      schema: {
        operationId: 'searchPersons',
        tags: ['registry'],
        summary: 'Find people by code, name (also mistyped) or date of birth, at a desk or a district office',
        body: PersonSearchWish,
        response: { 200: PersonSearchResult, '4xx': Problem },
      },
    },
    ({ actor, body }) => searchPersons(platform, actor, body),
  )
}
