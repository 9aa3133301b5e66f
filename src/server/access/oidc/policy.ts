// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const anyone = { subjects: ['anyone'], purpose: 'identification', audit: 'none' } as const

/** Anybody may begin to sign in, and read who we are in the federation. */
export const policies = {
  listCieWays: { ...anyone, action: 'SEARCH', resource: 'identity-provider' },
  pages: { ...anyone, action: 'READ', resource: 'sign-in' },
} satisfies Record<string, Policy>
