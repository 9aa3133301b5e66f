// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Platform, Room } from '../../platform/room.ts'
import { job } from '../../platform/room.ts'
import type { App } from '../../platform/http.ts'
import { oauthRoutes } from './oauth-routes.ts'
import { clientRoutes } from './client-routes.ts'
import { forgetExpired } from './once.ts'
import { announceQuota, partnerResolver, type Resolve } from './resolver.ts'
import { open } from './opened.ts'
import { policies } from './policy.ts'

export { usageOf } from './usage.ts'
export { demanding } from './demands.ts'

/** Turns the bearer of a token into the actor of a request. */
export function partnerActor(platform: Platform): Resolve {
  const { config, keys } = open(platform)
  return partnerResolver(platform, config, keys)
}

/** Notes every call of a partner and tells it its quota: hooks of the whole server, before any room's routes. */
export function watchPartners(app: App, platform: Platform): void {
  const { calls } = open(platform)
  app.addHook('onSend', async (request, reply, payload) => {
    announceQuota(request, reply)
    return payload
  })
  app.addHook('onResponse', async (request, reply) => calls.note(request, reply))
  app.addHook('onClose', () => calls.flush())
}

/** Partners: the authorization server, the partners' own page and its approval by the region. */
export const partners: Room = {
  name: 'partners',
  policies,
  async routes(app, platform) {
    const { config, keys } = open(platform)
    app.addHook('onReady', async () => {
      if (config.hasOwnKey) await keys() // a key that was configured must be usable now
    })
    clientRoutes(app, platform)
    await oauthRoutes(app, platform, config, keys)
  },
  jobs: [
    job({
      name: 'partners.forget-expired',
      cron: '*/10 * * * *',
      handle: (_payload: object, { db, now }) => forgetExpired(db, now()),
    }),
    job({
      name: 'partners.keep-calls',
      cron: '7 0 * * *',
      async handle(_payload: object, { pool, now }) {
        await pool.query('select partner.keep_calls($1)', [now().toISOString().slice(0, 10)])
        await pool.query("delete from partner.call_day where day < ($1::timestamptz - interval '13 months')::date", [
          now(),
        ])
      },
    }),
  ],
}
