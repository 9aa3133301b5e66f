// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

export {
  candidateServices,
  classMaximum,
  exemptionCovers,
  exemptionsOfFamilies,
  findExemption,
  getServices,
  guaranteeArea,
  listServices,
  patronDays,
  prescriptionValidity,
  type PrescribedCode,
  type Service,
  type ServiceKind,
} from './catalogues.ts'

export const catalogues: Room = { name: 'catalogues', policies, routes }
