// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Parameter } from './definition.ts'
import type { Scheme } from './identifiers.ts'

/** The parameter every resource has. */
export const byId: Parameter = {
  type: 'token',
  field: 'id',
  documentation: 'Logical id',
  systems: () => ({ known: () => false, bare: true }),
}

/** A yes or no: a token without a system. */
export const boolean = (field: string, documentation: string): Parameter => ({
  type: 'token',
  field,
  documentation,
  systems: () => ({
    known: (system) => system === 'http://terminology.hl7.org/CodeSystem/special-values',
    code: (code) => (code === 'true' || code === 'false' ? code : undefined),
    bare: true,
  }),
})

/** Identifiers: the address of either generation tells which list of the registry it is. */
export function identifier(
  documentation: string,
  lists: Readonly<Partial<Record<Scheme, string>>>,
  personal?: true,
): Parameter {
  return {
    type: 'token',
    field: 'identifier',
    documentation,
    ...(personal && { personal }),
    systems: ({ systems }) => {
      const list = (system: string) => lists[systems.schemeOf(system)!]
      return {
        known: (system) => list(system) !== undefined,
        scheme: list,
        ...('taxCode' in lists && { code: (code: string) => code.toUpperCase() }),
      }
    },
  }
}

const sexes: Readonly<Record<string, string>> = { male: 'M', female: 'F', unknown: 'N' }

/** Administrative gender: a code without a list of its own in the resource. */
export const genderCode: Parameter = {
  type: 'token',
  field: 'gender',
  documentation: 'male, female, unknown',
  systems: () => ({
    known: (system) => system === 'http://hl7.org/fhir/administrative-gender',
    code: (code) => sexes[code],
    bare: true,
  }),
}
