// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { upkeep } from './jobs.ts'
import { notices } from './notices.ts'
import { checkRoutes } from './office/check-routes.ts'
import { recovery } from './office/recovery.ts'
import { declarationRoutes } from './office/routes.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'

/** Income exemptions declared by citizens: dated rules, declarations, certificates, renewal and end. */
export const exemptions: Room = {
  name: 'exemptions',
  policies,
  routes(app, platform) {
    routes(app, platform)
    declarationRoutes(app, platform)
    checkRoutes(app, platform)
  },
  listens: [...notices, ...recovery],
  jobs: [
    job({
      name: 'exemptions.upkeep',
      cron: '20 0,8 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => upkeep(platform),
    }),
  ],
}
