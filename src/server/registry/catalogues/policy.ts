// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Catalogues are public. */
export const policies = {
  listServices: { subjects: ['anyone'], action: 'SEARCH', resource: 'service', purpose: 'information', audit: 'none' },
} satisfies Record<string, Policy>
