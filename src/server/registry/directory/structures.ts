// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { OrganisationKind } from '../organisations/index.ts'
import type { Day } from '../../platform/time.ts'
import { code, codeIn, id, identifiers, near, text, yesNo, type Kind } from './search.ts'

/** An organisation of the registry. */
export interface OrganisationEntry {
  id: string
  parentId: string | null
  kind: OrganisationKind
  code: string
  name: string
  fiscalCode: string | null
  telephone: string | null
  email: string | null
  active: boolean
}

const ofKind = (kinds: readonly OrganisationKind[]) => sql`o.kind = any (${kinds}::text[])`
const structures: readonly OrganisationKind[] = ['ao', 'aou', 'irccs', 'hospital', 'accredited']

/** Which list of codes the code of an organisation is from: health authorities (FLS 11), structures (HSP 11), the region's own. */
export function codeListOf(kind: OrganisationKind): 'asl' | 'structure' | 'own' {
  if (kind === 'asl') return 'asl'
  return structures.includes(kind) ? 'structure' : 'own'
}

export const organisations = (day: Day): Kind<OrganisationEntry> => ({
  columns: sql`o.id, o.parent_id as "parentId", o.kind, o.code, o.name, o.fiscal_code as "fiscalCode", o.telephone, o.email,
    o.valid @> ${day}::date as active`,
  from: sql`registry.organisation o`,
  id: sql`o.id`,
  fields: {
    id: id(sql`o.id`),
    identifier: identifiers({
      asl: (value) => sql`(o.code = ${value} and o.kind = 'asl')`,
      structure: (value) => sql`(o.code = ${value} and ${ofKind(structures)})`,
      own: (value) => sql`(o.code = ${value} and not ${ofKind(['asl', ...structures])})`,
      vat: (value) => sql`o.fiscal_code = ${value}`,
    }),
    name: text(sql`o.name`),
    type: code(sql`o.kind`),
    partof: id(sql`o.parent_id`),
    active: yesNo(sql`(o.valid @> ${day}::date)`),
  },
  sorts: { name: { by: sql`o.name`, type: 'text' } },
})

/** A place where people are received: of an organisation, or the surgery of a family doctor or paediatrician. */
export interface PlaceEntry {
  id: string
  code: string | null
  name: string
  surgery: boolean
  organisationId: string
  address: string
  postcode: string | null
  istatCode: string
  municipality: string
  province: string
  inRegion: boolean
  latitude: number
  longitude: number
  telephone: string | null
  stepFree: boolean
  active: boolean
}

const places = (day: Day) => sql`(
  select l.id, l.code, l.name, false as surgery, l.organisation_id, l.address, l.postcode, l.istat_code, l.latitude, l.longitude,
         l.telephone, l.step_free, l.valid @> ${day}::date as active
  from registry.location l
  union all
  select s.id, null, concat('Ambulatorio ', d.given_name, ' ', d.family_name), true, r.organisation_id, s.address, s.postcode,
         s.istat_code, s.latitude, s.longitude, s.telephone, s.step_free, p.state <> 'CEASED' and r.valid @> ${day}::date
  from registry.surgery s
  join registry.primary_care_post p on p.role_id = s.role_id
  join registry.practitioner_role r on r.id = s.role_id
  join registry.practitioner d on d.id = r.practitioner_id
) l join registry.municipality m on m.istat_code = l.istat_code`

export const locations = (day: Day): Kind<PlaceEntry> => ({
  columns: sql`l.id, l.code, l.name, l.surgery, l.organisation_id as "organisationId", l.address, l.postcode,
    l.istat_code as "istatCode", m.name as municipality, m.province, m.in_region as "inRegion", l.latitude, l.longitude,
    l.telephone, l.step_free as "stepFree", l.active`,
  from: places(day),
  id: sql`l.id`,
  fields: {
    id: id(sql`l.id`),
    identifier: identifiers({ own: (value) => sql`l.code = ${value}` }),
    name: text(sql`l.name`),
    organization: id(sql`l.organisation_id`),
    type: code(sql`case when l.surgery then 'surgery' else 'site' end`),
    status: code(sql`case when l.active then 'active' else 'inactive' end`),
    'address-city': text(sql`m.name`),
    'address-postalcode': text(sql`l.postcode`),
    near: near(sql`l.latitude`, sql`l.longitude`),
  },
  sorts: { name: { by: sql`l.name`, type: 'text' } },
})

/** A service of the regional catalogue. */
export interface ServiceEntry {
  id: string
  code: string
  kind: string
  descriptionIt: string
  plainIt: string
  branches: string[]
  access: 'first' | 'follow-up' | 'either'
  televisit: boolean
  priorityRequired: boolean
  preparation: { it?: string; en?: string }
  active: boolean
}

export const services = (day: Day): Kind<ServiceEntry> => ({
  columns: sql`s.id, s.code, s.kind, s.description_it as "descriptionIt", s.plain_it as "plainIt", s.branches, s.access, s.televisit,
    s.priority_required as "priorityRequired", s.preparation, s.valid @> ${day}::date as active`,
  from: sql`registry.service s`,
  id: sql`s.id`,
  fields: {
    id: id(sql`s.id`),
    identifier: identifiers({ catalogue: (value) => sql`s.code = ${value}` }),
    name: text(sql`s.description_it`),
    'service-type': code(sql`s.code`),
    'service-category': code(sql`s.kind`),
    specialty: codeIn(sql`s.branches`),
    characteristic: codeIn(
      sql`array_remove(array[s.access, case when s.televisit then 'televisit' end, case when s.priority_required then 'priority-class' end], null)`,
    ),
    active: yesNo(sql`(s.valid @> ${day}::date)`),
  },
  sorts: { name: { by: sql`s.description_it`, type: 'text' } },
})
