// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { forgetFlows } from './flows.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

export { getGrant, type Grant } from './grants.ts'
export { openPurpose, type Purpose } from './purposes.ts'

/** Fiscal code, health card and a code by text message: for who adheres to a campaign without signing in. */
export const publicFlows: Room = {
  name: 'public-flows',
  policies,
  routes,
  jobs: [
    job({
      name: 'public-flows.tidy',
      cron: '35 3 * * *',
      concurrency: 1,
      handle: (_payload: object, { db, now }) => asSystem(db, (tx) => forgetFlows(tx, now())),
    }),
  ],
}
