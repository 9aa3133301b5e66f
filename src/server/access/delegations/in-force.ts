// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import type { DelegationKind } from './states.ts'

/** A delegation in force or suspended: who may act for whom. */
export interface DelegationInForce {
  id: string
  delegatorId: string
  delegateId: string
  kind: DelegationKind
  suspended: boolean
  from: Day
  /** First day after it. */
  end: Day | null
}

/** Delegations in force or suspended by their ids, delegators or delegates; `limit` at most. */
export async function delegationsInForce(
  tx: Tx,
  {
    ids = [],
    people = [],
    relatives = [],
  }: { ids?: readonly string[]; people?: readonly string[]; relatives?: readonly string[] },
  limit: number,
): Promise<DelegationInForce[]> {
  const rows = await tables<'access'>(tx)
    .selectFrom('access.delegation')
    .select(['id', 'delegatorId', 'delegateId', 'kind', sql<boolean>`state = 'suspended'`.as('suspended')])
    .select([sql<Day>`lower(valid)`.as('from'), sql<Day | null>`upper(valid)`.as('end')])
    .where('state', 'in', ['active', 'suspended'])
    .where(
      sql<boolean>`(id = any (${ids}::uuid[]) or delegator_id = any (${people}::uuid[]) or delegate_id = any (${relatives}::uuid[]))`,
    )
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows as DelegationInForce[] // both sides of one in force are known: the table checks
}
