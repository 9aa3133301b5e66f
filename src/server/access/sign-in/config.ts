// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import type { Organization } from './metadata.ts'
import { spidPurposes, type SpidPurpose } from '../../../shared/saml-names.ts'
import { profiles, type Profile, type Scheme } from './profile.ts'

const Provider = Type.Object(
  {
    scheme: Type.Optional(Type.Enum(['SPID', 'CIE'], { description: 'SPID when not given' })),
    entityId: Type.String({ description: 'As in the registry; {sandbox} stands for the address of the sandbox' }),
    name: Type.String({ description: 'Shown to people' }),
    enabled: Type.Boolean(),
    logout: Type.Optional(
      Type.String({ description: 'CIE: page that ends the session there; that of its metadata when not given' }),
    ),
    metadata: Type.String({ description: 'Address of the signed metadata, or a file beside this one' }),
  },
  { additionalProperties: false },
)
const Providers = Type.Array(Provider)
export type ConfiguredProvider = Static<typeof Provider>

const Rules = Type.Object(
  {
    professionalPurposes: Type.Array(Type.Enum([...spidPurposes]), {
      uniqueItems: true,
      description: 'Uses of a professional SPID identity that people may enter with; none takes the entrance away',
    }),
  },
  { additionalProperties: false },
)

/** Settings of the service provider in one federation, all by environment with a default that speaks to the sandbox. */
export type SignInConfig = {
  profile: Profile
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
  /** Uses of a professional identity that are offered; CIE knows none. */
  purposes: readonly SpidPurpose[]
}

/**
 * Reads `identity-providers.json` and `sign-in.json` of the region and the settings `SPID_*` or `CIE_*`. Keys and certificates are of each
 * federation; the key of the register of messages (`SPID_LOG_KEY_FILE`) is one.
 *
 * @throws BadSetting with what to write
 */
export function readSignInConfig(config: Config, scheme: Scheme = 'SPID'): SignInConfig {
  const { env, publicUrl, region, dataDir } = config
  const profile = profiles[scheme]
  const name = scheme.toLowerCase()
  const setting = (what: string): string | undefined => env[`${scheme}_${what}`] || undefined
  const folder = join(dataDir, 'keys')
  const entityId = setting('ENTITY_ID') ?? `${publicUrl}${profile.path}/metadata`
  if (!URL.canParse(entityId)) throw new BadSetting(`${scheme}_ENTITY_ID is "${entityId}": write an https address.`)
  return {
    profile,
    entityId,
    consumerUrl: `${publicUrl}${profile.path}/acs`,
    logoutUrl: `${publicUrl}${profile.path}/logout`,
    organization: {
      name: region.owner,
      displayName: region.owner,
      url: publicUrl,
      ipaCode: region.ipaCode,
      fiscalCode: region.fiscalCode,
      email: region.email,
      telephone: setting('CONTACT_TELEPHONE'),
      municipality: env['CIE_MUNICIPALITY'] || 'F839',
    },
    locality: env['SPID_LOCALITY'] || 'Napoli',
    keyFile: setting('KEY_FILE') ?? join(folder, `${name}.key`),
    certificateFile: setting('CERTIFICATE_FILE') ?? join(folder, `${name}.crt`),
    hasOwnKeys: Boolean(setting('KEY_FILE')),
    nextCertificateFile: setting('NEXT_CERTIFICATE_FILE'),
    logKeyFile: env['SPID_LOG_KEY_FILE'] || join(folder, 'sign-in-log.key'),
    federationFile: setting('FEDERATION_CERTIFICATE_FILE') ?? join(dataDir, 'sandbox', 'spid-federation.pem'),
    testProvidersFolder: scheme === 'SPID' ? testProvidersFolder(env) : undefined,
    providers: readProviders(config).filter((one) => (one.scheme ?? 'SPID') === scheme),
    purposes: scheme === 'SPID' ? readPurposes(config) : [],
  }
}

/** Metadata that are believed for where they lie would open every door: only a set-up that says it is a test may have them. */
function testProvidersFolder(env: Config['env']): string | undefined {
  const folder = env['SPID_TEST_PROVIDERS_DIR'] || undefined
  if (folder && env['SPID_PROFILE'] !== 'test') {
    throw new BadSetting(
      'SPID_TEST_PROVIDERS_DIR adds identity providers that nobody signed: take it away, or set SPID_PROFILE=test where no real person signs in.',
    )
  }
  return folder
}

/** The uses of a professional identity that the region offers. */
export function readPurposes(config: Config): readonly SpidPurpose[] {
  return readRegionFile(config, 'sign-in.json', Rules).professionalPurposes
}

function readRegionFile<Shape extends TSchema>(config: Config, name: string, shape: Shape): Static<Shape> {
  const file = resolve(config.regionFolder, name)
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(shape, found)) {
    const [first] = Value.Errors(shape, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  return found
}

function readProviders(config: Config): ConfiguredProvider[] {
  const found = readRegionFile(config, 'identity-providers.json', Providers)
  const filled = (text: string): string => text.replaceAll('{sandbox}', config.sandboxUrl)
  return found.map((one) => ({
    ...one,
    entityId: filled(one.entityId),
    metadata: filled(one.metadata),
    ...(one.logout && { logout: filled(one.logout) }),
  }))
}

/** Origins of the providers people may be sent to: the content security policy of our pages names them. */
export function identityProviderOrigins(config: Config): string[] {
  return [
    ...new Set(
      readProviders(config)
        .filter((provider) => provider.enabled)
        .map(({ entityId }) => new URL(entityId).origin),
    ),
  ]
}
