// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import type { SandboxContext } from '../context.ts'
import { keyOf, signed } from './keys.ts'

const statementType = 'entity-statement+jwt'
const day = 86_400

export const anchorId = ({ url }: SandboxContext): string => `${url}/cie-oidc/ta`
export const providerId = ({ url }: SandboxContext): string => `${url}/cie-oidc/op`
/** The one relying party that is a member of the trial federation. */
export const memberId = ({ platformUrl }: SandboxContext): string => `${platformUrl}/auth/cie-oidc`
const trustMarkId = (context: SandboxContext): string => `${anchorId(context)}/marks/public-body`

/** Something is wrong with an entity of the federation; the message says what. */
export class FederationFault extends Error {}

const seconds = (context: SandboxContext): number => Math.floor(context.now().getTime() / 1000)
const dates = (context: SandboxContext, lifetime = day) => ({
  iat: seconds(context),
  exp: seconds(context) + lifetime,
})

/** Puts the anchor's public key and the member's trust mark where the member takes them from: what onboarding hands out. */
export async function publishAnchor(context: SandboxContext): Promise<void> {
  const anchor = await keyOf(context.sql, 'anchor')
  const folder = join(context.dataDir, 'sandbox')
  await mkdir(folder, { recursive: true })
  const mark = await signed(
    { iss: anchorId(context), sub: memberId(context), id: trustMarkId(context), ...dates(context, 365 * day) },
    anchor,
    'trust-mark+jwt',
  )
  await writeFile(join(folder, 'cie-oidc-trust-anchor.json'), JSON.stringify({ keys: [anchor.publicJwk] }))
  await writeFile(
    join(folder, 'cie-oidc-trust-marks.json'),
    JSON.stringify([{ id: trustMarkId(context), trust_mark: mark }]),
  )
}

/** The Entity Configuration of the trust anchor. Fault `anchor`: `expired`, `foreign`. */
export async function anchorConfiguration(context: SandboxContext): Promise<string> {
  const fault = context.faults.strike('cie-oidc', 'anchor')?.kind
  const key = await keyOf(context.sql, fault === 'foreign' ? 'foreign' : 'anchor')
  const id = anchorId(context)
  return signed(
    {
      iss: id,
      sub: id,
      ...dates(context, fault === 'expired' ? -120 : day),
      jwks: { keys: [key.publicJwk] },
      metadata: {
        federation_entity: { organization_name: 'Trust Anchor di prova', federation_fetch_endpoint: `${id}/fetch` },
      },
    },
    key,
    statementType,
  )
}

/** The Entity Configuration of the provider. Faults `provider`: `foreign`, `no-hint`, `expired`, `short`, `other-issuer`. */
export async function providerConfiguration(context: SandboxContext, metadata: object): Promise<string> {
  const fault = context.faults.strike('cie-oidc', 'provider')?.kind
  const key = await keyOf(context.sql, fault === 'foreign' ? 'foreign' : 'op-federation')
  const core = await keyOf(context.sql, 'op')
  const id = providerId(context)
  const lifetime = fault === 'expired' ? -120 : fault === 'short' ? 120 : day
  return signed(
    {
      iss: id,
      sub: id,
      ...dates(context, lifetime),
      jwks: { keys: [key.publicJwk] },
      authority_hints: fault === 'no-hint' ? ['https://nobody.example'] : [anchorId(context)],
      metadata: {
        federation_entity: { organization_name: 'Ministero dell’Interno (di prova)' },
        openid_provider: {
          ...metadata,
          ...(fault === 'other-issuer' && { issuer: 'https://nobody.example' }),
          ...(fault === 'no-revocation' && { revocation_endpoint: undefined }),
          jwks: { keys: [core.publicJwk] },
        },
      },
    },
    key,
    statementType,
  )
}

/** What the anchor lets the metadata of a provider be. */
const policy = {
  openid_provider: {
    subject_types_supported: { value: ['pairwise'] },
    id_token_signing_alg_values_supported: { subset_of: ['RS256', 'RS512'], essential: true },
    userinfo_encryption_alg_values_supported: { subset_of: ['RSA-OAEP', 'RSA-OAEP-256'] },
    revocation_endpoint: { essential: true },
  },
}

/** What the anchor says of a member. Faults `statement`: `expired`, `foreign`, `other-subject`, `critical`, `untyped`. */
export async function statementAbout(context: SandboxContext, subject: string): Promise<string | undefined> {
  const fault = context.faults.strike('cie-oidc', 'statement')?.kind
  const key = await keyOf(context.sql, fault === 'foreign' ? 'foreign' : 'anchor')
  const jwks =
    subject === providerId(context)
      ? { keys: [(await keyOf(context.sql, 'op-federation')).publicJwk] }
      : subject === memberId(context)
        ? (decodeJwt(await configurationOf(subject)) as { jwks?: JSONWebKeySet }).jwks
        : undefined
  if (!jwks) return undefined
  return signed(
    {
      iss: anchorId(context),
      sub: fault === 'other-subject' ? memberId(context) : subject,
      ...dates(context, fault === 'expired' ? -120 : day),
      jwks,
      metadata_policy: subject === providerId(context) ? policy : {},
      ...(fault === 'critical' && { metadata_policy_crit: ['regexp'] }),
    },
    key,
    fault === 'untyped' ? 'JWT' : statementType,
  )
}

async function configurationOf(entity: string): Promise<string> {
  const answer = await fetch(`${entity}/.well-known/openid-federation`, { signal: AbortSignal.timeout(5_000) })
  if (!answer.ok || !answer.headers.get('content-type')?.startsWith('application/entity-statement+jwt'))
    throw new FederationFault(`the Entity Configuration answers ${answer.status}`)
  return answer.text()
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

/**
 * Registers a relying party by itself, from its Entity Configuration and the anchor's statement (automatic registration):
 * its metadata, when everything in them is as the specification wants it.
 *
 * @throws FederationFault saying what is not
 */
export async function memberMetadata(context: SandboxContext, clientId: string): Promise<Record<string, unknown>> {
  if (clientId !== memberId(context)) throw new FederationFault('not a member of the federation')
  const jwt = await configurationOf(clientId)
  const { jwks } = decodeJwt(jwt) as Configuration // verified below
  if (!jwks?.keys.length) throw new FederationFault('no jwks of the federation')
  const { payload } = await jwtVerify<Configuration>(jwt, createLocalJWKSet(jwks), {
    issuer: clientId,
    subject: clientId,
    typ: statementType,
    algorithms: ['RS256', 'RS512'],
    requiredClaims: ['iat', 'exp'],
  })
  const anchor = anchorId(context)
  if (!payload.authority_hints?.includes(anchor)) throw new FederationFault('authority_hints without the trust anchor')
  const mark = payload.trust_marks?.find((one) => one.id === trustMarkId(context))
  if (!mark) throw new FederationFault('no trust mark')
  const anchorKeys = createLocalJWKSet({ keys: [(await keyOf(context.sql, 'anchor')).publicJwk] })
  await jwtVerify(mark.trust_mark, anchorKeys, { issuer: anchor, subject: clientId })
  const { federation_entity: entity, openid_relying_party: metadata } = payload.metadata ?? {}
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
  const used = new Set(jwks.keys.map(({ n }) => n))
  if (!core?.keys.length || core.keys.some(({ n }) => used.has(n)))
    throw new FederationFault('the keys of the federation must be others than those of the client')
  return metadata ?? {}
}
