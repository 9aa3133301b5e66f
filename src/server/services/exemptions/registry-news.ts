// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem } from '../../platform/database.ts'
import { publish } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { addDays } from '../../platform/time.ts'
import { endExemptionsOf, getExemptions, standingOf } from '../../registry/people/index.ts'

/** What somebody holds ends with her death, or with the enrolment when she leaves the region. It may run twice. */
async function follow({ db }: Platform, personId: string): Promise<void> {
  await asSystem(db, async (tx) => {
    const standing = await standingOf(tx, personId)
    const lastDay = standing?.deceasedOn ?? (standing?.leftOn && addDays(standing.leftOn, -1))
    if (!lastDay) return
    for (const { id } of await getExemptions(tx, await endExemptionsOf(tx, personId, lastDay)))
      await publish(tx, 'exemptions.changed', { exemptionId: id, patientId: personId, what: 'expired' })
  })
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
]
