// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { insertSoon, soon, tables, type Tx } from '../../platform/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { publish } from '../../platform/events.ts'
import { uuidv7 } from '../../platform/ids.ts'

import type { AuditAction } from './schema.ts'

export interface AuditEntry {
  action: AuditAction
  /** The person whose data was read or changed; null for what concerns nobody in particular. */
  patientId: string | null
  /** Kind of thing, e.g. `booking`. */
  object: string
  objectId?: string | undefined
  /** Why, e.g. `booking`, `payment`. */
  purpose: string
  /** What the actor wrote or declared as reason, or the code of the refusal. Never clinical text. */
  reason?: string
  /** `refused` when the actor was not allowed to. Default `done`. */
  outcome?: 'done' | 'refused'
}

/** The person a citizen acts for, when it is not himself; nobody when he was refused to. */
function actsInNameOf(actor: Actor, { patientId, outcome }: AuditEntry): string | null {
  return actor.kind === 'citizen' && patientId !== actor.personId && outcome !== 'refused' ? patientId : null
}

/**
 * Writes one row per person whose data the request reads or changes, in the transaction of the work
 * (Garante, Linee guida in materia di Dossier sanitario, 4 June 2015: mere consultation is logged too).
 */
export async function audit(tx: Tx, actor: Actor, ...entries: readonly AuditEntry[]): Promise<void> {
  actor.audited = true
  if (entries.length === 0) return
  const who = {
    actorKind: actor.kind,
    personId: actor.personId,
    sessionId: actor.sessionId,
    role: actor.role?.code ?? null,
    organisationId: actor.role?.organisationId ?? null,
    appointmentId: actor.role?.appointmentId ?? null,
    clientId: actor.partner?.clientId ?? null,
    method: actor.method,
    level: actor.level,
    requestId: actor.requestId,
    address: actor.address,
  }
  const rows = entries.map((entry) => ({
    id: uuidv7(),
    ...who,
    patientId: entry.patientId,
    onBehalfOf: actsInNameOf(actor, entry),
    action: entry.action,
    objectType: entry.object,
    objectId: entry.objectId ?? null,
    purpose: entry.purpose,
    reason: entry.reason ?? null,
    outcome: entry.outcome ?? 'done',
  }))
  if (rows.length === 1) await insertSoon<'access', 'access.auditEntry'>(tx, 'access.auditEntry', rows[0]!)
  else await soon(tx, tables<'access'>(tx).insertInto('access.auditEntry').values(rows))
  await tell(tx, actor, entries)
}

const changes: readonly AuditAction[] = ['CREATE', 'UPDATE', 'DELETE']

/** Whoever had something done in her name hears of it. Delegations themselves have notices of their own. */
async function tell(tx: Tx, actor: Actor, entries: readonly AuditEntry[]): Promise<void> {
  const { personId, sessionId } = actor
  if (actor.kind !== 'citizen' || !personId || !sessionId) return
  const done = entries.filter(({ action, object }) => changes.includes(action) && object !== 'delegation')
  const patients = new Set(done.flatMap((entry) => actsInNameOf(actor, entry) ?? []))
  for (const patientId of patients) await publish(tx, 'access.acted-for', { patientId, personId, sessionId })
}
