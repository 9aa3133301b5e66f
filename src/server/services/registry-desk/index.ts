// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { policies } from './policy.ts'
import { recordRoutes } from './record/routes.ts'
import { nationalRoutes } from './national-routes.ts'
import { routes } from './routes.ts'

/** The registry as desks and district offices use it. */
export const registryDesk: Room = {
  name: 'registry-desk',
  policies,
  routes(app, platform) {
    routes(app, platform)
    recordRoutes(app, platform)
    nationalRoutes(app, platform)
  },
}
