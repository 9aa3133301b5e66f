// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { givenName, surname } from './names.ts'
import type { FiscalCodes } from './people.ts'
import { stableId } from './ids.ts'
import { createRandom, weighted, type Random } from './random.ts'
import { days, insertRows, type Row } from './rows.ts'
import type { Municipality, Territory } from './territory.ts'

/** A family doctor or paediatrician of the generated region. */
export interface GeneratedDoctor {
  roleId: string
  fiscalCode: string
  givenName: string
  familyName: string
  aslId: string
  kind: 'family-doctor' | 'paediatrician'
}

/** The same with the area whose residents may choose the doctor, and how many she takes. */
export interface DoctorWithPlaces extends GeneratedDoctor {
  areaId: string
  places: number
}

/** People of an area whose residents choose among the same doctors (ambito), at least: room for several of them. */
const doctorsPerArea = 4

/** Ceilings of the national agreements: family doctors (ACN 2024, art. 38), paediatricians and their choices with an end. */
const ceilings = {
  'family-doctor': { kind: 'MMG', ceiling: 1_500, temporary: 0 },
  paediatrician: { kind: 'PLS', ceiling: 880, temporary: 120 },
} as const

/** People for one family doctor and for one paediatrician: 3,200 and 700 in the whole region, fewer than the law wants. */
const peoplePer = { 'family-doctor': 1_750, paediatrician: 8_000 } as const

/**
 * Family doctors and paediatricians of each area, in proportion to its people and never fewer than two in an authority,
 * and stores them with their posts and surgeries.
 */
export async function loadDoctors(
  client: pg.Client,
  context: { territory: Territory; random: Random; codes: FiscalCodes; people: number },
): Promise<{ doctors: DoctorWithPlaces[]; areas: ReadonlyMap<string, string> }> {
  const { territory, random, codes, people } = context
  const total = territory.municipalities.reduce((sum, town) => sum + town.population, 0)
  const areas = areasOf(territory, people / total)
  const ofPosts = createRandom(38) // apart, so that people and agendas stay the same
  await insertRows(client, 'registry.catchment', areas.rows)
  await insertRows(client, 'registry.catchment_municipality', areas.municipalities)
  const [posts, surgeries, hours]: [Row[], Row[], Row[]] = [[], [], []]
  const practitioners: Row[] = []
  const roles: Row[] = []
  const doctors: DoctorWithPlaces[] = []
  function add(kind: GeneratedDoctor['kind'], town: Municipality): void {
    const sex = random.chance(0.5) ? 'F' : 'M'
    const facts = {
      givenName: givenName(random, sex),
      familyName: surname(random),
      sex,
      birthDate: `${random.int(1957, 1992)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
    } as const
    const id = random.uuid()
    const fiscalCode = codes.give({ ...facts, birthPlaceCode: town.belfiore })
    practitioners.push({
      id,
      fiscal_code: fiscalCode,
      family_name: facts.familyName,
      given_name: facts.givenName,
      sex,
      birth_date: facts.birthDate,
      regional_code: `150${String(practitioners.length + 1).padStart(6, '0')}`,
      languages: random.chance(0.4) ? ['it', 'en'] : ['it'],
    })
    const roleId = random.uuid()
    roles.push({
      id: roleId,
      practitioner_id: id,
      organisation_id: town.aslId,
      role: kind,
      discipline: null,
      valid: days('2015-01-01'),
    })
    const { kind: post, ceiling, temporary } = ceilings[kind]
    const areaId = areas.of.get(town.istatCode)!
    const selfLimit = ofPosts.chance(0.1) ? Math.round((ceiling * ofPosts.int(60, 95)) / 100) : null
    posts.push({
      role_id: roleId,
      kind: post,
      catchment_id: areaId,
      ceiling,
      self_limit: selfLimit,
      temporary_ceiling: temporary,
      state: 'ACTIVE',
      telephone: null,
      receives: ofPosts.pick(['walk-in', 'appointment', 'both'] as const),
      patients: 0,
      temporary_patients: 0,
    })
    const surgery = surgeryIn(town, ofPosts)
    surgeries.push({ ...surgery, role_id: roleId })
    hours.push(...hoursOf(surgery.id, ofPosts))
    doctors.push({
      roleId,
      fiscalCode,
      aslId: town.aslId,
      kind,
      givenName: facts.givenName,
      familyName: facts.familyName,
      areaId,
      places: selfLimit ?? ceiling,
    })
  }
  const [made, due] = [
    { 'family-doctor': 0, paediatrician: 0 },
    { 'family-doctor': 0, paediatrician: 0 },
  ]
  for (const towns of Map.groupBy(territory.municipalities, (town) => town.aslId).values()) {
    const ofAsl = { 'family-doctor': 0, paediatrician: 0 }
    for (const inArea of Map.groupBy(towns, (town) => areas.of.get(town.istatCode)!).values()) {
      const residents = inArea.reduce((sum, town) => sum + town.population, 0)
      const pickTown = weighted(inArea.map((town) => [town, town.population] as const))
      for (const kind of ['family-doctor', 'paediatrician'] as const) {
        due[kind] += ((residents / total) * people) / peoplePer[kind]
        for (; made[kind] < Math.round(due[kind]); made[kind] += 1, ofAsl[kind] += 1) add(kind, pickTown(random))
      }
    }
    for (const kind of ['family-doctor', 'paediatrician'] as const) {
      const pickTown = weighted(towns.map((town) => [town, town.population] as const))
      for (; ofAsl[kind] < 2; ofAsl[kind] += 1) add(kind, pickTown(random))
    }
  }
  await insertRows(client, 'registry.practitioner', practitioners)
  await insertRows(client, 'registry.practitioner_role', roles)
  await insertRows(client, 'registry.primary_care_post', posts)
  await insertRows(client, 'registry.surgery', surgeries)
  await insertRows(client, 'registry.surgery_hours', hours)
  return { doctors, areas: areas.of }
}

/** Areas of each authority: municipalities one after the other until several doctors have enough people there. */
function areasOf(territory: Territory, share: number): { rows: Row[]; municipalities: Row[]; of: Map<string, string> } {
  const rows: Row[] = []
  const municipalities: Row[] = []
  const of = new Map<string, string>()
  for (const [aslId, towns] of Map.groupBy(territory.municipalities, (town) => town.aslId)) {
    let area: string | undefined
    let residents = 0
    let left = towns.reduce((sum, town) => sum + town.population, 0) * share
    for (const town of towns) {
      if (
        !area ||
        (residents >= doctorsPerArea * peoplePer['family-doctor'] &&
          left >= doctorsPerArea * peoplePer['family-doctor'])
      ) {
        area = stableId('catchment', town.istatCode)
        rows.push({ id: area, asl_id: aslId, code: town.istatCode, name: town.name })
        residents = 0
      }
      residents += town.population * share
      left -= town.population * share
      of.set(town.istatCode, area)
      municipalities.push({ catchment_id: area, istat_code: town.istatCode, valid: days('2013-01-01') })
    }
  }
  return { rows, municipalities, of }
}

const streets = ['Via Roma', 'Via Garibaldi', 'Corso Umberto I', 'Via Dante', 'Piazza della Repubblica', 'Via Mazzini']

function surgeryIn(town: Municipality, random: Random): Row & { id: string } {
  const near = () => random.int(-100, 100) / 10_000 // within a kilometre
  return {
    id: random.uuid(),
    address: `${random.pick(streets)} ${random.int(1, 90)}`,
    postcode: town.postcode,
    istat_code: town.istatCode,
    latitude: town.latitude + near(),
    longitude: town.longitude + near(),
    telephone: null,
    step_free: random.chance(0.7),
  }
}

/** Open five days a week, three hours, in the morning or in the afternoon. */
function hoursOf(surgeryId: string, random: Random): Row[] {
  const afternoons = random.int(1, 3)
  return [1, 2, 3, 4, 5].map((weekday) => {
    const [opens, closes] = weekday % 2 === afternoons % 2 ? ['16:00', '19:00'] : ['09:00', '12:00']
    return { surgery_id: surgeryId, weekday, opens, closes }
  })
}
