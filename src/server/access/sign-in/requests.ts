// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, randomBytes } from 'node:crypto'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import type { Language } from '../../platform/text.ts'
import type { Comparison, SpidLevel, SpidPurpose } from '../../../shared/saml-names.ts'

/** A login under way, as it is kept between the request and its answer. */
export type StoredRequest = {
  id: string
  relayState: string
  provider: string
  binding: 'post' | 'redirect'
  level: SpidLevel
  comparison: Comparison
  /** Use of the identity that was asked for; null for the personal one. */
  purpose: SpidPurpose | null
  /** Hash of the cookie of the browser that asked. */
  browserHash: Buffer
  returnTo: string
  /** Session of the browser when the login began: it ends when the new one opens. */
  previousSession: string | null
  /** Who was signed in when a step-up began: only she may come back. Null for any other login. */
  expectedPerson: string | null
  language: Language
  issuedAt: Date
  expiresAt: Date
  consumedAt: Date | null
}

/** How long a person may take at the provider's, in milliseconds. */
export const requestLifetime = 15 * 60_000

/** A random text that says nothing: RelayState, cookie of the browser, token of the confirmation. */
export function opaqueText(): string {
  return randomBytes(24).toString('base64url')
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export async function storeRequest(tx: Tx, request: Omit<StoredRequest, 'consumedAt'>): Promise<void> {
  await tables<'access'>(tx).insertInto('access.signInRequest').values(request).execute()
}

export async function findRequest(tx: Tx, id: string): Promise<StoredRequest | undefined> {
  const row = await tables<'access'>(tx)
    .selectFrom('access.signInRequest')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  // Level, comparison, purpose, binding and language are limited to these values by check constraints.
  return row as StoredRequest | undefined
}

/** Uses a request up. Of two answers that arrive at once, at whatever servers, one gets true. */
export async function consumeRequest(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tables<'access'>(tx)
    .updateTable('access.signInRequest')
    .set({ consumedAt: now })
    .where('id', '=', id)
    .where('consumedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Remembers an assertion until it would no longer be valid; false when it was used before. */
export async function rememberAssertion(
  tx: Tx,
  provider: string,
  assertionId: string,
  expiresAt: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables<'access'>(tx)
    .insertInto('access.usedAssertion')
    .values({ provider, assertionId, expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Removes what can no longer be answered, replayed or confirmed. */
export function removeExpired(db: Db, now: Date): Promise<void> {
  return asSystem(db, async (tx) => {
    const own = tables<'access'>(tx)
    await own
      .deleteFrom('access.signInRequest')
      .where('expiresAt', '<', new Date(now.getTime() - 3_600_000))
      .execute()
    await own.deleteFrom('access.usedAssertion').where('expiresAt', '<', now).execute()
    await own.deleteFrom('access.pendingSignIn').where('expiresAt', '<', now).execute()
    await own.deleteFrom('access.signOutRequest').where('expiresAt', '<', now).execute()
  })
}
