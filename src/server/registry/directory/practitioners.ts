// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { nameLetters } from '../../../shared/names.ts'
import type { Day } from '../../platform/time.ts'
import { any, code, days, id, identifiers, idsOf, yesNo, type Field, type Kind, type Sql, type Test } from './search.ts'

/** A doctor or another professional. */
export interface PractitionerEntry {
  id: string
  fiscalCode: string
  regionalCode: string | null
  familyName: string
  givenName: string
  sex: 'M' | 'F' | 'N'
  languages: string[]
  active: boolean
}

/** Names compared as letters: the beginning of one of these, a part of it, or one exactly as it is written. */
function names(letters: readonly Sql[], written: readonly Sql[]): Field {
  const one = (test: Test): Sql => {
    if (test.kind !== 'text') return sql`false`
    if (test.how === 'exact') return any(written.map((name) => sql`${name} = ${test.value}`))
    const asked = nameLetters(test.value)
    if (asked === '') return sql`false`
    const pattern = `${test.how === 'contains' ? '%' : ''}${asked}%`
    return any(letters.map((name) => sql`${name} like ${pattern}`))
  }
  return { where: (tests) => any(tests.map(one)) }
}
const family = sql`registry.name_letters(d.family_name)`
const given = sql`registry.name_letters(d.given_name)`

export const practitioners = (day: Day): Kind<PractitionerEntry> => {
  const active = sql`exists (select from registry.practitioner_role r where r.practitioner_id = d.id and r.valid @> ${day}::date)`
  return {
    columns: sql`d.id, d.fiscal_code as "fiscalCode", d.regional_code as "regionalCode", d.family_name as "familyName",
      d.given_name as "givenName", d.sex, d.languages, ${active} as active`,
    from: sql`registry.practitioner d`,
    id: sql`d.id`,
    fields: {
      id: id(sql`d.id`),
      identifier: identifiers({
        tax: (value) => sql`d.fiscal_code = ${value}`,
        regional: (value) => sql`d.regional_code = ${value}`,
      }),
      name: names([family, given], [sql`d.family_name`, sql`d.given_name`]),
      family: names([family], [sql`d.family_name`]),
      given: names([given], [sql`d.given_name`]),
      active: yesNo(active),
    },
    sorts: { family: { by: sql`d.family_name`, type: 'text' } },
  }
}

/** What a practitioner is for an organisation; of family doctors and paediatricians also where and when they receive. */
export interface RoleEntry {
  id: string
  practitionerId: string
  organisationId: string
  locationId: string | null
  role: 'specialist' | 'family-doctor' | 'paediatrician' | 'nurse' | 'technician'
  discipline: string | null
  from: Day | null
  end: Day | null
  active: boolean
  telephone: string | null
  email: string | null
  receives: 'walk-in' | 'appointment' | 'both' | null
  /** Of each surgery; weekdays as ISO counts them, `HH:MM:SS`. */
  surgeries: { id: string; hours: { weekday: number; opens: string; closes: string }[] }[]
}

export const roles = (day: Day): Kind<RoleEntry> => ({
  columns: sql`r.id, r.practitioner_id as "practitionerId", r.organisation_id as "organisationId", r.location_id as "locationId",
    r.role, r.discipline, lower(r.valid) as from, upper(r.valid) as end, r.valid @> ${day}::date as active, p.telephone, p.email,
    p.receives, coalesce((
      select jsonb_agg(jsonb_build_object('id', s.id, 'hours', coalesce((
        select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', h.opens, 'closes', h.closes) order by h.weekday, h.opens)
        from registry.surgery_hours h where h.surgery_id = s.id), '[]')) order by s.id)
      from registry.surgery s where s.role_id = r.id), '[]') as surgeries`,
  from: sql`registry.practitioner_role r left join registry.primary_care_post p on p.role_id = r.id`,
  id: sql`r.id`,
  fields: {
    id: id(sql`r.id`),
    practitioner: id(sql`r.practitioner_id`),
    organization: id(sql`r.organisation_id`),
    location: {
      where: (tests) => sql`r.id = any (array(
        select role_id from registry.surgery where id = any (${idsOf(tests)}::uuid[])
        union all select id from registry.practitioner_role where location_id = any (${idsOf(tests)}::uuid[])))`,
    },
    role: code(sql`r.role`),
    specialty: code(sql`r.discipline`, sql`r.discipline is null`),
    active: yesNo(sql`(r.valid @> ${day}::date)`),
    date: days(sql`r.valid`),
  },
  sorts: {},
})
