// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { asSystem, type Db } from '../../platform/database.ts'
import { monthOf, nextMonth } from './rows.ts'

/** Months that have their partition before they begin. */
const monthsAhead = 3

/**
 * Makes the partitions of this month and the next ones, and moves in what waited in the default one.
 *
 * @returns how many were made
 */
export async function makePartitions(db: Db, now: Date): Promise<number> {
  let made = 0
  for (let month = monthOf(now), i = 0; i <= monthsAhead; month = nextMonth(month), i += 1) {
    const { rows } = await asSystem(db, (tx) =>
      sql<{ made: boolean }>`select access.make_audit_partition(${month}) as made`.execute(tx),
    )
    if (rows[0]!.made) made += 1
  }
  return made
}

/**
 * Removes the months that ended more than so many years ago; the database keeps 24 months whatever is asked.
 *
 * @returns how many were removed
 */
export async function forgetOldMonths(db: Db, keepYears: number, now: Date): Promise<number> {
  const { rows } = await sql<{ gone: number }>`select access.forget_audit(${keepYears}, ${now}) as gone`.execute(db)
  return rows[0]!.gone
}
