// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readList, readSettings } from '../files.ts'
import { days, insertRows, refresh } from '../rows.ts'

interface Territory {
  ownBooking: string[]
  patronHolidays: Record<string, [monthDay: string, saint: string]>
}

export function readTerritory(regionFolder: string): Territory {
  return readSettings<Territory>(regionFolder, 'territory.yaml')
}

/** Codes given since 2014 belong to new municipalities; older codes outlive changes of province and of borders. */
const recentCode = /^M[34][0-9]{2}$/

/** Loads municipalities, the places a fiscal code may name, and patron holidays. */
export async function loadTerritory(client: pg.Client, regionFolder: string): Promise<void> {
  const inRegion = new Map(
    readList<'istat_code' | 'cap' | 'population_2011'>('campania-comuni.csv').map((row) => [row.istat_code, row]),
  )
  const centres = new Map(
    readList<'istat_code' | 'latitude' | 'longitude'>('campania-centroids.csv').map((row) => [row.istat_code, row]),
  )
  const municipalities = readList<
    'istat_code' | 'belfiore' | 'name' | 'name_upper' | 'province' | 'population_2011' | 'valid_from'
  >('comuni.csv')
  await insertRows(
    client,
    'registry.municipality',
    municipalities.map((row) => ({
      istat_code: row.istat_code,
      belfiore: row.belfiore,
      name: row.name,
      province: row.province,
      postcode: inRegion.get(row.istat_code)?.cap || null,
      population: Number(row.population_2011) || null,
      latitude: centres.get(row.istat_code)?.latitude ?? null,
      longitude: centres.get(row.istat_code)?.longitude ?? null,
      in_region: inRegion.has(row.istat_code),
    })),
    refresh('istat_code', [
      'belfiore',
      'name',
      'province',
      'postcode',
      'population',
      'latitude',
      'longitude',
      'in_region',
    ]),
  )
  await client.query('delete from registry.birth_place')
  await insertRows(client, 'registry.birth_place', [
    ...municipalities.map((row) => ({
      code: row.belfiore,
      name: row.name_upper,
      kind: 'municipality',
      province: row.province,
      citizenship: null,
      valid: days(recentCode.test(row.belfiore) ? row.valid_from : null),
    })),
    ...readList<'belfiore' | 'name_upper' | 'province_last' | 'valid_to'>('comuni-cessati.csv').map((row) => ({
      code: row.belfiore,
      name: row.name_upper,
      kind: 'municipality',
      province: row.province_last || null,
      citizenship: null,
      valid: days(null, row.valid_to),
    })),
    ...readList<'belfiore' | 'name_it' | 'minint_code' | 'valid_from' | 'valid_to'>('stati-esteri.csv')
      .filter((row) => row.belfiore)
      .map((row) => ({
        code: row.belfiore,
        name: row.name_it.toUpperCase(),
        kind: 'state',
        province: null,
        citizenship: row.minint_code || null,
        valid: days(row.valid_from, row.valid_to),
      })),
  ])
  await client.query('delete from registry.patron_holiday')
  await insertRows(
    client,
    'registry.patron_holiday',
    Object.entries(readTerritory(regionFolder).patronHolidays).map(([istat_code, [month_day, saint]]) => ({
      istat_code,
      month_day,
      saint,
      source: 'config territory.yaml',
      verified: false,
    })),
  )
}
