// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import type { Organization } from './metadata.ts'

const Provider = Type.Object(
  {
    entityId: Type.String({ description: 'As in the SPID registry; {sandbox} stands for the address of the sandbox' }),
    name: Type.String({ description: 'Shown to people' }),
    enabled: Type.Boolean(),
    metadata: Type.String({ description: 'Address of the signed metadata, or a file beside this one' }),
  },
  { additionalProperties: false },
)
const Providers = Type.Array(Provider)
export type ConfiguredProvider = Static<typeof Provider>

/** Settings of the SPID service provider, all by environment with a default that speaks to the sandbox. */
export type SignInConfig = {
  /** Our entity ID: the address of our metadata. */
  entityId: string
  consumerUrl: string
  logoutUrl: string
  organization: Organization
  locality: string
  /** Private key and certificate (PEM) that sign requests and metadata; made at first use when absent. */
  keyFile: string
  certificateFile: string
  /** Whether the keys were given by settings, and are not those of a demo. */
  hasOwnKeys: boolean
  /** Certificate of the next key, published before it is used (roll-over). */
  nextCertificateFile: string | undefined
  /** 32 bytes in base64 that encrypt the register of messages; made at first use when absent. */
  logKeyFile: string
  /** Certificate (PEM) with which the federation signs the metadata of the providers. */
  federationFile: string
  /** Only for test set-ups: a folder of metadata files that are trusted because they lie there. */
  testProvidersFolder: string | undefined
  providers: readonly ConfiguredProvider[]
}

/**
 * Reads `identity-providers.json` of the region and the settings `SPID_*`.
 *
 * @throws BadSetting with what to write
 */
export function readSignInConfig(config: Config): SignInConfig {
  const { env, publicUrl, region, dataDir } = config
  const folder = join(dataDir, 'keys')
  const entityId = env['SPID_ENTITY_ID'] || `${publicUrl}/auth/spid/metadata`
  if (!URL.canParse(entityId)) throw new BadSetting(`SPID_ENTITY_ID is "${entityId}": write an https address.`)
  return {
    entityId,
    consumerUrl: `${publicUrl}/auth/spid/acs`,
    logoutUrl: `${publicUrl}/auth/spid/logout`,
    organization: {
      name: region.owner,
      displayName: region.owner,
      url: publicUrl,
      ipaCode: region.ipaCode,
      fiscalCode: region.fiscalCode,
      email: region.email,
      telephone: env['SPID_CONTACT_TELEPHONE'],
    },
    locality: env['SPID_LOCALITY'] || 'Napoli',
    keyFile: env['SPID_KEY_FILE'] || join(folder, 'spid.key'),
    certificateFile: env['SPID_CERTIFICATE_FILE'] || join(folder, 'spid.crt'),
    hasOwnKeys: Boolean(env['SPID_KEY_FILE']),
    nextCertificateFile: env['SPID_NEXT_CERTIFICATE_FILE'] || undefined,
    logKeyFile: env['SPID_LOG_KEY_FILE'] || join(folder, 'sign-in-log.key'),
    federationFile: env['SPID_FEDERATION_CERTIFICATE_FILE'] || join(dataDir, 'sandbox', 'spid-federation.pem'),
    testProvidersFolder: env['SPID_TEST_PROVIDERS_DIR'] || undefined,
    providers: readProviders(config),
  }
}

function readProviders(config: Config): ConfiguredProvider[] {
  const file = resolve(config.regionFolder, 'identity-providers.json')
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(Providers, found)) {
    const [first] = Value.Errors(Providers, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  const filled = (text: string): string => text.replaceAll('{sandbox}', config.sandboxUrl)
  return found.map((one) => ({ ...one, entityId: filled(one.entityId), metadata: filled(one.metadata) }))
}

/** Origins of the providers people may be sent to: the content security policy of our pages names them. */
export function identityProviderOrigins(config: Config): string[] {
  const { providers } = readSignInConfig(config)
  return [...new Set(providers.filter((provider) => provider.enabled).map(({ entityId }) => new URL(entityId).origin))]
}
