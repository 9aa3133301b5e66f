// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFile } from 'node:fs/promises'
import type { JSONWebKeySet } from 'jose'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { asSystem, tables, type Db, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { writeLog } from '../sign-in/index.ts'
import { algorithms, permitted } from './algorithms.ts'
import { at, metadataOf, resolveMember, type Federation } from './chain.ts'
import type { OidcConfig } from './config.ts'
import { OidcFault } from './fault.ts'
import { keySetOf } from './statements.ts'
import { checkTrustMarks } from './trust-marks.ts'

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
export interface ProviderFacts extends Omit<Static<typeof Facts>, 'jwks'> {
  jwks: JSONWebKeySet
  /** Signatures that are permitted and that it is let use. */
  idTokenAlgorithms: readonly string[]
  userinfoAlgorithms: readonly string[]
}

/** A provider whom the federation vouches for, until the first statement of the chain expires. */
export interface TrustedProvider {
  facts: ProviderFacts
  /** The metadata as resolved, to tell others who ask us (resolve endpoint). */
  metadata: Readonly<Record<string, unknown>>
  /** The trust marks that were checked. */
  trustMarks: readonly { id: string; trust_mark: string }[]
  /** From the provider up to the trust anchor. */
  chain: readonly string[]
  expiresAt: Date
}

/**
 * Builds the trust chain of the provider up to the trust anchor, whose keys are pinned, and checks the trust marks it needs.
 *
 * @throws OidcFault `anchor/…`, `intermediate/…`, `statement/…`, `provider/…`, `chain/…`, `constraints/…`, `policy/…`, `trust-mark/…`
 */
export async function resolveTrust(config: OidcConfig, now: Date): Promise<TrustedProvider> {
  const federation: Federation = {
    anchor: config.trustAnchor,
    pinned: keySetOf(JSON.parse(await readFile(config.anchorKeysFile, 'utf8')), 'anchor'),
    plain: config.plain,
    now,
    documents: new Map(),
  }
  const member = await resolveMember(federation, config.provider, 'provider')
  const marks = await checkTrustMarks(federation, member, config.providerTrustMarks)
  const metadata = metadataOf(member, 'openid_provider', 'provider')
  return {
    facts: factsOf(metadata, config),
    metadata,
    trustMarks: marks.map(({ id, jwt }) => ({ id, trust_mark: jwt })),
    chain: member.chain,
    expiresAt: new Date(Math.min(member.exp, ...marks.map(({ exp }) => exp)) * 1000),
  }
}

/**
 * What a login needs of a provider's resolved metadata; whether it can do what we do is checked here.
 *
 * @throws OidcFault `provider/…`
 */
export function factsOf(metadata: unknown, { provider, plain }: Pick<OidcConfig, 'provider' | 'plain'>): ProviderFacts {
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
  const signatures = (name: string): string[] => {
    const list = at(metadata, name) ?? [algorithms.signature]
    return permitted.signature.filter((one) => Array.isArray(list) && list.includes(one))
  }
  return {
    ...facts,
    jwks: keySetOf(jwks, 'provider'),
    idTokenAlgorithms: signatures('id_token_signing_alg_values_supported'),
    userinfoAlgorithms: signatures('userinfo_signing_alg_values_supported'),
  }
}

/**
 * Brings the trust in the provider up to date; a job calls it, a login only when it meets an unknown key. When the chain
 * cannot be built the last good one stays in use until it expires by itself, unless a trust mark was taken back.
 *
 * @throws OidcFault, so that the job is repeated and somebody notices
 */
export async function refreshTrust(platform: Platform, config: OidcConfig, log: Buffer): Promise<void> {
  if (config.offered === 'no') return
  const { chain, expiresAt, ...found } = await resolveTrust(config, platform.now()).catch(async (error: unknown) => {
    if (error instanceof OidcFault && error.code === 'trust-mark/withdrawn') await endTrust(platform, config)
    throw error
  })
  const now = platform.now()
  const row = {
    chain: JSON.stringify(chain),
    facts: JSON.stringify(found),
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

/** A mark that was taken back ends the trust at once, also where the chain built before would still hold. */
async function endTrust({ db, now }: Platform, config: OidcConfig): Promise<void> {
  await tables<'access'>(db)
    .updateTable('access.oidcProvider')
    .set({ expiresAt: now() })
    .where('entityId', '=', config.provider)
    .execute()
}

/** How long after an unknown key made us look we do not look again, in milliseconds. */
const lookAgainAfter = 300_000

/**
 * Looks whether the provider has changed its keys, when it signed with one that we do not know. Whoever makes it sign so
 * must not make us ask the federation each time: of all servers and logins one looks, and for a while nobody does again.
 *
 * @returns the provider as known now; undefined when no chain vouches for it
 */
export async function renewTrust(
  platform: Platform,
  config: OidcConfig,
  log: Buffer,
): Promise<ProviderFacts | undefined> {
  const now = platform.now()
  const { numUpdatedRows } = await tables<'access'>(platform.db)
    .updateTable('access.oidcProvider')
    .set({ keysSoughtAt: now })
    .where('entityId', '=', config.provider)
    .where((is) =>
      is.or([
        is('keysSoughtAt', 'is', null),
        is('keysSoughtAt', '<=', new Date(now.getTime() - lookAgainAfter)),
        is('keysSoughtAt', '>', now), // a clock that was put back must not keep us from looking
      ]),
    )
    .executeTakeFirst()
  if (numUpdatedRows === 1n) {
    try {
      await refreshTrust(platform, config, log)
    } catch (error) {
      if (!(error instanceof OidcFault)) throw error // the good chain stays, the hourly job says what is wrong
    }
  }
  return (await findProvider(platform.db, config, now))?.facts
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
  const found = row.facts as unknown as Omit<TrustedProvider, 'chain' | 'expiresAt'> // written above
  if (!found.trustMarks) return undefined // by an earlier release; the job at the start writes it anew
  return { ...found, chain: row.chain as string[], expiresAt: row.expiresAt }
}
