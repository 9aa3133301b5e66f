// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const auditor = { subjects: ['auditor'], purpose: 'control', audit: 'person' } as const

/** Auditors read what the watch found, and close it with what they found out. */
export const policies = {
  listAccessAlerts: { ...auditor, action: 'SEARCH', resource: 'access-alert' },
  listAlertAccesses: { ...auditor, action: 'READ', resource: 'access' },
  examineAccessAlert: { ...auditor, action: 'UPDATE', resource: 'access-alert' },
} satisfies Record<string, Policy>
