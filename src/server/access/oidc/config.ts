// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'

const Rules = Type.Object(
  {
    offered: Type.Enum(['no', 'also', 'only'], {
      description: 'Whether people are sent to the OpenID provider: never, by a second button, or in place of SAML',
    }),
    provider: Type.String({ description: 'Entity ID of the OpenID provider; {sandbox} stands for the sandbox' }),
    trustAnchor: Type.String({ description: 'Entity ID of the trust anchor of the federation' }),
    superior: Type.Optional(
      Type.String({ description: 'Entity ID of the aggregator that we are a member through; the anchor when absent' }),
    ),
    providerTrustMarks: Type.Array(Type.String(), {
      description: 'Identifiers of the trust marks that the provider must carry to be trusted',
    }),
    alsoAt: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Other origins to which the provider sends the browser on before its page appears',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Files of the key in use and, during a roll-over, of the one that comes or that goes. */
export interface KeyFiles {
  current: string
  next: string | undefined
}

/** Settings of the relying party: `cie-oidc.json` of the region and `CIE_OIDC_*`. */
export interface OidcConfig extends Static<typeof Rules> {
  /** Our entity ID in the federation. */
  clientId: string
  redirectUri: string
  /** Key set (JWKS) of the trust anchor, pinned. */
  anchorKeysFile: string
  /** Trust marks that the trust anchor gave us: a JSON array of `{ id, trust_mark }`. */
  trustMarksFile: string
  /** Private keys (PEM, RSA): of the federation, of our messages, of what is encrypted for us. Made at first use. */
  federationKeys: KeyFiles
  signingKeys: KeyFiles
  encryptionKeys: KeyFiles
  /** The entity directly above us. */
  superior: string
  /** Whether the keys were given by settings, and are not those of a demo. */
  hasOwnKeys: boolean
  /** Whether plain http is good enough: only where we ourselves are a demo without TLS. */
  plain: boolean
}

/** Where our addresses of this federation begin. */
export const path = '/auth/cie-oidc'

/** @throws BadSetting with what to write */
export function readOidcConfig({ env, publicUrl, regionFolder, dataDir, sandboxUrl }: Config): OidcConfig {
  const file = resolve(regionFolder, 'cie-oidc.json')
  const rules: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(Rules, rules)) {
    const [first] = Value.Errors(Rules, rules)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  const filled = (text: string): string => text.replaceAll('{sandbox}', sandboxUrl)
  const address = (name: string, text: string): string => {
    if (!URL.canParse(filled(text))) throw new BadSetting(`${file}: ${name} must be an https address.`)
    return filled(text)
  }
  const offered = env['CIE_OIDC_OFFERED'] || rules.offered
  if (offered !== 'no' && offered !== 'also' && offered !== 'only')
    throw new BadSetting(`CIE_OIDC_OFFERED is "${offered}": write no, also or only.`)
  const sandbox = join(dataDir, 'sandbox')
  const keyFiles = (name: string): KeyFiles => ({
    current: env[`CIE_OIDC_${name}_KEY_FILE`] || join(dataDir, 'keys', `cie-oidc-${name.toLowerCase()}.key`),
    next: env[`CIE_OIDC_NEXT_${name}_KEY_FILE`] || undefined,
  })
  return {
    offered,
    provider: address('provider', rules.provider),
    trustAnchor: address('trustAnchor', rules.trustAnchor),
    superior: address('superior', rules.superior ?? rules.trustAnchor),
    providerTrustMarks: rules.providerTrustMarks.map(filled),
    clientId: publicUrl + path,
    redirectUri: `${publicUrl}${path}/callback`,
    anchorKeysFile: env['CIE_OIDC_TRUST_ANCHOR_KEYS_FILE'] || join(sandbox, 'cie-oidc-trust-anchor.json'),
    trustMarksFile: env['CIE_OIDC_TRUST_MARKS_FILE'] || join(sandbox, 'cie-oidc-trust-marks.json'),
    federationKeys: keyFiles('FEDERATION'),
    signingKeys: keyFiles('SIGNING'),
    encryptionKeys: keyFiles('ENCRYPTION'),
    hasOwnKeys: Boolean(env['CIE_OIDC_SIGNING_KEY_FILE']),
    plain: publicUrl.startsWith('http:'),
  }
}

/** Where our form leads to: the content security policy names it, and browsers apply it to every redirect on the way. */
export function openidProviderOrigins(config: Config): string[] {
  const { provider, alsoAt = [] } = readOidcConfig(config)
  return [provider, ...alsoAt].map((address) => new URL(address).origin)
}
