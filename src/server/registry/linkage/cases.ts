// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'
import type { Levels } from './compare.ts'
import type { Doubt } from './rules.ts'

export type CaseState = 'open' | 'later' | 'same' | 'different'

/** Two records that may be one person. */
export interface Case {
  id: string
  firstId: string
  secondId: string
  bits: number
  levels: Levels
  doubts: Doubt[]
  state: CaseState
  note: string | null
  decidedAt: Date | null
  mergeId: string | null
}

const columns = [
  'id',
  'firstId',
  'secondId',
  'bits',
  'levels',
  'doubts',
  'state',
  'note',
  'decidedAt',
  'mergeId',
] as const
const typed = (row: object): Case => row as Case // the table checks the state; levels and doubts are written by duplicates.ts

/** Cases in a state, the likeliest first; those of records merged meanwhile are settled. */
export async function listCases(
  tx: Tx,
  state: CaseState,
  { skip, limit }: { skip: number; limit: number },
): Promise<Case[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.linkageCase')
    .select(columns)
    .where('state', '=', state)
    .where(sql<boolean>`not exists (select from registry.person p
      where p.id in (linkage_case.first_id, linkage_case.second_id) and p.merged_into is not null and linkage_case.state in ('open', 'later'))`)
    .orderBy('bits', 'desc')
    .orderBy('id')
    .offset(skip)
    .limit(limit)
    .execute()
  return rows.map(typed)
}

/** How many cases wait for a decision, and how many were put off. */
export async function countCases(tx: Tx): Promise<{ open: number; later: number }> {
  const { rows } = await sql<{ open: number; later: number }>`
    select count(*) filter (where c.state = 'open')::int as open, count(*) filter (where c.state = 'later')::int as later
    from registry.linkage_case c join registry.person a on a.id = c.first_id join registry.person b on b.id = c.second_id
    where c.state in ('open', 'later') and a.merged_into is null and b.merged_into is null`.execute(tx)
  return rows[0]!
}

/** One case. @throws Refusal not found */
export async function getCase(tx: Tx, id: string, lock: 'lock' | 'look' = 'look'): Promise<Case> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.linkageCase')
    .select(columns)
    .where('id', '=', id)
    .$if(lock === 'lock', (query) => query.forUpdate())
    .executeTakeFirst()
  if (!row) throw notFound({ it: 'Coppia di schede', en: 'Pair of records' })
  return typed(row)
}

export interface CaseDecision {
  state: Exclude<CaseState, 'open'>
  note: string | null
  by: string
  mergeId: string | null
}

export async function settleCase(
  tx: Tx,
  id: string,
  { state, note, by, mergeId }: CaseDecision,
  now: Date,
): Promise<void> {
  await tables<'registry'>(tx)
    .updateTable('registry.linkageCase')
    .set({ state, note, decidedBy: by, decidedAt: now, mergeId })
    .where('id', '=', id)
    .execute()
}

/** The case of a merge that was taken back: whoever took it back has found that they are two people. */
export async function settleUndone(tx: Tx, mergeId: string, by: string, note: string, now: Date): Promise<void> {
  await tables<'registry'>(tx)
    .updateTable('registry.linkageCase')
    .set({ state: 'different', note, decidedBy: by, decidedAt: now, mergeId: null })
    .where('mergeId', '=', mergeId)
    .execute()
}

/** What an office sees of a record to tell whether it is the same person. */
export interface RecordView {
  id: string
  familyName: string
  givenName: string
  birthDate: Day
  sex: string
  birthPlace: string
  codes: string[]
  cards: string[]
  residence: string | null
  mobile: string | null
  email: string | null
  citizenship: string
  deceasedOn: Day | null
  /** Day on which the record was made. */
  since: Day
  mergedInto: string | null
  /** Rows that hang on it, by table. */
  rows: Record<string, number>
}

/** Records as an office compares them, in the order asked for. */
export async function viewRecords(tx: Tx, ids: readonly string[], day: Day): Promise<RecordView[]> {
  const { rows } = await sql<RecordView>`
    select p.id, p.family_name as "familyName", p.given_name as "givenName", p.birth_date as "birthDate", p.sex,
      p.birth_place_name as "birthPlace", p.citizenship, p.deceased_on as "deceasedOn", p.merged_into as "mergedInto",
      to_char(p.created_at at time zone 'Europe/Rome', 'YYYY-MM-DD') as since,
      array(select i.value from registry.person_identifier i where i.person_id = p.id
            and i.type in ('CF', 'CF_PROVISIONAL', 'STP', 'ENI') order by lower(i.valid) desc) as codes,
      array(select i.value from registry.person_identifier i where i.person_id = p.id and i.type = 'TEAM' order by lower(i.valid) desc) as cards,
      (select concat_ws(', ', a.line, a.place) from registry.address a
       where a.person_id = p.id and a.kind = 'residence' and a.valid @> ${day}::date) as residence,
      (select c.value from registry.contact c where c.person_id = p.id and c.kind = 'mobile' and c.valid @> ${day}::date) as mobile,
      (select c.value from registry.contact c where c.person_id = p.id and c.kind = 'email' and c.valid @> ${day}::date) as email,
      (select coalesce(jsonb_object_agg(r.relation, jsonb_array_length(r.keys)), '{}')
       from jsonb_each(registry.rows_of(p.id)) r(relation, keys)) as rows
    from registry.person p where p.id = any (${[...ids]}::uuid[])`.execute(tx)
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => found.get(id) ?? [])
}

export interface MergeEntry {
  id: string
  duplicateId: string
  survivorId: string
  mergedAt: Date
  mergedBy: string | null
  reason: string
  undoneAt: Date | null
  undoneWhy: string | null
  /** Whether it is the last of its record: only then it can be undone. */
  last: boolean
}

/** Merges, the newest first. */
export async function listMerges(tx: Tx, { skip, limit }: { skip: number; limit: number }): Promise<MergeEntry[]> {
  const { rows } = await sql<MergeEntry>`
    select m.id, m.duplicate_id as "duplicateId", m.survivor_id as "survivorId", m.merged_at as "mergedAt", m.merged_by as "mergedBy",
      m.reason, m.undone_at as "undoneAt", m.undone_why as "undoneWhy",
      m.undone_at is null and not exists (select from registry.merge l
        where l.undone_at is null and (l.survivor_id = m.survivor_id and l.id > m.id or l.duplicate_id = m.survivor_id)) as last
    from registry.merge m order by m.merged_at desc, m.id desc offset ${skip} limit ${limit}`.execute(tx)
  return rows
}

/** The two records of a merge. @throws Refusal not found */
export async function recordsOfMerge(tx: Tx, id: string): Promise<{ duplicateId: string; survivorId: string }> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.merge')
    .select(['duplicateId', 'survivorId'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound({ it: 'Unione', en: 'Merge' })
  return row
}
