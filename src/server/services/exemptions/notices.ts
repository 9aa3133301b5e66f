// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { notify } from '../../engines/notifications/index.ts'
import { asSystem } from '../../platform/database.ts'
import type { DomainEvent } from '../../platform/events.ts'
import { listener, type Platform } from '../../platform/room.ts'
import { getExemptions } from '../../registry/people/index.ts'

/** One cause for one piece of news: it is told once, however often it is handled. */
export const causeOf = (news: string): string => createHash('sha256').update(news).digest('hex').slice(0, 32)

/** What somebody reads when it has happened; of a certified exemption only that it was revoked: the State gave it unasked. */
function tell({ payload }: DomainEvent<'exemptions.changed'>, platform: Platform): Promise<void> {
  const { exemptionId, patientId, what } = payload
  return asSystem(platform.db, async (tx) => {
    const [held] = await getExemptions(tx, [exemptionId])
    if (!held || (held.origin === 'sistema-ts' && what !== 'revoked' && what !== 'ceased')) return
    // Whoever declared in advance was told then.
    if (what === 'started' && held.origin === 'self-certified') return
    await notify(tx, platform, {
      patientId,
      about: { kind: 'exemption', id: exemptionId },
      template: 'exemption.news',
      parameters: { what, until: what === 'expired' || what === 'revoked' ? null : held.until },
      cause: causeOf(`${exemptionId} ${what}`),
    })
  })
}

export const notices = [listener({ event: 'exemptions.changed', name: 'exemptions.tell', handle: tell })]
