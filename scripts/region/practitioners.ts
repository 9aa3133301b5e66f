// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { givenName, surname } from './names.ts'
import type { FiscalCodes } from './people.ts'
import type { Random } from './random.ts'
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

/** People for one family doctor and children for one paediatrician, on average (ACN 2024 art. 32: one per 1,200). */
const peoplePerDoctor = 1_200
const peoplePerPaediatrician = 7_500

/**
 * Family doctors and paediatricians of each authority, in proportion to its people and never fewer than two, and stores
 * them with their roles.
 */
export async function loadDoctors(
  client: pg.Client,
  context: { territory: Territory; random: Random; codes: FiscalCodes; people: number },
): Promise<GeneratedDoctor[]> {
  const { territory, random, codes, people } = context
  const total = territory.municipalities.reduce((sum, town) => sum + town.population, 0)
  const practitioners: Row[] = []
  const roles: Row[] = []
  const doctors: GeneratedDoctor[] = []
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
    doctors.push({
      roleId,
      fiscalCode,
      aslId: town.aslId,
      kind,
      givenName: facts.givenName,
      familyName: facts.familyName,
    })
  }
  for (const aslId of new Set(territory.municipalities.map((town) => town.aslId))) {
    const towns = territory.municipalities.filter((town) => town.aslId === aslId)
    const share = towns.reduce((sum, town) => sum + town.population, 0) / total
    for (let n = 0; n < Math.max(2, Math.round((people * share) / peoplePerDoctor)); n += 1)
      add('family-doctor', random.pick(towns))
    for (let n = 0; n < Math.max(2, Math.round((people * share) / peoplePerPaediatrician)); n += 1)
      add('paediatrician', random.pick(towns))
  }
  await insertRows(client, 'registry.practitioner', practitioners)
  await insertRows(client, 'registry.practitioner_role', roles)
  return doctors
}
