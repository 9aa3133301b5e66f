// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'

/** A municipality of the region, with the point distances are measured from. */
export interface Municipality {
  /** ISTAT code. */
  code: string
  name: string
  province: string
  latitude: number
  longitude: number
}

/** All municipalities of the region, by name. */
export const listMunicipalities = remembered(async (tx: Tx): Promise<readonly Municipality[]> => {
  const { rows } = await sql<Municipality>`
    select istat_code as code, name, province, latitude, longitude from registry.municipality
    where in_region and latitude is not null order by name, istat_code`.execute(tx)
  return rows
})

/** A municipality of the region; undefined when it is elsewhere or unknown. */
export async function findMunicipality(tx: Tx, code: string): Promise<Municipality | undefined> {
  return (await listMunicipalities(tx)).find((one) => one.code === code)
}
