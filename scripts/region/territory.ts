// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readList } from './files.ts'

export interface Municipality {
  istatCode: string
  belfiore: string
  name: string
  postcode: string | null
  population: number
  latitude: number
  longitude: number
  aslId: string
  /** Three digits, e.g. 204. */
  aslCode: string
  districtId: string | null
}

export interface BirthPlace {
  code: string
  name: string
  /** Of a foreign state: its code in ANPR, and whether its citizens are of the European Union. */
  state?: string
  inUnion?: boolean
}

/** What the generator draws from: the reference data of the database it fills. */
export interface Territory {
  municipalities: Municipality[]
  /** Towns of the rest of Italy and foreign states where people were born. */
  italy: BirthPlace[]
  abroad: BirthPlace[]
}

/** Reads the territory back from the registry. */
export async function readTerritoryOf(client: pg.Client, day: string): Promise<Territory> {
  const { rows: municipalities } = await client.query<Municipality>(
    `select m.istat_code as "istatCode", m.belfiore, m.name, m.postcode, coalesce(m.population, 500) as population,
            m.latitude, m.longitude, a.asl_id as "aslId", substr(o.code, 4) as "aslCode", a.district_id as "districtId"
     from registry.municipality m
     join registry.municipality_assignment a on a.istat_code = m.istat_code and a.valid @> $1::date
     join registry.organisation o on o.id = a.asl_id
     where m.in_region and m.latitude is not null
     order by m.istat_code`,
    [day],
  )
  const { rows: italy } = await client.query<BirthPlace>(
    `select belfiore as code, upper(name) as name from registry.municipality
     where not in_region and population > 60000 order by istat_code`,
  )
  const { rows: abroad } = await client.query<BirthPlace>(
    `select code, name from registry.birth_place
     where kind = 'state' and upper_inf(valid) and code in ('Z129','Z138','Z140','Z114','Z110','Z112','Z330','Z222','Z209','Z301','Z343','Z352','Z602','Z611','Z210')
     order by code`,
  )
  const states = new Map(
    readList<'belfiore' | 'minint_code' | 'bloc'>('stati-esteri.csv').map((row) => [row.belfiore, row]),
  )
  for (const place of abroad) {
    const { minint_code: state, bloc } = states.get(place.code)!
    Object.assign(place, { state, inUnion: bloc === 'EU' })
  }
  return { municipalities, italy, abroad }
}
