// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql, type RawBuilder } from 'kysely'
import { organisationKinds } from '../organisations/index.ts'
import { cells, type Cell, type Value } from './cells.ts'

const { must, may, text, like, oneOf, day, number, yesNo, languages, fiscalCode } = cells

/** A row of a file with its cells understood, by column. */
export type Row = Readonly<Record<string, Value>>

/** Things that rows point at by a code. */
export type Referred = 'organisation' | 'location' | 'municipality' | 'practitioner'

/** One kind of file. */
export interface Kind {
  /** Columns of the file, in no particular order. */
  columns: Readonly<Record<string, Cell>>
  /** Columns that together tell one thing from another, in the file and in the registry. */
  key: readonly string[]
  /** Columns that name something else by its code. */
  refers: Readonly<Record<string, Referred>>
  /** The one of these that names another row of the same kind, which may stand anywhere in the file. */
  above?: string
  /** Why a row cannot be, beyond its single cells; undefined when it can. */
  contradiction?(row: Row): string | undefined
  /** The rows of the registry with any of these keys' first parts, under the names of the columns in camel case, with their `id`. */
  select(firstKeys: readonly string[]): RawBuilder<Record<string, Value> & { id: string }>
  /** Writes a new row, or over the one with the id. `at` holds ids by column. */
  write(id: string, row: Row, at: Readonly<Record<string, string | null>>, source: string): RawBuilder<unknown>
}

const period = { valid_from: must(day), valid_until: may(day) }
const endsBeforeItBegins = ({ valid_from: from, valid_until: until }: Row): string | undefined =>
  until !== null && String(until) < String(from) ? 'valid_until is before valid_from' : undefined
const validOf = ({ valid_from: from, valid_until: until }: Row): RawBuilder<string> =>
  sql`daterange(${from}::date, ${until}::date, '[]')`
const periodOf = sql`lower(t.valid)::text as valid_from, (upper(t.valid) - 1)::text as valid_until`

const code = like(/^[\w.-]{1,30}$/, 'a code of letters, digits, points and hyphens')
const eMail = like(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address')
const discipline = like(/^\d{2}$/, 'a discipline of two digits, such as 08')

const organisations: Kind = {
  columns: {
    code: must(code),
    kind: must(oneOf(organisationKinds)),
    name: must(text(200)),
    parent_code: may(code),
    discipline: may(discipline),
    fiscal_code: may(like(/^\d{11}$/, 'a fiscal code of eleven digits')),
    telephone: may(text(40)),
    email: may(eMail),
    own_booking: must(yesNo),
    ...period,
  },
  key: ['code'],
  refers: { parent_code: 'organisation' },
  above: 'parent_code',
  contradiction: (row) =>
    row['parent_code'] === row['code'] ? 'parent_code is the organisation itself' : endsBeforeItBegins(row),
  select: (codes) => sql`
    select t.id, t.code, t.kind, t.name, p.code as parent_code, t.discipline, t.fiscal_code, t.telephone, t.email, t.own_booking,
      ${periodOf}
    from registry.organisation t left join registry.organisation p on p.id = t.parent_id
    where t.code = any(${codes}::text[])`,
  write: (id, row, at, source) => sql`
    insert into registry.organisation
      (id, code, kind, name, parent_id, discipline, fiscal_code, telephone, email, own_booking, valid, source, verified)
    values (${id}, ${row['code']}, ${row['kind']}, ${row['name']}, ${at['parent_code']}, ${row['discipline']}, ${row['fiscal_code']},
      ${row['telephone']}, ${row['email']}, ${row['own_booking']}, ${validOf(row)}, ${source}, true)
    on conflict (id) do update set kind = excluded.kind, name = excluded.name, parent_id = excluded.parent_id,
      discipline = excluded.discipline, fiscal_code = excluded.fiscal_code, telephone = excluded.telephone, email = excluded.email,
      own_booking = excluded.own_booking, valid = excluded.valid, source = excluded.source, verified = true`,
}

const locations: Kind = {
  columns: {
    code: must(code),
    name: must(text(200)),
    organisation_code: must(code),
    asl_code: must(code),
    district_code: may(code),
    address: must(text(200)),
    istat_code: must(like(/^\d{6}$/, 'an ISTAT code of six digits')),
    postcode: may(like(/^\d{5}$/, 'a postcode of five digits')),
    latitude: must(number(35, 48)),
    longitude: must(number(6, 19)),
    telephone: may(text(40)),
    step_free: must(yesNo),
    accessibility_it: may(text(500)),
    accessibility_en: may(text(500)),
    directions_it: may(text(500)),
    directions_en: may(text(500)),
    ...period,
  },
  key: ['code'],
  refers: {
    organisation_code: 'organisation',
    asl_code: 'organisation',
    district_code: 'organisation',
    istat_code: 'municipality',
  },
  contradiction: endsBeforeItBegins,
  select: (codes) => sql`
    select t.id, t.code, t.name, o.code as organisation_code, a.code as asl_code, d.code as district_code, t.address, t.istat_code,
      t.postcode, t.latitude, t.longitude, t.telephone, t.step_free, t.accessibility ->> 'it' as accessibility_it,
      t.accessibility ->> 'en' as accessibility_en, t.directions ->> 'it' as directions_it, t.directions ->> 'en' as directions_en,
      ${periodOf}
    from registry.location t
    join registry.organisation o on o.id = t.organisation_id
    join registry.organisation a on a.id = t.asl_id
    left join registry.organisation d on d.id = t.district_id
    where t.code = any(${codes}::text[])`,
  write: (id, row, at) => sql`
    insert into registry.location (id, code, name, organisation_id, asl_id, district_id, address, istat_code, postcode, latitude,
      longitude, telephone, step_free, accessibility, directions, valid)
    values (${id}, ${row['code']}, ${row['name']}, ${at['organisation_code']}, ${at['asl_code']}, ${at['district_code']},
      ${row['address']}, ${row['istat_code']}, ${row['postcode']}, ${row['latitude']}, ${row['longitude']}, ${row['telephone']},
      ${row['step_free']}, ${sentences(row, 'accessibility')}, ${sentences(row, 'directions')}, ${validOf(row)})
    on conflict (id) do update set name = excluded.name, organisation_id = excluded.organisation_id, asl_id = excluded.asl_id,
      district_id = excluded.district_id, address = excluded.address, istat_code = excluded.istat_code,
      postcode = excluded.postcode, latitude = excluded.latitude, longitude = excluded.longitude,
      telephone = excluded.telephone, step_free = excluded.step_free, accessibility = excluded.accessibility,
      directions = excluded.directions, valid = excluded.valid`,
}

const sentences = (row: Row, about: 'accessibility' | 'directions'): RawBuilder<unknown> =>
  sql`jsonb_strip_nulls(jsonb_build_object('it', ${row[`${about}_it`]}::text, 'en', ${row[`${about}_en`]}::text))`

const practitioners: Kind = {
  columns: {
    fiscal_code: must(fiscalCode),
    family_name: must(text(80)),
    given_name: must(text(80)),
    sex: must(oneOf(['M', 'F', 'N'])),
    birth_date: must(day),
    regional_code: may(code),
    languages: must(languages),
  },
  key: ['fiscal_code'],
  refers: {},
  select: (codes) => sql`
    select t.id, t.fiscal_code, t.family_name, t.given_name, t.sex, t.birth_date, t.regional_code, t.languages
    from registry.practitioner t where t.fiscal_code = any(${codes}::text[])`,
  write: (id, row) => sql`
    insert into registry.practitioner (id, fiscal_code, family_name, given_name, sex, birth_date, regional_code, languages)
    values (${id}, ${row['fiscal_code']}, ${row['family_name']}, ${row['given_name']}, ${row['sex']}, ${row['birth_date']},
      ${row['regional_code']}, ${row['languages']}::text[])
    on conflict (id) do update set family_name = excluded.family_name, given_name = excluded.given_name, sex = excluded.sex,
      birth_date = excluded.birth_date, regional_code = excluded.regional_code, languages = excluded.languages`,
}

const roles: Kind = {
  columns: {
    fiscal_code: must(fiscalCode),
    organisation_code: must(code),
    location_code: may(code),
    // Family doctors and paediatricians have a convention with its area and ceiling: they are entered with it, not from a file.
    role: must(oneOf(['specialist', 'nurse', 'technician'])),
    discipline: may(discipline),
    ...period,
  },
  key: ['fiscal_code', 'organisation_code', 'location_code', 'role', 'discipline', 'valid_from'],
  refers: { fiscal_code: 'practitioner', organisation_code: 'organisation', location_code: 'location' },
  contradiction: endsBeforeItBegins,
  select: (codes) => sql`
    select t.id, p.fiscal_code, o.code as organisation_code, l.code as location_code, t.role, t.discipline, ${periodOf}
    from registry.practitioner p
    join registry.practitioner_role t on t.practitioner_id = p.id
    join registry.organisation o on o.id = t.organisation_id
    left join registry.location l on l.id = t.location_id
    where p.fiscal_code = any(${codes}::text[])`,
  write: (id, row, at) => sql`
    insert into registry.practitioner_role (id, practitioner_id, organisation_id, location_id, role, discipline, valid)
    values (${id}, ${at['fiscal_code']}, ${at['organisation_code']}, ${at['location_code']}, ${row['role']}, ${row['discipline']},
      ${validOf(row)})
    on conflict (id) do update set valid = excluded.valid`,
}

/** Kinds of files the registry takes. */
export const kinds = { organisations, locations, practitioners, 'practitioner-roles': roles } as const
export type KindName = keyof typeof kinds

/** Ids of what has these codes: `code` and `id`. */
export const lookups: Readonly<
  Record<Referred, (codes: readonly string[]) => RawBuilder<{ code: string; id: string }>>
> = {
  organisation: (codes) => sql`select code, id from registry.organisation where code = any(${codes}::text[])`,
  location: (codes) => sql`select code, id from registry.location where code = any(${codes}::text[])`,
  municipality: (codes) =>
    sql`select istat_code as code, istat_code as id from registry.municipality where istat_code = any(${codes}::text[])`,
  practitioner: (codes) =>
    sql`select fiscal_code as code, id from registry.practitioner where fiscal_code = any(${codes}::text[])`,
}
