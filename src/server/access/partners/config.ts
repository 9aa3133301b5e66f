// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { BadSetting, type Config } from '../../platform/config.ts'
import { isScope } from './scopes.ts'

const EService = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: 'Id of the e-service in the PDND catalogue' }),
    name: Type.Object({ it: Type.String(), en: Type.String() }),
    audience: Type.String({ description: 'The audience declared on PDND; {public} stands for our address' }),
    scopes: Type.Array(Type.String()),
    integrity: Type.Boolean({ description: 'Calls carry Digest and Agid-JWT-Signature (INTEGRITY_REST_02)' }),
    evidence: Type.Boolean({ description: 'Calls carry Agid-JWT-TrackingEvidence (AUDIT_REST_02)' }),
  },
  { additionalProperties: false },
)
export type EService = Static<typeof EService>

const Partners = Type.Object(
  {
    quota: Type.Object({
      perMinute: Type.Integer({ minimum: 1, maximum: 100_000 }),
      perDay: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    }),
    pdnd: Type.Object(
      {
        issuer: Type.String({ description: 'iss of vouchers; {sandbox} stands for the address of the sandbox' }),
        keys: Type.String({ description: 'JWKS with which PDND signs vouchers' }),
        tokenEndpoint: Type.String(),
        api: Type.String({ description: 'Interoperability API, where the key of a consumer is asked by kid' }),
        assertionAudience: Type.String(),
        eServices: Type.Array(EService),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** Settings of the authorization server for partners. */
export type PartnerConfig = Static<typeof Partners> & {
  /** Our issuer: the public address. */
  issuer: string
  tokenEndpoint: string
  introspectionEndpoint: string
  revocationEndpoint: string
  /** Audience of our access tokens. */
  resource: string
  /** Private key (PEM) that signs tokens; made at first use when absent. */
  keyFile: string
  hasOwnKey: boolean
  /** The key to come, published before it is used, and the one before, with which tokens were signed until now. */
  otherKeyFiles: readonly string[]
  /** Only for test set-ups: key addresses of clients may be plain http and inside private networks. */
  anyKeyAddress: boolean
  pdndClient: { id: string | undefined; kid: string | undefined; keyFile: string }
}

/**
 * Reads `partners.json` of the region and the settings `PARTNER_*` and `PDND_*`.
 *
 * @throws BadSetting with what to write
 */
export function readPartnerConfig(config: Config): PartnerConfig {
  const { env, publicUrl, sandboxUrl, dataDir } = config
  const anyKeyAddress = env['PARTNER_ANY_KEY_ADDRESS'] === '1'
  if (anyKeyAddress && publicUrl.startsWith('https:'))
    throw new BadSetting('PARTNER_ANY_KEY_ADDRESS is for test set-ups only: remove it where PUBLIC_URL is https.')
  const others = [env['PARTNER_NEXT_KEY_FILE'], env['PARTNER_PREVIOUS_KEY_FILE']]
  return {
    ...readFile(config, (text) => text.replaceAll('{sandbox}', sandboxUrl).replaceAll('{public}', publicUrl)),
    issuer: publicUrl,
    tokenEndpoint: `${publicUrl}/oauth/token`,
    introspectionEndpoint: `${publicUrl}/oauth/introspect`,
    revocationEndpoint: `${publicUrl}/oauth/revoke`,
    resource: `${publicUrl}/api/partner`,
    keyFile: env['PARTNER_KEY_FILE'] || join(dataDir, 'keys', 'partners.key'),
    hasOwnKey: Boolean(env['PARTNER_KEY_FILE']),
    otherKeyFiles: others.flatMap((file) => file || []),
    anyKeyAddress,
    pdndClient: {
      id: env['PDND_CLIENT_ID'] || undefined,
      kid: env['PDND_KEY_ID'] || undefined,
      keyFile: env['PDND_KEY_FILE'] || join(dataDir, 'keys', 'pdnd.key'),
    },
  }
}

function readFile(config: Config, filled: (text: string) => string): Static<typeof Partners> {
  const file = resolve(config.regionFolder, 'partners.json')
  const found: unknown = JSON.parse(filled(readFileSync(file, 'utf8')))
  if (!Value.Check(Partners, found)) {
    const [first] = Value.Errors(Partners, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  const unknown = found.pdnd.eServices.flatMap((one) => one.scopes).find((scope) => !isScope(scope))
  if (unknown) throw new BadSetting(`${file}: no scope is called "${unknown}".`)
  return found
}
