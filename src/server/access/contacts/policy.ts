// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Contacts of a person; whoever changes them has just proved who she is. */
export const policies = {
  getContacts: {
    subjects: ['family'],
    action: 'READ',
    resource: 'contact',
    purpose: 'contact',
    service: 'BOOKING',
    audit: 'person',
  },
  setContacts: {
    subjects: ['family'],
    action: 'UPDATE',
    resource: 'contact',
    purpose: 'contact',
    service: 'BOOKING',
    freshMinutes: 30,
    audit: 'person',
  },
} satisfies Record<string, Policy>
