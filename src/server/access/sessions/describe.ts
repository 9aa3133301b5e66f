// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { getPersons } from '../../registry/people/index.ts'

/** The session as its owner sees it: token for changes, expiry, and the people she may act for (herself first). */
export async function describeSession(tx: Tx, actor: Actor) {
  const own = tables<'access'>(tx)
  const session = await own
    .selectFrom('access.session')
    .select(['personId', 'csrfToken', 'level', 'provider', 'idleExpiresAt', 'expiresAt', 'language'])
    .where('id', '=', actor.sessionId)
    .executeTakeFirst()
  if (!session) throw notFound({ it: 'Sessione', en: 'Session' })
  const delegators = await own
    .selectFrom('access.delegation')
    .select('delegatorId')
    .where('delegateId', '=', session.personId)
    .where('state', '=', 'active')
    .execute()
  const delegated = new Set(delegators.map((row) => row.delegatorId))
  const people = await getPersons(tx, actor.patients)
  const actsFor = people
    .map((person) => ({
      personId: person.id,
      givenName: person.givenName,
      familyName: person.familyName,
      birthDate: person.birthDate,
      relation: relationOf(person.id, session.personId, delegated),
    }))
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

type Relation = 'self' | 'child' | 'delegator'
const order: Record<Relation, number> = { self: 0, child: 1, delegator: 2 }

function relationOf(personId: string, signedIn: string, delegated: ReadonlySet<string>): Relation {
  if (personId === signedIn) return 'self'
  return delegated.has(personId) ? 'delegator' : 'child'
}
