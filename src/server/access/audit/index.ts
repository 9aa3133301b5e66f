// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { tables, type Tx } from '../../platform/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { uuidv7 } from '../../platform/ids.ts'

export type AuditAction = 'READ' | 'SEARCH' | 'CREATE' | 'UPDATE' | 'DELETE' | 'PRINT' | 'EXPORT'

export interface AuditEntry {
  action: AuditAction
  /** The person whose data was read or changed. */
  patientId: string
  /** Kind of thing, e.g. `booking`. */
  object: string
  objectId?: string
  /** Why, e.g. `booking`, `payment`. */
  purpose: string
}

/**
 * Writes one row per person whose data the request reads or changes, in the transaction of the work
 * (Garante, Linee guida in materia di Dossier sanitario, 4 June 2015: mere consultation is logged too).
 */
export async function audit(tx: Tx, actor: Actor, ...entries: readonly AuditEntry[]): Promise<void> {
  actor.audited = true
  if (entries.length === 0) return
  await tables<'access'>(tx)
    .insertInto('access.auditEntry')
    .values(
      entries.map((entry) => ({
        id: uuidv7(),
        actorKind: actor.kind,
        personId: actor.personId,
        sessionId: actor.sessionId,
        patientId: entry.patientId,
        action: entry.action,
        objectType: entry.object,
        objectId: entry.objectId ?? null,
        purpose: entry.purpose,
        requestId: actor.requestId,
        address: actor.address,
      })),
    )
    .execute()
}
