// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { isLiving } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { audit } from '../audit/index.ts'
import { forgive } from '../codes/index.ts'
import { closeSession, openSession } from '../sessions/index.ts'
import { clearedBySuccess } from './attempts.ts'
import type { Way } from './config.ts'
import type { Accounts } from './context.ts'
import { hashOf, newToken } from './tokens.ts'

/** A browser that asks to be let in. */
export interface Visitor {
  actor: Actor
  userAgent: string | undefined
  /** Value of the cookie of a known browser, if it sent one. */
  device: string | undefined
}

/** Cookies of somebody who is in. */
export interface Entered {
  session: string
  device: string
}

/**
 * Opens the session of an account whose owner has shown everything that the way asks for; undefined when the person of the
 * account lives no more. The level comes from the region's policy, never from what was shown.
 */
export async function enter(
  { platform, config, mac }: Accounts,
  tx: Tx,
  account: { id: string; personId: string; userName: string },
  way: Way,
  visitor: Visitor,
): Promise<Entered | undefined> {
  const { actor } = visitor
  const now = platform.now()
  if (!(await isLiving(tx, account.personId))) return undefined
  const level = config.levels[way]
  const opened = await openSession(tx, now, {
    personId: account.personId,
    method: 'LOCAL',
    provider: way,
    level,
    authenticatedAt: now,
    language: actor.language,
    ...(visitor.userAgent && { userAgent: visitor.userAgent }),
  })
  if (actor.sessionId) await closeSession(tx, actor.sessionId)
  const device = await rememberDevice(tx, account.id, now, config.knownDeviceDays)
  const known = visitor.device === undefined ? undefined : hashOf(visitor.device)
  await forgive(
    tx,
    mac,
    clearedBySuccess(config, { userName: account.userName, address: actor.address, device: known }),
  )
  const owner = { ...actor, kind: 'citizen' as const, personId: account.personId, sessionId: opened.id, level }
  await audit(tx, owner, {
    action: 'CREATE',
    patientId: account.personId,
    object: 'session',
    objectId: opened.id,
    purpose: 'sign-in',
  })
  actor.audited = true
  return { session: opened.token, device }
}

/** Writes down that a step-up came back with the account of somebody else: nothing was opened and nothing ended. */
export async function noteOther(tx: Tx, { actor }: Visitor, personId: string): Promise<void> {
  await audit(tx, actor, {
    action: 'CREATE',
    patientId: personId,
    object: 'session',
    purpose: 'sign-in',
    outcome: 'refused',
    reason: 'access/other-person',
  })
}

/** A new cookie at each sign-in: one that was stolen earlier stops being known after its time. */
async function rememberDevice(tx: Tx, accountId: string, now: Date, days: number): Promise<string> {
  const token = newToken()
  await tables<'access'>(tx)
    .insertInto('access.accountDevice')
    .values({ tokenHash: hashOf(token), accountId, expiresAt: new Date(now.getTime() + days * 86_400_000) })
    .execute()
  return token
}
