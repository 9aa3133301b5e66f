// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, becomeActor, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay, romeTime } from '../../platform/time.ts'
import { childrenOf, recordsOf } from '../../registry/people/index.ts'
import { inWords, readEntries } from './accesses.ts'
import { toCsv } from '../../platform/csv.ts'
import { audit, type AuditEntry } from './entry.ts'
import { AccessPage, AccessQuery, type Access } from './schema.ts'

const pageSize = 25
/** Rows of one export; who wants more asks for a shorter period. */
const mostExported = 10_000

const ById = Type.Object({ id: Type.String({ format: 'uuid', description: 'Oneself or a minor child' }) })

const headers = {
  it: ['Quando', 'Chi', 'Ruolo', 'Struttura', 'Per conto di', 'Che cosa', 'Per'],
  en: ['When', 'Who', 'Role', 'Organisation', 'On behalf of', 'What', 'For'],
}
const onBehalf = { it: 'della persona', en: 'the person' }

function csvOf(language: Language, accesses: readonly Access[]): string {
  return toCsv(
    headers[language],
    accesses.map(({ at, who, onBehalf: inHerName, what, why }) => {
      const when = `${romeDay(new Date(at))} ${romeTime(new Date(at))}`
      return [when, who.name, who.role ?? '', who.organisation ?? '', inHerName ? onBehalf[language] : '', what, why]
    }),
  )
}

/** "Who saw my data": the person herself and the parents of a minor read the trail, and their reading is in it too. */
export function routes(app: App, { db, now }: Platform): void {
  /** Delegates act in a person's name; whom she shows her data is not theirs to see. */
  async function mustBeOwn(tx: Tx, actor: Actor, patientId: string): Promise<void> {
    if (patientId === actor.personId) return
    const children = await childrenOf(tx, actor.personId!, romeDay(now()))
    if (!children.some(({ id }) => id === patientId)) throw notFound({ it: 'Persona', en: 'Person' })
  }

  function read(actor: Actor, patientId: string, action: AuditEntry['action'], query: AccessQuery, limit: number) {
    return asSystem(db, async (tx) => {
      await mustBeOwn(tx, actor, patientId)
      // Row-level security shows this person, under whatever record she was seen.
      becomeActor(tx, { ...actor, patients: await recordsOf(tx, patientId) })
      const { cursor, ...wanted } = query
      const found = await readEntries(tx, { ...wanted, patientId }, { cursor, limit })
      await audit(tx, actor, { action, patientId, object: 'access', purpose: 'transparency' })
      return found
    })
  }

  app.get(
    '/api/v1/people/:id/accesses',
    {
      schema: {
        operationId: 'listAccesses',
        tags: ['access'],
        summary: 'Who saw or changed the data of a person, newest first',
        params: ById,
        querystring: AccessQuery,
        response: { 200: AccessPage, '4xx': Problem },
      },
    },
    async ({ actor, params, query }) => {
      const { entries, nextCursor } = await read(actor, params.id, 'READ', query, pageSize)
      return { items: await inWords(db, actor, entries), nextCursor }
    },
  )

  app.get(
    '/api/v1/people/:id/accesses/export',
    {
      schema: {
        operationId: 'exportAccesses',
        tags: ['access'],
        summary: 'The same as a table (CSV), 10,000 rows at most',
        params: ById,
        querystring: Type.Omit(AccessQuery, ['cursor']),
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, params, query }, reply) => {
      const { entries } = await read(actor, params.id, 'EXPORT', query, mostExported)
      const csv = csvOf(actor.language, await inWords(db, actor, entries))
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="accessi.csv"')
        .send(csv)
    },
  )
}
