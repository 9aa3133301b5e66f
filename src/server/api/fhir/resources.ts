// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Definition, ResourceType } from './definition.ts'
import { patientDefinition } from './patients.ts'
import { practitionerDefinition, practitionerRoleDefinition } from './practitioners.ts'
import { relatedPersonDefinition } from './related-people.ts'
import { healthcareServiceDefinition, locationDefinition, organizationDefinition } from './structures.ts'

/** Every resource that is served: routes, policies, CapabilityStatement and documentation come from this table or are held against it. */
export const definitions: Readonly<Record<ResourceType, Definition>> = {
  Organization: widened(organizationDefinition),
  Location: widened(locationDefinition),
  HealthcareService: widened(healthcareServiceDefinition),
  Practitioner: widened(practitionerDefinition),
  PractitionerRole: widened(practitionerRoleDefinition),
  Patient: widened(patientDefinition),
  RelatedPerson: widened(relatedPersonDefinition),
}

/** A definition whose rows come from itself alone, so that the table may forget what they look like. */
function widened<Row extends { id: string }>(definition: Definition<Row>): Definition {
  return definition as unknown as Definition
}

/** What a partner's token must allow, as SMART App Launch 2 writes it: read and search. */
export const scopeOf = (type: ResourceType): string => `system/${type}.rs`
