// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import { copy, Lines } from './copy.ts'
import { givenName, surname } from './names.ts'
import type { FiscalCodes } from './people.ts'
import type { GeneratedPlace } from './places.ts'
import { createRandom, weighted } from './random.ts'
import { days } from './rows.ts'
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
const batch = 5_000

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
  const people = new Lines('registry.practitioner', [
    'id',
    'fiscal_code',
    'family_name',
    'given_name',
    'sex',
    'birth_date',
    'regional_code',
    'languages',
  ])
  const roles = new Lines('registry.practitioner_role', [
    'id',
    'practitioner_id',
    'organisation_id',
    'location_id',
    'role',
    'discipline',
    'valid',
  ])
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
    const languages = random.chance(0.3) ? '{it,en}' : '{it}'
    const regional = `151${String(n + 1).padStart(6, '0')}`
    people.add(id, code, facts.familyName, facts.givenName, sex, facts.birthDate, regional, languages)
    const discipline = role === 'specialist' ? random.pick(disciplines) : null
    const since = days(`${random.int(2005, 2025)}-01-01`)
    roles.add(random.uuid(), id, place.organisationId, place.id, role, discipline, since)
    if (people.count >= batch) await copy(client, [people, roles])
  }
  await copy(client, [people, roles])
}
