// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const anyone = { subjects: ['anyone'], purpose: 'support', audit: 'none' } as const

/** Anybody may ask for help or say how it went, without naming herself. */
export const policies = {
  createFeedback: { ...anyone, action: 'CREATE', resource: 'feedback' },
  createHelpRequest: { ...anyone, action: 'CREATE', resource: 'help-request' },
} satisfies Record<string, Policy>
