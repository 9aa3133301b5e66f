// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type SqlBool } from 'kysely'
import { audit } from '../../../access/audit/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import { toCsv } from '../../../platform/csv.ts'
import { asSystem, tables, type Tx } from '../../../platform/database.ts'
import type { Platform } from '../../../platform/room.ts'
import type { Language } from '../../../platform/text.ts'
import { addDays, romeDay, romeInstant, type Day } from '../../../platform/time.ts'
import { organisationNames } from '../../../registry/organisations/index.ts'
import { healthCodesOf, searchPeople } from '../../../registry/people/index.ts'
import { stateNow } from '../look.ts'
import { authorityIdsOf } from './scope.ts'
import {
  pageSize,
  type DeclarationExport,
  type DeclarationRow,
  type Declarations,
  type DeclarationSearch,
} from './schema.ts'

const mostCounted = 10_000
const mostExported = 10_000
/** People of one name that are looked through; beyond that the name must be told better. */
const mostNamesakes = 200

/** Declarations of the officer's authorities, a page at a time. Each person shown has it in her trail. */
export const searchDeclarations = (
  platform: Platform,
  actor: Actor,
  { page, ...wish }: DeclarationSearch,
): Promise<Declarations> =>
  find(platform, actor, wish, { action: 'SEARCH', skip: (page - 1) * pageSize, limit: pageSize })

const header: Record<Language, string[]> = {
  it: ['Protocollo', 'Cognome', 'Nome', 'Codice fiscale', 'Codice', 'Stato', 'Dal', 'Al', 'Distretto', 'Presentata il'],
  en: ['Protocol', 'Family name', 'Given name', 'Tax code', 'Code', 'State', 'From', 'To', 'District', 'Submitted on'],
}

/** The same as a table. */
export async function exportDeclarations(platform: Platform, actor: Actor, wish: DeclarationExport): Promise<string> {
  const { items } = await find(platform, actor, wish, { action: 'EXPORT', skip: 0, limit: mostExported })
  return toCsv(
    header[actor.language],
    items.map((row) => [
      row.protocol,
      row.familyName,
      row.givenName,
      row.fiscalCode ?? '',
      row.code,
      row.state,
      row.from,
      row.until ?? '',
      row.district ?? '',
      romeDay(new Date(row.submittedAt)),
    ]),
  )
}

interface Portion {
  action: 'SEARCH' | 'EXPORT'
  skip: number
  limit: number
}

function find({ db, now }: Platform, actor: Actor, wish: DeclarationExport, portion: Portion): Promise<Declarations> {
  return asSystem(db, async (tx) => {
    const today = romeDay(now())
    const people = await namesakes(tx, wish, today)
    const query = matching(tx, await authorityIdsOf(tx, actor), people?.ids, wish, today)
    const counted = await query.select('id').limit(mostCounted).execute()
    const direction = wish.descending ? 'desc' : 'asc'
    const sorted = {
      submitted: query.orderBy('submittedAt', direction),
      name: query.orderBy('familyName', direction).orderBy('givenName', direction),
      until: query.orderBy(sql`upper(valid)`, direction),
    }[wish.sort]
    const rows = await sorted
      .orderBy('id')
      .select(['id', 'protocol', 'patientId', 'familyName', 'givenName', 'code', 'state', 'districtId', 'submittedAt'])
      .select([sql<Day>`lower(valid)`.as('from'), sql<Day | null>`upper(valid) - 1`.as('until')])
      .offset(portion.skip)
      .limit(portion.limit)
      .execute()
    const codes = await healthCodesOf(
      tx,
      rows.map(({ patientId }) => patientId!),
      today,
    )
    const districts = await organisationNames(
      tx,
      rows.map(({ districtId }) => districtId),
    )
    const entry = { action: portion.action, object: 'exemption', purpose: 'exemption' } as const
    const shown =
      rows.length > 0 ? rows.map(({ id, patientId }) => ({ patientId, objectId: id! })) : [{ patientId: null }]
    await audit(tx, actor, ...shown.map((one) => ({ ...entry, ...one })))
    // columns of a view are nullable for the type generator; none of these is
    const items = rows.map((row) => ({
      ...row,
      fiscalCode: codes.get(row.patientId!) ?? null,
      district: districts.get(row.districtId ?? '') ?? null,
      state: stateNow({ state: row.state as DeclarationRow['state'], until: row.until }, today),
      submittedAt: row.submittedAt!.toISOString(),
    })) as DeclarationRow[]
    return { items, total: counted.length, narrow: people?.more ?? false }
  })
}

/** Whom a code or a name may stand for; undefined when neither was given. */
async function namesakes(
  tx: Tx,
  wish: DeclarationExport,
  today: Day,
): Promise<{ ids: string[]; more: boolean } | undefined> {
  const { fiscalCode: identifier, familyName, givenName } = wish
  if (!identifier && !familyName) return undefined
  const search = {
    ...(identifier && { identifier }),
    ...(familyName && { familyName }),
    ...(givenName && { givenName }),
  }
  const found = await searchPeople(tx, search, today, { skip: 0, limit: mostNamesakes + 1 })
  return { ids: found.slice(0, mostNamesakes).map(({ id }) => id), more: found.length > mostNamesakes }
}

function matching(tx: Tx, authorities: string[], people: string[] | undefined, wish: DeclarationExport, today: Day) {
  const over = sql<SqlBool>`upper(valid) <= ${today}::date`
  return tables<'exemptions'>(tx)
    .selectFrom('exemptions.declared')
    .where('aslId', '=', sql<string>`any(${authorities}::uuid[])`)
    .$if(people !== undefined, (query) => query.where('patientId', '=', sql<string>`any(${people}::uuid[])`))
    .$if(wish.code !== undefined, (query) => query.where('code', '=', wish.code!))
    .$if(wish.districtId !== undefined, (query) => query.where('districtId', '=', wish.districtId!))
    .$if(wish.from !== undefined, (query) => query.where('submittedAt', '>=', romeInstant(wish.from!)))
    .$if(wish.to !== undefined, (query) => query.where('submittedAt', '<', romeInstant(addDays(wish.to!, 1))))
    .$if(wish.state === 'EXPIRED', (query) =>
      query.where(({ eb, or, and }) =>
        or([eb('state', '=', 'EXPIRED'), and([eb('state', 'in', ['ACTIVE', 'CERTIFIED']), over])]),
      ),
    )
    .$if(wish.state !== undefined && wish.state !== 'EXPIRED', (query) => {
      const inState = query.where('state', '=', wish.state!)
      return wish.state === 'ACTIVE' || wish.state === 'CERTIFIED' ? inState.where(({ not }) => not(over)) : inState
    })
}
