// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { actsByDelegation, partiesOf } from '../../access/delegations/index.ts'
import { asSystem } from '../../platform/database.ts'
import type { DomainEvent } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
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

/** One cause for a session and a person. */
const causeOf = (sessionId: string, patientId: string): string =>
  createHash('sha256').update(`${sessionId} ${patientId}`).digest('hex').slice(0, 32)

/** Tells who delegated that something was done in her name, once for each session of the delegate; parents act by law. */
function tellOfActs({ payload }: DomainEvent<'access.acted-for'>, platform: Platform): Promise<void> {
  const { patientId, personId, sessionId } = payload
  return asSystem(platform.db, async (tx) => {
    if (!(await actsByDelegation(tx, personId, patientId, romeDay(platform.now())))) return
    await notify(tx, platform, {
      patientId,
      about: { kind: 'person', id: patientId },
      template: 'delegation.acted',
      parameters: {},
      cause: causeOf(sessionId, patientId),
    })
  })
}

export const delegationNotices = [
  listener({ event: 'access.acted-for', name: 'notifications.on-acted-for', handle: tellOfActs }),
  listener({ event: 'delegations.changed', name: 'notifications.on-delegation-changed', handle: tell }),
  listener({ event: 'delegations.came-of-age', name: 'notifications.on-came-of-age', handle: tellOfMajority }),
]
