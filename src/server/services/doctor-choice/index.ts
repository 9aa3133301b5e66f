// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { endByCalendar } from './choose.ts'
import { reassign } from './office.ts'
import { ownListRoutes } from './own-list-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { passOnUnanswered } from './requests.ts'
import { officeRoutes } from './office-routes.ts'
import { carryOut } from './refusals.ts'
import { endOfMoved, lifeOfPatients } from './life.ts'
import { notices, remind } from './notices.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'
import { readRule } from './rules.ts'

/** Choice and revocation of the family doctor or paediatrician (scelta e revoca). */
export const doctorChoice: Room = {
  name: 'doctor-choice',
  policies,
  routes(app, platform) {
    routes(app, platform, readRule(platform.config))
    officeRoutes(app, platform)
    requestRoutes(app, platform, readRule(platform.config))
    ownListRoutes(app, platform, readRule(platform.config))
  },
  listens: [...notices, ...lifeOfPatients],
  jobs: [
    job({
      name: 'doctor-choice.reassign',
      cron: '*/10 * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => reassign(platform),
    }),
    job({
      name: 'doctor-choice.end-by-calendar',
      cron: '7 0 * * *',
      concurrency: 1,
      async handle(_payload: object, platform) {
        await endByCalendar(platform, readRule(platform.config))
        await endOfMoved(platform)
        await carryOut(platform)
        await passOnUnanswered(platform, readRule(platform.config).daysForDoctor)
      },
    }),
    job({
      name: 'doctor-choice.remind',
      cron: '30 8 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => remind(platform, readRule(platform.config)),
    }),
  ],
}
