// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'
import type { Day } from '../../platform/time.ts'

export type SessionKind = 'citizen' | 'professional'

/** Seconds a session lives without a request, and at most. */
export interface SessionLimit {
  idle: number
  longest: number
}

/** The limits in force on a day for a kind of session and an assurance level (access.session_limit). */
export const limitOn = remembered(async (tx: Tx, kind: SessionKind, level: number, day: Day): Promise<SessionLimit> =>
  tables<'access'>(tx)
    .selectFrom('access.sessionLimit')
    .select([
      sql<number>`extract(epoch from idle)::integer`.as('idle'),
      sql<number>`extract(epoch from longest)::integer`.as('longest'),
    ])
    .where('kind', '=', kind)
    .where('level', '=', level)
    .where(sql<boolean>`valid @> ${day}::date`)
    .executeTakeFirstOrThrow(() => new Error(`No limit for sessions of a ${kind} at level ${level} on ${day}`)),
)
