// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { Actor, Method } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { RoleCode } from '../../platform/policy.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { getOrganisations } from '../../registry/organisations/index.ts'
import { audit } from '../audit/index.ts'
import { closeSession, openSession } from '../sessions/index.ts'
import { refusals } from './rules.ts'
import type { OwnRole } from './schema.ts'

const heldOn = (tx: Tx, personId: string, day: Day) =>
  tables<'access'>(tx)
    .selectFrom('access.roleAppointment')
    .where('personId', '=', personId)
    .where('state', '=', 'active')
    .where(sql<boolean>`valid @> ${day}::date`)

/** The roles a person may act in on a day. The transaction is of the system or acts for her. */
export async function rolesOf(tx: Tx, personId: string, day: Day, current: string | null): Promise<OwnRole[]> {
  const rows = await heldOn(tx, personId, day)
    .select(['id', 'role', 'organisationId', 'unit', sql<Day | null>`(upper(valid) - 1)::text`.as('until')])
    .orderBy('role')
    .orderBy('id')
    .execute()
  const organisations = new Map(
    (await getOrganisations(tx, [...new Set(rows.map((row) => row.organisationId))])).map((one) => [one.id, one]),
  )
  return rows.map(({ id, role, organisationId, unit, until }) => ({
    appointmentId: id,
    role: role as RoleCode, // checked by the table
    organisation: { id: organisationId, name: organisations.get(organisationId)!.name },
    unit,
    until,
    current: id === current,
  }))
}

/**
 * Ends the session and opens one with a new token that acts in the appointment, or as a citizen for null: two roles are
 * never mixed in one session. What was proven at sign-in stays as it was, so a weak identity does not become a strong one.
 *
 * @returns the token of the new session
 * @throws Refusal `roles/not-held`
 */
export function actIn({ db, now }: Platform, actor: Actor, appointmentId: string | null): Promise<string> {
  return asSystem(db, async (tx) => {
    const own = tables<'access'>(tx)
    const personId = actor.personId!
    if (appointmentId) {
      const used = await own
        .updateTable('access.roleAppointment')
        .set({ lastUsedAt: now() })
        .where('id', '=', appointmentId)
        .where('personId', '=', personId)
        .where('state', '=', 'active')
        .where(sql<boolean>`valid @> ${romeDay(now())}::date`)
        .returning('id')
        .executeTakeFirst()
      if (!used) throw refusals.notHeld
    }
    const proven = await own
      .selectFrom('access.session')
      .select(['method', 'provider', 'level', 'authenticatedAt', 'assertionId', 'nameId', 'sessionIndex', 'userAgent'])
      .where('id', '=', actor.sessionId)
      .executeTakeFirstOrThrow()
    const { assertionId, nameId, sessionIndex, userAgent, ...rest } = proven
    await closeSession(tx, actor.sessionId!)
    const { token } = await openSession(tx, now(), {
      ...rest,
      personId,
      method: rest.method as Method, // checked by the table
      level: rest.level as 1 | 2 | 3, // checked by the table
      language: actor.language,
      ...(assertionId && { assertionId }),
      ...(nameId && { nameId }),
      ...(sessionIndex && { sessionIndex }),
      ...(userAgent && { userAgent }),
      ...(appointmentId && { appointmentId }),
    })
    await audit(tx, actor, {
      action: 'CREATE',
      patientId: personId,
      object: 'session',
      ...(appointmentId && { objectId: appointmentId }),
      purpose: 'identification',
    })
    return token
  })
}
