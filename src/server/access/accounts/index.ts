// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { pageRoutes } from './page-routes.ts'
import { routes } from './routes.ts'
import { forgetExpired } from './sign-in.ts'
import { policies } from './policy.ts'

/** Accounts of the service: user name, password and code by text message, or passkeys; bound to a strong identity. */
export const accounts: Room = {
  name: 'accounts',
  policies,
  async routes(app, platform) {
    routes(app, platform)
    await app.register(async (pages) => pageRoutes(pages, platform))
  },
  jobs: [
    job({
      name: 'accounts.tidy',
      cron: '*/10 * * * *',
      concurrency: 1,
      handle: (_payload: object, { db, now }) => asSystem(db, (tx) => forgetExpired(tx, now())),
    }),
  ],
}
