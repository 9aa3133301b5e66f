// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../platform/actor.ts'
import { tables, withActor } from '../../platform/database.ts'
import type { Accounts } from './context.ts'
import { freshMinutes } from './policy.ts'
import { strongIdentityNeeded } from './refusals.ts'

/** The session of a strong identity that an account is bound to. */
export interface StrongSession {
  id: string
  method: 'SPID' | 'CIE' | 'CNS'
  level: number
}

const strong: readonly string[] = ['SPID', 'CIE', 'CNS']

/**
 * The session of who asks, when it was opened with SPID, CIE or CNS of level 2 or more a few minutes ago at most.
 *
 * @throws Refusal `access/step-up-required`
 */
export async function strongSession({ platform }: Accounts, actor: Actor): Promise<StrongSession> {
  const session = await withActor(platform.db, actor, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.session')
      .select(['id', 'method', 'level'])
      .where('id', '=', actor.sessionId)
      .where('authenticatedAt', '>', new Date(platform.now().getTime() - freshMinutes * 60_000))
      .where('method', 'in', strong)
      .where('level', '>=', 2)
      .executeTakeFirst(),
  )
  if (!session) throw strongIdentityNeeded(freshMinutes)
  return session as StrongSession // the query names the methods
}

/** Refuses who has not just proved who she is. */
export async function mustBeStrong(accounts: Accounts, actor: Actor): Promise<void> {
  await strongSession(accounts, actor)
}
