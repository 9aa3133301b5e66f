// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, type Db, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay, type Day } from '../../platform/time.ts'

/** Calls of one client on one day. */
export interface DayOfCalls {
  day: Day
  calls: number
  /** Answers 4xx and 5xx. */
  refused: number
  failed: number
  /** Milliseconds on average. */
  ms: number
}

const shown = 30

/** The last thirty days of a client, the oldest first, those without calls too. */
export async function daysOf(db: Db | Tx, clientId: string, today: Day): Promise<DayOfCalls[]> {
  const first = addDays(today, 1 - shown)
  const rows = await tables<'partner'>(db)
    .selectFrom('partner.callDay')
    .select(['day', 'calls', 'refused', 'failed', 'ms'])
    .where('clientId', '=', clientId)
    .where('day', '>=', first)
    .execute()
  return Array.from({ length: shown }, (_, n) => {
    const day = addDays(first, n)
    const { calls = 0, refused = 0, failed = 0, ms = 0 } = rows.find((row) => row.day === day) ?? {}
    return { day, calls, refused, failed, ms: calls > 0 ? Math.round(ms / calls) : 0 }
  })
}

/** What a client may do and has used, for itself. Calls of the last second may be missing from the days. */
export async function usageOf({ db, now }: Pick<Platform, 'db' | 'now'>, actor: Actor) {
  const { clientId, scopes } = actor.partner! // the route is for partners only
  const instant = now()
  const own = tables<'partner'>(db)
  const row = await own
    .selectFrom('partner.client as c')
    .innerJoin('partner.quota as q', 'q.clientId', 'c.id')
    .select(['c.perMinute', 'c.perDay', 'q.minuteCalls', 'q.dayCalls'])
    .where('c.id', '=', clientId)
    .executeTakeFirstOrThrow() // this very call was counted
  return {
    clientId,
    scopes: [...scopes],
    minute: { limit: row.perMinute, used: row.minuteCalls },
    day: { limit: row.perDay, used: row.dayCalls },
    days: await daysOf(db, clientId, romeDay(instant)),
  }
}
