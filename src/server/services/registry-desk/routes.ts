// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { decideDuplicate, getDuplicate, listDuplicates, listMergesMade, undoMerge } from './duplicates.ts'
import {
  ById,
  CaseDecisionWish,
  CasePage,
  CaseQuery,
  CaseView,
  MergePage,
  MergeQuery,
  PersonSearchResult,
  PersonSearchWish,
  UndoResult,
  UndoWish,
} from './schema.ts'
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
  app.get(
    '/api/v1/office/duplicates',
    {
      schema: {
        operationId: 'listDuplicates',
        tags: ['registry'],
        summary: 'Pairs of records that may be one person, the likeliest first',
        querystring: CaseQuery,
        response: { 200: CasePage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listDuplicates(platform, actor, query),
  )
  app.get(
    '/api/v1/office/duplicates/:id',
    {
      schema: {
        operationId: 'getDuplicate',
        tags: ['registry'],
        summary: 'Two records side by side',
        params: ById,
        response: { 200: CaseView, '4xx': Problem },
      },
    },
    ({ actor, params }) => getDuplicate(platform, actor, params.id),
  )
  app.post(
    '/api/v1/office/duplicates/:id/decision',
    {
      schema: {
        operationId: 'decideDuplicate',
        tags: ['registry'],
        summary: 'Decide whether two records are one person; the same are merged',
        params: ById,
        body: CaseDecisionWish,
        response: { 200: CaseView, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => decideDuplicate(platform, actor, params.id, body),
  )
  app.get(
    '/api/v1/office/merges',
    {
      schema: {
        operationId: 'listMerges',
        tags: ['registry'],
        summary: 'Merges of records, the newest first',
        querystring: MergeQuery,
        response: { 200: MergePage, '4xx': Problem },
      },
    },
    ({ actor, query }) => listMergesMade(platform, actor, query.page),
  )
  app.post(
    '/api/v1/office/merges/:id/undo',
    {
      schema: {
        operationId: 'undoMerge',
        tags: ['registry'],
        summary: 'Undo a merge: each record has its own again',
        params: ById,
        body: UndoWish,
        response: { 200: UndoResult, '4xx': Problem },
      },
    },
    ({ actor, params, body }) => undoMerge(platform, actor, params.id, body.reason),
  )
}
