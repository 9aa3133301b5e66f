// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { remembered } from '../../platform/reference.ts'
import type { Language, Text } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'
import type { Cohort } from './rules.ts'

export interface Campaign {
  code: string
  title: Text
  about: Text
  after: Text
  otherwise: Text
  /** First and last day on which one can adhere. */
  from: Day
  until: Day
  cohorts: Cohort[]
}

/** The region's campaigns, those that are over too, the one that closes first at the front. */
export const campaignsOf = remembered(async (tx: Tx, region: string): Promise<Campaign[]> => {
  const rows = await tables<'vaccination'>(tx)
    .selectFrom('vaccination.campaign')
    .select([
      'code',
      'titleIt',
      'titleEn',
      'aboutIt',
      'aboutEn',
      'afterIt',
      'afterEn',
      'otherwiseIt',
      'otherwiseEn',
      'cohorts',
    ])
    .select([sql<Day>`lower(open)`.as('from'), sql<Day>`upper(open) - 1`.as('until')])
    .where('region', '=', region)
    .orderBy(sql`upper(open), code`)
    .execute()
  return rows.map((row) => ({
    code: row.code,
    title: { it: row.titleIt, en: row.titleEn },
    about: { it: row.aboutIt, en: row.aboutEn },
    after: { it: row.afterIt, en: row.afterEn },
    otherwise: { it: row.otherwiseIt, en: row.otherwiseEn },
    from: row.from,
    until: row.until,
    cohorts: row.cohorts as unknown as Cohort[], // checked when the file is loaded
  }))
})

export const isOpen = ({ from, until }: Campaign, today: Day): boolean => from <= today && today <= until

/** One campaign; refuses when the region has none of that code. */
export async function getCampaign(tx: Tx, region: string, code: string): Promise<Campaign> {
  const found = (await campaignsOf(tx, region)).find((one) => one.code === code)
  if (!found) throw notFound({ it: 'Campagna', en: 'Campaign' })
  return found
}

/** A campaign as anybody may read it. */
export const publicView = ({ code, title, about, after, from, until }: Campaign, language: Language) => ({
  code,
  title: title[language],
  about: about[language],
  after: after[language],
  from,
  until,
})
