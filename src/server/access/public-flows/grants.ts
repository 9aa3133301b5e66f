// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const grantNeeded = new Refusal(
  'public-flows/grant-needed',
  401,
  { it: 'Il tempo per completare l’operazione è finito.', en: 'The time to complete this is over.' },
  { next: { it: 'Ricomincia scrivendo i dati della tessera.', en: 'Start again with the data of the card.' } },
)

export interface Grant {
  personId: string
  /** The number that was proved in the flow, E.164. */
  mobile: string
}

/** Gives a token for one person and one purpose; only its hash is kept. */
export async function issueGrant(
  tx: Tx,
  grant: Grant & { flowId: string; purpose: string; now: Date; minutes: number },
): Promise<{ token: string; expiresAt: Date }> {
  const { now, minutes, ...row } = grant
  const token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(now.getTime() + minutes * 60_000)
  await tables<'access'>(tx)
    .insertInto('access.publicGrant')
    .values({ tokenHash: hashOf(token), ...row, createdAt: now, expiresAt })
    .execute()
  return { token, expiresAt }
}

/**
 * The person a token speaks for, for this purpose, as often as it is shown while it lasts and the purpose is open: an answer
 * that got lost is asked for again, and a mistake is taken back without a second message. What a service does with it must not show
 * clinical data: a fiscal code, a card and a telephone prove no identity. Call it as the system (`asSystem`).
 *
 * @throws Refusal `public-flows/grant-needed` for a token that is unknown, expired, or for something else
 */
export async function getGrant(tx: Tx, token: string, purpose: string, now: Date): Promise<Grant> {
  const found = await tables<'access'>(tx)
    .selectFrom('access.publicGrant as grant')
    .innerJoin('access.publicPurpose as purpose', 'purpose.code', 'grant.purpose')
    .select(['grant.personId', 'grant.mobile'])
    .where('grant.tokenHash', '=', hashOf(token))
    .where('grant.purpose', '=', purpose)
    .where('grant.expiresAt', '>', now)
    .where(sql<boolean>`purpose.valid @> ${now}::timestamptz`)
    .executeTakeFirst()
  if (!found) throw grantNeeded
  return found
}
