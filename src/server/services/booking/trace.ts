// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/database.ts'
import { audit, type AuditAction } from '../../access/audit/index.ts'

/** Writes into the audit trail what was done with a booking, a prescription or an entry of a waiting list, and what for. */
export const trace = (
  tx: Tx,
  actor: Actor,
  action: AuditAction,
  object: 'booking' | 'prescription' | 'waiting-list-entry',
  thing: { id: string; patientId: string },
  purpose: 'booking' | 'reminder-link' = 'booking',
): Promise<void> => audit(tx, actor, { action, patientId: thing.patientId, object, objectId: thing.id, purpose })
