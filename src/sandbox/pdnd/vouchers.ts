// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, exportJWK, importJWK, SignJWT, type JWK } from 'jose'
import type { SandboxContext } from '../context.ts'

/** The answer of PDND to a request it does not accept: a problem document with a code such as `015-0008`. */
export class PdndRefusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}
const bad = (code: string, message: string): PdndRefusal => new PdndRefusal(400, code, message)

interface Client {
  id: string
  kind: 'CONSUMER' | 'API'
  organization: string
  state: string
  jwk: JWK
}

interface Purpose {
  id: string
  eservice: string
  audience: string
  seconds: number
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

async function findClient(context: SandboxContext, id: unknown, kid: unknown): Promise<Client> {
  if (typeof id !== 'string' || !uuid.test(id)) throw bad('015-0003', 'client_id is not a UUID')
  const { rows } = await context.sql.query<Client>(
    `select c.id, c.kind, c.organization, c.state, k.jwk from pdnd_client c join pdnd_key k on k.client_id = c.id
     where c.id = $1 and k.kid = $2`,
    [id, kid],
  )
  const found = rows[0]
  if (!found) throw bad('015-0008', `no key ${String(kid)} for client ${id}`)
  if (found.state !== 'ACTIVE') throw bad('015-0011', 'the client is suspended')
  return found
}

/** A purpose that is active, for a published e-service, of this client. */
async function findPurpose(context: SandboxContext, client: Client, purposeId: unknown): Promise<Purpose> {
  if (typeof purposeId !== 'string' || !uuid.test(purposeId)) throw bad('015-0021', 'purposeId is missing or no UUID')
  const { rows } = await context.sql.query<Purpose & { state: string; service: string }>(
    `select p.id, p.state, e.id as eservice, e.audience, e.voucher_seconds as seconds, e.state as service
     from pdnd_purpose p join pdnd_eservice e on e.id = p.eservice_id where p.id = $1 and p.client_id = $2`,
    [purposeId, client.id],
  )
  const found = rows[0]
  if (!found) throw bad('015-0022', 'the purpose is not of this client')
  if (found.state !== 'ACTIVE') throw bad('015-0023', `the purpose is ${found.state}`)
  if (found.service !== 'PUBLISHED') throw bad('015-0024', `the e-service is ${found.service}`)
  return found
}

interface Assertion {
  purposeId?: unknown
  digest?: { alg?: unknown; value?: unknown }
}

/** Checks an assertion as strictly as PDND: RS256, kid of the client, iss = sub, our audience, times, jti once. */
async function readAssertion(
  context: SandboxContext,
  form: Record<string, unknown>,
): Promise<{ client: Client; claims: Assertion }> {
  const text = form['client_assertion']
  if (typeof text !== 'string') throw bad('015-0001', 'client_assertion is missing')
  let header
  let claims
  try {
    header = decodeProtectedHeader(text)
    claims = decodeJwt<Assertion>(text)
  } catch {
    throw bad('015-0002', 'client_assertion is not a JWT')
  }
  if (header.alg !== 'RS256') throw bad('015-0005', 'alg must be RS256')
  if (header.typ !== 'JWT') throw bad('015-0006', 'typ must be JWT')
  const client = await findClient(context, claims.sub, header.kid)
  if (form['client_id'] !== undefined && form['client_id'] !== client.id) throw bad('015-0004', 'client_id is not sub')
  try {
    await compactVerify(text, await importJWK(client.jwk, 'RS256'), { algorithms: ['RS256'] })
  } catch (error) {
    if (error instanceof errors.JOSEError) throw bad('015-0009', 'the signature is wrong')
    throw error
  }
  const now = context.now().getTime() / 1000
  if (claims.iss !== client.id) throw bad('015-0012', 'iss must be the client')
  if (claims.aud !== `${context.url}/pdnd/client-assertion`) throw bad('015-0013', 'wrong aud')
  if (typeof claims.exp !== 'number' || claims.exp <= now) throw bad('015-0014', 'exp is missing or past')
  if (typeof claims.iat !== 'number' || claims.iat > now + 5) throw bad('015-0015', 'iat is missing or in the future')
  if (typeof claims.jti !== 'string') throw bad('015-0016', 'jti is missing')
  const used = await context.sql.query('insert into pdnd_used_jti values ($1, $2) on conflict do nothing', [
    client.id,
    claims.jti,
  ])
  if (used.rowCount === 0) throw bad('015-0017', 'jti was used already')
  return { client, claims }
}

function readDigest(digest: Assertion['digest']): object {
  if (digest === undefined) return {}
  const { alg, value } = digest
  if (alg !== 'SHA256' || typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    throw bad('015-0018', 'digest must be {alg: SHA256, value: 64 hexadecimal digits}')
  return { digest: { alg, value } }
}

interface StoredKey {
  kid: string
  pem: string
}

async function signingKey(context: SandboxContext): Promise<StoredKey> {
  const { rows } = await context.sql.query<StoredKey>(
    'select kid, pem from pdnd_signing_key order by made_at desc limit 1',
  )
  return rows[0]! // made with the tables
}

/** The keys with which vouchers are verified. */
export async function keySet(context: SandboxContext): Promise<{ keys: JWK[] }> {
  const { rows } = await context.sql.query<StoredKey>('select kid, pem from pdnd_signing_key')
  const keys = rows.map(async ({ kid, pem }) => ({
    ...(await exportJWK(createPublicKey(createPrivateKey(pem)))),
    kid,
    use: 'sig',
    alg: 'RS256',
  }))
  return { keys: await Promise.all(keys) }
}

/** Audience of vouchers for PDND's own interoperability API. */
export const apiAudience = (context: SandboxContext): string => `${context.url}/pdnd/1.0`

/** Issues a voucher for an active purpose, or, to an API client, for PDND's own interface. Throws PdndRefusal. */
export async function issueVoucher(context: SandboxContext, form: Record<string, unknown>): Promise<object> {
  if (form['grant_type'] !== 'client_credentials') throw bad('015-0030', 'grant_type must be client_credentials')
  if (form['client_assertion_type'] !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    throw bad('015-0031', 'wrong client_assertion_type')
  const { client, claims } = await readAssertion(context, form)
  const purpose = client.kind === 'CONSUMER' ? await findPurpose(context, client, claims.purposeId) : undefined
  const lasts = purpose?.seconds ?? 600
  const seconds = Math.floor(context.now().getTime() / 1000)
  const { kid, pem } = await signingKey(context)
  const voucher = await new SignJWT({
    client_id: client.id,
    organizationId: client.organization,
    ...(purpose && { purposeId: purpose.id, eserviceId: purpose.eservice }),
    ...readDigest(claims.digest),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', use: 'sig', kid })
    .setIssuer(`${context.url}/pdnd`)
    .setSubject(client.id)
    .setAudience(purpose?.audience ?? apiAudience(context))
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + lasts)
    .sign(createPrivateKey(pem))
  return { access_token: voucher, token_type: 'Bearer', expires_in: lasts }
}
