// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readSettings } from '../files.ts'
import { stableId } from '../ids.ts'
import { insertRows } from '../rows.ts'

interface DelegationSettings {
  rules: {
    from: string
    to?: string
    mostDelegates: number
    mostRequests: number
    answerDays: number
    remindDays: number
    longestDays: number
    ownSignInAge: number
    minorServices: string[]
    act: string
    verified: boolean
  }[]
}

/** Loads the region's rules about delegations and about minors who sign in themselves. */
export async function loadDelegationRules(client: pg.Client, regionFolder: string, region: string): Promise<void> {
  const { rules } = readSettings<DelegationSettings>(regionFolder, 'delegations.yaml')
  await client.query('delete from access.delegation_rule where region = $1', [region])
  await insertRows(
    client,
    'access.delegation_rule',
    rules.map((rule) => ({
      id: stableId('delegation-rule', `${region} ${rule.from}`),
      region,
      valid: `[${rule.from},${rule.to ?? ''})`,
      most_delegates: rule.mostDelegates,
      most_requests: rule.mostRequests,
      answer_days: rule.answerDays,
      remind_days: rule.remindDays,
      longest_days: rule.longestDays,
      own_sign_in_age: rule.ownSignInAge,
      minor_services: rule.minorServices,
      act: rule.act,
      verified: rule.verified,
    })),
  )
}
