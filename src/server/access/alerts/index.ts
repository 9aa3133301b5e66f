// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Platform, type Room } from '../../platform/room.ts'
import { readAlertsConfig, type AlertsConfig } from './config.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'
import { tellPrivacyOffice } from './tell.ts'
import { watchTrail } from './watch.ts'

const configs = new WeakMap<Platform['config'], AlertsConfig>()

function configOf({ config }: Platform): AlertsConfig {
  const known = configs.get(config) ?? readAlertsConfig(config)
  configs.set(config, known)
  return known
}

/** Watches the audit trail for unusual access, tells the privacy office, and lets auditors examine what was found. */
export const alerts: Room = {
  name: 'alerts',
  policies,
  routes(app, platform) {
    configOf(platform) // a rule that cannot be read is told now, not by night
    routes(app, platform)
  },
  jobs: [
    job({
      name: 'alerts.watch',
      cron: '*/5 * * * *',
      concurrency: 1,
      async handle(_payload: object, platform) {
        const opened = await watchTrail(platform, configOf(platform))
        if (opened > 0) platform.log.warn({ opened }, 'unusual access found in the audit trail')
      },
    }),
    job({
      name: 'alerts.tell',
      retryLimit: 12,
      handle: ({ ids }: { ids: string[] }, platform) => tellPrivacyOffice(platform, configOf(platform), ids),
    }),
  ],
}
