// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import type { DelegatedService, Relation } from '../../../shared/delegated-services.ts'
import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import type { Day } from '../../platform/time.ts'
import { getPersons } from '../../registry/people/index.ts'

/**
 * The session as its owner sees it: token for changes, expiry, and the people she may act for (herself first), each with the
 * services for which she may. The transaction is of the system: `access.acting_for` names the people.
 */
export async function describeSession(tx: Tx, actor: Actor, today: Day) {
  const own = tables<'access'>(tx)
  const session = await own
    .selectFrom('access.session')
    .select(['personId', 'csrfToken', 'level', 'provider', 'idleExpiresAt', 'expiresAt', 'language'])
    .where('id', '=', actor.sessionId)
    .executeTakeFirst()
  if (!session) throw notFound({ it: 'Sessione', en: 'Session' })
  const { rows } = await sql<ActingFor>`
    select patient_id as "personId", relation, services from access.acting_for(${session.personId}, ${today}::date)
  `.execute(tx)
  // Below level 2 nobody acts for others, nor reads their names.
  const acting = rows.filter(({ relation }) => session.level >= 2 || relation === 'self')
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
    provider: session.provider,
    idleExpiresAt: session.idleExpiresAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    actsFor,
  }
}

interface ActingFor {
  personId: string
  relation: Relation
  services: DelegatedService[]
}
const order: Record<Relation, number> = { self: 0, child: 1, ward: 2, delegator: 3 }
