// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { givenName, surname } from './names.ts'
import type { FiscalCodes } from './people.ts'
import type { GeneratedPlace } from './places.ts'
import { createRandom, weighted } from './random.ts'
import { days, insertRows, type Row } from './rows.ts'
import type { Territory } from './territory.ts'

/** One professional in so many people: with the family doctors, 60,000 in the whole region. */
const peoplePerProfessional = 100

const pickRole = weighted([
  ['nurse', 50],
  ['specialist', 32],
  ['technician', 18],
] as const)
/** A hospital has many more of them than a polyclinic or an accredited provider. */
const staff = { hospital: 12, polyclinic: 2, accredited: 1 } as const

/** Specialists, nurses and technicians of hospitals, polyclinics and accredited providers. */
export async function loadProfessionals(
  client: pg.Client,
  context: {
    places: readonly GeneratedPlace[]
    territory: Territory
    codes: FiscalCodes
    seed: number
    people: number
  },
): Promise<void> {
  const { places, territory, codes } = context
  const random = createRandom(context.seed + 60)
  const { rows } = await client.query<{ discipline: string }>(
    'select distinct discipline from registry.service where discipline is not null order by discipline',
  )
  const disciplines = rows.map(({ discipline }) => discipline)
  const pickPlace = weighted(places.map((place) => [place, staff[place.kind]] as const))
  const [people, roles]: [Row[], Row[]] = [[], []]
  const count = Math.round(context.people / peoplePerProfessional)
  for (let n = 0; n < count; n += 1) {
    const [id, place, role] = [random.uuid(), pickPlace(random), pickRole(random)]
    const sex = random.chance(role === 'nurse' ? 0.7 : 0.5) ? 'F' : 'M'
    const facts = {
      givenName: givenName(random, sex),
      familyName: surname(random),
      sex,
      birthDate: `${random.int(1959, 2001)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
    } as const
    const code = codes.give({ ...facts, birthPlaceCode: random.pick(territory.municipalities).belfiore })
    const languages = random.chance(0.3) ? ['it', 'en'] : ['it']
    const regional = `151${String(n + 1).padStart(6, '0')}`
    people.push({
      id,
      fiscal_code: code,
      family_name: facts.familyName,
      given_name: facts.givenName,
      sex,
      birth_date: facts.birthDate,
      regional_code: regional,
      languages,
    })
    const discipline = role === 'specialist' ? random.pick(disciplines) : null
    const since = days(`${random.int(2005, 2025)}-01-01`)
    roles.push({
      id: random.uuid(),
      practitioner_id: id,
      organisation_id: place.organisationId,
      location_id: place.id,
      role,
      discipline,
      valid: since,
    })
  }
  await insertRows(client, 'registry.practitioner', people)
  await insertRows(client, 'registry.practitioner_role', roles)
}
