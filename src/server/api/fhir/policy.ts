// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'
import type { ResourceType } from './definition.ts'
import { scopeOf } from './resources.ts'

const open = { subjects: ['anyone'], purpose: 'interoperability', audit: 'none' } as const

/** Reading and searching one kind of resource, for the partners whose token has its scope. */
function of<T extends ResourceType>(type: T, resource: string, audit: Policy['audit']) {
  const partner = { subjects: ['partner'], resource, purpose: 'interoperability', scope: scopeOf(type), audit } as const
  return {
    [`readFhir${type}`]: { ...partner, action: 'READ' },
    [`searchFhir${type}`]: { ...partner, action: 'SEARCH' },
    [`postSearchFhir${type}`]: { ...partner, action: 'SEARCH' },
  } satisfies Record<string, Policy>
}

/** What partners may read of the registry as FHIR; only people's data leaves a row in the trail of the person. */
export const policies: Record<string, Policy> = {
  getFhirCapabilities: { ...open, action: 'READ', resource: 'capability-statement' },
  getFhirSmartConfiguration: { ...open, action: 'READ', resource: 'capability-statement' },
  ...of('Organization', 'organisation', 'none'),
  ...of('Location', 'place', 'none'),
  ...of('HealthcareService', 'service', 'none'),
  ...of('Practitioner', 'practitioner', 'none'),
  ...of('PractitionerRole', 'practitioner', 'none'),
  ...of('Patient', 'person', 'person'),
  ...of('RelatedPerson', 'person', 'person'),
}
