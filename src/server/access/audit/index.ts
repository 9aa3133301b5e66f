// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Platform, type Room } from '../../platform/room.ts'
import { noteAnchor } from './anchors.ts'
import { routes } from './routes.ts'
import { searchRoutes } from './search-routes.ts'
import { readAuditConfig, sealingKey } from './keys.ts'
import { sealAudit } from './seal.ts'
import { forgetOldMonths, makePartitions } from './upkeep.ts'
import { policies } from './policy.ts'

export { forAuditors, readEntries } from './accesses.ts'
export { audit, type AuditEntry } from './entry.ts'
export { watchRefusals } from './refusals.ts'
export { AuditRow, type AuditAction } from './schema.ts'
export { roleName, whatFor, whatWasDone } from './words.ts'

/** Seals what came into the trail, and notes the newest seal outside of the database and in the log. */
export async function sealTrail({ config, db, now, log }: Platform): Promise<void> {
  const settings = readAuditConfig(config)
  const last = (await sealAudit(db, await sealingKey(settings), now())).at(-1)
  if (!last) return
  await noteAnchor(settings.anchors, last)
  log.info({ seal: last.number, total: last.total, head: last.head.toString('hex') }, 'audit sealed')
}

/** The audit trail: written by every room, sealed by the worker, read by the people it is about and by auditors. */
export const auditTrail: Room = {
  name: 'audit',
  policies,
  routes(app, platform) {
    routes(app, platform)
    searchRoutes(app, platform)
  },
  jobs: [
    job({
      name: 'audit.seal',
      cron: '* * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => sealTrail(platform),
    }),
    job({
      name: 'audit.months',
      cron: '15 3 * * *',
      async handle(_payload: object, { config, db, now }) {
        await makePartitions(db, now())
        await forgetOldMonths(db, readAuditConfig(config).keepYears, now())
      },
    }),
  ],
}
