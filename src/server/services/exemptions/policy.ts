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

const office = { subjects: ['district-officer'], resource: 'exemption', purpose: 'exemption', audit: 'person' } as const

/**
 * Who may declare, look at and give up exemptions: the person and who acts for her. What asks nobody's data is open.
 * District offices work on those of their authority.
 */
export const policies = {
  checkExemptions: { ...anyone, action: 'SEARCH', purpose: 'information', audit: 'none' },
  verifyExemptionCertificate: { ...anyone, action: 'READ', purpose: 'exemption', audit: 'person' },
  listExemptions: { ...family, action: 'SEARCH' },
  getExemptionForm: { ...family, action: 'READ' },
  declareExemption: { ...family, action: 'CREATE' },
  getExemption: { ...family, action: 'READ' },
  getExemptionCertificate: { ...family, action: 'PRINT' },
  getExemptionDeclaration: { ...family, action: 'PRINT' },
  ceaseExemption: { ...family, action: 'UPDATE' },
  getExemptionOffice: { ...office, action: 'READ', audit: 'none' },
  searchDeclarations: { ...office, action: 'SEARCH' },
  exportDeclarations: { ...office, action: 'EXPORT' },
  getDeclaration: { ...office, action: 'READ' },
  printDeclaration: { ...office, action: 'PRINT' },
} satisfies Record<string, Policy>
