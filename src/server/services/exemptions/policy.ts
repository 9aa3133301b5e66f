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
const check = { ...office, resource: 'exemption-check' } as const
const list = { ...office, resource: 'exemption-list' } as const
// Figures only: everybody whose exemption is prorogued has it in her trail by the job that does it.
const prorogation = { ...office, resource: 'prorogation', audit: 'none' } as const

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
  listExemptionChecks: { ...check, action: 'SEARCH' },
  openExemptionCheck: { ...check, action: 'CREATE' },
  getExemptionCheck: { ...check, action: 'READ' },
  actOnExemptionCheck: { ...check, action: 'UPDATE' },
  printExemptionLetter: { ...check, action: 'PRINT' },
  // Samples name nobody: each case that is opened is written down by itself.
  listCheckSamples: { ...check, action: 'SEARCH', audit: 'none' },
  drawCheckSample: { ...check, action: 'CREATE' },
  listExemptionLists: { ...list, action: 'SEARCH', audit: 'none' },
  importExemptionList: { ...list, action: 'CREATE', audit: 'none' },
  listExemptionListDifferences: { ...list, action: 'SEARCH' },
  exportExemptionListDifferences: { ...list, action: 'EXPORT' },
  listDiseaseCodes: { ...office, action: 'SEARCH', audit: 'none' },
  enterDiseaseExemption: { ...office, action: 'CREATE' },
  listDiseaseExemptions: { ...office, action: 'SEARCH' },
  annulDiseaseExemption: { ...office, action: 'UPDATE' },
  listProrogations: { ...prorogation, action: 'SEARCH' },
  prepareProrogation: { ...prorogation, action: 'CREATE' },
  confirmProrogation: { ...prorogation, action: 'UPDATE' },
  undoProrogation: { ...prorogation, action: 'UPDATE' },
  listOwnExemptionChecks: { ...family, resource: 'exemption-check', action: 'SEARCH' },
  getExemptionLetter: { ...family, resource: 'exemption-check', action: 'PRINT' },
  objectToExemptionCheck: { ...family, resource: 'exemption-check', action: 'UPDATE' },
} satisfies Record<string, Policy>
