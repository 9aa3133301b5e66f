// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const anyone = { subjects: ['anyone'], purpose: 'information', audit: 'none' } as const
const family = { subjects: ['family'], service: 'DOCTOR_CHOICE', purpose: 'primary-care', audit: 'person' } as const
const freshFamily = { ...family, freshMinutes: 30 } as const

const office = { subjects: ['district-officer'], purpose: 'primary-care', audit: 'none' } as const

const ownList = { subjects: ['doctor'], purpose: 'primary-care', audit: 'person' } as const

/**
 * Doctors are public; the choice is of the person and of who acts for her, who has just proved who she is when she changes
 * something (ASVS 4.0.3, 3.7.1).
 */
export const policies = {
  searchDoctors: { ...anyone, action: 'SEARCH', resource: 'doctor' },
  getDoctor: { ...anyone, action: 'READ', resource: 'doctor' },
  // Says nothing of anybody: whether a paper holds, to who holds it.
  verifyDoctorAttestation: { ...anyone, action: 'READ', resource: 'doctor-attestation' },
  getPrimaryCare: { ...family, action: 'READ', resource: 'doctor-choice' },
  checkDoctorChoice: { ...family, action: 'READ', resource: 'doctor-choice' },
  chooseDoctor: { ...freshFamily, action: 'CREATE', resource: 'doctor-choice' },
  revokeDoctor: { ...freshFamily, action: 'UPDATE', resource: 'doctor-choice' },
  listDoctorRequests: { ...family, action: 'SEARCH', resource: 'doctor-request' },
  createDoctorRequest: { ...freshFamily, action: 'CREATE', resource: 'doctor-request' },
  takeDoctorRequestStep: { ...freshFamily, action: 'UPDATE', resource: 'doctor-request' },
  listOfficeDoctorRequests: { ...office, audit: 'person', action: 'SEARCH', resource: 'doctor-request' },
  enterDoctorRequest: { ...office, audit: 'person', action: 'CREATE', resource: 'doctor-request' },
  decideDoctorRequest: { ...office, audit: 'person', action: 'UPDATE', resource: 'doctor-request' },
  // A doctor's own list: which post is hers is found by who she is, never asked.
  searchOwnPatients: { ...ownList, action: 'SEARCH', resource: 'doctor-patient' },
  exportOwnPatients: { ...ownList, action: 'EXPORT', resource: 'doctor-patient' },
  listOwnMovements: { ...ownList, action: 'SEARCH', resource: 'doctor-movements' },
  listRequestsToDoctor: { ...ownList, action: 'SEARCH', resource: 'doctor-request' },
  answerRequestToDoctor: { ...ownList, action: 'UPDATE', resource: 'doctor-request' },
  refuseOwnPatient: { ...ownList, action: 'CREATE', resource: 'doctor-refusal' },
  // Numbers of doctors, no data of a person: those are written down one by one when they are moved.
  decideRefusal: { ...office, audit: 'person', action: 'CREATE', resource: 'doctor-refusal' },
  listRefusals: { ...office, audit: 'person', action: 'SEARCH', resource: 'doctor-refusal' },
  decideDeparture: { ...office, action: 'CREATE', resource: 'departure' },
  listDepartures: { ...office, action: 'SEARCH', resource: 'departure' },
  getDeparture: { ...office, action: 'READ', resource: 'departure' },
  callOffDeparture: { ...office, action: 'UPDATE', resource: 'departure' },
  listDoctorMovements: { ...office, action: 'SEARCH', resource: 'doctor-movements' },
  exportDoctorMovements: { ...office, action: 'EXPORT', resource: 'doctor-movements' },
  getAttestation: { ...family, action: 'PRINT', resource: 'doctor-choice' },
} satisfies Record<string, Policy>
