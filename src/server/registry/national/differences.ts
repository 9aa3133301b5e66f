// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { NationalSource } from '../../national/registries/index.ts'
import { digestOf, type Difference, type DifferencePart } from './state.ts'

export const differenceStates = ['open', 'later', 'taken', 'kept', 'overtaken'] as const
export type DifferenceState = (typeof differenceStates)[number]

/** A difference as it is kept. */
export interface KeptDifference extends Omit<Difference, 'messageId'> {
  id: string
  personId: string
  messageId: string
  foundAt: Date
  state: DifferenceState
  note: string | null
  decidedAt: Date | null
}

/**
 * Keeps what is now left to decide about a person: each thing said is asked once, one put off stays so, and what nobody says any
 * more is overtaken. Decisions stay.
 */
export async function keepDifferences(
  tx: Tx,
  personId: string,
  differences: readonly Difference[],
  now: Date,
): Promise<readonly Difference[]> {
  const keys: string[] = []
  for (const { part, source, messageId, ours, ourSource, theirs, because } of differences) {
    const said = digestOf(theirs)
    keys.push(`${part} ${said}`)
    await sql`
      insert into registry.national_difference (id, person_id, part, said, source, message_id, ours, our_source, theirs, because, found_at)
      values (${uuidv7()}, ${personId}, ${part}, ${said}, ${source}, ${messageId}, ${JSON.stringify(ours)}, ${ourSource},
        ${JSON.stringify(theirs)}, ${because}, ${now})
      on conflict (person_id, part, said) do update set message_id = excluded.message_id, ours = excluded.ours,
        our_source = excluded.our_source, because = excluded.because,
        state = case when national_difference.state = 'overtaken' then 'open' else national_difference.state end`.execute(
      tx,
    )
  }
  await sql`
    update registry.national_difference set state = 'overtaken', decided_by = null, decided_at = null, note = null
    where person_id = ${personId} and state in ('open', 'later') and part || ' ' || said <> all (${keys}::text[])`.execute(
    tx,
  )
  return differences
}

export interface DifferenceFilter {
  state: DifferenceState
  part?: DifferencePart
  source?: NationalSource
  sort: 'newest' | 'oldest' | 'name'
}

const columns = sql`d.id, d.person_id as "personId", d.part, d.source, d.message_id as "messageId", d.ours, d.our_source as "ourSource",
  d.theirs, d.because, d.found_at as "foundAt", d.state, d.note, d.decided_at as "decidedAt"`

const matching = ({ state, part, source }: DifferenceFilter) => sql`
  d.state = ${state} and (${part ?? null}::text is null or d.part = ${part ?? null}) and (${source ?? null}::text is null or d.source = ${source ?? null})`

/** Differences in a state, a page at a time. */
export async function listDifferences(
  tx: Tx,
  filter: DifferenceFilter,
  { skip, limit }: { skip: number; limit: number },
): Promise<KeptDifference[]> {
  const order = {
    newest: sql`d.found_at desc, d.id desc`,
    oldest: sql`d.found_at, d.id`,
    name: sql`p.family_key, p.given_key, d.id`,
  }[filter.sort]
  const { rows } = await sql<KeptDifference>`
    select ${columns} from registry.national_difference d join registry.person p on p.id = d.person_id
    where ${matching(filter)} order by ${order} offset ${skip} limit ${limit}`.execute(tx)
  return rows
}

/** How many wait, and how many were put off. */
export async function countDifferences(tx: Tx): Promise<{ open: number; later: number }> {
  const { rows } = await sql<{ open: number; later: number }>`
    select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'later')::int as later
    from registry.national_difference where state in ('open', 'later')`.execute(tx)
  return rows[0]!
}

/** One difference. @throws Refusal not found */
export async function getDifference(tx: Tx, id: string, lock: 'lock' | 'look' = 'look'): Promise<KeptDifference> {
  const { rows } = await sql<KeptDifference>`
    select ${columns} from registry.national_difference d where d.id = ${id}
    ${lock === 'lock' ? sql`for update of d` : sql``}`.execute(tx)
  if (!rows[0]) throw notFound({ it: 'Differenza', en: 'Difference' })
  return rows[0]
}

/** A decision, or one taken back (`open`), as it was written. */
export interface DecisionEntry {
  state: 'open' | 'later' | 'taken' | 'kept'
  note: string
  decidedBy: string
  decidedAt: Date
}

export async function decisionsAbout(tx: Tx, id: string): Promise<DecisionEntry[]> {
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.nationalDecision')
    .select(['state', 'note', 'decidedBy', 'decidedAt'])
    .where('differenceId', '=', id)
    .orderBy('id')
    .execute()
  return rows as DecisionEntry[] // the table checks the state
}

/** Writes a decision. What follows from it, `sayAgain` makes of the record. */
export async function writeDecision(tx: Tx, id: string, entry: DecisionEntry): Promise<void> {
  const { state, note, decidedBy, decidedAt } = entry
  const own = tables<'registry'>(tx)
  await own
    .insertInto('registry.nationalDecision')
    .values({ differenceId: id, ...entry })
    .execute()
  const decided = state === 'open' ? { note: null, decidedBy: null, decidedAt: null } : { note, decidedBy, decidedAt }
  await own
    .updateTable('registry.nationalDifference')
    .set({ state, ...decided })
    .where('id', '=', id)
    .execute()
}
