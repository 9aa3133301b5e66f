// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type pg from 'pg'
import type { RoleCode } from '../../src/server/platform/policy.ts'
import { addDays } from '../../src/server/platform/time.ts'
import { stableId } from './ids.ts'
import { insertRows } from './rows.ts'
import { organisationId } from './reference/organisations.ts'

interface DemoRole {
  key: string
  role: RoleCode
  organisation: string
}

/** The roles of the demo people, by the code of the organisation that gave them. */
const demoRoles: readonly DemoRole[] = [
  { key: 'elena', role: 'doctor', organisation: '150204' },
  { key: 'paolo', role: 'clerk', organisation: '150204' },
  { key: 'paolo', role: 'clerk', organisation: '150207' },
  { key: 'carla', role: 'administrator', organisation: '150' },
  { key: 'ugo', role: 'auditor', organisation: '150' },
  { key: 'ugo', role: 'partner-manager', organisation: '150202' },
  { key: 'silvana', role: 'district-officer', organisation: '150204' },
]

/** The id of an appointment of theirs. */
export const appointmentOf = ({ key, role, organisation }: DemoRole): string =>
  stableId('demo-role', `${key} ${role} ${organisation}`)

/** The roles of one of them. */
export const rolesOf = (key: string): RoleCode[] => demoRoles.filter((one) => one.key === key).map(({ role }) => role)

/** Makes the demo doctor the holder of the fullest post of her authority, so that she has a list to look through. */
async function givePost(client: pg.Client, personId: string, authority: string): Promise<void> {
  await client.query(
    `update registry.practitioner d
     set fiscal_code = i.value, family_name = p.family_name, given_name = p.given_name, sex = p.sex, birth_date = p.birth_date
     from registry.person p join registry.person_identifier i on i.person_id = p.id and i.type = 'CF'
     where p.id = $1 and d.id = (
       select r.practitioner_id from registry.practitioner_role r join registry.primary_care_post o on o.role_id = r.id
       where r.organisation_id = $2 and o.kind = 'MMG' order by o.patients desc, r.id limit 1)`,
    [personId, authority],
  )
}

/** Gives the demo people their roles for two years from the day of generation. */
export async function loadRoles(
  client: pg.Client,
  people: readonly { key: string; id: string }[],
  today: string,
  now: Date,
): Promise<void> {
  const idOf = new Map(people.map((person) => [person.key, person.id]))
  for (const one of demoRoles) {
    const { key, role, organisation } = one
    const id = appointmentOf(one)
    const personId = idOf.get(key)
    await insertRows(client, 'access.role_appointment', [
      {
        id,
        person_id: personId,
        role,
        organisation_id: organisationId(organisation),
        valid: `[${today},${addDays(today, 730)})`,
        act_reference: 'Atto di prova',
        granted_at: now,
        certify_by: addDays(today, 365),
      },
    ])
    await insertRows(client, 'access.role_appointment_change', [
      { id: stableId('demo-role-change', id), appointment_id: id, person_id: personId, at: now, step: 'granted' },
    ])
    if (role === 'doctor' && personId) await givePost(client, personId, organisationId(organisation))
  }
}
