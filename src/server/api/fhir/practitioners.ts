// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { count, find, practitioners, roles } from '../../registry/directory/index.ts'
import type { PractitionerEntry, RoleEntry } from '../../registry/directory/index.ts'
import { givenNames, period } from './datatypes.ts'
import { compact, type Context, type Definition } from './definition.ts'
import { boolean, byId, identifier } from './parameters.ts'

/** How FHIR calls the sexes of the registry. */
export const genders = { M: 'male', F: 'female', N: 'unknown' } as const

export const practitionerDefinition: Definition<PractitionerEntry> = {
  type: 'Practitioner',
  documentation: 'Doctors and other professionals, without contacts of their own and dates of birth',
  parameters: {
    _id: byId,
    identifier: identifier('Tax code, or code of the region', { taxCode: 'tax', practitioner: 'regional' }, true),
    name: { type: 'string', field: 'name', documentation: 'Surname or given name' },
    family: { type: 'string', field: 'family', documentation: 'Surname' },
    given: { type: 'string', field: 'given', documentation: 'Given name' },
    active: boolean('active', 'Whether there is a role today'),
  },
  sorts: { family: 'family' },
  includes: {},
  revincludes: [{ source: 'PractitionerRole', parameter: 'practitioner' }],
  find: (tx, { day }, criteria, page) => find(tx, practitioners(day), criteria, page),
  count: (tx, { day }, criteria) => count(tx, practitioners(day), criteria),
  toResource: (row, { systems }) =>
    compact({
      resourceType: 'Practitioner',
      id: row.id,
      identifier: [
        { use: 'official', system: systems.of('taxCode'), value: row.fiscalCode },
        ...(row.regionalCode ? [{ system: systems.of('practitioner'), value: row.regionalCode }] : []),
      ],
      active: row.active,
      name: [{ use: 'official', family: row.familyName, given: givenNames(row.givenName) }],
      gender: genders[row.sex],
      communication: row.languages.map((language) => ({ coding: [{ system: 'urn:ietf:bcp:47', code: language }] })),
    }),
}

/** IT-Core's list of roles, for those it has a sure word for. */
const italianRoles = 'https://www.hl7.it/fhir/terminology/CodeSystem/it-V3RoleCode'
const italianRole: Readonly<Record<string, string>> = { 'family-doctor': 'MMG', paediatrician: 'PLS' }
const ownRoles = ({ base }: Context) => `${base}/CodeSystem/practitioner-role`
const disciplines = ({ base }: Context) => `${base}/CodeSystem/discipline`
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const receives = {
  'walk-in': 'Riceve senza appuntamento.',
  appointment: 'Riceve su appuntamento.',
  both: 'Riceve con e senza appuntamento.',
} as const

export const practitionerRoleDefinition: Definition<RoleEntry> = {
  type: 'PractitionerRole',
  documentation: 'What a professional is for an organisation; surgeries and hours of family doctors and paediatricians',
  parameters: {
    _id: byId,
    practitioner: {
      type: 'reference',
      field: 'practitioner',
      targets: ['Practitioner'],
      documentation: 'The professional',
    },
    organization: {
      type: 'reference',
      field: 'organization',
      targets: ['Organization'],
      documentation: 'The organisation',
    },
    role: {
      type: 'token',
      field: 'role',
      documentation: 'MMG, PLS (IT-Core), or specialist, nurse, technician',
      systems: (context) => ({
        known: (system) => system === italianRoles || system === ownRoles(context),
        code: (code) => Object.keys(italianRole).find((role) => italianRole[role] === code) ?? code,
      }),
    },
    specialty: {
      type: 'token',
      field: 'specialty',
      documentation: 'Discipline, two figures',
      systems: (context) => ({ known: (system) => system === disciplines(context) }),
    },
    location: { type: 'reference', field: 'location', targets: ['Location'], documentation: 'Place or surgery' },
    active: boolean('active', 'Whether it holds today'),
    date: { type: 'date', field: 'date', documentation: 'Days on which it holds' },
  },
  sorts: {},
  includes: {
    practitioner: { target: 'Practitioner', ids: ({ practitionerId }) => [practitionerId] },
    organization: { target: 'Organization', ids: ({ organisationId }) => [organisationId] },
    location: {
      target: 'Location',
      ids: ({ locationId, surgeries }) => [locationId, ...surgeries.map((one) => one.id)],
    },
  },
  revincludes: [],
  find: (tx, { day }, criteria, page) => find(tx, roles(day), criteria, page),
  count: (tx, { day }, criteria) => count(tx, roles(day), criteria),
  toResource(row, context) {
    const italian = italianRole[row.role]
    const places = [row.locationId, ...row.surgeries.map(({ id }) => id)].filter((id) => id !== null)
    return compact({
      resourceType: 'PractitionerRole',
      id: row.id,
      active: row.active,
      period: period(row.from, row.end),
      practitioner: { reference: `Practitioner/${row.practitionerId}` },
      organization: { reference: `Organization/${row.organisationId}` },
      code: [
        {
          coding: [
            ...(italian ? [{ system: italianRoles, code: italian }] : []),
            { system: ownRoles(context), code: row.role },
          ],
        },
      ],
      specialty: row.discipline === null ? [] : [{ coding: [{ system: disciplines(context), code: row.discipline }] }],
      location: places.map((id) => ({ reference: `Location/${id}` })),
      telecom: [
        ...(row.telephone ? [{ system: 'phone', value: row.telephone, use: 'work' }] : []),
        ...(row.email ? [{ system: 'email', value: row.email, use: 'work' }] : []),
      ],
      availableTime: row.surgeries.flatMap(({ hours }) =>
        hours.map(({ weekday, opens, closes }) => ({
          daysOfWeek: [weekdays[weekday - 1]],
          availableStartTime: opens,
          availableEndTime: closes,
        })),
      ),
      availabilityExceptions: row.receives && receives[row.receives],
    })
  },
}
