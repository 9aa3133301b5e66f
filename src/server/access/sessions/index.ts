// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { job } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { removeExpiredSessions } from './sessions.ts'
import { policies } from './policy.ts'

export { holdsRole } from './describe.ts'
export { leaveSession, type Left } from './own-sessions.ts'
export { actorResolver, anonymous, closeLocalSessions, closeSession, closeSessionsOf, openSession } from './sessions.ts'
export { cookieName, cookieOptions, type NewSession } from './rules.ts'

export const sessions: Room = {
  name: 'sessions',
  policies,
  routes,
  jobs: [
    job({
      name: 'sessions.remove-expired',
      cron: '*/15 * * * *',
      handle: (_payload: object, { db, now }) => removeExpiredSessions(db, now()),
    }),
  ],
}
