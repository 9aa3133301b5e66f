// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { importJWK, errors, jwtVerify } from 'jose'
import { tables } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { EService, PartnerConfig } from './config.ts'
import { UnreadableAddress } from './outside.ts'
import { remoteKey } from './remote-keys.ts'

/** A voucher of PDND that was found good, with what it stands for here. */
export interface Voucher {
  jti: string
  /** Our client whose purpose it is. */
  clientId: string
  eService: EService
  purposeId: string
  /** The consumer's client on PDND. */
  pdndClientId: string
  /** SHA-256, in hexadecimal, of the tracking evidence that the consumer declared when it asked for the voucher. */
  evidenceDigest: string | undefined
}

const refuse = (reason: string, it: string, en: string): Refusal =>
  new Refusal(
    `partners/${reason}`,
    401,
    { it, en },
    {
      next: {
        it: 'Chiedi a PDND un nuovo voucher per la finalità giusta e ripeti la chiamata.',
        en: 'Ask PDND for a new voucher for the right purpose and repeat the call.',
      },
      headers: { 'www-authenticate': `Bearer realm="sinfonia", error="invalid_token", error_description="${en}"` },
    },
  )
const invalid = refuse(
  'voucher-invalid',
  'Il voucher PDND non è valido o è scaduto.',
  'The PDND voucher is not valid or has expired',
)
const wrongAudience = refuse(
  'voucher-audience',
  'Il voucher PDND è per un altro e-service.',
  'The PDND voucher is for another e-service',
)
const wrongPurpose = refuse(
  'voucher-purpose',
  'La finalità del voucher PDND non è registrata qui per questo e-service.',
  'The purpose of the PDND voucher is not registered here for this e-service',
)
export const keysUnreachable = new Refusal(
  'partners/pdnd-unavailable',
  503,
  { it: 'Le chiavi di PDND non sono raggiungibili.', en: 'The keys of PDND cannot be reached.' },
  {
    next: { it: 'Riprova tra qualche secondo.', en: 'Try again in a few seconds.' },
    retryAfter: 10,
  },
)

interface Claims {
  jti: string
  aud: string | string[]
  client_id: string
  purposeId: string
  digest?: { alg?: unknown; value?: unknown }
  cnf?: unknown
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Signature, issuer, times and shape (PDND voucher, RFC 9068 profile). */
async function verify(config: PartnerConfig, now: Date, token: string): Promise<Claims> {
  const key = async ({ kid = '', alg = '' }) => {
    const jwk = await remoteKey(config.pdnd.keys, kid, true) // an address of our own configuration
    if (!jwk) throw new errors.JWKSNoMatchingKey()
    return importJWK(jwk, alg)
  }
  try {
    const { payload } = await jwtVerify<Claims>(token, key, {
      algorithms: ['RS256'],
      typ: 'at+jwt',
      issuer: config.pdnd.issuer,
      requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'aud', 'sub', 'client_id', 'purposeId'],
      maxTokenAge: '1 day',
      currentDate: now,
    })
    const { jti, client_id: client, purposeId, cnf } = payload
    const texts = [client, purposeId].every((text) => typeof text === 'string' && uuid.test(text))
    // A voucher bound to a key (RFC 9449) is no bearer token: whoever stole it could use it so.
    if (!texts || typeof jti !== 'string' || cnf !== undefined || payload.sub !== client) throw invalid
    return payload
  } catch (error) {
    if (error instanceof UnreadableAddress) throw keysUnreachable
    if (error instanceof errors.JOSEError) throw invalid
    throw error
  }
}

/**
 * Reads a voucher issued by the national data platform (PDND, art. 50-ter CAD): its signature, that it is for an e-service
 * of ours, and that its purpose was registered here by one of our partners for that e-service and that consumer.
 */
export async function readVoucher(
  { db, now }: Pick<Platform, 'db' | 'now'>,
  config: PartnerConfig,
  token: string,
): Promise<Voucher> {
  const claims = await verify(config, now(), token)
  const audiences = [claims.aud].flat()
  const eService = config.pdnd.eServices.find(({ audience }) => audiences.length === 1 && audience === audiences[0])
  if (!eService) throw wrongAudience
  const found = await tables<'partner'>(db)
    .selectFrom('partner.purpose')
    .select('clientId')
    .where('id', '=', claims.purposeId)
    .where('pdndClientId', '=', claims.client_id)
    .where('eServiceId', '=', eService.id)
    .where('state', '=', 'granted')
    .executeTakeFirst()
  if (!found) throw wrongPurpose
  const { digest } = claims
  return {
    jti: claims.jti,
    clientId: found.clientId,
    eService,
    purposeId: claims.purposeId,
    pdndClientId: claims.client_id,
    evidenceDigest: digest?.alg === 'SHA256' && typeof digest.value === 'string' ? digest.value : undefined,
  }
}
