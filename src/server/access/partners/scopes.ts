// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Text } from '../../platform/text.ts'

interface ScopeRule {
  name: Text
  /** Open data: granted as soon as it is asked. The others wait for the region. */
  open: boolean
}

/** What a partner can ask for. A scope that is not here does not exist. */
export const scopes = {
  'catalogue:read': {
    open: true,
    name: { it: 'Elenco delle prestazioni e delle sedi', en: 'List of services and places' },
  },
  'availability:read': {
    open: true,
    name: { it: 'Disponibilità delle agende pubbliche', en: 'Availability of public agendas' },
  },
  'occupancy:read': {
    open: false,
    name: { it: 'Occupazione delle agende, per sede e giorno', en: 'Occupancy of agendas, by place and day' },
  },
  'tokens:introspect': {
    open: false,
    name: { it: 'Verifica dei token di altri client', en: 'Verification of other clients’ tokens' },
  },
  'system/Organization.rs': {
    open: true,
    name: { it: 'Strutture, in FHIR', en: 'Organisations, as FHIR' },
  },
  'system/Location.rs': {
    open: true,
    name: { it: 'Sedi e ambulatori, in FHIR', en: 'Places and surgeries, as FHIR' },
  },
  'system/HealthcareService.rs': {
    open: true,
    name: { it: 'Prestazioni prenotabili, in FHIR', en: 'Bookable services, as FHIR' },
  },
  'system/Practitioner.rs': {
    open: false,
    name: { it: 'Professionisti, in FHIR', en: 'Practitioners, as FHIR' },
  },
  'system/PractitionerRole.rs': {
    open: false,
    name: { it: 'Ruoli e orari dei professionisti, in FHIR', en: 'Roles and hours of practitioners, as FHIR' },
  },
  'system/Patient.rs': {
    open: false,
    name: { it: 'Dati anagrafici delle persone, in FHIR', en: 'Registry data of people, as FHIR' },
  },
  'system/RelatedPerson.rs': {
    open: false,
    name: { it: 'Familiari e delegati delle persone, in FHIR', en: 'Family and delegates of people, as FHIR' },
  },
} as const satisfies Record<string, ScopeRule>

export type Scope = keyof typeof scopes

export const scopeNames = Object.keys(scopes) as Scope[] // the keys of a constant are its type

export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text)
}
