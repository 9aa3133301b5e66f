// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Desks and district offices look people up to serve them; every person shown sees in the trail who looked and what for. */
export const policies = {
  searchPersons: {
    subjects: ['clerk', 'district-officer'],
    action: 'SEARCH',
    resource: 'person',
    purpose: 'identification',
    audit: 'person',
  },
} satisfies Record<string, Policy>
