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
  /** The page that goes on with the grant: a local path without query, e.g. `/adesioni-vaccinali/flu-2026`. */
  next?: string
}

/** A service opens a public flow for something of its own, or changes until when; in the transaction that opens the thing. */
export async function openPurpose(tx: Tx, purpose: Purpose): Promise<void> {
  const { code, title, from, until, next = null } = purpose
  const row = { titleIt: title.it, titleEn: title.en, valid: sql<string>`tstzrange(${from}, ${until})`, next }
  await tables<'access'>(tx)
    .insertInto('access.publicPurpose')
    .values({ code, ...row })
    .onConflict((conflict) => conflict.column('code').doUpdateSet(row))
    .execute()
}

/** What is open now under a code, and where it leads; undefined when nothing is. */
export async function findOpen(
  tx: Tx,
  code: string,
  now: Date,
): Promise<{ title: Text; until: Date; next: string | null } | undefined> {
  const row = await tables<'access'>(tx)
    .selectFrom('access.publicPurpose')
    .select(['titleIt', 'titleEn', 'next', sql<Date>`upper(valid)`.as('until')])
    .where('code', '=', code)
    .where(sql<boolean>`valid @> ${now}::timestamptz`)
    .executeTakeFirst()
  return row && { title: { it: row.titleIt, en: row.titleEn }, until: row.until, next: row.next }
}
