// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { job, type Room } from '../../platform/room.ts'
import { tidy } from './appointments.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'

export { enter, type Entry } from './appointments.ts'

/** Who may act in which role for which organisation: appointments of professionals, and the choice among them. */
export const roles: Room = {
  name: 'roles',
  policies,
  routes,
  jobs: [
    job({
      name: 'roles.tidy',
      cron: '20 0 * * *',
      concurrency: 1,
      handle: (_payload: object, { db, now }) => asSystem(db, (tx) => tidy(tx, now())),
    }),
  ],
}
