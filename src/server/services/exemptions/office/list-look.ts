// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { toCsv } from '../../../platform/csv.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import { notFound } from '../../../platform/errors.ts'
import type { Platform } from '../../../platform/room.ts'
import type { Language } from '../../../platform/text.ts'
import { romeDay } from '../../../platform/time.ts'
import { organisationNames } from '../../../registry/organisations/index.ts'
import { getPersons, healthCodesOf } from '../../../registry/people/index.ts'
import { traced } from './checks.ts'
import type { DifferenceKind } from './list-rules.ts'
import type { DifferenceQuery, Differences, ListImport } from './list-schema.ts'
import { authorityIdsOf } from './scope.ts'
import { pageSize } from './schema.ts'

const noList = notFound({ it: 'Elenco', en: 'List' })
const mostExported = 10_000

async function imports(tx: Tx, actor: Actor, id?: string): Promise<ListImport[]> {
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.listImport')
    .selectAll()
    .where('aslId', '=', sql<string>`any(${await authorityIdsOf(tx, actor)}::uuid[])`)
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .orderBy('askedAt', 'desc')
    .limit(30)
    .execute()
  const names = await organisationNames(
    tx,
    rows.map(({ aslId }) => aslId),
  )
  return rows.map((row) => {
    const counts = row.counts as Record<string, number> // written by finish()
    const n = (what: string) => counts[what] ?? 0
    return {
      id: row.id,
      authority: { id: row.aslId, name: names.get(row.aslId) ?? '' },
      year: row.year,
      dryRun: row.dryRun,
      state: row.state as ListImport['state'], // checked by the table
      number: row.number,
      pages: row.pages.length,
      pagesRead: row.pagesRead,
      counts: {
        entered: n('entered'),
        shortened: n('shortened'),
        same: n('same'),
        declared: n('declared'),
        unknown: n('unknown'),
        notListed: n('not-listed'),
        withdrawn: n('withdrawn'),
      },
      askedAt: row.askedAt.toISOString(),
      doneAt: row.doneAt?.toISOString() ?? null,
    }
  })
}

/** The last lists asked for by offices of the officer's authorities. */
export const listImports = ({ db }: Platform, actor: Actor): Promise<ListImport[]> =>
  asSystem(db, (tx) => imports(tx, actor))

export const showImport = ({ db }: Platform, actor: Actor, id: string): Promise<ListImport> =>
  asSystem(db, async (tx) => {
    const [found] = await imports(tx, actor, id)
    if (!found) throw noList
    return found
  })

interface Portion {
  action: 'SEARCH' | 'EXPORT'
  kind?: DifferenceKind | undefined
  skip: number
  limit: number
}

/** What an office has to look at after a comparison; everybody shown has it in her trail. */
function differences({ db, now }: Platform, actor: Actor, id: string, portion: Portion): Promise<Differences> {
  return asSystem(db, async (tx) => {
    if ((await imports(tx, actor, id)).length === 0) throw noList
    const query = tables<'exemptions'>(tx)
      .selectFrom('exemptions.listDifference')
      .where('importId', '=', id)
      .$if(portion.kind !== undefined, (some) => some.where('kind', '=', portion.kind!))
    const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
    const rows = await query
      .select(['id', 'kind', 'personId', 'fiscalCode', 'code'])
      .orderBy('id')
      .offset(portion.skip)
      .limit(portion.limit)
      .execute()
    const ids = [...new Set(rows.flatMap(({ personId }) => personId ?? []))]
    const people = new Map((await getPersons(tx, ids)).map((one) => [one.id, `${one.givenName} ${one.familyName}`]))
    const codes = await healthCodesOf(tx, ids, romeDay(now()))
    for (const patientId of ids.length > 0 ? ids : [null]) await traced(tx, actor, portion.action, { id, patientId })
    const items = rows.map(({ personId, ...row }) => ({
      id: String(row.id),
      kind: row.kind as DifferenceKind, // checked by the table
      personName: people.get(personId ?? '') ?? null,
      fiscalCode: row.fiscalCode ?? codes.get(personId ?? '') ?? null,
      code: row.code,
    }))
    return { items, total }
  })
}

export const listDifferences = (
  platform: Platform,
  actor: Actor,
  id: string,
  { kind, page }: DifferenceQuery,
): Promise<Differences> =>
  differences(platform, actor, id, { action: 'SEARCH', kind, skip: (page - 1) * pageSize, limit: pageSize })

const header: Record<Language, string[]> = {
  it: ['Differenza', 'Persona', 'Codice fiscale', 'Codice'],
  en: ['Difference', 'Person', 'Tax code', 'Code'],
}
const kinds: Record<Language, Record<DifferenceKind, string>> = {
  it: {
    unknown: 'Non è nell’anagrafe',
    declared: 'Già dichiarata per tutto il periodo',
    shortened: 'Comincia dopo quella dichiarata',
    'not-listed': 'Dichiarata ma non in elenco',
    withdrawn: 'Non è più in elenco',
  },
  en: {
    unknown: 'Not in the registry',
    declared: 'Declared already for the whole period',
    shortened: 'Begins after the declared one',
    'not-listed': 'Declared but not listed',
    withdrawn: 'No longer listed',
  },
}

/** The same as a table. */
export async function exportDifferences(platform: Platform, actor: Actor, id: string): Promise<string> {
  const { items } = await differences(platform, actor, id, { action: 'EXPORT', skip: 0, limit: mostExported })
  const words = kinds[actor.language]
  return toCsv(
    header[actor.language],
    items.map((one) => [words[one.kind], one.personName ?? '', one.fiscalCode ?? '', one.code]),
  )
}
