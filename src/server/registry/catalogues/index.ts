// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

export {
  candidateServices,
  classMaximum,
  exemptionCovers,
  findExemption,
  getServices,
  guaranteeArea,
  patronDays,
  prescriptionValidity,
  type PrescribedCode,
  type Service,
  type ServiceKind,
} from './catalogues.ts'
