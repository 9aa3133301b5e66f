// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import * as openid from 'openid-client'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { decryptText, encryptText, writeLog } from '../sign-in/index.ts'
import { clientOf } from './client.ts'
import type { OidcConfig } from './config.ts'
import type { Keys } from './keys.ts'
import type { OidcRequest } from './requests.ts'
import { findProvider } from './trust.ts'

/** An access token is of no use after this, in milliseconds, and need not be revoked any more. */
const lifetime = 3_600_000

/**
 * Gives an access token back: once the person's data are read nobody needs it, so it is revoked at once and nothing is
 * left to revoke at logout. The job does it, so that nobody waits for the provider.
 */
export async function handBack(
  { queue, now }: Platform,
  tx: Tx,
  keys: Keys,
  request: OidcRequest,
  accessToken: string,
): Promise<void> {
  const at = now()
  const id = uuidv7(at.getTime())
  await tables<'access'>(tx)
    .insertInto('access.oidcToken')
    .values({
      id,
      requestId: request.id,
      provider: request.provider,
      token: encryptText(keys.log, id, accessToken),
      expiresAt: new Date(at.getTime() + lifetime),
    })
    .execute()
  await queue.send(tx, 'oidc.revoke-token', { id })
}

/** Revokes one access token at its provider (RFC 7009). Does nothing when that was done, or the provider is not trusted any more. */
export async function revokeToken(platform: Platform, config: OidcConfig, keys: Keys, id: string): Promise<void> {
  const { db } = platform
  const now = platform.now()
  const { row, provider } = await asSystem(db, async (tx) => ({
    row: await tables<'access'>(tx)
      .selectFrom('access.oidcToken')
      .select(['requestId', 'provider', 'token'])
      .where('id', '=', id)
      .where('expiresAt', '>', now)
      .executeTakeFirst(),
    provider: (await findProvider(tx, config, now))?.facts,
  }))
  if (!row || provider?.issuer !== row.provider) return
  let sent = ''
  const client = clientOf(config, keys, provider, provider.revocation_endpoint, (_to, request) => (sent = request))
  await openid.tokenRevocation(client, decryptText(keys.log, id, row.token), { token_type_hint: 'access_token' })
  await asSystem(db, async (tx) => {
    await tables<'access'>(tx).deleteFrom('access.oidcToken').where('id', '=', id).execute()
    await writeLog(tx, keys.log, now, {
      kind: 'revocation',
      provider: row.provider,
      requestId: row.requestId,
      outcome: 'accepted',
      document: sent,
    })
  })
}
