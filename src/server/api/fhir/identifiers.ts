// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { BadSetting, type Config } from '../../platform/config.ts'

/** Where identifiers of Italy come from: in HL7 Italia's older addresses and in the object identifiers of IT-Core and the FSE. */
const national = {
  taxCode: ['http://hl7.it/sid/codiceFiscale', 'urn:oid:2.16.840.1.113883.2.9.4.3.2'],
  anpr: ['http://hl7.it/sid/anpr', 'urn:oid:2.16.840.1.113883.2.9.4.3.16'],
  stp: ['urn:oid:2.16.840.1.113883.2.9.4.3.17', 'urn:oid:2.16.840.1.113883.2.9.4.3.17'],
  eni: ['urn:oid:2.16.840.1.113883.2.9.4.3.18', 'urn:oid:2.16.840.1.113883.2.9.4.3.18'],
  team: ['urn:oid:2.16.840.1.113883.2.9.4.3.7', 'urn:oid:2.16.840.1.113883.2.9.4.3.7'],
  asl: ['http://hl7.it/sid/fls', 'urn:oid:2.16.840.1.113883.2.9.4.1.1'],
  structure: ['http://hl7.it/sid/hsp', 'urn:oid:2.16.840.1.113883.2.9.4.1.2'],
  vat: ['http://hl7.it/sid/partitaIva', 'urn:oid:2.16.840.1.113883.2.9.6.3.2'],
} as const

export type National = keyof typeof national
/** Lists of our own, under the address of the server. */
export type Own = 'organization' | 'location' | 'catalogue' | 'foreign-card' | 'person'
export type Scheme = National | Own | 'practitioner'

export interface Systems {
  /** The address that is written for a scheme. */
  of(scheme: Scheme): string
  /** The scheme that an address stands for, in either generation; undefined for one that is not ours. */
  schemeOf(system: string): Scheme | undefined
}

const ownLists: readonly Own[] = ['organization', 'location', 'catalogue', 'foreign-card', 'person']

/**
 * The systems of identifiers: both generations are understood, one is written (setting FHIR_IDENTIFIERS: `oid` as IT-Core and the
 * FSE want, or `sid`).
 */
export function systemsOf({ env, region }: Config, base: string): Systems {
  const written = env['FHIR_IDENTIFIERS'] || 'oid'
  if (written !== 'oid' && written !== 'sid')
    throw new BadSetting(`FHIR_IDENTIFIERS is "${written}": write oid (IT-Core, FSE) or sid (http://hl7.it/sid/…).`)
  const practitioner = `urn:oid:2.16.840.1.113883.2.9.2.${region.code}.4.2`
  const own = (name: string) => `${base}/sid/${name}`
  const known = new Map<string, Scheme>([
    ...Object.entries(national).flatMap(([scheme, systems]) =>
      systems.map((system) => [system, scheme as Scheme] as const),
    ),
    ...ownLists.map((name) => [own(name), name] as const),
    [practitioner, 'practitioner'],
  ])
  return {
    of(scheme) {
      if (scheme === 'practitioner') return practitioner
      return scheme in national ? national[scheme as National][written === 'sid' ? 0 : 1] : own(scheme)
    },
    schemeOf: (system) => known.get(system),
  }
}
