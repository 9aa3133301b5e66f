// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { readList } from './files.ts'
import { stableId } from './ids.ts'
import { createRandom, type Random } from './random.ts'
import { street } from './names.ts'
import { organisationId, properName } from './reference/organisations.ts'
import { days, insertRows, refresh, type Row } from './rows.ts'
import type { Municipality, Territory } from './territory.ts'

/** A place of the generated region. */
export interface GeneratedPlace {
  id: string
  code: string
  name: string
  organisationId: string
  /** Code of the organisation: authority, hospital or accredited provider. */
  organisationCode: string
  /** Code of the health authority of the territory, e.g. 204. */
  asl: string
  aslId: string
  istatCode: string
  latitude: number
  longitude: number
  kind: 'hospital' | 'polyclinic' | 'accredited'
}

const stepFree = {
  it: 'Ingresso senza gradini, ascensore e bagno accessibile. Parcheggio riservato vicino all’ingresso.',
  en: 'Step-free entrance, lift and accessible toilet. Reserved parking near the entrance.',
}
const withSteps = {
  it: 'Tre gradini all’ingresso: suona il citofono e il personale apre la rampa laterale.',
  en: 'Three steps at the entrance: ring the bell and the staff open the side ramp.',
}
const directions = {
  it: 'Entra dall’ingresso principale e segui i cartelli “Ambulatori”.',
  en: 'Use the main entrance and follow the signs “Ambulatori”.',
}

/** Hospitals and accredited providers of the national lists, and a polyclinic for each district seat. */
export function generatePlaces(territory: Territory, region: string): GeneratedPlace[] {
  const random = createRandom(150)
  const towns = new Map(territory.municipalities.map((town) => [town.istatCode, town]))
  const named = new Map(territory.municipalities.map((town) => [town.name.toLowerCase(), town]))
  const asls = new Map(
    readList<'istat_code' | 'asl_code'>('campania-comuni.csv').map((row) => [row.istat_code, row.asl_code]),
  )
  const place = (
    town: Municipality,
    facts: { code: string; name: string; organisationCode: string; kind: GeneratedPlace['kind'] },
  ): GeneratedPlace => ({
    ...facts,
    id: stableId('location', facts.code),
    organisationId: organisationId(facts.organisationCode),
    asl: asls.get(town.istatCode)!,
    aslId: town.aslId,
    istatCode: town.istatCode,
    latitude: Number((town.latitude + (random.next() - 0.5) * 0.03).toFixed(5)),
    longitude: Number((town.longitude + (random.next() - 0.5) * 0.03).toFixed(5)),
  })
  const structures = readList<'structure_code' | 'name' | 'istat_code' | 'structure_type'>('campania-hospitals.csv')
    .filter((row) => row.structure_type !== '5.2')
    .map((row) =>
      place(towns.get(row.istat_code)!, {
        code: row.structure_code,
        name: properName(row.name),
        organisationCode: row.structure_code,
        kind: /^(4|5\.1|3\.2)$/.test(row.structure_type) ? 'accredited' : 'hospital',
      }),
    )
  const polyclinics = readList<'district_no' | 'asl_code' | 'name'>('campania-districts.csv').flatMap((row) => {
    const seat = row.name.replace(/ \(.*\)$/, '')
    const town = seat.startsWith('Napoli - ')
      ? named.get('napoli')
      : [seat, ...seat.split('-')].map((name) => named.get(name.trim().toLowerCase())).find(Boolean)
    if (!town) return []
    return place(town, {
      code: `${region}${row.asl_code}D${row.district_no}`,
      name: `Poliambulatorio ${seat.replace('Napoli - ', 'Napoli ')}`,
      organisationCode: region + row.asl_code,
      kind: 'polyclinic',
    })
  })
  return [...structures, ...polyclinics]
}

/** Stores places, and numbers of organisations that ring nowhere. */
export async function loadPlaces(
  client: pg.Client,
  places: readonly GeneratedPlace[],
  territory: Territory,
): Promise<void> {
  const random: Random = createRandom(151)
  const towns = new Map(territory.municipalities.map((town) => [town.istatCode, town]))
  const rows: Row[] = places.map((place) => ({
    id: place.id,
    organisation_id: place.organisationId,
    asl_id: place.aslId,
    district_id: towns.get(place.istatCode)?.districtId ?? null,
    code: place.code,
    name: place.name,
    address: street(random),
    istat_code: place.istatCode,
    postcode: towns.get(place.istatCode)?.postcode ?? null,
    latitude: place.latitude,
    longitude: place.longitude,
    telephone: '800 000 000',
    step_free: place.kind === 'hospital' || random.chance(0.7),
    directions,
    valid: days(null),
  }))
  for (const row of rows) row['accessibility'] = row['step_free'] ? stepFree : withSteps
  await insertRows(
    client,
    'registry.location',
    rows,
    refresh(
      'id',
      Object.keys(rows[0]!).filter((column) => column !== 'id'),
    ),
  )
  await client.query(
    `update registry.organisation set telephone = '800 000 000', email = 'urp.' || lower(code) || '@sanita.example'
     where kind not in ('region', 'district')`,
  )
}
