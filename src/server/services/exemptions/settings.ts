// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'
import type { Day } from '../../platform/time.ts'
import type { CodeRule } from './rules.ts'

export interface Setting {
  /** Last day of every certificate, `MM-DD`. */
  yearEnd: string
  /** Days before its end from which a certificate can be renewed. */
  renewDays: number
  remindDays: number[]
  fineTimes: number
  crimeAboveCents: number
}

/** How the region keeps self-certifications, on a day. */
export const settingOn = remembered(async (tx: Tx, region: string, day: Day): Promise<Setting> =>
  tables<'exemptions'>(tx)
    .selectFrom('exemptions.setting')
    .select(['yearEnd', 'renewDays', 'remindDays', 'fineTimes', 'crimeAboveCents'])
    .where('region', '=', region)
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirstOrThrow(() => new Error(`exemptions.setting has no row for ${day}`)),
)

/** Codes that can be declared on a day, with who is entitled. */
export const codeRulesOn = remembered(async (tx: Tx, region: string, day: Day): Promise<CodeRule[]> => {
  const rows = await tables<'exemptions'>(tx)
    .selectFrom('exemptions.codeRule')
    .select([
      'code',
      'ages',
      'condition',
      'limitCents',
      'comparison',
      'spouseLimitCents',
      'childCents',
      'increasedComparison',
      'householdFrom',
      'householdTo',
      'beneficiaries',
    ])
    .where('region', '=', region)
    .where(sql<boolean>`valid @> ${day}::date`)
    .orderBy(sql`code = 'E00', code`)
    .execute()
  return rows as unknown as CodeRule[] // checked by the table
})
