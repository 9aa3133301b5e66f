// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { becomeActor } from '../../platform/database.ts'
import type { IdentifierType, PersonEntry, PersonRecord } from '../../registry/directory/index.ts'
import { count, find, people, readPeople } from '../../registry/directory/index.ts'
import { givenNames, italianAddress, period } from './datatypes.ts'
import { compact, type Context, type Definition } from './definition.ts'
import type { Scheme, Systems } from './identifiers.ts'
import { boolean, byId, genderCode, identifier } from './parameters.ts'
import { genders } from './practitioners.ts'

const schemes: Record<IdentifierType, Scheme> = {
  CF: 'taxCode',
  CF_PROVISIONAL: 'taxCode',
  STP: 'stp',
  ENI: 'eni',
  TEAM: 'team',
  FOREIGN_EHIC: 'foreign-card',
  ANPR_ID: 'anpr',
  INTERNAL: 'person',
}

/** Lists of a person's identifiers, by the name the directory knows them. */
export const personLists = {
  taxCode: 'tax',
  stp: 'stp',
  eni: 'eni',
  team: 'team',
  'foreign-card': 'foreign-card',
  anpr: 'anpr',
  person: 'person',
} as const

/** Identifiers with the days they hold; one that has ended is `old`. */
export function identifiersOf(row: PersonEntry, { systems, day }: Pick<Context, 'systems' | 'day'>): object[] {
  return row.identifiers.map(({ type, value, from, end }) => ({
    use: end !== null && end <= day ? 'old' : 'official',
    system: systemOf(systems, type),
    value,
    ...optional('period', period(from, end)),
  }))
}
const systemOf = (systems: Systems, type: IdentifierType) => systems.of(schemes[type])
const optional = (name: string, value: object | undefined) => (value ? { [name]: value } : {})

export const nameOf = (row: PersonEntry) => ({
  use: 'official',
  family: row.familyName,
  given: givenNames(row.givenName),
})

const patientExtension = (name: string) => `http://hl7.org/fhir/StructureDefinition/patient-${name}`

function extensions(row: PersonEntry): object[] {
  const birthPlace = row.bornAbroad ? { country: row.birthPlace } : { city: row.birthPlace, country: 'IT' }
  const system = 'https://www.hl7.it/fhir/terminology/CodeSystem/istat-unitaAmministrativeTerritorialiEstere'
  return [
    { url: patientExtension('birthPlace'), valueAddress: { use: 'old', ...birthPlace } },
    {
      url: patientExtension('citizenship'),
      extension: [{ url: 'code', valueCodeableConcept: { coding: [{ system, code: row.citizenship }] } }],
    },
  ]
}

function addressesOf(row: PersonEntry, context: Context): object[] {
  return row.addresses.map(({ kind, line, place, postcode, from, town }) => {
    const use = kind === 'residence' ? 'home' : 'temp'
    const since = from ? { period: { start: from } } : {}
    return town
      ? { ...italianAddress({ use, line, postcode, ...town }, context), ...since }
      : { use, line: [line], city: place, ...(postcode && { postalCode: postcode }), ...since }
  })
}

/** A person with the record she was found by. */
export type PatientRow = PersonEntry & PersonRecord

export const patientDefinition: Definition<PatientRow> = {
  type: 'Patient',
  documentation: 'People of the regional registry',
  parameters: {
    _id: byId,
    identifier: identifier('Tax code, STP, ENI, health card, ANPR id; also earlier ones', personLists, true),
    family: { type: 'string', field: 'family', personal: true, documentation: 'Surname' },
    given: { type: 'string', field: 'given', personal: true, documentation: 'Given name' },
    name: { type: 'string', field: 'family', personal: true, documentation: 'The same as family' },
    birthdate: { type: 'date', field: 'birthdate', personal: true, documentation: 'Date of birth' },
    gender: genderCode,
    phone: {
      type: 'token',
      field: 'phone',
      personal: true,
      documentation: 'Telephone number, as it is stored',
      systems: () => ({ known: (system) => system === 'phone', bare: true }),
    },
    email: {
      type: 'token',
      field: 'email',
      personal: true,
      documentation: 'E-mail address',
      systems: () => ({ known: (system) => system === 'email', bare: true }),
    },
    'address-city': { type: 'string', field: 'address-city', personal: true, documentation: 'Municipality' },
    'general-practitioner': {
      type: 'reference',
      field: 'general-practitioner',
      targets: ['PractitionerRole'],
      documentation: 'Role of the chosen family doctor or paediatrician',
    },
    organization: {
      type: 'reference',
      field: 'organization',
      targets: ['Organization'],
      documentation: 'Health authority of the enrolment',
    },
    active: boolean('active', 'false for a record merged into another'),
    deceased: boolean('deceased', 'Whether the person has died'),
    'death-date': { type: 'date', field: 'death-date', personal: true, documentation: 'Date of death' },
    link: {
      type: 'reference',
      field: 'link',
      targets: ['Patient'],
      documentation: 'Record that replaces or is replaced',
    },
  },
  sorts: {},
  includes: {
    'general-practitioner': { target: 'PractitionerRole', ids: ({ doctorId }) => [doctorId] },
    organization: { target: 'Organization', ids: ({ aslId }) => [aslId] },
  },
  revincludes: [],
  oneOf: ['_id', 'identifier', 'family', 'name', 'phone', 'email', 'general-practitioner', 'link'],
  people: ({ id, mergedInto }) => [mergedInto ?? id],
  async find(tx, context, criteria, page) {
    const records = await find(tx, people(context.day), criteria, page)
    const ids = records.map(({ id }) => id)
    becomeActor(tx, { ...context.actor, patients: ids }) // from here on nobody else can be read
    const entries = await readPeople(tx, ids, context.day)
    return records.map((record) => ({ ...entries.get(record.id)!, ...record }))
  },
  count: (tx, { day }, criteria) => count(tx, people(day), criteria),
  toResource: (row, context) =>
    compact({
      resourceType: 'Patient',
      id: row.id,
      extension: extensions(row),
      identifier: identifiersOf(row, context),
      active: row.mergedInto === null,
      name: [nameOf(row)],
      telecom: row.contacts.map(({ kind, value }) => ({
        system: kind === 'email' ? 'email' : 'phone',
        value,
        use: kind === 'mobile' ? 'mobile' : 'home',
      })),
      gender: genders[row.sex],
      birthDate: row.birthDate,
      ...(row.deceasedOn ? { deceasedDateTime: row.deceasedOn } : { deceasedBoolean: false }),
      address: addressesOf(row, context),
      generalPractitioner: row.doctorId === null ? [] : [{ reference: `PractitionerRole/${row.doctorId}` }],
      managingOrganization: row.aslId && { reference: `Organization/${row.aslId}` },
      link: [
        ...(row.mergedInto ? [{ other: { reference: `Patient/${row.mergedInto}` }, type: 'replaced-by' }] : []),
        ...row.replaces.map((id) => ({ other: { reference: `Patient/${id}` }, type: 'replaces' })),
      ],
    }),
}
