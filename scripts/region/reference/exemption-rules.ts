// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readSettings } from '../files.ts'
import { stableId } from '../ids.ts'
import { days, insertRows } from '../rows.ts'

interface Dated {
  from: string
  to?: string
  act: string
  verified: boolean
}

interface SelfCertification {
  settings: (Dated & {
    yearEnd: string
    renewDays: number
    remindDays: number[]
    fineTimes: number
    crimeAboveCents: number
  })[]
  checks: (Dated & {
    samplePercent: number
    replyDays: number
    payDays: number
    listedCodes: string[]
    undoHours: number
  })[]
  rules: (Dated & {
    code: string
    ages?: Record<string, number>[]
    condition?: string
    limit?: number
    comparison?: string
    spouseLimit?: number
    child?: number
    increasedComparison?: string
    household?: { from: number; to?: number }
    beneficiaries: string
  })[]
}

/** Loads who may declare which income exemption, and how the region keeps declarations. */
export async function loadExemptionRules(client: pg.Client, regionFolder: string, region: string): Promise<void> {
  const { settings, checks, rules } = readSettings<SelfCertification>(regionFolder, 'exemptions.yaml')
  const dated = (kind: string, key: string, { from, to, act, verified }: Dated) => ({
    id: stableId(kind, `${region} ${key} ${from}`),
    region,
    valid: days(from, to),
    act,
    verified,
  })
  await client.query('delete from exemptions.setting where region = $1', [region])
  await insertRows(
    client,
    'exemptions.setting',
    settings.map((one) => ({
      ...dated('exemption-setting', '', one),
      year_end: one.yearEnd,
      renew_days: one.renewDays,
      remind_days: one.remindDays,
      fine_times: one.fineTimes,
      crime_above_cents: one.crimeAboveCents,
    })),
  )
  await client.query('delete from exemptions.check_rule where region = $1', [region])
  await insertRows(
    client,
    'exemptions.check_rule',
    checks.map((one) => ({
      ...dated('exemption-check-rule', '', one),
      sample_percent: one.samplePercent,
      reply_days: one.replyDays,
      pay_days: one.payDays,
      listed_codes: one.listedCodes,
      undo_hours: one.undoHours,
    })),
  )
  await client.query('delete from exemptions.code_rule where region = $1', [region])
  await insertRows(
    client,
    'exemptions.code_rule',
    rules.map((one) => ({
      ...dated('exemption-rule', one.code, one),
      code: one.code,
      ages: one.ages ?? [],
      condition: one.condition ?? null,
      limit_cents: one.limit ?? null,
      comparison: one.comparison ?? null,
      spouse_limit_cents: one.spouseLimit ?? null,
      child_cents: one.child ?? null,
      increased_comparison: one.increasedComparison ?? null,
      household_from: one.household?.from ?? 1,
      household_to: one.household?.to ?? null,
      beneficiaries: one.beneficiaries,
    })),
  )
}
