// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { job, type Room } from '../../platform/room.ts'
import { deskRoutes } from './desk-routes.ts'
import { tellOfMajority, upkeep } from './jobs.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

export { addScan, listAtDesk, register, takeAtDesk, type Clerk, type DeskRow } from './desk.ts'
export { delegationsInForce, type DelegationInForce } from './in-force.ts'
export { actsByDelegation, delegationPaper, partiesOf, type DelegationFacts, type DelegationParty } from './look.ts'
export { ownSignInAge } from './rows.ts'

/** Who may act for whom: delegations between adults, registered at a desk, decided by a judge; their life and history. */
export const delegations: Room = {
  name: 'delegations',
  policies,
  routes(app, platform) {
    routes(app, platform)
    deskRoutes(app, platform)
  },
  jobs: [
    job({
      name: 'delegations.upkeep',
      cron: '*/10 * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => upkeep(platform),
    }),
    job({
      name: 'delegations.majority',
      cron: '5 8 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => tellOfMajority(platform),
    }),
  ],
}
