// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { deviceOf } from '../../../shared/device.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { notFound } from '../../platform/errors.ts'
import { audit } from '../audit/index.ts'
import type { NewSession } from './rules.ts'

/** The live sessions of the person who asks, the newest first. */
export async function ownSessions(tx: Tx, actor: Actor, now: Date) {
  const rows = await tables<'access'>(tx)
    .selectFrom('access.session')
    .select(['id', 'method', 'provider', 'level', 'purpose', 'userAgent', 'address'])
    .select(['createdAt', 'lastSeenAt', 'idleExpiresAt'])
    .where('personId', '=', actor.personId)
    .where('idleExpiresAt', '>', now)
    .where('expiresAt', '>', now)
    .orderBy('lastSeenAt', 'desc')
    .execute()
  await audit(tx, actor, entry(actor, 'READ'))
  return rows.map((row) => ({
    id: row.id,
    current: row.id === actor.sessionId,
    ...deviceOf(row.userAgent),
    address: row.address,
    method: row.method as NewSession['method'], // checked by the table
    provider: row.provider,
    level: row.level,
    professional: row.purpose !== null,
    openedAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    endsAt: row.idleExpiresAt.toISOString(),
  }))
}

/** Ends one session of the person who asks, at once in every process; another person's looks as if it did not exist. */
export async function endOwnSession(tx: Tx, actor: Actor, id: string): Promise<void> {
  const ended = await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('id', '=', id)
    .where('personId', '=', actor.personId)
    .returning('id')
    .executeTakeFirst()
  if (!ended) throw notFound({ it: 'Sessione', en: 'Session' })
  await audit(tx, actor, entry(actor, 'DELETE', id))
}

/** What is known of a session that its owner has just left. */
export interface Left {
  id: string
  method: NewSession['method']
  provider: string
  /** Present where the provider opened a session of its own (SPID level 1). */
  nameId: string | null
  sessionIndex: string | null
}

/** Ends the session of this request, whose owner wants to leave it at the provider's too. */
export async function leaveSession(tx: Tx, actor: Actor): Promise<Left | undefined> {
  const left = await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('id', '=', actor.sessionId)
    .returning(['id', 'method', 'provider', 'nameId', 'sessionIndex'])
    .executeTakeFirst()
  if (!left) return undefined
  await audit(tx, actor, entry(actor, 'DELETE', left.id))
  return { ...left, method: left.method as NewSession['method'] } // checked by the table
}

/**
 * Ends every session of the person who asks but this one.
 *
 * @returns how many were ended
 */
export async function endOtherSessions(tx: Tx, actor: Actor): Promise<number> {
  const ended = await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('personId', '=', actor.personId)
    .where('id', '<>', actor.sessionId!)
    .returning('id')
    .execute()
  await audit(tx, actor, ...ended.map(({ id }) => entry(actor, 'DELETE', id)))
  return ended.length
}

const entry = (actor: Actor, action: 'READ' | 'DELETE', objectId?: string) => ({
  action,
  patientId: actor.personId,
  object: 'session',
  objectId,
  purpose: 'sign-in',
})
