// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readSettings } from '../files.ts'
import { stableId } from '../ids.ts'
import { insertRows, refresh } from '../rows.ts'

interface PaymentSettings {
  copayRules: {
    exemptions: string[]
    cap: number | null
    regionalShare: number
    nationalShare: number
    from: string
    to?: string
    act: string
    verified: boolean
  }[]
  segregationCode: string
  taxonomyCode: string
  creditors: Record<string, { fiscalCode: string; iban: string; segregationCode?: string; taxonomyCode?: string }>
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

/** Loads the region's co-payment rules and the organisations that collect, each with the units that collect through it. */
export async function loadPayments(client: pg.Client, regionFolder: string, region: string): Promise<void> {
  const settings = readSettings<PaymentSettings>(regionFolder, 'payments.yaml')
  await client.query('delete from payments.copay_rule where region = $1', [region])
  await insertRows(
    client,
    'payments.copay_rule',
    settings.copayRules.map((rule) => {
      const codeSet = rule.exemptions.toSorted().join(' ')
      return {
        id: stableId('copay-rule', `${region} ${codeSet} ${rule.from}`),
        region,
        code_set: codeSet,
        cap_cents: rule.cap,
        regional_share_cents: rule.regionalShare,
        national_share_cents: rule.nationalShare,
        valid_from: rule.from,
        valid_to: rule.to ? dayBefore(rule.to) : null,
        act: rule.act,
        verified: rule.verified,
      }
    }),
  )
  const { rows: organisations } = await client.query<{
    id: string
    code: string
    name: string
    parent_id: string | null
  }>('select id, code, name, parent_id from registry.organisation')
  const byId = new Map(organisations.map((organisation) => [organisation.id, organisation]))
  const missing = Object.keys(settings.creditors).filter((code) => !organisations.some((o) => o.code === code))
  if (missing.length > 0)
    throw new Error(`payments.yaml names organisations the registry does not have: ${missing.join(', ')}`)
  const collects = (organisation: (typeof organisations)[number] | undefined): typeof organisation => {
    if (!organisation || settings.creditors[organisation.code]) return organisation
    return organisation.parent_id ? collects(byId.get(organisation.parent_id)) : undefined
  }
  await insertRows(
    client,
    'payments.creditor',
    organisations.flatMap((organisation) => {
      const body = collects(organisation)
      const creditor = body && settings.creditors[body.code]
      if (!creditor) return []
      return [
        {
          organisation_id: organisation.id,
          fiscal_code: creditor.fiscalCode,
          name: body.name,
          segregation_code: creditor.segregationCode ?? settings.segregationCode,
          iban: creditor.iban,
          taxonomy_code: creditor.taxonomyCode ?? settings.taxonomyCode,
        },
      ]
    }),
    refresh('organisation_id', ['fiscal_code', 'name', 'segregation_code', 'iban', 'taxonomy_code']),
  )
}
