// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { systemActor } from '../../platform/actor.ts'
import { asSystem } from '../../platform/database.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { standingOf } from '../../registry/people/index.ts'
import { adhesionsOf, goOn, withdraw } from './adhesions.ts'

/** Nobody calls who died or is assisted here no more: her adhesions are withdrawn. It may run twice. */
async function follow(platform: Platform, personId: string, requestId: string): Promise<void> {
  await asSystem(platform.db, async (tx) => {
    const standing = await standingOf(tx, personId)
    if (!standing?.deceasedOn && !standing?.leftOn) return
    for (const adhesion of await adhesionsOf(tx, [personId]))
      if (adhesion.withdrawnAt === null)
        await withdraw(tx, platform, systemActor(requestId), adhesion, standing.deceasedOn !== null)
  })
}

/** What a death told in error ended goes on. It may run twice. */
const undo = (platform: Platform, personId: string, requestId: string): Promise<void> =>
  asSystem(platform.db, async (tx) => {
    const standing = await standingOf(tx, personId)
    if (!standing || standing.deceasedOn || standing.leftOn) return
    await goOn(tx, platform, systemActor(requestId), personId)
  })

export const registryNews = [
  listener({
    event: 'registry.person-died',
    name: 'vaccination.on-death',
    handle: ({ id, payload }, platform) => follow(platform, payload.personId, id),
  }),
  listener({
    event: 'registry.person-left',
    name: 'vaccination.on-departure',
    handle: ({ id, payload }, platform) => follow(platform, payload.personId, id),
  }),
  listener({
    event: 'registry.person-returned',
    name: 'vaccination.on-return',
    handle: ({ id, payload }, platform) => undo(platform, payload.personId, id),
  }),
]
