// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, type Tx } from '../../platform/database.ts'
import { publish, type ExemptionNews } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { addDays } from '../../platform/time.ts'
import { endExemptionsOf, endExemptionsOfTheDead, reopenExemptionsOf, standingOf } from '../../registry/people/index.ts'

/** What somebody holds ends with her death, or with the enrolment when she leaves the region. It may run twice. */
async function follow({ db }: Platform, personId: string): Promise<void> {
  await asSystem(db, async (tx) => {
    const { deceasedOn, leftOn } = (await standingOf(tx, personId)) ?? {}
    if (deceasedOn) await tell(tx, personId, await endExemptionsOfTheDead(tx, personId), 'expired')
    else if (leftOn) await tell(tx, personId, await endExemptionsOf(tx, personId, addDays(leftOn, -1)), 'expired')
  })
}

/** What a death told in error ended holds again. It may run twice. */
const undo = ({ db }: Platform, personId: string): Promise<void> =>
  asSystem(db, async (tx) => tell(tx, personId, await reopenExemptionsOf(tx, personId), 'reopened'))

async function tell(tx: Tx, patientId: string, ids: readonly string[], what: ExemptionNews): Promise<void> {
  for (const exemptionId of ids) await publish(tx, 'exemptions.changed', { exemptionId, patientId, what })
}

export const registryNews = [
  listener({
    event: 'registry.person-died',
    name: 'exemptions.on-death',
    handle: ({ payload }, platform) => follow(platform, payload.personId),
  }),
  listener({
    event: 'registry.person-left',
    name: 'exemptions.on-departure',
    handle: ({ payload }, platform) => follow(platform, payload.personId),
  }),
  listener({
    event: 'registry.person-returned',
    name: 'exemptions.on-return',
    handle: ({ payload }, platform) => undo(platform, payload.personId),
  }),
]
