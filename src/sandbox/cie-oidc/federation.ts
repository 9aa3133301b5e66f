// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { generateKeyPair } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from 'jose'
import type { SandboxContext } from '../context.ts'
import { registeredKeys } from './admission.ts'
import { keyOf, type Key } from './keys.ts'
import { publishFile } from '../publish.ts'
import {
  entityOf,
  federationKey,
  idOf,
  markId,
  markIssuers,
  markType,
  statementType,
  superiorsOf,
  type Entity,
} from './places.ts'

const day = 86_400

const seconds = (context: SandboxContext): number => Math.floor(context.now().getTime() / 1000)
const dates = (context: SandboxContext, lifetime = day) => ({
  iat: seconds(context),
  exp: seconds(context) + lifetime,
})

/** A statement about to be signed. */
interface Draft {
  claims: JWTPayload
  key: Key
  header: { alg: string; kid?: string; typ?: string }
}

type Bend = (draft: Draft, around: { context: SandboxContext; foreign: Key }) => Draft | Promise<Draft>

const withClaims =
  (more: JWTPayload): Bend =>
  (draft) => ({ ...draft, claims: { ...draft.claims, ...more } })
const withHeader =
  (more: Partial<Draft['header']>): Bend =>
  (draft) => ({
    ...draft,
    header: { ...draft.header, ...more },
  })
const nobody = 'https://nobody.example'

/** What can be wrong with any statement, by the kind of the fault. */
const anyBend: Readonly<Record<string, Bend>> = {
  expired: (draft, around) => withClaims(dates(around.context, -120))(draft, around),
  short: (draft, around) => withClaims(dates(around.context, 120))(draft, around),
  future: (draft, around) => withClaims({ iat: seconds(around.context) + 600 })(draft, around),
  // Another key, which the statement about itself then names as its own.
  foreign: ({ claims, header }, { foreign }) => ({
    key: foreign,
    header: { ...header, kid: foreign.kid },
    claims: claims.iss === claims.sub ? { ...claims, jwks: { keys: [foreign.publicJwk] } } : claims,
  }),
  // Another key, under the name of the right one.
  forged: (draft, { foreign }) => ({ ...draft, key: foreign }),
  untyped: withHeader({ typ: 'JWT' }),
  'no-kid': ({ header: { kid: _kid, ...header }, ...draft }) => ({ ...draft, header }),
  rs384: withHeader({ alg: 'RS384' }),
  hs256: withHeader({ alg: 'HS256' }),
  none: withHeader({ alg: 'none' }),
  crit: withClaims({ crit: ['something_new'], something_new: true }),
  'weak-key': async (draft) => {
    const { publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 1024 })
    return {
      ...draft,
      claims: { ...draft.claims, jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'x' }] } },
    }
  },
  'no-hint': withClaims({ authority_hints: [nobody] }),
  'hint-anchor': (draft, around) => withClaims({ authority_hints: [idOf(around.context, 'ta')] })(draft, around),
  'no-hints': withClaims({ authority_hints: [] }),
  'no-fetch': withClaims({ metadata: { federation_entity: { organization_name: 'Senza fetch' } } }),
  'no-status': ({ claims, ...draft }) => {
    const metadata = claims['metadata'] as { federation_entity: object } // every superior writes it
    const federation_entity = { ...metadata.federation_entity, federation_trust_mark_status_endpoint: undefined }
    return { ...draft, claims: { ...claims, metadata: { federation_entity } } }
  },
  'other-subject': withClaims({ sub: nobody }),
  'other-issuer': withClaims({ iss: nobody }),
  'no-path': withClaims({ constraints: { max_path_length: 0 } }),
  'other-names': withClaims({ constraints: { naming_constraints: { permitted: ['.example.it'] } } }),
  'excluded-names': withClaims({ constraints: { naming_constraints: { excluded: ['localhost', '127.0.0.1'] } } }),
  'other-types': withClaims({ constraints: { allowed_entity_types: ['openid_relying_party'] } }),
  'other-leaves': withClaims({ constraints: { allowed_leaf_entity_types: ['openid_relying_party'] } }),
  'odd-constraints': withClaims({ constraints: { max_path_length: -1 } }),
  critical: withClaims({ metadata_policy_crit: ['regexp'] }),
  'policy-conflict': withClaims({
    metadata_policy: { openid_provider: { subject_types_supported: { value: ['public'] } } },
  }),
  'policy-none-left': withClaims({
    metadata_policy: { openid_provider: { id_token_signing_alg_values_supported: { subset_of: ['ES384'] } } },
  }),
  'other-algorithm': withClaims({
    metadata_policy: { openid_relying_party: { id_token_signed_response_alg: { one_of: ['ES256'] } } },
  }),
  'needs-more': withClaims({ metadata_policy: { openid_relying_party: { tos_uri: { essential: true } } } }),
  'other-content': withClaims({
    metadata_policy: { openid_relying_party: { userinfo_encrypted_response_enc: { value: 'A128CBC-HS256' } } },
  }),
  'no-issuers': withClaims({ trust_mark_issuers: {} }),
  'any-issuer': ({ claims, ...draft }) => {
    const issuers = Object.keys((claims['trust_mark_issuers'] ?? {}) as object)
    return { ...draft, claims: { ...claims, trust_mark_issuers: Object.fromEntries(issuers.map((id) => [id, []])) } }
  },
  'no-marks': withClaims({ trust_marks: [] }),
  'other-id': withClaims({ id: `${nobody}/mark` }),
  'no-exp': ({ claims: { exp: _exp, ...claims }, ...draft }) => ({ ...draft, claims }),
}

/**
 * Signs a statement, bent by the fault that strikes the operation, if any. Operations: `anchor`, `intermediate`, `provider`
 * for what these say of themselves, `statement` and `statement-intermediate` for what a superior says of the provider and of
 * an aggregator, `trust-mark` for the provider's trust mark.
 */
async function issue(
  context: SandboxContext,
  operation: string,
  claims: JWTPayload,
  key: Key,
  typ = statementType,
): Promise<string> {
  const fault = context.faults.strike('cie-oidc', operation)?.kind
  const bend = fault === undefined ? undefined : anyBend[fault]
  let draft: Draft = { claims, key, header: { alg: 'RS256', kid: key.kid, typ } }
  if (bend) draft = await bend(draft, { context, foreign: await keyOf(context.sql, 'foreign') })
  if (draft.header.alg === 'none') return new UnsecuredJWT(draft.claims).encode()
  const secret = draft.header.alg.startsWith('HS') && Buffer.from(key.pem)
  return new SignJWT(draft.claims).setProtectedHeader(draft.header).sign(secret || draft.key.privateKey)
}

/** Puts the anchor's public key and the member's trust mark where the member takes them from: what onboarding hands out. */
export async function publishAnchor(context: SandboxContext): Promise<void> {
  const anchor = await keyOf(context.sql, 'anchor')
  const folder = join(context.dataDir, 'sandbox')
  const id = markId(context, 'openid_relying_party')
  const claims = { iss: idOf(context, 'ta'), sub: idOf(context, 'rp'), id, ...dates(context, 365 * day) }
  const mark = await issue(context, 'member-trust-mark', claims, anchor, markType)
  await publishFile(join(folder, 'cie-oidc-trust-anchor.json'), JSON.stringify({ keys: [anchor.publicJwk] }))
  await publishFile(join(folder, 'cie-oidc-trust-marks.json'), JSON.stringify([{ id, trust_mark: mark }]))
}

const endpointsOf = (id: string) => ({
  federation_fetch_endpoint: `${id}/fetch`,
  federation_trust_mark_status_endpoint: `${id}/trust_mark_status`,
})

/** What the trust anchor says of itself. */
export async function anchorConfiguration(context: SandboxContext): Promise<string> {
  const key = await keyOf(context.sql, 'anchor')
  const id = idOf(context, 'ta')
  const issuers = markIssuers.map((issuer) => idOf(context, issuer))
  const claims = {
    iss: id,
    sub: id,
    ...dates(context),
    jwks: { keys: [key.publicJwk] },
    metadata: {
      federation_entity: { organization_name: 'Trust Anchor di prova', ...endpointsOf(id) },
    },
    constraints: { max_path_length: 1 },
    trust_mark_issuers: {
      [markId(context, 'openid_provider')]: issuers,
      [markId(context, 'openid_relying_party')]: issuers,
    },
  }
  return issue(context, 'anchor', claims, key)
}

/** What an aggregator says of itself. */
export async function aggregatorConfiguration(context: SandboxContext, entity: 'sa' | 'sb'): Promise<string> {
  const key = await keyOf(context.sql, federationKey[entity])
  const id = idOf(context, entity)
  const claims = {
    iss: id,
    sub: id,
    ...dates(context),
    jwks: { keys: [key.publicJwk] },
    authority_hints: await hintsOf(context, entity),
    metadata: {
      federation_entity: { organization_name: 'Soggetto aggregatore di prova', ...endpointsOf(id) },
    },
  }
  return issue(context, 'intermediate', claims, key)
}

async function hintsOf(context: SandboxContext, entity: Entity): Promise<string[]> {
  return (await superiorsOf(context, entity)).map((superior) => idOf(context, superior))
}

/** Keys with which the provider signs messages: RSA, and the curves of the recommended algorithms. */
export async function messageKeys(context: SandboxContext): Promise<JWK[]> {
  const keys = await Promise.all((['op', 'op-p256', 'op-p521'] as const).map((name) => keyOf(context.sql, name)))
  return keys.map(({ publicJwk }) => publicJwk)
}

/** What the provider says of itself. Faults `openid-provider` change its metadata: `other-issuer`, `no-revocation`, `only-rs256`, `only-rs384`. */
export async function providerConfiguration(context: SandboxContext, metadata: object): Promise<string> {
  const key = await keyOf(context.sql, 'op-federation')
  const id = idOf(context, 'op')
  const changed: Readonly<Record<string, object>> = {
    'other-issuer': { issuer: nobody },
    'no-revocation': { revocation_endpoint: undefined },
    'only-rs256': { id_token_signing_alg_values_supported: ['RS256'] },
    'only-rs384': { id_token_signing_alg_values_supported: ['RS384'] },
  }
  const fault = context.faults.strike('cie-oidc', 'openid-provider')?.kind
  const claims = {
    iss: id,
    sub: id,
    ...dates(context),
    jwks: { keys: [key.publicJwk] },
    authority_hints: await hintsOf(context, 'op'),
    trust_marks: [await providerMark(context)],
    metadata: {
      federation_entity: { organization_name: 'Ministero dell’Interno (di prova)' },
      openid_provider: {
        ...metadata,
        jwks: { keys: await messageKeys(context) },
        ...(fault !== undefined && changed[fault]),
      },
    },
  }
  return issue(context, 'provider', claims, key)
}

/** The provider's trust mark, from whoever is above it. Fault `mark-issuer`, kind `sa` or `sb`: from that aggregator. */
async function providerMark(context: SandboxContext) {
  const asked = context.faults.strike('cie-oidc', 'mark-issuer')?.kind ?? (await superiorsOf(context, 'op'))[0]
  const issuer = asked === 'sa' ? 'sa' : asked === 'sb' ? 'sb' : 'ta'
  const id = markId(context, 'openid_provider')
  const claims = { iss: idOf(context, issuer), sub: idOf(context, 'op'), id, ...dates(context, 30 * day) }
  const mark = await issue(context, 'trust-mark', claims, await keyOf(context.sql, federationKey[issuer]), markType)
  return { id, trust_mark: mark }
}

const signatures = ['RS256', 'RS512', 'ES256', 'ES512', 'PS256', 'PS512']

/** What the anchor lets the metadata below it be, as the examples of the specification write it (`one_of` for lists, `jwks` by its keys). */
const policyOfAnchor = (keys: JWK[]) => ({
  openid_provider: {
    jwks: { subset_of: keys },
    subject_types_supported: { value: ['pairwise'] },
    response_types_supported: { one_of: ['code'] },
    id_token_signing_alg_values_supported: { subset_of: signatures, essential: true },
    userinfo_signing_alg_values_supported: { subset_of: signatures },
    userinfo_encryption_alg_values_supported: { subset_of: ['RSA-OAEP', 'RSA-OAEP-256'] },
    token_endpoint_auth_methods_supported: { one_of: ['private_key_jwt'] },
    revocation_endpoint: { essential: true },
  },
  openid_relying_party: {
    grant_types: { subset_of: ['authorization_code', 'refresh_token'] },
    id_token_signed_response_alg: { one_of: signatures },
    client_registration_types: { one_of: ['automatic'] },
  },
})

/** An aggregator may only be stricter. */
const policyOfAggregator = {
  openid_provider: {
    id_token_signing_alg_values_supported: { subset_of: ['RS256', 'RS512', 'ES256'] },
    contacts: { add: ['aggregatore@example.it'] },
  },
}

/** What a superior says of an entity directly below it; undefined about anybody else. */
export async function statementAbout(
  context: SandboxContext,
  superior: 'ta' | 'sa' | 'sb',
  subject: string,
): Promise<string | undefined> {
  const entity = entityOf(context, subject)
  if (!entity || !(await superiorsOf(context, entity)).includes(superior)) return undefined
  const jwks =
    entity === 'rp'
      ? await registeredKeys(context)
      : { keys: [(await keyOf(context.sql, federationKey[entity])).publicJwk] }
  const claims = {
    iss: idOf(context, superior),
    sub: subject,
    ...dates(context),
    jwks,
    metadata_policy: superior === 'ta' ? policyOfAnchor(await messageKeys(context)) : policyOfAggregator,
    // Counts for the entity itself, not for those below it.
    metadata: { openid_provider: { organization_name: `Sotto ${superior}` } },
  }
  const operation = entity === 'sa' || entity === 'sb' ? 'statement-intermediate' : 'statement'
  return issue(context, operation, claims, await keyOf(context.sql, federationKey[superior]))
}
