// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import { tables, type Db, type Tx } from '../../platform/database.ts'
import { asSystem } from '../../platform/database.ts'
import type { Language } from '../../platform/text.ts'
import type { SpidLevel } from '../../../shared/saml-names.ts'
import { hashOf } from '../sign-in/index.ts'

/** A sign-in under way, as it is kept between the request and its answer. */
export interface OidcRequest {
  id: string
  nonce: string
  codeVerifier: string
  provider: string
  level: SpidLevel
  browserHash: Buffer
  previousSession: string | null
  /** Who was signed in when a step-up began: only she may come back. Null for any other sign-in. */
  expectedPerson: string | null
  returnTo: string
  language: Language
  issuedAt: Date
  expiresAt: Date
  consumedAt: Date | null
}

/** How long a person may take at the provider's, in milliseconds. */
export const requestLifetime = 15 * 60_000

/** 48 random characters out of letters and digits: state and nonce must be 32 at least. */
export const randomAlphanumerics = (): string => randomBytes(24).toString('hex')

export async function storeRequest(tx: Tx, state: string, request: Omit<OidcRequest, 'consumedAt'>): Promise<void> {
  await tables<'access'>(tx)
    .insertInto('access.oidcRequest')
    .values({ stateHash: hashOf(state), ...request })
    .execute()
}

export async function findRequest(tx: Tx, state: string): Promise<OidcRequest | undefined> {
  const row = await tables<'access'>(tx)
    .selectFrom('access.oidcRequest')
    .selectAll()
    .where('stateHash', '=', hashOf(state))
    .executeTakeFirst()
  return row as OidcRequest | undefined // level and language are limited by check constraints
}

/** Uses a request up. Of two answers that arrive at once, at whatever servers, one gets true. */
export async function consumeRequest(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tables<'access'>(tx)
    .updateTable('access.oidcRequest')
    .set({ consumedAt: now })
    .where('id', '=', id)
    .where('consumedAt', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Removes requests that can no longer be answered and tokens that are over anyway. */
export async function removeExpired(db: Db, now: Date): Promise<void> {
  await asSystem(db, async (tx) => {
    const own = tables<'access'>(tx)
    await own
      .deleteFrom('access.oidcRequest')
      .where('expiresAt', '<', new Date(now.getTime() - 3_600_000))
      .execute()
    await own.deleteFrom('access.oidcToken').where('expiresAt', '<', now).execute()
  })
}
