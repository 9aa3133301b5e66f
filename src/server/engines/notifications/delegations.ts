// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { partiesOf } from '../../access/delegations/index.ts'
import { asSystem } from '../../platform/database.ts'
import type { DomainEvent } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { notify } from './notices.ts'

/** Tells both sides of a step of a delegation. Of an unanswered one, also whoever holds the code that was typed, if anybody. */
function tell({ id: cause, payload }: DomainEvent<'delegations.changed'>, platform: Platform): Promise<void> {
  const { delegationId, what } = payload
  return asSystem(platform.db, async (tx) => {
    const parties = await partiesOf(tx, delegationId)
    if (!parties) return
    const notice = { about: { kind: 'delegation', id: delegationId }, cause }
    const parameters = { delegationId, what, until: parties.until }
    if (parties.delegator)
      await notify(tx, platform, { ...notice, patientId: parties.delegator, template: 'delegation.given', parameters })
    if (parties.delegate)
      await notify(tx, platform, {
        ...notice,
        patientId: parties.delegate,
        template: 'delegation.received',
        parameters,
      })
  })
}

/** Tells a parent and, once, the child who came of age. */
function tellOfMajority(event: DomainEvent<'delegations.came-of-age'>, platform: Platform): Promise<void> {
  const { personId, parentId } = event.payload
  const notice = { about: { kind: 'person', id: personId }, parameters: {} }
  return asSystem(platform.db, async (tx) => {
    await notify(tx, platform, { ...notice, patientId: parentId, template: 'majority.parent', cause: event.id })
    await notify(tx, platform, { ...notice, patientId: personId, template: 'majority.child', cause: personId })
  })
}

export const delegationNotices = [
  listener({ event: 'delegations.changed', name: 'notifications.on-delegation-changed', handle: tell }),
  listener({ event: 'delegations.came-of-age', name: 'notifications.on-came-of-age', handle: tellOfMajority }),
]
