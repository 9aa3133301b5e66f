// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

export {
  cameOfAge,
  childrenOf,
  codesOf,
  deceasedAmong,
  exemptionCodesOf,
  exemptionsOf,
  findCardholder,
  findHealthCode,
  findHome,
  findPersonByFiscalCode,
  getPerson,
  getPersons,
  healthCodesOf,
  minorsOf,
  personsByCode,
  postalAddresses,
  isLiving,
  recordsOf,
  type Cardholder,
  type HealthCode,
  type Home,
  type Person,
} from './people.ts'
export { searchPeople, type FoundPerson, type PersonSearch } from './search.ts'
export {
  channels,
  contactsOf,
  reachable,
  updatePreference,
  type Channel,
  type ContactPreference,
  type ContactPoint,
  type Contacts,
} from './contacts.ts'
export { exemptionStates, exemptionTransitions, type ExemptionState } from './exemption-states.ts'
export {
  changeExemption,
  countEnding,
  endExemptionsOfTheDead,
  enterExemption,
  exemptionHistory,
  exemptionsEnding,
  exemptionSteps,
  exemptionsTurningOn,
  familyOf,
  findEnrolment,
  getExemptions,
  lockExemption,
  type Ending,
  type ExemptionOrigin,
  type ExemptionStep,
  type HeldExemption,
  type Relative,
} from './exemptions.ts'
