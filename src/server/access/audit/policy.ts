// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const family = { subjects: ['family'], service: 'RECORD', purpose: 'transparency', audit: 'person' } as const
const auditor = { subjects: ['auditor'], purpose: 'control', audit: 'person' } as const

/** A person and the parents of a minor read who saw her data; auditors search the whole trail, with a reason. */
export const policies = {
  listAccesses: { ...family, action: 'READ', resource: 'access' },
  exportAccesses: { ...family, action: 'EXPORT', resource: 'access' },
  searchAudit: { ...auditor, action: 'SEARCH', resource: 'access' },
  exportAudit: { ...auditor, action: 'EXPORT', resource: 'access' },
} satisfies Record<string, Policy>
