// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const anyone = { subjects: ['anyone'], purpose: 'adhesion', audit: 'person' } as const

/** Who may do what in public flows: anybody, and nothing clinical is behind them. */
export const policies = {
  getPublicPurpose: { ...anyone, action: 'READ', resource: 'public-purpose', audit: 'none' },
  startPublicFlow: { ...anyone, action: 'CREATE', resource: 'public-flow' },
  endPublicFlow: { ...anyone, action: 'UPDATE', resource: 'public-flow' },
} satisfies Record<string, Policy>
