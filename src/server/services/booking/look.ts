// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import type { Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { audit, type AuditAction } from '../../access/audit/index.ts'
import type { Booking } from './schema.ts'
import { viewBooking } from './views.ts'

/** One booking as the person sees it, noted in the audit trail; not found for a stranger. */
export async function look(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  id: string,
  action: AuditAction = 'READ',
): Promise<Booking> {
  const view = await viewBooking(tx, platform, id, actor.language)
  await audit(tx, actor, { action, patientId: view.patient.id, object: 'booking', objectId: id, purpose: 'booking' })
  return view
}
