// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { openPurpose } from '../../../src/server/access/public-flows/index.ts'
import { addDays, romeInstant } from '../../../src/server/platform/time.ts'
import { Cohort } from '../../../src/server/services/vaccination/index.ts'
import { readSettings } from '../files.ts'
import { days, insertRows, refresh } from '../rows.ts'
import { transactionOf } from '../transaction.ts'

const closed = { additionalProperties: false } as const
const Day = Type.String({ pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]$' })
const Text = Type.Object({ it: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }, closed)
const Campaigns = Type.Object(
  {
    campaigns: Type.Array(
      Type.Object(
        {
          code: Type.String(),
          title: Text,
          open: Type.Object({ from: Day, to: Day }, closed),
          about: Text,
          after: Text,
          otherwise: Text,
          cohorts: Type.Array(Cohort, { minItems: 1 }),
          act: Type.String({ minLength: 1 }),
          verified: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
)

function read(regionFolder: string): Static<typeof Campaigns>['campaigns'] {
  const file = readSettings<unknown>(regionFolder, 'campaigns.yaml')
  if (Value.Check(Campaigns, file)) return file.campaigns
  const [first] = Value.Errors(Campaigns, file)
  throw new Error(`campaigns.yaml: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
}

/**
 * Loads the region's vaccination campaigns and opens each to who shows a health card. People adhered to them, so one that was
 * loaded is never removed.
 */
export async function loadCampaigns(client: pg.Client, regionFolder: string, region: string): Promise<void> {
  const campaigns = read(regionFolder)
  const codes = campaigns.map(({ code }) => code)
  const { rows: missing } = await client.query<{ code: string }>(
    'select code from vaccination.campaign where region = $1 and code <> all ($2)',
    [region, codes],
  )
  if (missing[0])
    throw new Error(`campaigns.yaml no longer has ${missing[0].code}: keep it there, its last day ends it.`)
  const rows = campaigns.map(({ code, title, open, about, after, otherwise, cohorts, act, verified }) => ({
    code,
    region,
    title_it: title.it,
    title_en: title.en,
    open: days(open.from, addDays(open.to, 1)),
    about_it: about.it,
    about_en: about.en,
    after_it: after.it,
    after_en: after.en,
    otherwise_it: otherwise.it,
    otherwise_en: otherwise.en,
    cohorts,
    act,
    verified,
  }))
  await insertRows(client, 'vaccination.campaign', rows, refresh('code', Object.keys(rows[0] ?? {})))
  for (const { code, title, open } of campaigns)
    await openPurpose(transactionOf(client), {
      code,
      title,
      from: romeInstant(open.from),
      until: romeInstant(addDays(open.to, 1)),
      next: `/adesioni-vaccinali/${code}`,
    })
}
