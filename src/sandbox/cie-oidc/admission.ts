// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import type { SandboxContext } from '../context.ts'
import { keyOf } from './keys.ts'
import {
  federationKey,
  idOf,
  isWithdrawn,
  markId,
  markIssuers,
  markType,
  statementType,
  superiorsOf,
} from './places.ts'

/** Something is wrong with an entity of the federation; the message says what. */
export class FederationFault extends Error {}

/** Keys of the federation that the relying party registered with its superior; they end with the sandbox. */
const registered = new WeakMap<SandboxContext, JSONWebKeySet>()

async function configurationOf(entity: string): Promise<string> {
  const answer = await fetch(`${entity}/.well-known/openid-federation`, { signal: AbortSignal.timeout(5_000) })
  if (!answer.ok || !answer.headers.get('content-type')?.startsWith('application/entity-statement+jwt'))
    throw new FederationFault(`the Entity Configuration answers ${answer.status}`)
  return answer.text()
}

/**
 * Reads what the relying party says of itself. The first time its keys are registered, as at onboarding; after that it must
 * sign with a key that is registered, and those it publishes then are registered in turn: so a new key comes before its use.
 */
async function readMember(context: SandboxContext): Promise<Configuration & { jwks: JSONWebKeySet }> {
  const id = idOf(context, 'rp')
  const jwt = await configurationOf(id)
  const { jwks } = decodeJwt<Configuration>(jwt) // verified below
  if (!jwks?.keys.length) throw new FederationFault('no jwks of the federation')
  try {
    const { payload } = await jwtVerify<Configuration>(jwt, createLocalJWKSet(registered.get(context) ?? jwks), {
      issuer: id,
      subject: id,
      typ: statementType,
      algorithms: ['RS256', 'RS512'],
      requiredClaims: ['iat', 'exp'],
    })
    registered.set(context, jwks)
    return { ...payload, jwks }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new FederationFault(`Entity Configuration: ${error.message}`)
    throw error
  }
}

/** The keys of the relying party, as its superior states them. */
export async function registeredKeys(context: SandboxContext): Promise<JSONWebKeySet> {
  return registered.get(context) ?? (await readMember(context)).jwks
}

/** What a relying party must say of itself (specification, "Metadata"). */
const wanted: readonly [name: string, good: (value: unknown, client: string) => boolean][] = [
  ['client_id', (value, client) => value === client],
  ['client_registration_types', (value) => isList(value, ['automatic'])],
  ['response_types', (value) => isList(value, ['code'])],
  ['token_endpoint_auth_method', (value) => value === 'private_key_jwt'],
  [
    'redirect_uris',
    (value) => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'),
  ],
  ['grant_types', (value) => Array.isArray(value) && value.includes('authorization_code')],
  ['id_token_signed_response_alg', (value) => value === 'RS256' || value === 'RS512'],
  ['userinfo_signed_response_alg', (value) => value === 'RS256' || value === 'RS512'],
  ['userinfo_encrypted_response_alg', (value) => value === 'RSA-OAEP' || value === 'RSA-OAEP-256'],
  ['userinfo_encrypted_response_enc', (value) => value === 'A128CBC-HS256' || value === 'A256CBC-HS512'],
  ['client_name', (value) => typeof value === 'string' && value !== ''],
]

function isList(value: unknown, of: string[]): boolean {
  return JSON.stringify(value) === JSON.stringify(of)
}

interface Configuration extends JWTPayload {
  jwks?: JSONWebKeySet
  authority_hints?: string[]
  trust_marks?: { id: string; trust_mark: string }[]
  metadata?: Record<string, Record<string, unknown> | undefined>
}

/** That the trust mark of a relying party is one, from an issuer the anchor allows. */
async function checkMark(context: SandboxContext, { trust_marks: marks }: Configuration): Promise<void> {
  const id = markId(context, 'openid_relying_party')
  const mark = marks?.find((one) => one.id === id)
  if (!mark) throw new FederationFault('no trust mark')
  try {
    const { iss } = decodeJwt(mark.trust_mark)
    const issuer = markIssuers.find((one) => idOf(context, one) === iss)
    if (!issuer) throw new FederationFault('the trust mark is of an issuer that may not')
    const keys = createLocalJWKSet({ keys: [(await keyOf(context.sql, federationKey[issuer])).publicJwk] })
    const { payload } = await jwtVerify(mark.trust_mark, keys, {
      issuer: idOf(context, issuer),
      subject: idOf(context, 'rp'),
      typ: markType,
      algorithms: ['RS256', 'RS512'],
      requiredClaims: ['iat', 'exp'],
    })
    if (payload['id'] !== id) throw new FederationFault('the trust mark is another one')
    if (await isWithdrawn(context, issuer, 'rp')) throw new FederationFault('the trust mark was withdrawn')
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new FederationFault(`trust mark: ${error.message}`)
    throw error
  }
}

/**
 * Registers a relying party by itself, from its Entity Configuration and its superior's statement (automatic registration):
 * its metadata, when everything in them is as the specification wants it.
 *
 * @throws FederationFault saying what is not
 */
export async function memberMetadata(context: SandboxContext, clientId: string): Promise<Record<string, unknown>> {
  if (clientId !== idOf(context, 'rp')) throw new FederationFault('not a member of the federation')
  const member = await readMember(context)
  const above = (await superiorsOf(context, 'rp')).map((superior) => idOf(context, superior))
  if (!member.authority_hints?.some((hint) => above.includes(hint)))
    throw new FederationFault('authority_hints without the superior')
  await checkMark(context, member)
  const { federation_entity: entity, openid_relying_party: metadata } = member.metadata ?? {}
  for (const name of [
    'organization_name',
    'homepage_uri',
    'policy_uri',
    'logo_uri',
    'contacts',
    'federation_resolve_endpoint',
  ])
    if (!entity?.[name]) throw new FederationFault(`federation_entity without ${name}`)
  for (const [name, good] of wanted)
    if (!good(metadata?.[name], clientId)) throw new FederationFault(`openid_relying_party: ${name} is wrong`)
  const core = metadata?.['jwks'] as JSONWebKeySet | undefined
  const used = new Set(member.jwks.keys.map(({ n }) => n))
  if (!core?.keys.length || core.keys.some(({ n }) => used.has(n)))
    throw new FederationFault('the keys of the federation must be others than those of the client')
  return metadata ?? {}
}
