// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyBaseLogger } from 'fastify'
import { watchRefusals } from './access/audit/index.ts'
import { cardOrigin } from './access/cards/index.ts'
import { openidProviderOrigins } from './access/oidc/index.ts'
import { partnerActor, watchPartners } from './access/partners/index.ts'
import { actorResolver, anonymous } from './access/sessions/index.ts'
import { identityProviderOrigins } from './access/sign-in/index.ts'
import { rooms } from './rooms.ts'
import type { Config } from './platform/config.ts'
import { connect } from './platform/database.ts'
import { createHttp, mount, type App } from './platform/http.ts'
import { openQueue } from './platform/queue.ts'
import { waitForRooms } from './platform/operations.ts'
import type { Platform } from './platform/room.ts'
import { connectSearches } from './platform/searches.ts'

export interface Running {
  app: App
  platform: Platform
  close(): Promise<void>
}

/** Composes the product for one process: the database, the queue and, over HTTP, every room. */
export async function createApp(
  config: Config,
  options: { now?: () => Date; logger?: FastifyBaseLogger; poolSize?: number } = {},
): Promise<Running> {
  const now = options.now ?? (() => new Date())
  let onDrop: (error: Error) => void = () => undefined
  const connection = connect(config.databaseUrl, { onDrop: (error) => onDrop(error), max: options.poolSize ?? 20 })
  const searches = connectSearches(config.databaseUrl, { onDrop: (error) => onDrop(error) })
  const ofSession = actorResolver(connection.pool, now)
  // Set below, before the server listens: partners are told apart with what the platform gives.
  let ofToken: ReturnType<typeof partnerActor> | undefined
  const app = await createHttp({
    config,
    resolveActor: (request) =>
      ofToken && request.routeOptions.config.policy?.subjects.includes('partner')
        ? ofToken(request, anonymous(request))
        : ofSession(request),
    formTargets: [
      ...new Set([...identityProviderOrigins(config), ...openidProviderOrigins(config), cardOrigin(config)]),
    ],
    now,
    ...(options.logger && { logger: options.logger }),
  })
  onDrop = (error) => app.log.warn({ err: error }, 'the database closed an idle connection')
  const queue = await openQueue(config.databaseUrl, rooms, app.log)
  const close = async () => {
    await app.close()
    await queue.stop()
    await Promise.all([connection.close(), searches.close()])
  }
  const platform: Platform = {
    config,
    db: connection.db,
    pool: connection.pool,
    searches,
    queue,
    log: app.log,
    now,
    waitsFor: () => waiting(),
  }
  const waiting = waitForRooms(platform, rooms)
  ofToken = partnerActor(platform)
  watchPartners(app, platform)
  watchRefusals(app, platform)
  try {
    await mount(app, platform, rooms)
  } catch (error) {
    await close() // a start that fails leaves nothing open
    throw error
  }
  return { app, platform, close }
}
