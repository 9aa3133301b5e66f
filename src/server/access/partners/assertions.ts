// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK, type JWTPayload } from 'jose'
import { tables, type Db } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { PartnerConfig } from './config.ts'
import { OauthError } from './oauth-error.ts'
import { useOnce } from './once.ts'
import { UnreadableAddress } from './outside.ts'
import { assertionAlgorithms, fits, readPublicKey, type PublicJwk } from './public-keys.ts'
import { remoteKey } from './remote-keys.ts'

/** Seconds that an assertion may live at most, and by which two clocks may differ. */
const longest = 300
const tolerance = 30

/** A client that has proved to be itself. */
export interface Client {
  id: string
  state: 'active' | 'suspended'
  generation: number
}

interface StoredClient extends Client {
  jwksUri: string | null
  keys: PublicJwk[]
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function findClient(db: Db, id: string): Promise<StoredClient | undefined> {
  if (!uuid.test(id)) return undefined
  const own = tables<'partner'>(db)
  const client = await own
    .selectFrom('partner.client')
    .select(['id', 'state', 'generation', 'jwksUri'])
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .executeTakeFirst()
  if (!client) return undefined
  const keys = await own.selectFrom('partner.clientKey').select('jwk').where('clientId', '=', id).execute()
  // The table checks the state; the column holds what readPublicKey made.
  return { ...client, keys: keys.map(({ jwk }) => jwk) } as unknown as StoredClient
}

const denied = (reason: string): OauthError => new OauthError('invalid_client', reason, 401)
const unknown = denied('unknown client or key: check client_id and the kid in the header of the assertion')

async function keyOf(client: StoredClient, kid: string, config: PartnerConfig): Promise<PublicJwk> {
  const own = client.keys.find((key) => key.kid === kid)
  if (own) return own
  if (!client.jwksUri) throw unknown
  try {
    const found = await remoteKey(client.jwksUri, kid, config.anyKeyAddress)
    if (!found) throw unknown
    return { ...readPublicKey(JSON.stringify(found)), kid }
  } catch (error) {
    if (error instanceof UnreadableAddress) throw denied(`the key set at jwks_uri cannot be read: ${error.message}`)
    if (error instanceof OauthError) throw error
    throw denied('the key at jwks_uri is not a usable public key')
  }
}

interface Unverified {
  alg: string
  kid: string
  issuer: string
}

function open(assertion: string): Unverified {
  let header
  let claims
  try {
    header = decodeProtectedHeader(assertion)
    claims = decodeJwt(assertion)
  } catch {
    throw denied('client_assertion is not a signed JWT')
  }
  const { alg, kid, typ }: Record<string, unknown> = header // its author may have written anything
  if (typeof alg !== 'string' || !assertionAlgorithms.includes(alg))
    throw denied(`the algorithm of the assertion is not accepted: use ${assertionAlgorithms.join(', ')}`)
  if (typ !== undefined && !(typeof typ === 'string' && /^(jwt|client-authentication\+jwt)$/i.test(typ)))
    throw denied('the header typ of the assertion must be JWT')
  if (typeof kid !== 'string') throw denied('the header of the assertion has no kid')
  if (typeof claims.iss !== 'string' || claims.iss !== claims.sub)
    throw denied('iss and sub of the assertion must both be the client_id')
  return { alg, kid, issuer: claims.iss }
}

/** What is wrong with the times and names of an assertion whose signature is right; undefined when nothing is. */
function fault(claims: JWTPayload, audiences: readonly string[], now: number): string | undefined {
  const { aud, exp, iat, nbf, jti } = claims
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  if (typeof audience !== 'string' || !audiences.includes(audience)) return `aud must be ${audiences[0]}`
  if (typeof exp !== 'number') return 'exp is missing or no number'
  if (exp <= now - tolerance) return 'the assertion has expired'
  if (exp > now + longest + tolerance) return `exp is more than ${longest} seconds away`
  for (const [name, at] of Object.entries({ iat, nbf }))
    if (at !== undefined && !(at <= now + tolerance)) return `${name} is in the future: check the clock`
  if (typeof jti !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(jti)) return 'jti must be 8 to 200 visible characters'
  return undefined
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Authenticates a client by its signed assertion (RFC 7523, private_key_jwt): a key it registered, an audience of ours, at
 * most five minutes, once. `seen` hears which client it claims to be, for that client's list of errors.
 *
 * @throws OauthError `invalid_client` or `invalid_request`
 */
export async function authenticateClient(
  { db, now }: Pick<Platform, 'db' | 'now'>,
  config: PartnerConfig,
  form: Readonly<Record<string, string>>,
  endpoint: string,
  seen: (clientId: string) => void,
): Promise<Client> {
  if (form['client_assertion_type'] !== assertionType)
    throw form['client_secret'] || !form['client_assertion_type']
      ? denied('authenticate with client_assertion (private_key_jwt)')
      : new OauthError('invalid_request', `client_assertion_type must be ${assertionType}`)
  const assertion = form['client_assertion'] ?? ''
  const { alg, kid, issuer } = open(assertion)
  if (form['client_id'] !== undefined && form['client_id'] !== issuer)
    throw denied('client_id is not the one of the assertion')
  const client = await findClient(db, issuer)
  if (!client) throw unknown
  seen(client.id)
  const jwk = await keyOf(client, kid, config)
  if (!fits(jwk, alg)) throw denied('the algorithm does not belong to the registered key')
  const instant = now()
  try {
    await compactVerify(assertion, await importJWK({ ...jwk }, alg), { algorithms: [alg] })
  } catch (error) {
    if (error instanceof errors.JOSEError) throw denied('the signature does not verify with the registered key')
    throw error
  }
  const claims = decodeJwt(assertion)
  const reason = fault(claims, [config.tokenEndpoint, config.issuer, endpoint], Math.floor(instant.getTime() / 1000))
  if (reason) throw denied(reason)
  const expires = new Date((claims.exp! + tolerance) * 1000)
  if (!(await useOnce(db, client.id, claims.jti!, expires))) throw denied('this jti was used already')
  await tables<'partner'>(db)
    .updateTable('partner.clientKey')
    .set({ lastUsedAt: instant })
    .where('clientId', '=', client.id)
    .where('kid', '=', kid)
    .where((is) => is.or([is('lastUsedAt', 'is', null), is('lastUsedAt', '<', new Date(instant.getTime() - 60_000))]))
    .execute()
  return { id: client.id, state: client.state, generation: client.generation }
}
