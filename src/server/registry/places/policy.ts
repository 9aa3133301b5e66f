// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Places of care are public. */
export const policies = {
  listMunicipalities: {
    subjects: ['anyone'],
    action: 'SEARCH',
    resource: 'municipality',
    purpose: 'information',
    audit: 'none',
  },
  listPlaces: { subjects: ['anyone'], action: 'SEARCH', resource: 'place', purpose: 'information', audit: 'none' },
} satisfies Record<string, Policy>
