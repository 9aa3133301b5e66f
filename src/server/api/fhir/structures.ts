// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { OrganisationKind } from '../../registry/organisations/index.ts'
import { codeListOf, count, find, locations, organisations, services } from '../../registry/directory/index.ts'
import type { OrganisationEntry, PlaceEntry, ServiceEntry } from '../../registry/directory/index.ts'
import { compact, type Context, type Definition } from './definition.ts'
import { boolean, byId, identifier } from './parameters.ts'
import { italianAddress, point } from './datatypes.ts'

const entityType = 'https://www.hl7.it/fhir/terminology/CodeSystem/it-tipoEntita'
/** What IT-Core calls the kinds of organisations (tipoEntita); kinds it has no word for stay the registry's own. */
const entityTypes: Readonly<Partial<Record<OrganisationKind, string>>> = {
  region: 'regione',
  asl: 'asl',
  ao: 'ao',
  aou: 'aou',
  irccs: 'irccs',
  hospital: 'ric-hsp',
  district: 'dist-san',
}
const organisationScheme = { asl: 'asl', structure: 'structure', own: 'organization' } as const

export const organizationDefinition: Definition<OrganisationEntry> = {
  type: 'Organization',
  documentation: 'Region, health authorities, districts, hospitals, accredited providers and their units',
  parameters: {
    _id: byId,
    identifier: identifier('Code FLS 11, HSP 11, of the region, or VAT number', {
      asl: 'asl',
      structure: 'structure',
      organization: 'own',
      vat: 'vat',
    }),
    name: { type: 'string', field: 'name', documentation: 'Name' },
    type: {
      type: 'token',
      field: 'type',
      documentation: 'Kind, as in IT-Core (tipoEntita) or the registry',
      systems: ({ base }) => ({
        known: (system) => system === entityType || system === `${base}/CodeSystem/organization-kind`,
        code: (code) => Object.keys(entityTypes).find((kind) => entityTypes[kind as OrganisationKind] === code) ?? code,
      }),
    },
    partof: {
      type: 'reference',
      field: 'partof',
      targets: ['Organization'],
      documentation: 'The organisation above it',
    },
    active: boolean('active', 'Whether it exists today'),
  },
  sorts: { name: 'name' },
  includes: { partof: { target: 'Organization', ids: ({ parentId }) => [parentId] } },
  revincludes: [
    { source: 'Organization', parameter: 'partof' },
    { source: 'Location', parameter: 'organization' },
  ],
  find: (tx, { day }, criteria, page) => find(tx, organisations(day), criteria, page),
  count: (tx, { day }, criteria) => count(tx, organisations(day), criteria),
  toResource(row, { base, systems }) {
    const type = entityTypes[row.kind]
    return compact({
      resourceType: 'Organization',
      id: row.id,
      identifier: [
        { use: 'official', system: systems.of(organisationScheme[codeListOf(row.kind)]), value: row.code },
        ...(row.fiscalCode ? [{ system: systems.of('vat'), value: row.fiscalCode }] : []),
      ],
      active: row.active,
      type: [
        {
          coding: [
            ...(type ? [{ system: entityType, code: type }] : []),
            { system: `${base}/CodeSystem/organization-kind`, code: row.kind },
          ],
        },
      ],
      name: row.name,
      telecom: [
        ...(row.telephone ? [{ system: 'phone', value: row.telephone }] : []),
        ...(row.email ? [{ system: 'email', value: row.email }] : []),
      ],
      partOf: row.parentId && { reference: `Organization/${row.parentId}` },
    })
  },
}

const physicalType = 'http://terminology.hl7.org/CodeSystem/location-physical-type'
const locationType = ({ base }: Context) => `${base}/CodeSystem/location-kind`

export const locationDefinition: Definition<PlaceEntry> = {
  type: 'Location',
  documentation: 'Places where people are received, and the surgeries of family doctors and paediatricians',
  parameters: {
    _id: byId,
    identifier: identifier('Code of the place', { location: 'own' }),
    name: { type: 'string', field: 'name', documentation: 'Name' },
    organization: {
      type: 'reference',
      field: 'organization',
      targets: ['Organization'],
      documentation: 'Organisation it belongs to',
    },
    type: {
      type: 'token',
      field: 'type',
      documentation: 'site, or surgery of a family doctor or paediatrician',
      systems: (context) => ({ known: (system) => system === locationType(context) }),
    },
    status: {
      type: 'token',
      field: 'status',
      documentation: 'active or inactive, today',
      systems: () => ({ known: (system) => system === 'http://hl7.org/fhir/location-status', bare: true }),
    },
    'address-city': { type: 'string', field: 'address-city', documentation: 'Municipality' },
    'address-postalcode': { type: 'string', field: 'address-postalcode', documentation: 'Postcode (CAP)' },
    near: { type: 'special', field: 'near', documentation: 'latitude|longitude|distance|km, up to 500 km' },
  },
  sorts: { name: 'name' },
  includes: { organization: { target: 'Organization', ids: ({ organisationId }) => [organisationId] } },
  revincludes: [],
  find: (tx, { day }, criteria, page) => find(tx, locations(day), criteria, page),
  count: (tx, { day }, criteria) => count(tx, locations(day), criteria),
  toResource: (row, context) =>
    compact({
      resourceType: 'Location',
      id: row.id,
      identifier: row.code === null ? [] : [{ system: context.systems.of('location'), value: row.code }],
      status: row.active ? 'active' : 'inactive',
      name: row.name,
      mode: 'instance',
      type: [{ coding: [{ system: locationType(context), code: row.surgery ? 'surgery' : 'site' }] }],
      telecom: row.telephone ? [{ system: 'phone', value: row.telephone }] : [],
      address: italianAddress({ ...row, line: row.address, use: 'work' }, context),
      physicalType: { coding: [{ system: physicalType, code: row.surgery ? 'ro' : 'bu' }] },
      position: point(row),
      managingOrganization: { reference: `Organization/${row.organisationId}` },
    }),
}

const branches = ({ base }: Context) => `${base}/CodeSystem/branch`
const serviceKind = ({ base }: Context) => `${base}/CodeSystem/service-kind`
const accessKind = ({ base }: Context) => `${base}/CodeSystem/service-characteristic`

export const healthcareServiceDefinition: Definition<ServiceEntry> = {
  type: 'HealthcareService',
  documentation: 'Services of the regional catalogue that can be booked',
  parameters: {
    _id: byId,
    identifier: identifier('Code in the regional catalogue', { catalogue: 'catalogue' }),
    name: { type: 'string', field: 'name', documentation: 'Description' },
    'service-type': {
      type: 'token',
      field: 'service-type',
      documentation: 'Code in the regional catalogue',
      systems: ({ systems }) => ({ known: (system) => systems.schemeOf(system) === 'catalogue' }),
    },
    'service-category': {
      type: 'token',
      field: 'service-category',
      documentation: 'V visit, D diagnostics, L laboratory, R rehabilitation, T therapy',
      systems: (context) => ({ known: (system) => system === serviceKind(context) }),
    },
    specialty: {
      type: 'token',
      field: 'specialty',
      documentation: 'Branch of the outpatient catalogue',
      systems: (context) => ({ known: (system) => system === branches(context) }),
    },
    characteristic: {
      type: 'token',
      field: 'characteristic',
      documentation: 'first, follow-up, either, televisit, priority-class',
      systems: (context) => ({ known: (system) => system === accessKind(context) }),
    },
    active: boolean('active', 'Whether it is in the catalogue today'),
  },
  sorts: { name: 'name' },
  includes: {},
  revincludes: [],
  find: (tx, { day }, criteria, page) => find(tx, services(day), criteria, page),
  count: (tx, { day }, criteria) => count(tx, services(day), criteria),
  toResource(row, context) {
    const catalogue = context.systems.of('catalogue')
    const characteristics = [
      row.access,
      ...(row.televisit ? ['televisit'] : []),
      ...(row.priorityRequired ? ['priority-class'] : []),
    ]
    return compact({
      resourceType: 'HealthcareService',
      id: row.id,
      identifier: [{ system: catalogue, value: row.code }],
      active: row.active,
      category: [{ coding: [{ system: serviceKind(context), code: row.kind }] }],
      type: [{ coding: [{ system: catalogue, code: row.code, display: row.descriptionIt }] }],
      specialty: row.branches.map((code) => ({ coding: [{ system: branches(context), code }] })),
      name: row.descriptionIt,
      comment: row.plainIt,
      extraDetails: row.preparation.it || null,
      characteristic: characteristics.map((code) => ({ coding: [{ system: accessKind(context), code }] })),
    })
  },
}
