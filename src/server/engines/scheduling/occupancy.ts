// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'

/** Seats of the agendas of one place on one day. */
export interface Occupancy {
  locationId: string
  day: Day
  seats: number
  free: number
}

/**
 * How full the agendas of an organisation are, by place and day (both days included), for one service or for all.
 * Suspended slots count as no seats. Counts only: nobody's appointment shows.
 */
export async function occupancy(
  tx: Tx,
  wish: { organisationId: string; serviceId?: string | undefined; from: Day; to: Day },
): Promise<Occupancy[]> {
  const { organisationId, serviceId = null, from, to } = wish
  const { rows } = await sql<Occupancy>`
    select s.location_id as "locationId", (l.starts_at at time zone 'Europe/Rome')::date as day,
           sum(l.capacity)::int as seats, sum(cardinality(l.free_seats))::int as free
    from scheduling.schedule s
    join scheduling.slot l on l.schedule_id = s.id and not l.suspended
      and l.id >= scheduling.slot_id(${from}::timestamp at time zone 'Europe/Rome')
      and l.id < scheduling.slot_id((${to}::date + 1)::timestamp at time zone 'Europe/Rome')
    where s.organisation_id = ${organisationId}::uuid
      and (${serviceId}::uuid is null or exists (
        select from scheduling.schedule_service v where v.schedule_id = s.id and v.service_id = ${serviceId}::uuid))
    group by 1, 2 order by 2, 1`.execute(tx)
  return rows
}
