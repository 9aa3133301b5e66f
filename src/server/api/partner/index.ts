// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

/** What other systems of the region may call: open catalogues, availability, occupancy. No personal data. */
export const partnerApi: Room = { name: 'partner-api', policies, routes }
