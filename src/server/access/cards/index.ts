// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { job, type Platform, type Room } from '../../platform/room.ts'
import { removeExpiredCards } from './cards.ts'
import { readCardsConfig, type CardsConfig } from './config.ts'
import { policies } from './policy.ts'
import { routes } from './routes.ts'
import { refreshTrustedList } from './trusted-list.ts'

export { cardOrigin } from './config.ts'

const configs = new WeakMap<Platform, CardsConfig>()

function configOf(platform: Platform): CardsConfig {
  const known = configs.get(platform) ?? readCardsConfig(platform.config)
  configs.set(platform, known)
  return known
}

/** Sign-in with the national services card (CNS) and the health card with chip (TS-CNS). */
export const cards: Room = {
  name: 'cards',
  policies,
  routes(app, platform) {
    app.addHook('onReady', () =>
      platform.db
        .transaction()
        .execute((tx) => platform.queue.send(tx, 'cards.refresh-trusted-list', {}, { singletonKey: 'start' }))
        .then(() => undefined),
    )
    routes(app, platform, configOf(platform))
  },
  jobs: [
    job({
      name: 'cards.refresh-trusted-list',
      cron: '29 2 * * *',
      handle: (_payload: object, platform) => refreshTrustedList(platform, configOf(platform)),
    }),
    job({
      name: 'cards.remove-expired',
      cron: '*/10 * * * *',
      handle: (_payload: object, { db, now }) => removeExpiredCards(db, now()),
    }),
  ],
}
