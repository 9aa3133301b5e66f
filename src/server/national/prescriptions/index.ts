// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { clientOf } from './exchanges.ts'
import { releaseJob, releaseOwed, sweep } from './gateway.ts'
import { forgetTrail, reconcile } from './upkeep.ts'

export { close, lock, lookUp, release, releaseLater, reopen, want, type Closed, type Found } from './gateway.ts'
export type { Ask, Wanted } from './custody.ts'
export type { ForeignCover, SacLine, SacPrescription } from './content.ts'
export type { DeliveredLine, Delivery } from './messages.ts'
export { nreOrRefuse, refusalFor, unavailable, type Reason } from './outcomes.ts'

/** E-prescriptions of the national store (SAC): looking up, exclusive lock, release and closing as a dispenser. */
export const prescriptions: Room = {
  name: 'prescriptions',
  routes(_app, { config }) {
    clientOf(config) // settings that cannot work stop the start, not the first citizen
  },
  jobs: [
    job({
      name: releaseJob,
      retryLimit: 20,
      handle: ({ custodyId }: { custodyId: string }, platform) => releaseOwed(platform, custodyId),
    }),
    job({
      name: 'prescriptions.sweep',
      cron: '* * * * *',
      handle: (_payload: object, platform) => sweep(platform),
    }),
    job({
      name: 'prescriptions.reconcile',
      cron: '30 3 * * *',
      handle: async (_payload: object, platform) => {
        await reconcile(platform)
      },
    }),
    job({
      name: 'prescriptions.forget-trail',
      cron: '45 3 * * *',
      handle: (_payload: object, platform) => forgetTrail(platform),
    }),
  ],
}
