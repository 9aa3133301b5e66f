// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** The contract is public. */
export const policies = {
  pages: { subjects: ['anyone'], action: 'READ', resource: 'contract', purpose: 'information', audit: 'none' },
} satisfies Record<string, Policy>
