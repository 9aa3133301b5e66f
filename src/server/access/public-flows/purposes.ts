// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import type { Text } from '../../platform/text.ts'

/** What a public flow is for. */
export interface Purpose {
  /** E.g. the code of a campaign: small letters, digits and hyphens. */
  code: string
  title: Text
  from: Date
  until: Date
}

/** A service opens a public flow for something of its own, or changes until when; in the transaction that opens the thing. */
export async function openPurpose(tx: Tx, purpose: Purpose): Promise<void> {
  const { code, title, from, until } = purpose
  const row = { titleIt: title.it, titleEn: title.en, valid: sql<string>`tstzrange(${from}, ${until})` }
  await tables<'access'>(tx)
    .insertInto('access.publicPurpose')
    .values({ code, ...row })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute()
}

export async function isOpen(tx: Tx, code: string, now: Date): Promise<boolean> {
  const row = await tables<'access'>(tx)
    .selectFrom('access.publicPurpose')
    .select('code')
    .where('code', '=', code)
    .where(sql<boolean>`valid @> ${now}::timestamptz`)
    .executeTakeFirst()
  return row !== undefined
}
