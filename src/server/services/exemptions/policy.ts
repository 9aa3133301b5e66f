// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const family = {
  subjects: ['family'],
  service: 'EXEMPTION',
  resource: 'exemption',
  purpose: 'exemption',
  audit: 'person',
} as const
const anyone = { subjects: ['anyone'], resource: 'exemption' } as const

/** Who may declare, look at and give up exemptions: the person and who acts for her. What asks nobody's data is open. */
export const policies = {
  checkExemptions: { ...anyone, action: 'SEARCH', purpose: 'information', audit: 'none' },
  verifyExemptionCertificate: { ...anyone, action: 'READ', purpose: 'exemption', audit: 'person' },
  listExemptions: { ...family, action: 'SEARCH' },
  getExemptionForm: { ...family, action: 'READ' },
  declareExemption: { ...family, action: 'CREATE' },
  getExemption: { ...family, action: 'READ' },
  getExemptionCertificate: { ...family, action: 'PRINT' },
  ceaseExemption: { ...family, action: 'UPDATE' },
} satisfies Record<string, Policy>
