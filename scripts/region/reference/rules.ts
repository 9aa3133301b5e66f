// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readList, readSettings } from '../files.ts'
import { stableId } from '../ids.ts'
import { days, insertRows, type Row } from '../rows.ts'
import { organisationId } from './organisations.ts'

interface Dated {
  from: string
  to?: string
  source: string
  verified: boolean
}

interface WaitingTimes {
  classMaximum: (Dated & { kinds: string[]; priority: string; days: number; hours?: number })[]
  guaranteeArea: (Dated & {
    priorities: string[]
    own: boolean
    neighbours: boolean
    maxKm?: number
    discipline?: string
  })[]
  neighbours: Record<string, string[]>
  prescriptionValidity: (Dated & { priority: string; booking: number; delivery: number })[]
}

const dated = (kind: string, key: string, rule: Dated): Row => ({
  id: stableId(kind, `${key} ${rule.from}`),
  valid: days(rule.from, rule.to),
  source: rule.source,
  verified: rule.verified,
})

/** Loads maxima, guarantee areas and prescription validity: each row with its period and source. */
export async function loadWaitingTimes(client: pg.Client, regionFolder: string, regionCode: string): Promise<void> {
  const rules = readSettings<WaitingTimes>(regionFolder, 'waiting-times.yaml')
  await client.query('delete from registry.class_maximum')
  await insertRows(
    client,
    'registry.class_maximum',
    rules.classMaximum.flatMap((rule) =>
      rule.kinds.map((kind) => ({
        ...dated('class-maximum', `${kind} ${rule.priority}`, rule),
        kind,
        priority: rule.priority,
        days: rule.days,
        hours: rule.hours ?? null,
      })),
    ),
  )
  await client.query('delete from registry.guarantee_area')
  await insertRows(
    client,
    'registry.guarantee_area',
    rules.guaranteeArea.flatMap((rule) =>
      Object.entries(rules.neighbours).flatMap(([asl, neighbours]) =>
        [...(rule.own ? [asl] : []), ...(rule.neighbours ? neighbours : [])].flatMap((covered) =>
          rule.priorities.map((priority) => ({
            ...dated('guarantee-area', `${asl} ${covered} ${priority} ${rule.discipline ?? ''}`, rule),
            residence_asl_id: organisationId(regionCode + asl),
            asl_id: organisationId(regionCode + covered),
            priority,
            discipline: rule.discipline ?? null,
            max_km: rule.maxKm ?? null,
          })),
        ),
      ),
    ),
  )
  await client.query('delete from registry.prescription_validity')
  await insertRows(
    client,
    'registry.prescription_validity',
    rules.prescriptionValidity.map((rule) => ({
      ...dated('prescription-validity', rule.priority, rule),
      priority: rule.priority,
      booking_days: rule.booking,
      delivery_days: rule.delivery,
    })),
  )
}

interface Exemptions {
  from: string
  source: string
  covers: Record<'share' | 'none' | 'listed', string[]>
  english: Record<string, string>
  services: Record<string, string[]>
}

/** Loads the exemption codes and the services each covers. */
export async function loadExemptions(client: pg.Client, regionFolder: string): Promise<void> {
  const settings = readSettings<Exemptions>(regionFolder, 'exemptions.yaml')
  const listed = readList<
    'code' | 'family' | 'scope' | 'description_it' | 'family_income_limit_eur' | 'self_certification' | 'verified'
  >('exemptions.csv')
  const coverage = (code: string): string =>
    (['share', 'none', 'listed'] as const).find((covers) => settings.covers[covers].includes(code)) ?? 'all'
  await client.query('delete from registry.exemption')
  await insertRows(
    client,
    'registry.exemption',
    listed.map((row) => {
      const english = settings.english[row.code]
      if (!english) throw new Error(`exemptions.yaml has no English name for ${row.code}`)
      return {
        id: stableId('exemption', row.code),
        code: row.code,
        family: row.family,
        scope: row.scope === 'national' ? 'national' : 'regional',
        description_it: row.description_it,
        description_en: english,
        covers: coverage(row.code),
        income_limit_cents: row.family_income_limit_eur ? Math.round(Number(row.family_income_limit_eur) * 100) : null,
        self_certified: row.self_certification === 'yes',
        valid: days(settings.from),
        source: settings.source,
        verified: row.verified === 'yes',
      }
    }),
  )
  await client.query('delete from registry.exemption_service')
  await insertRows(
    client,
    'registry.exemption_service',
    Object.entries(settings.services).flatMap(([exemption, codes]) =>
      codes.map((code) => ({
        exemption_code: exemption,
        system: 'LEA',
        code,
        valid: days(settings.from),
        source: 'config exemptions.yaml',
        verified: false,
      })),
    ),
  )
}
