// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

export {
  getDoctor,
  searchDoctors,
  type Availability,
  type Doctor,
  type DoctorKind,
  type DoctorSearch,
  type Surgery,
} from './doctors.ts'
export {
  alreadyChanged,
  beginChoice,
  cutEndedChoice,
  choicesOf,
  choicesOfMoved,
  choicesThatEnd,
  choicesTurning,
  endChoice,
  factsOfChoice,
  lockChoices,
  findChoice,
  findChoiceByCode,
  full,
  type Choice,
  type ChoiceFacts,
  type ChoiceKind,
  type EndReason,
} from './choices.ts'
export {
  carryOutRefusals,
  enterRefusal,
  factsOfRefusal,
  findRefusal,
  listRefusals,
  refusalsFrom,
  refusalMotives,
  type DoctorRefusal,
} from './refusals.ts'
export {
  authorityOf,
  callOffDeparture,
  departureReasons,
  departuresDue,
  getDeparture,
  listDepartures,
  nextToTell,
  movementsOf,
  planDeparture,
  reassignSome,
  type Departure,
  type Movements,
} from './departures.ts'
export { movementsIn, patientsOf, postOf, type Movement, type Patient, type PatientSearch } from './patients.ts'
