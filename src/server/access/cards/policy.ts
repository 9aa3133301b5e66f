// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const anyone = {
  subjects: ['anyone'],
  action: 'READ',
  resource: 'sign-in',
  purpose: 'identification',
  audit: 'none',
} as const

/** Anybody may begin to sign in with a card, and ask which ways to sign in there are. */
export const policies = {
  getSignInWays: anyone,
  pages: anyone,
} satisfies Record<string, Policy>
