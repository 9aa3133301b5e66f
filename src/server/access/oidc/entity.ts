// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFile } from 'node:fs/promises'
import { SignJWT, type JWTPayload } from 'jose'
import { BadSetting, type Region } from '../../platform/config.ts'
import { algorithms } from './algorithms.ts'
import type { OidcConfig } from './config.ts'
import { published, type Keys, type OwnKeys } from './keys.ts'

/** Seconds for which an Entity Configuration may be kept by others. */
const lifetime = 86_400

/** Signs a statement of OpenID Federation; `typ` keeps it from being taken for another kind of token. */
export function signStatement(payload: JWTPayload, [key]: OwnKeys, typ = 'entity-statement+jwt'): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: algorithms.signature, kid: key.kid, typ }).sign(key.signing)
}

/** What others may know of us as a relying party (SPID/CIE OpenID Connect specification, "Metadata"). */
export function relyingPartyMetadata(config: OidcConfig, region: Region, keys: Keys) {
  return {
    application_type: 'web',
    client_id: config.clientId,
    client_name: region.owner,
    client_registration_types: ['automatic'],
    redirect_uris: [config.redirectUri],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    subject_type: 'pairwise',
    jwks: { keys: published(...keys.signing, ...keys.encryption) },
    id_token_signed_response_alg: algorithms.signature,
    userinfo_signed_response_alg: algorithms.signature,
    userinfo_encrypted_response_alg: algorithms.encryption,
    userinfo_encrypted_response_enc: algorithms.content,
    token_endpoint_auth_method: 'private_key_jwt',
  }
}

/** Our Entity Configuration: who we are in the federation, signed with the keys of the federation. */
export async function entityConfiguration(config: OidcConfig, region: Region, keys: Keys, now: Date): Promise<string> {
  const site = new URL(config.clientId).origin
  const issuedAt = Math.floor(now.getTime() / 1000)
  const trustMarks = await readTrustMarks(config.trustMarksFile)
  return signStatement(
    {
      iss: config.clientId,
      sub: config.clientId,
      iat: issuedAt,
      exp: issuedAt + lifetime,
      jwks: { keys: published(...keys.federation) },
      authority_hints: [config.superior],
      trust_marks: trustMarks,
      metadata: {
        federation_entity: {
          organization_name: region.owner,
          homepage_uri: site,
          policy_uri: `${site}/privacy`,
          logo_uri: `${site}/icons/icon.svg`,
          contacts: [region.certifiedEmail],
          federation_resolve_endpoint: `${config.clientId}/resolve`,
        },
        openid_relying_party: relyingPartyMetadata(config, region, keys),
      },
    },
    keys.federation,
  )
}

/** Trust marks as the trust anchor handed them over; none before we are a member of the federation. */
async function readTrustMarks(file: string): Promise<{ id: string; trust_mark: string }[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const found: unknown = JSON.parse(text)
  const whole = (one: unknown): one is { id: string; trust_mark: string } =>
    typeof one === 'object' &&
    one !== null &&
    'id' in one &&
    'trust_mark' in one &&
    typeof one.id === 'string' &&
    typeof one.trust_mark === 'string'
  if (!Array.isArray(found) || !found.every(whole))
    throw new BadSetting(`${file} must hold a JSON array of { "id", "trust_mark" }.`)
  return found
}
