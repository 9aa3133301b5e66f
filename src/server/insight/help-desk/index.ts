// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { acknowledge, acknowledgeJob, forward, forwardJob } from './mails.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

/** What people say of the service and ask of its help desk. */
export const helpDesk: Room = {
  name: 'help-desk',
  policies,
  routes,
  jobs: [
    job({ name: forwardJob, handle: ({ requestId }: { requestId: string }, platform) => forward(platform, requestId) }),
    job({
      name: acknowledgeJob,
      handle: ({ requestId }: { requestId: string }, platform) => acknowledge(platform, requestId),
    }),
  ],
}
