// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

/** Anybody may begin to sign in with a card. */
export const policies = {
  pages: { subjects: ['anyone'], action: 'READ', resource: 'sign-in', purpose: 'identification', audit: 'none' },
} satisfies Record<string, Policy>
