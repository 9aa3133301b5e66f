// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'

/** A place where people are received, with its organisation, as people need to see it. */
export interface PlaceView {
  id: string
  name: string
  address: string
  municipality: string
  istatCode: string
  latitude: number
  longitude: number
  telephone: string | null
  accessibility: { it?: string; en?: string }
  directions: { it?: string; en?: string }
  organisation: { id: string; name: string; telephone: string | null }
}

/** These places by id. */
export async function getPlaces(tx: Tx, ids: readonly string[]): Promise<Map<string, PlaceView>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<PlaceView>`
    select l.id, l.name, l.address, m.name as municipality, l.istat_code as "istatCode", l.latitude, l.longitude, l.telephone,
           l.accessibility, l.directions,
           jsonb_build_object('id', o.id, 'name', o.name, 'telephone', o.telephone) as organisation
    from registry.location l
    join registry.municipality m on m.istat_code = l.istat_code
    join registry.organisation o on o.id = l.organisation_id
    where l.id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}
