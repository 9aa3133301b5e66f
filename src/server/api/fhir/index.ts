// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'

/** The registry as FHIR R4, with the identifiers and extensions of HL7 Italia, for the partners the region allows. */
export const fhir: Room = { name: 'fhir', policies, routes }
