// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { fhirJson } from './outcome.ts'
import type { Definition } from './definition.ts'
import { definitions, scopeOf } from './resources.ts'

const interactions = ['read', 'search-type'] as const

function resource(definition: Definition): object {
  const { type, documentation, parameters, includes, revincludes, people, oneOf } = definition
  return {
    type,
    documentation: [
      documentation,
      `Scope: ${scopeOf(type)}.`,
      ...(people
        ? [
            `A search gives at least one of ${oneOf!.join(', ')}; parameters that name a person are taken from the body of POST _search only.`,
          ]
        : []),
    ].join(' '),
    interaction: interactions.map((code) => ({ code })),
    versioning: 'no-version',
    readHistory: false,
    updateCreate: false,
    conditionalRead: 'not-match',
    searchInclude: Object.keys(includes).map((name) => `${type}:${name}`),
    searchRevInclude: revincludes.map(({ source, parameter }) => `${source}:${parameter}`),
    searchParam: Object.entries(parameters).map(([name, parameter]) => ({
      name,
      type: parameter.type,
      documentation: parameter.documentation,
    })),
  }
}

function filled(entry: object): object {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => !(Array.isArray(value) && value.length === 0)))
}

/** What this server does, made from the table of its resources: nothing is claimed that has no route. */
export function capabilities(
  base: string,
  tokenEndpoint: string,
  region: string,
): { resourceType: string; [element: string]: unknown } {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-30',
    publisher: region,
    kind: 'instance',
    implementation: { description: `Sinfonia, ${region}`, url: base },
    software: { name: 'Sinfonia' },
    fhirVersion: '4.0.1',
    format: [fhirJson, 'json'],
    rest: [
      {
        mode: 'server',
        documentation: 'The registry of the region. Errors are OperationOutcomes. Only JSON.',
        security: {
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          description: `OAuth 2.0 client credentials with private_key_jwt at ${tokenEndpoint}; scopes of the kind system/Organization.rs.`,
        },
        resource: Object.values(definitions).map((definition) => filled(resource(definition))),
        searchParam: [
          { name: '_count', type: 'number', documentation: 'Rows of a page; 0 only counts' },
          { name: '_sort', type: 'special', documentation: '_id, or a name of the resource, also with - before it' },
          { name: '_total', type: 'special', documentation: 'accurate counts; none does not' },
          { name: '_summary', type: 'special', documentation: 'count' },
          { name: '_elements', type: 'special', documentation: 'Names of elements, with commas between' },
        ],
      },
    ],
  }
}
