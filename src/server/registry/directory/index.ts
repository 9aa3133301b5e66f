// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The registry as other systems look through it: entries of each kind by criteria, in pages. */
export { count, find, type Criterion, type Kind, type Page, type Placed, type Relation, type Test } from './search.ts'
export {
  codeListOf,
  locations,
  organisations,
  services,
  type OrganisationEntry,
  type PlaceEntry,
  type ServiceEntry,
} from './structures.ts'
export { practitioners, roles, type PractitionerEntry, type RoleEntry } from './practitioners.ts'
export {
  familyLinks,
  holdersOf,
  people,
  readPeople,
  type FamilyLink,
  type IdentifierType,
  type LinksWanted,
  type PersonEntry,
  type PersonRecord,
} from './people.ts'
