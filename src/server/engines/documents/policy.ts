// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Who may print. */
export const policies = {
  getDelegationDocument: {
    subjects: ['person'],
    action: 'PRINT',
    resource: 'delegation',
    purpose: 'delegation',
    audit: 'person',
  },
} satisfies Record<string, Policy>
