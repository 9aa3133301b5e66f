// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomInt, X509Certificate, type KeyObject } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { tables, type Db, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { ConfiguredProvider, SignInConfig } from './config.ts'
import { readProviderMetadata, readTestMetadata, signingKey, type ProviderFacts } from './provider-metadata.ts'
import { wholeSeconds } from './saml/instant.ts'

/** An identity provider that people can choose, with what a login needs. */
export type IdentityProvider = ProviderFacts & { name: string; keys: readonly KeyObject[] }

/** Longest document fetched, in bytes; the metadata of a provider is about 10 kB. */
const longest = 1_000_000

/**
 * Brings the registry of identity providers up to date. Each document is checked against the certificate of the
 * federation before it replaces the copy in the database; when it cannot be had or trusted, the last good copy stays
 * in use until it expires by itself. Never called during a login.
 *
 * @throws Error at the end, naming the providers that failed, so that the job is repeated and somebody notices
 */
export async function refreshIdentityProviders(platform: Platform, config: SignInConfig): Promise<void> {
  const failed: string[] = []
  for (const provider of config.providers.filter((one) => one.enabled)) {
    try {
      const xml = await obtain(provider.metadata, platform.config.regionFolder)
      const trusted = [new X509Certificate(await readFile(config.federationFile, 'utf8')).publicKey]
      const facts = readProviderMetadata(xml, provider.entityId, trusted, wholeSeconds(platform.now()))
      await keep(platform, xml, facts)
    } catch (error) {
      platform.log.error({ err: error, provider: provider.entityId }, 'metadata of an identity provider not taken')
      failed.push(provider.entityId)
    }
  }
  for (const [xml, facts] of await testProviders(config)) await keep(platform, xml, facts)
  if (failed.length > 0) throw new Error(`Metadata of identity providers not taken: ${failed.join(', ')}`)
}

async function obtain(place: string, folder: string): Promise<string> {
  if (!/^https?:/.test(place)) return readFile(resolve(folder, place), 'utf8')
  const answer = await fetch(place, { signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`Status ${answer.status}`)
  const text = await answer.text()
  if (text.length > longest) throw new Error('Document too long')
  return text
}

async function keep({ db, now }: Platform, metadata: string, facts: ProviderFacts): Promise<void> {
  const row = {
    metadata,
    facts: JSON.stringify(facts),
    validUntil: facts.validUntil === null ? null : new Date(facts.validUntil * 1000),
    fetchedAt: now(),
  }
  await tables<'access'>(db)
    .insertInto('access.identityProvider')
    .values({ entityId: facts.entityId, ...row })
    .onConflict((conflict) => conflict.column('entityId').doUpdateSet(row))
    .execute()
}

async function testProviders(config: SignInConfig): Promise<[xml: string, facts: ProviderFacts][]> {
  const folder = config.testProvidersFolder
  if (!folder) return []
  const files = (await readdir(folder)).filter((name) => name.endsWith('.xml')).toSorted()
  return Promise.all(
    files.map(async (name) => {
      const xml = await readFile(join(folder, name), 'utf8')
      return [xml, readTestMetadata(xml)] as [string, ProviderFacts]
    }),
  )
}

/** Keys made ready once for each certificate. */
const keys = new Map<string, KeyObject>()

function keyOf(certificate: string): KeyObject {
  const known = keys.get(certificate)
  if (known) return known
  const key = signingKey(certificate)
  keys.set(certificate, key)
  return key
}

/** The provider with this entity ID, when it is enabled and its metadata are known and not expired. */
export async function findIdentityProvider(
  db: Db | Tx,
  config: SignInConfig,
  entityId: string,
  now: Date,
): Promise<IdentityProvider | undefined> {
  return usable(config, await known(db).where('entityId', '=', entityId).executeTakeFirst(), now)
}

/** As `findIdentityProvider`, of the provider that a stored request went to: it can be asked together with the request. */
export async function findProviderAsked(
  tx: Tx,
  config: SignInConfig,
  requestId: string,
  now: Date,
): Promise<IdentityProvider | undefined> {
  const asked = tables<'access'>(tx).selectFrom('access.signInRequest').select('provider').where('id', '=', requestId)
  return usable(config, await known(tx).where('entityId', '=', asked).executeTakeFirst(), now)
}

const known = (db: Db | Tx) =>
  tables<'access'>(db).selectFrom('access.identityProvider').select(['entityId', 'facts', 'validUntil'])

function usable(
  config: SignInConfig,
  row: { entityId: string; facts: unknown; validUntil: Date | null } | undefined,
  now: Date,
): IdentityProvider | undefined {
  if (!row || (row.validUntil && row.validUntil <= now)) return undefined
  const { entityId } = row
  const configured = enabled(config).get(entityId)
  const facts = row.facts as ProviderFacts // written by `keep` above
  if (!configured && !isForTests(config, facts)) return undefined
  return { ...facts, name: configured?.name ?? entityId, keys: facts.certificates.map(keyOf) }
}

/**
 * Page of a provider that ends the session there by being visited: CIE knows no SAML logout (manual of "Entra con CIE").
 * Undefined when there is none, or not exactly one provider.
 */
export async function logoutPageOf(db: Db, config: SignInConfig, now: Date): Promise<string | undefined> {
  const [only, ...others] = [...enabled(config).values()]
  if (config.profile.scheme !== 'CIE' || !only || others.length > 0) return undefined
  const provider = await findIdentityProvider(db, config, only.entityId, now)
  return only.logout ?? provider?.logout.redirect?.location
}

/** A provider of nobody's registry counts only while the set-up says it is a test, whatever an earlier one left behind. */
function isForTests(config: SignInConfig, facts: ProviderFacts): boolean {
  return config.testProvidersFolder !== undefined && facts.forTests === true
}

const enabledBy = new WeakMap<SignInConfig, Map<string, ConfiguredProvider>>()

function enabled(config: SignInConfig): Map<string, ConfiguredProvider> {
  const known = enabledBy.get(config)
  if (known) return known
  const made = new Map(config.providers.filter((one) => one.enabled).map((one) => [one.entityId, one]))
  enabledBy.set(config, made)
  return made
}

/** The providers people can choose now, in an order that is random each time: none is favoured (Avviso 42). */
export async function listIdentityProviders(
  db: Db,
  config: SignInConfig,
  now: Date,
): Promise<{ entityId: string; name: string; logoUrl: string | null }[]> {
  const rows = await tables<'access'>(db)
    .selectFrom('access.identityProvider')
    .select(['entityId', 'facts'])
    .where((is) => is.or([is('validUntil', 'is', null), is('validUntil', '>', now)]))
    .orderBy('entityId')
    .execute()
  const found = rows.flatMap(({ entityId, facts }) => {
    const name =
      enabled(config).get(entityId)?.name ?? (isForTests(config, facts as ProviderFacts) ? entityId : undefined) // written by `keep`
    return name ? [{ entityId, name, logoUrl: null }] : []
  })
  for (let last = found.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    const swapped = found[other]
    found[other] = found[last]!
    found[last] = swapped!
  }
  return found
}
