// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Lines } from './copy.ts'
import type { Generated } from './people.ts'
import { weighted, type Random } from './random.ts'
import { days } from './rows.ts'

const invalidity = weighted([
  ['C01', 3],
  ['C02', 2],
  ['C03', 8],
] as const)
const chronic = weighted([
  ['0A31', 9],
  ['013', 6],
  ['048', 4],
  ['007', 3],
  ['0031', 3],
  ['002', 3],
  ['006', 1],
] as const)

/** Income exemptions run from 1 April to 31 March (DM 11/12/2009). */
function incomeYear(today: string): string {
  const year = Number(today.slice(0, 4)) - (today.slice(5) < '04-01' ? 1 : 0)
  return days(`${year}-04-01`, `${year + 1}-04-01`)
}

/** The codes a person of the region might hold, by age; `chosen` settles it for people with a story. */
function codesFor(age: number, random: Random): string[] {
  const codes: string[] = []
  if ((age < 6 || age > 65) && random.chance(0.6)) codes.push('E01')
  else if (age >= 18 && age <= 65 && random.chance(0.06)) codes.push('E02')
  else if (age >= 6 && age <= 65 && random.chance(0.3)) codes.push(random.pick(['E00', 'E10', 'E11', 'E12']))
  if (age >= 18 && random.chance(age > 65 ? 0.12 : 0.02)) codes.push(invalidity(random))
  if (age >= 35 && random.chance(age > 65 ? 0.45 : 0.15)) codes.push(chronic(random))
  return codes
}

export const exemptionLines = (): Lines =>
  new Lines('registry.person_exemption', {
    id: 'uuid',
    person_id: 'uuid',
    code: 'text',
    state: 'text',
    origin: 'text',
    valid: 'daterange',
    created_at: 'timestamptz',
  })

/** Adds the exemptions a person holds. */
export function addExemptions(
  lines: Lines,
  person: Generated,
  age: number,
  chosen: readonly string[] | undefined,
  random: Random,
  today: string,
  now: string,
): void {
  for (const code of chosen ?? codesFor(age, random)) {
    const byIncome = code.startsWith('E')
    const [state, origin] = byIncome ? ['CERTIFIED', 'sistema-ts'] : ['ACTIVE', 'office']
    lines.add(random.id(), person.id, code, state!, origin!, byIncome ? incomeYear(today) : days('2022-01-01'), now)
  }
}
