// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { upkeep } from './jobs.ts'
import { notices } from './notices.ts'
import { checkRoutes } from './office/check-routes.ts'
import { diseaseRoutes } from './office/disease-routes.ts'
import { listRoutes } from './office/list-routes.ts'
import { importJob, importList } from './office/lists.ts'
import { prorogationJob, prorogue } from './office/prorogations.ts'
import { recovery } from './office/recovery.ts'
import { declarationRoutes } from './office/routes.ts'
import { policies } from './policy.ts'
import { registryNews } from './registry-news.ts'
import { routes } from './routes.ts'

/** Exemptions: declared by citizens, certified by the yearly list, entered, prorogued and checked by offices. */
export const exemptions: Room = {
  name: 'exemptions',
  policies,
  routes(app, platform) {
    routes(app, platform)
    declarationRoutes(app, platform)
    checkRoutes(app, platform)
    listRoutes(app, platform)
    diseaseRoutes(app, platform)
  },
  listens: [...notices, ...recovery, ...registryNews],
  jobs: [
    job({
      name: 'exemptions.upkeep',
      cron: '20 0,8 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => upkeep(platform),
    }),
    job({
      name: importJob,
      concurrency: 1,
      handle: ({ importId }: { importId: string }, platform) => importList(platform, importId),
    }),
    job({
      name: prorogationJob,
      concurrency: 1,
      handle: ({ prorogationId }: { prorogationId: string }, platform) => prorogue(platform, prorogationId),
    }),
  ],
}
