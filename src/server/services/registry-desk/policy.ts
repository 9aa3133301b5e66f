// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const office = { subjects: ['district-officer'], purpose: 'identification', audit: 'person' } as const

/** Desks and district offices look people up to serve them; every person shown sees in the trail who looked and what for. */
export const policies = {
  searchPersons: {
    subjects: ['clerk', 'district-officer'],
    action: 'SEARCH',
    resource: 'person',
    purpose: 'identification',
    audit: 'person',
  },
  // The whole record of a person, and what an office does to it; who is entered anew is looked for first.
  findNamedPlaces: { ...office, action: 'SEARCH', resource: 'place', audit: 'none' },
  getPersonRecord: { ...office, action: 'READ', resource: 'person-record' },
  checkPersonFacts: { ...office, action: 'SEARCH', resource: 'person' },
  registerPerson: { ...office, action: 'CREATE', resource: 'person-record' },
  actOnPersonRecord: { ...office, action: 'UPDATE', resource: 'person-record' },
  undoActOnPersonRecord: { ...office, action: 'UPDATE', resource: 'person-record' },
  // One person's two records become one, or two again, by the hand of an office only.
  listDuplicates: { ...office, action: 'SEARCH', resource: 'duplicate' },
  getDuplicate: { ...office, action: 'READ', resource: 'duplicate' },
  decideDuplicate: { ...office, action: 'UPDATE', resource: 'duplicate' },
  listMerges: { ...office, action: 'SEARCH', resource: 'merge' },
  // What national registries say against us is written only by the hand of an office.
  listNationalDifferences: { ...office, action: 'SEARCH', resource: 'national-difference' },
  exportNationalDifferences: { ...office, action: 'EXPORT', resource: 'national-difference' },
  getNationalDifference: { ...office, action: 'READ', resource: 'national-difference' },
  decideNationalDifference: { ...office, action: 'UPDATE', resource: 'national-difference' },
  undoNationalDecision: { ...office, action: 'UPDATE', resource: 'national-difference' },
  listNationalMessages: { ...office, action: 'SEARCH', resource: 'national-message' },
  exportNationalMessages: { ...office, action: 'EXPORT', resource: 'national-message' },
  decideNationalMessage: { ...office, action: 'UPDATE', resource: 'national-message' },
  undoMerge: { ...office, action: 'UPDATE', resource: 'merge' },
} satisfies Record<string, Policy>
