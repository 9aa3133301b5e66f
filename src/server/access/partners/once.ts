// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Db, type Tx } from '../../platform/database.ts'

/**
 * Notes that a signed statement was used. False when it had been already: of two processes that receive it at once, one
 * gets true.
 */
export async function useOnce(db: Db | Tx, issuer: string, jti: string, expiresAt: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables<'partner'>(db)
    .insertInto('partner.usedStatement')
    .values({ issuer, jti, expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

/** Forgets statements and revocations of tokens that are over anyway, and evidence older than twelve months. */
export async function forgetExpired(db: Db, now: Date): Promise<void> {
  const own = tables<'partner'>(db)
  const over = new Date(now.getTime() - 120_000) // longer than the tolerance between clocks
  await own.deleteFrom('partner.usedStatement').where('expiresAt', '<', over).execute()
  await own.deleteFrom('partner.revokedToken').where('expiresAt', '<', over).execute()
  await own
    .deleteFrom('partner.evidence')
    .where('at', '<', sql<Date>`${now}::timestamptz - interval '12 months'`)
    .execute()
}
