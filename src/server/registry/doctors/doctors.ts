// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'

/** Family doctor (medico di medicina generale) or paediatrician (pediatra di libera scelta). */
export type DoctorKind = 'MMG' | 'PLS'

/** How many places a doctor has left, as everybody may know it: never how many patients she has. */
export type Availability = 'free' | 'last' | 'full'

export interface Surgery {
  address: string
  postcode: string | null
  municipality: string
  telephone: string | null
  stepFree: boolean
  latitude: number
  longitude: number
  /** ISO weekday, `HH:MM`. */
  hours: { weekday: number; opens: string; closes: string }[]
}

/** A doctor people may choose. */
export interface Doctor {
  id: string
  kind: DoctorKind
  givenName: string
  familyName: string
  sex: 'M' | 'F' | 'N'
  languages: string[]
  receives: 'walk-in' | 'appointment' | 'both'
  telephone: string | null
  email: string | null
  area: string
  availability: Availability
  /** Last day of her post, when it is known. */
  leavingOn: Day | null
  /** Of her nearest surgery, in kilometres; null when nobody said from where. */
  distanceKm: number | null
  surgeries: Surgery[]
}

export interface DoctorSearch {
  kind?: DoctorKind | undefined
  /** ISTAT code of a municipality: doctors whose area covers it, the nearest first. */
  istatCode?: string | undefined
  /** Beginning of surname or given name. */
  name?: string | undefined
  /** Language she speaks, e.g. `en`. */
  language?: string | undefined
  /** ISO weekday on which she receives. */
  weekday?: number | undefined
  /** With places left. */
  free?: boolean | undefined
  /** Distances are measured from here. */
  near?: { latitude: number; longitude: number } | undefined
  /** Where the last page ended. */
  after?: { km: number; name: string; id: string } | undefined
}

/** Places left at which a list is nearly full. */
const lastPlaces = 20

/**
 * Places left in the list of a post, negative when it is over its ceiling: people with a choice that has an end count only beyond
 * those she may have besides. `post` is the alias of registry.primary_care_post; `registry.count_choices` refuses by the same rule.
 */
export function placesLeft(post: 'p' | 'o') {
  const column = (name: string) => sql.ref(`${post}.${name}`)
  return sql<number>`(coalesce(${column('self_limit')}, ${column('ceiling')}) - ${column('patients')}
    - greatest(${column('temporary_patients')} - ${column('temporary_ceiling')}, 0))`
}
const places = placesLeft('p')

const surgeries = sql`(
  select jsonb_agg(jsonb_build_object(
    'address', s.address, 'postcode', s.postcode, 'municipality', m.name, 'telephone', s.telephone, 'stepFree', s.step_free,
    'latitude', s.latitude, 'longitude', s.longitude, 'hours', coalesce((
      select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', to_char(h.opens, 'HH24:MI'), 'closes', to_char(h.closes, 'HH24:MI'))
                       order by h.weekday, h.opens)
      from registry.surgery_hours h where h.surgery_id = s.id), '[]')) order by s.id)
  from registry.surgery s join registry.municipality m on m.istat_code = s.istat_code where s.role_id = found.id)`

function conditionsOf(search: DoctorSearch, day: Day) {
  const { kind, istatCode, name, language, weekday, free } = search
  const start = name?.trim().toUpperCase()
  return [
    sql`p.state = 'ACTIVE' and r.valid @> ${day}::date`,
    ...(kind ? [sql`p.kind = ${kind}`] : []),
    ...(istatCode
      ? [
          sql`p.catchment_id in (select catchment_id from registry.catchment_municipality where istat_code = ${istatCode} and valid @> ${day}::date)`,
        ]
      : []),
    ...(start
      ? [
          sql`(starts_with(upper(unaccent(d.family_name)), upper(unaccent(${start}))) or starts_with(upper(unaccent(d.given_name)), upper(unaccent(${start})))
               or starts_with(upper(unaccent(d.family_name || ' ' || d.given_name)), upper(unaccent(${start}))))`,
        ]
      : []),
    ...(language ? [sql`d.languages @> array[${language}]`] : []),
    ...(weekday
      ? [
          sql`exists (select from registry.surgery s join registry.surgery_hours h on h.surgery_id = s.id where s.role_id = p.role_id and h.weekday = ${weekday})`,
        ]
      : []),
    ...(free ? [sql`${places} > 0`] : []),
  ]
}

/** Doctors in service on a day: the nearest first when it is said from where, otherwise by name. One page. */
export async function searchDoctors(tx: Tx, search: DoctorSearch, day: Day, limit: number): Promise<Doctor[]> {
  const { near, after } = search
  const km = near
    ? sql`(select min(scheduling_km) from (select round((6371 * 2 * asin(sqrt(
             power(sin(radians(s.latitude - ${near.latitude}) / 2), 2)
             + cos(radians(${near.latitude})) * cos(radians(s.latitude)) * power(sin(radians(s.longitude - ${near.longitude}) / 2), 2))))::numeric, 1)::float8
           as scheduling_km from registry.surgery s where s.role_id = p.role_id) n)`
    : sql`null::float8`
  const next = after
    ? sql`where (coalesce(f.km, 0), f.name, f.id) > (${after.km}::float8, ${after.name}, ${after.id}::uuid)`
    : sql``
  const { rows } = await sql<Doctor>`
    select id, kind, "givenName", "familyName", sex, languages, receives, telephone, email, area, availability, "leavingOn",
           km as "distanceKm", coalesce(${surgeries}, '[]') as surgeries
    from (
      select * from (
        select p.role_id as id, p.kind, d.given_name as "givenName", d.family_name as "familyName", d.sex, d.languages, p.receives,
               p.telephone, p.email, c.name as area, p.leaving_on as "leavingOn", d.family_name || ' ' || d.given_name as name,
               case when ${places} <= 0 then 'full' when ${places} <= ${lastPlaces} then 'last' else 'free' end as availability,
               ${km} as km
        from registry.primary_care_post p
        join registry.practitioner_role r on r.id = p.role_id
        join registry.practitioner d on d.id = r.practitioner_id
        join registry.catchment c on c.id = p.catchment_id
        where ${sql.join(conditionsOf(search, day), sql` and `)}
      ) f
      ${next}
      order by coalesce(f.km, 0), f.name, f.id
      limit ${limit}
    ) found
    order by coalesce(km, 0), name, id`.execute(tx)
  return rows
}

/** One doctor, also of the past; refuses as not found when there is none. */
export async function getDoctor(tx: Tx, id: string): Promise<Doctor> {
  const { rows } = await sql<Doctor>`
    select found.*, coalesce(${surgeries}, '[]') as surgeries
    from (
      select p.role_id as id, p.kind, d.given_name as "givenName", d.family_name as "familyName", d.sex, d.languages, p.receives,
             p.telephone, p.email, c.name as area, p.leaving_on as "leavingOn", null::float8 as "distanceKm",
             case when p.state <> 'ACTIVE' or ${places} <= 0 then 'full' when ${places} <= ${lastPlaces} then 'last' else 'free' end as availability
      from registry.primary_care_post p
      join registry.practitioner_role r on r.id = p.role_id
      join registry.practitioner d on d.id = r.practitioner_id
      join registry.catchment c on c.id = p.catchment_id
      where p.role_id = ${id}
    ) found`.execute(tx)
  const [doctor] = rows
  if (!doctor) throw notFound({ it: 'Medico', en: 'Doctor' })
  return doctor
}
