// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import type { Config } from '../../platform/config.ts'
import type { Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import type { Criterion, Page, Placed } from '../../registry/directory/index.ts'
import type { Systems } from './identifiers.ts'

/** A FHIR resource as it leaves; the tests hold it against the schema of R4. */
export interface Resource {
  resourceType: string
  id: string
  [element: string]: unknown
}

export const resourceTypes = [
  'Organization',
  'Location',
  'HealthcareService',
  'Practitioner',
  'PractitionerRole',
  'Patient',
  'RelatedPerson',
] as const
export type ResourceType = (typeof resourceTypes)[number]

/** What every search and every resource is made with. */
export interface Context {
  /** Address of the FHIR server, without a slash at its end. */
  base: string
  systems: Systems
  region: Config['region']
  /** Who asks. */
  actor: Actor
  day: Day
}

/** A search parameter of a resource and the field of the directory that it is about. */
export type Parameter = { field: string; documentation: string; personal?: true } & (
  | { type: 'string' }
  | { type: 'date' }
  | { type: 'reference'; targets: readonly string[] }
  | { type: 'token'; systems: (context: Context) => TokenSystems }
  | { type: 'special' }
)

/** Which systems the codes of a token are from. `scheme` tells the field which of several lists it was. */
export interface TokenSystems {
  /** A system that is not known finds nothing. */
  known(system: string): boolean
  scheme?(system: string): string | undefined
  /** From the code as FHIR has it to the registry's; undefined for one that does not exist. */
  code?(code: string): string | undefined
  /** Whether the code has no system in FHIR (booleans, codes of an element). */
  bare?: true
}

/** A kind of resource: what of the registry it shows and how it is searched. The routes and the CapabilityStatement come from it. */
export interface Definition<Row extends { id: string } = { id: string }> {
  type: ResourceType
  documentation: string
  parameters: Readonly<Record<string, Parameter>>
  /** Parameters by which the results may be sorted, besides `_id`, with the order of the directory. */
  sorts: Readonly<Record<string, string>>
  /** Other resources that a row names, by the name of the search parameter. */
  includes: Readonly<Record<string, { target: ResourceType; ids: (row: Row) => readonly (string | null)[] }>>
  /** Resources that name this one: the kind and its parameter. */
  revincludes: readonly { source: ResourceType; parameter: string }[]
  find(tx: Tx, context: Context, criteria: readonly Criterion[], page: Page): Promise<Placed<Row>[]>
  count(tx: Tx, context: Context, criteria: readonly Criterion[]): Promise<number>
  toResource(row: Row, context: Context): Resource
  /** Set where rows are people's: of whom, for the audit trail. */
  people?: (row: Row) => readonly string[]
  /** Where rows are people's: parameters one of which a search must give, so that nobody lists everybody. */
  oneOf?: readonly string[]
}

/** An element with a value, or none at all: FHIR knows no empty ones. */
export function compact<T extends Record<string, unknown>>(elements: T): T {
  const filled = Object.entries(elements).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(filled) as T // fewer of the same elements
}
