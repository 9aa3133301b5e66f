// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { DelegatedService, Relation } from '../../../shared/delegated-services.ts'
import type { Actor, Method } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { RoleCode } from '../../platform/policy.ts'
import type { Day } from '../../platform/time.ts'
import { getOrganisation } from '../../registry/organisations/index.ts'
import { getPersons } from '../../registry/people/index.ts'

/**
 * The session as its owner sees it: token for changes, expiry, and the people she may act for (herself first), each with the
 * services for which she may. The transaction is of the system: `access.acting_for` names the people.
 */
export async function describeSession(tx: Tx, actor: Actor, today: Day) {
  const own = tables<'access'>(tx)
  const session = await own
    .selectFrom('access.session')
    .select(['personId', 'csrfToken', 'appointmentId', 'level', 'method', 'provider', 'sessionIndex'])
    .select(['idleExpiresAt', 'expiresAt', 'language'])
    .where('id', '=', actor.sessionId)
    .executeTakeFirst()
  if (!session) throw notFound({ it: 'Sessione', en: 'Session' })
  const { rows } = await sql<ActingFor>`
    select patient_id as "personId", relation, services from access.acting_for(${session.personId}, ${today}::date)
  `.execute(tx)
  // Below level 2 nobody acts for others, nor reads their names; in a role rooms decide person by person.
  const acting = rows.filter(({ relation }) => (session.level >= 2 && !actor.role) || relation === 'self')
  const people = new Map(
    (
      await getPersons(
        tx,
        acting.map(({ personId }) => personId),
      )
    ).map((one) => [one.id, one]),
  )
  const actsFor = acting
    .flatMap(({ personId, relation, services }) => {
      const person = people.get(personId)
      if (!person) return []
      const { givenName, familyName, birthDate } = person
      return [{ personId, givenName, familyName, birthDate, relation, services }]
    })
    .toSorted((a, b) => order[a.relation] - order[b.relation] || a.birthDate.localeCompare(b.birthDate))
  const self = actsFor.find((person) => person.relation === 'self')
  if (!self) throw notFound({ it: 'Persona', en: 'Person' })
  return {
    signedIn: true,
    language: actor.language,
    csrfToken: session.csrfToken,
    person: { id: self.personId, givenName: self.givenName, familyName: self.familyName },
    level: session.level,
    method: session.method as Method, // checked by the table
    provider: session.provider,
    // Only at level 1 does a provider of SPID keep a session of its own.
    alsoAtProvider: session.method === 'SPID' && session.level === 1 && session.sessionIndex !== null,
    idleExpiresAt: session.idleExpiresAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    actsFor: actor.role ? [] : actsFor,
    role: actor.role && (await roleOf(tx, actor.role)),
    holdsRoles: await holdsRole(tx, session.personId, today),
  }
}

interface ActingFor {
  personId: string
  relation: Relation
  services: DelegatedService[]
}
const order: Record<Relation, number> = { self: 0, child: 1, ward: 2, delegator: 3 }

async function roleOf(tx: Tx, role: NonNullable<Actor['role']>) {
  const { id, name } = await getOrganisation(tx, role.organisationId)
  return { code: role.code as RoleCode, appointmentId: role.appointmentId, organisation: { id, name } }
}

/** Whether the person may act in a role today: she can then change over. */
export async function holdsRole(tx: Tx, personId: string, today: Day): Promise<boolean> {
  const found = await tables<'access'>(tx)
    .selectFrom('access.roleAppointment')
    .select('id')
    .where('personId', '=', personId)
    .where('state', '=', 'active')
    .where(sql<boolean>`valid @> ${today}::date`)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}
