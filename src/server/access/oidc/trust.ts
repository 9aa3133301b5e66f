// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFile } from 'node:fs/promises'
import type { JSONWebKeySet } from 'jose'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { writeLog } from '../sign-in/index.ts'
import type { OidcConfig } from './config.ts'
import { OidcFault } from './fault.ts'
import { algorithms } from './keys.ts'
import { applyPolicy } from './metadata-policy.ts'
import { keySetOf, verifyStatement, type Statement } from './statements.ts'

const address = Type.String({ pattern: '^https?://[^\\s]+$' })
const Facts = Type.Object({
  issuer: address,
  authorization_endpoint: address,
  token_endpoint: address,
  userinfo_endpoint: address,
  revocation_endpoint: address,
  jwks: Type.Object({ keys: Type.Array(Type.Object({ kty: Type.String() }), { minItems: 1 }) }),
})
/** What a login needs to know of the provider, as the federation lets it count. */
export type ProviderFacts = Omit<Static<typeof Facts>, 'jwks'> & { jwks: JSONWebKeySet }

/** A provider whom the federation vouches for, until the first statement of the chain expires. */
export interface TrustedProvider {
  facts: ProviderFacts
  /** The metadata as resolved, to tell others who ask us (resolve endpoint). */
  metadata: Readonly<Record<string, unknown>>
  /** From the provider up to the trust anchor. */
  chain: readonly string[]
  expiresAt: Date
}

const patience = 10_000
const longest = 200_000

async function fetchStatement(part: string, url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patience), redirect: 'error' })
    if (!answer.ok) throw new Error(`Status ${answer.status}`)
    const text = await answer.text()
    if (text.length > longest) throw new Error('Document too long')
    return text.trim()
  } catch (cause) {
    throw new OidcFault(`${part}/unreachable`, { cause })
  }
}

const wellKnown = (entity: string): string => `${entity.replace(/\/$/, '')}/.well-known/openid-federation`

const at = (from: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    from,
  )

/**
 * Builds the trust chain of the provider: its own Entity Configuration, what the trust anchor says of it, and the trust
 * anchor's own, whose keys are pinned. Nothing that the provider says of itself counts before the anchor's statement does.
 *
 * @throws OidcFault `anchor/…`, `statement/…`, `provider/…`, `policy/…`
 */
export async function resolveTrust(config: OidcConfig, now: Date): Promise<TrustedProvider> {
  const { provider, trustAnchor } = config
  const pinned = keySetOf(JSON.parse(await readFile(config.anchorKeysFile, 'utf8')), 'anchor')
  const anchorJwt = await fetchStatement('anchor', wellKnown(trustAnchor))
  const anchor = await verifyStatement('anchor', anchorJwt, pinned, { issuer: trustAnchor, subject: trustAnchor }, now)
  const endpoint = at(anchor, 'metadata', 'federation_entity', 'federation_fetch_endpoint')
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) throw new OidcFault('anchor/fetch-endpoint')
  const fetchUrl = new URL(endpoint)
  fetchUrl.searchParams.set('sub', provider)
  const statementJwt = await fetchStatement('statement', fetchUrl.href)
  const anchorKeys = keySetOf(anchor['jwks'], 'anchor')
  const names = { issuer: trustAnchor, subject: provider }
  const statement = await verifyStatement('statement', statementJwt, anchorKeys, names, now)
  const ownJwt = await fetchStatement('provider', wellKnown(provider))
  const own = await verifyStatement(
    'provider',
    ownJwt,
    keySetOf(statement['jwks'], 'statement'),
    { issuer: provider, subject: provider },
    now,
  )
  const hints = own['authority_hints']
  if (!Array.isArray(hints) || !hints.includes(trustAnchor)) throw new OidcFault('provider/authority-hints')
  const metadata = metadataOf(own, statement)
  return {
    facts: factsOf(metadata, config),
    metadata,
    chain: [ownJwt, statementJwt, anchorJwt],
    expiresAt: new Date(Math.min(own.exp, statement.exp, anchor.exp) * 1000),
  }
}

/** What the anchor sets for the provider counts more than what the provider says; then the policy. */
function metadataOf(own: Statement, statement: Statement): Readonly<Record<string, unknown>> {
  const declared = at(own, 'metadata', 'openid_provider')
  if (typeof declared !== 'object' || declared === null) throw new OidcFault('provider/metadata')
  const set = at(statement, 'metadata', 'openid_provider')
  return applyPolicy(
    { ...declared, ...(typeof set === 'object' && set) },
    at(statement, 'metadata_policy', 'openid_provider'),
    statement['metadata_policy_crit'],
  )
}

function factsOf(metadata: unknown, { provider, plain }: OidcConfig): ProviderFacts {
  if (!Value.Check(Facts, metadata)) throw new OidcFault('provider/metadata')
  const { issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, revocation_endpoint, jwks } = metadata
  if (issuer !== provider) throw new OidcFault('provider/issuer')
  const facts = { issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, revocation_endpoint }
  if (!plain && !Object.values(facts).every((one) => one.startsWith('https:'))) throw new OidcFault('provider/plain')
  const offers = (name: string, wanted: string): boolean => {
    const list = at(metadata, name)
    return list === undefined || (Array.isArray(list) && list.includes(wanted))
  }
  const enough =
    offers('id_token_signing_alg_values_supported', algorithms.signature) &&
    offers('userinfo_signing_alg_values_supported', algorithms.signature) &&
    offers('userinfo_encryption_alg_values_supported', algorithms.encryption) &&
    offers('userinfo_encryption_enc_values_supported', algorithms.content) &&
    offers('token_endpoint_auth_methods_supported', 'private_key_jwt') &&
    offers('code_challenge_methods_supported', 'S256')
  if (!enough) throw new OidcFault('provider/algorithms')
  return { ...facts, jwks }
}

/**
 * Brings the trust in the provider up to date; a job calls it, never a login. When the chain cannot be built the last good
 * one stays in use until it expires by itself.
 *
 * @throws OidcFault, so that the job is repeated and somebody notices
 */
export async function refreshTrust(platform: Platform, config: OidcConfig, log: Buffer): Promise<void> {
  if (config.offered === 'no') return
  const { facts, metadata, chain, expiresAt } = await resolveTrust(config, platform.now())
  const now = platform.now()
  const row = {
    chain: JSON.stringify(chain),
    facts: JSON.stringify({ facts, metadata }),
    expiresAt,
    fetchedAt: now,
  }
  await asSystem(platform.db, async (tx) => {
    await tables<'access'>(tx)
      .insertInto('access.oidcProvider')
      .values({ entityId: config.provider, ...row })
      .onConflict((conflict) => conflict.column('entityId').doUpdateSet(row))
      .execute()
    await writeLog(tx, log, now, {
      kind: 'trust-chain',
      provider: config.provider,
      requestId: config.trustAnchor,
      outcome: 'accepted',
      document: row.chain,
    })
  })
}

/** The provider, while a chain that has not expired vouches for it. */
export async function findProvider(db: Db | Tx, config: OidcConfig, now: Date): Promise<TrustedProvider | undefined> {
  if (config.offered === 'no') return undefined
  const row = await tables<'access'>(db)
    .selectFrom('access.oidcProvider')
    .select(['chain', 'facts', 'expiresAt'])
    .where('entityId', '=', config.provider)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (!row) return undefined
  const { facts, metadata } = row.facts as unknown as Pick<TrustedProvider, 'facts' | 'metadata'> // written above
  return { facts, metadata, chain: row.chain as string[], expiresAt: row.expiresAt }
}
