// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { rememberedById } from '../../platform/reference.ts'
import type { Day } from '../../platform/time.ts'

/** A place where people are received, with its organisation, as people need to see it. */
export interface PlaceView {
  id: string
  name: string
  address: string
  postcode: string | null
  municipality: string
  province: string
  istatCode: string
  latitude: number
  longitude: number
  telephone: string | null
  /** Health authority of the territory: what guarantee areas speak of. */
  aslId: string
  /** Reachable without steps. */
  stepFree: boolean
  accessibility: { it?: string; en?: string }
  directions: { it?: string; en?: string }
  organisation: { id: string; name: string; telephone: string | null; ownBooking: boolean }
}

const columns = sql`
  l.id, l.name, l.address, l.postcode, m.name as municipality, m.province, l.istat_code as "istatCode", l.latitude, l.longitude,
  l.telephone, l.asl_id as "aslId", l.step_free as "stepFree", l.accessibility, l.directions,
  jsonb_build_object('id', o.id, 'name', o.name, 'telephone', o.telephone, 'ownBooking', o.own_booking) as organisation`
const joined = sql`
  registry.location l
  join registry.municipality m on m.istat_code = l.istat_code
  join registry.organisation o on o.id = l.organisation_id`

/** These places by id. Names and addresses seldom change and every booking shows them, so a process remembers them. */
export const getPlaces = rememberedById(async (tx: Tx, ids) => {
  const { rows } = await sql<PlaceView>`select ${columns} from ${joined} where l.id = any(${ids}::uuid[])`.execute(tx)
  return rows.map((row) => [row.id, row] as const)
})

export interface PlaceSearch {
  organisationId?: string | undefined
  /** ISTAT code of a municipality. */
  istatCode?: string | undefined
  /** Where the last page ended. */
  after?: { name: string; id: string } | undefined
}

/** Places open on a day, by name: one page. */
export async function listPlaces(tx: Tx, search: PlaceSearch, day: Day, limit: number): Promise<PlaceView[]> {
  const { organisationId, istatCode, after } = search
  const conditions = [
    sql`l.valid @> ${day}::date`,
    ...(organisationId ? [sql`l.organisation_id = ${organisationId}`] : []),
    ...(istatCode ? [sql`l.istat_code = ${istatCode}`] : []),
    ...(after ? [sql`(l.name, l.id) > (${after.name}, ${after.id}::uuid)`] : []),
  ]
  const { rows } = await sql<PlaceView>`
    select ${columns} from ${joined} where ${sql.join(conditions, sql` and `)}
    order by l.name, l.id limit ${limit}`.execute(tx)
  return rows
}
