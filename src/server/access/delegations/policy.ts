// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const personAtAnyLevel = { subjects: ['person'], purpose: 'delegation', level: 1, audit: 'person' } as const
const freshPerson = { subjects: ['person'], purpose: 'delegation', freshMinutes: 30, audit: 'person' } as const
const clerk = { subjects: ['clerk'], purpose: 'delegation', audit: 'person' } as const

/**
 * Who may give, take and end delegations: each side for herself, whoever gives or takes one having just proved who
 * she is; clerks register what is signed at the desk.
 */
export const policies = {
  listDelegations: { ...personAtAnyLevel, action: 'SEARCH', resource: 'delegation' },
  createDelegation: { ...freshPerson, action: 'CREATE', resource: 'delegation' },
  getDelegation: { ...personAtAnyLevel, action: 'READ', resource: 'delegation' },
  acceptDelegation: { ...freshPerson, action: 'UPDATE', resource: 'delegation' },
  revokeDelegation: { ...personAtAnyLevel, action: 'UPDATE', resource: 'delegation' },
  suspendDelegation: { ...personAtAnyLevel, action: 'UPDATE', resource: 'delegation' },
  resumeDelegation: { ...freshPerson, action: 'UPDATE', resource: 'delegation' },
  rejectDelegation: { ...personAtAnyLevel, action: 'UPDATE', resource: 'delegation' },
  renewDelegation: { ...freshPerson, action: 'UPDATE', resource: 'delegation' },
  listDelegateActs: {
    subjects: ['person'],
    action: 'READ',
    resource: 'access',
    purpose: 'transparency',
    audit: 'person',
  },
  listDeskDelegations: { ...clerk, action: 'SEARCH', resource: 'delegation' },
  registerDelegation: { ...clerk, action: 'CREATE', resource: 'delegation' },
  addDelegationScan: { ...clerk, action: 'UPDATE', resource: 'delegation' },
  takeDelegationStep: { ...clerk, action: 'UPDATE', resource: 'delegation' },
} satisfies Record<string, Policy>
