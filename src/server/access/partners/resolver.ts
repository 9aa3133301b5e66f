// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyReply, FastifyRequest } from 'fastify'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Actor } from '../../platform/actor.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { PartnerConfig } from './config.ts'
import type { SigningKeys } from './signing-keys.ts'
import { readToken } from './tokens.ts'
import { readVoucher, type Voucher } from './vouchers.ts'

const challenge = 'Bearer realm="sinfonia"'
const refuse = (reason: string, it: string, en: string, next: { it: string; en: string }): Refusal =>
  new Refusal(
    `partners/${reason}`,
    401,
    { it, en },
    {
      next,
      headers: { 'www-authenticate': `${challenge}, error="invalid_token", error_description="${en}"` },
    },
  )
const askAgain = {
  it: 'Chiedi un nuovo token a /oauth/token e ripeti la chiamata.',
  en: 'Ask /oauth/token for a new token and repeat the call.',
}

const noToken = new Refusal(
  'partners/token-required',
  401,
  { it: 'Questa chiamata è riservata ai partner.', en: 'This call is for partners.' },
  {
    next: {
      it: 'Manda un token di accesso: Authorization: Bearer …',
      en: 'Send an access token: Authorization: Bearer …',
    },
    headers: { 'www-authenticate': challenge },
  },
)
const invalidToken = refuse(
  'invalid-token',
  'Il token di accesso non è valido o è scaduto.',
  'The access token is not valid or has expired',
  askAgain,
)
const revoked = refuse(
  'token-revoked',
  'Il token di accesso è stato revocato.',
  'The access token was revoked',
  askAgain,
)
const suspended = refuse('client-suspended', 'Questo client è sospeso.', 'This client is suspended', {
  it: 'Il motivo e come riattivarlo sono nella pagina dei partner.',
  en: 'The reason, and how to reactivate it, are on the partners’ page.',
})

/** What one call may still use, as its answer says. */
export interface Quota {
  limit: number
  remaining: number
  /** Seconds until it starts again. */
  reset: number
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The client that calls or claims to, for its list of calls. */
    partnerCaller?: string
    partnerQuota?: Quota
    /** The PDND voucher with which it calls. */
    partnerVoucher?: Voucher
  }
}

interface Admitted {
  outcome: 'ok' | 'unknown' | 'suspended' | 'revoked' | 'minute' | 'day'
  granted: string[]
  per_minute: number
  per_day: number
  minute_calls: number
  day_calls: number
}

const romeMidnight = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Rome',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function secondsLeftToday(now: Date): number {
  const [hours = 0, minutes = 0, seconds = 0] = romeMidnight.format(now).split(':').map(Number)
  return 86_400 - hours * 3600 - minutes * 60 - seconds
}

/** The tighter of the two quotas: the one that would run out first. */
function quotaOf(row: Admitted, now: Date): Quota {
  const perMinute = {
    limit: row.per_minute,
    remaining: Math.max(0, row.per_minute - row.minute_calls),
    reset: 60 - now.getUTCSeconds(),
  }
  const perDay = {
    limit: row.per_day,
    remaining: Math.max(0, row.per_day - row.day_calls),
    reset: secondsLeftToday(now),
  }
  return row.outcome === 'day' || perDay.remaining < perMinute.remaining ? perDay : perMinute
}

function quotaUsedUp(outcome: 'minute' | 'day', { reset }: Quota): Refusal {
  const text = {
    minute: { it: 'Hai usato le chiamate di questo minuto.', en: 'The calls of this minute are used up.' },
    day: { it: 'Hai usato le chiamate di oggi.', en: 'The calls of today are used up.' },
  }[outcome]
  return new Refusal('partners/quota', 429, text, {
    retryAfter: reset,
    extra: { quota: outcome },
    next: {
      it: `Riprova tra ${reset} secondi. Se ti serve di più, chiedilo nella pagina dei partner.`,
      en: `Try again in ${reset} seconds. If you need more, ask on the partners’ page.`,
    },
  })
}

/** Who holds the token, before the database was asked. */
interface Bearer {
  clientId: string
  scopes: string[]
  jti: string
  /** Null for a voucher: PDND issued it. */
  generation: number | null
  voucher?: Voucher
}

export type Resolve = (request: FastifyRequest, nobody: Actor) => Promise<Actor>

function bearerOf(request: FastifyRequest): string {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]{1,8000})$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) throw noToken
  return token
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).typ?.toLowerCase() === 'at+jwt' ? decodeJwt(token).iss : undefined
  } catch {
    return undefined // no JWT at all: refused as any token that is not ours
  }
}

async function identify(
  platform: Platform,
  config: PartnerConfig,
  keys: () => Promise<SigningKeys>,
  token: string,
): Promise<Bearer> {
  const issuer = issuerOf(token)
  if (issuer === config.pdnd.issuer) {
    const voucher = await readVoucher(platform, config, token)
    return { ...voucher, scopes: voucher.eService.scopes, generation: null, voucher }
  }
  const found = issuer === config.issuer ? await readToken(config, await keys(), platform.now(), token) : undefined
  if (!found) throw invalidToken
  return found
}

/**
 * Finds out which partner calls, and counts the call: by a token of ours or a voucher of PDND. Quota, suspension and
 * revocation hold at once, for every process.
 *
 * @throws Refusal 401 with WWW-Authenticate (RFC 6750), 429 with Retry-After
 */
export function partnerResolver(platform: Platform, config: PartnerConfig, keys: () => Promise<SigningKeys>): Resolve {
  return async (request, nobody) => {
    const bearer = await identify(platform, config, keys, bearerOf(request))
    request.partnerCaller = bearer.clientId
    if (bearer.voucher) request.partnerVoucher = bearer.voucher
    const now = platform.now()
    const { rows } = await platform.pool.query<Admitted>({
      name: 'partner-admit',
      text: 'select * from partner.admit($1, $2, $3, $4)',
      values: [bearer.clientId, bearer.jti, bearer.generation, now],
    })
    const row = rows[0]!
    if (row.outcome === 'unknown') throw invalidToken
    if (row.outcome === 'suspended') throw suspended
    if (row.outcome === 'revoked') throw revoked
    request.partnerQuota = quotaOf(row, now)
    if (row.outcome !== 'ok') throw quotaUsedUp(row.outcome, request.partnerQuota)
    return {
      ...nobody,
      kind: 'partner',
      partner: {
        clientId: bearer.clientId,
        scopes: bearer.scopes.filter((scope) => row.granted.includes(scope)),
      },
    }
  }
}

/** Tells the caller what is left of its quota (ModI, RAC_REST_NAME and the IETF draft on RateLimit fields). */
export function announceQuota(request: FastifyRequest, reply: FastifyReply): void {
  const quota = request.partnerQuota
  if (!quota) return
  for (const [name, value] of Object.entries(quota) as [string, number][])
    void reply.header(`ratelimit-${name}`, value).header(`x-ratelimit-${name}`, value)
}
