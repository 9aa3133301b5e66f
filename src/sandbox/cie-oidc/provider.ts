// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, type JWK, type JWTPayload } from 'jose'
import { errors as oidcErrors, Provider, type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider'
import type { SandboxContext } from '../context.ts'
import { demoPeople, type Holder } from '../spid/people.ts'
import { bendOf, bentToken, bentUserinfo, type Bend } from './bends.ts'
import { FederationFault, memberMetadata, providerId } from './federation.ts'
import { keyOf, signed, type Key } from './keys.ts'
import { faultPage } from './pages.ts'
import { checkAuthorizationRequest, RequestFault } from './rules.ts'
import { createStore } from './store.ts'

/** Where the provider's addresses begin, on the sandbox. */
export const mount = '/cie-oidc/op'

const attributes = 'https://attributes.eid.gov.it/'
export const claimNames = ['given_name', 'family_name', 'birthdate', 'gender', `${attributes}fiscal_number`]

/** An account is a person, and how the provider misbehaves about her. */
export const accountOf = (person: Holder, bend: string): string => `${person.fiscalCode}~${bend}`

const bendOfAccount = (account: string | undefined): Bend | undefined => bendOf(account?.split('~')[1])

const levels = [1, 2, 3].map((level) => `https://www.spid.gov.it/SpidL${level}`)

/**
 * The OpenID provider of CIE, played with a certified library. What is set here, and in `rules.ts`, makes it as strict as
 * the specification of SPID and CIE: signed request objects, PKCE, private_key_jwt, pairwise subjects, encrypted userinfo.
 */
export async function createProvider(context: SandboxContext): Promise<Provider> {
  const { sql } = context
  const [own, foreign] = await Promise.all([keyOf(sql, 'op'), keyOf(sql, 'foreign')])
  const findClient = async (id: string): Promise<AdapterPayload | undefined> => {
    try {
      return (await memberMetadata(context, id)) as AdapterPayload
    } catch (error) {
      if (error instanceof FederationFault) throw new oidcErrors.InvalidClient(error.message, error.message)
      throw error
    }
  }
  const provider = new Provider(providerId(context), {
    adapter: createStore(findClient),
    jwks: { keys: [own.privateJwk as JWK & { kty: 'RSA' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', 'profile', 'email'],
    claims: { openid: ['sub', 'jti'], profile: claimNames.slice(0, 4), [`${attributes}fiscal_number`]: null },
    acrValues: levels,
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_ctx, account, client) =>
      createHash('sha256')
        .update(`${account.split('~')[0]}|${client.clientId}`)
        .digest('hex'),
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt'],
    pkce: { required: () => true },
    clockTolerance: 5,
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 600, Grant: 600 },
    enabledJWA: {
      clientAuthSigningAlgValues: ['RS256', 'RS512'],
      requestObjectSigningAlgValues: ['RS256', 'RS512'],
      idTokenSigningAlgValues: ['RS256'],
      userinfoSigningAlgValues: ['RS256'],
      userinfoEncryptionAlgValues: ['RSA-OAEP', 'RSA-OAEP-256'],
      userinfoEncryptionEncValues: ['A128CBC-HS256', 'A256CBC-HS512'],
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      claimsParameter: { enabled: true },
      encryption: { enabled: true },
      jwtUserinfo: { enabled: true },
      requestObjects: { enabled: true, requireSignedRequestObject: true },
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
    },
    async assertJwtClientAuthClaimsAndHeader(ctx, claims) {
      if (claims['aud'] !== ctx.oidc.urlFor(ctx.oidc.route))
        throw new oidcErrors.InvalidClientAuth('aud of the assertion must be the endpoint it is sent to')
    },
    interactions: { url: (_ctx, interaction) => `${mount}/interaction/${interaction.uid}` },
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = faultPage(out.error, out.error_description ?? '')
    },
    async findAccount(_ctx, account) {
      const person = (await demoPeople(context.dataDir)).find((one) => account.startsWith(`${one.fiscalCode}~`))
      if (!person) return undefined
      return { accountId: account, claims: async () => ({ sub: account, ...claimsOf(person) }) }
    },
  })
  provider.use(async (ctx, next) => {
    if (ctx.path === '/auth' && !strict(ctx)) return
    await next()
    await addAtHash(ctx as KoaContextWithOIDC, own)
    await misbehave(ctx as KoaContextWithOIDC, { own, foreign })
  })
  return provider
}

function claimsOf(person: Holder): Record<string, unknown> {
  return {
    jti: randomBytes(16).toString('hex'),
    given_name: person.givenName,
    family_name: person.familyName,
    birthdate: person.birthDate,
    gender: person.sex === 'M' ? 'male' : 'female',
    [`${attributes}fiscal_number`]: `TINIT-${person.fiscalCode}`,
  }
}

/** Whether the request is one the specification allows; writes the answer when it is not. */
function strict(ctx: { querystring: string; status: number; type: string; body: unknown }): boolean {
  try {
    checkAuthorizationRequest(new URLSearchParams(ctx.querystring), Math.floor(Date.now() / 1000))
    return true
  } catch (error) {
    if (!(error instanceof RequestFault)) throw error
    ctx.status = 400
    ctx.type = 'html'
    ctx.body = faultPage(error.error, error.message)
    return false
  }
}

/** The library leaves `at_hash` out of ID tokens from the token endpoint, where OpenID Connect makes it optional; SPID and CIE do not. */
async function addAtHash(ctx: KoaContextWithOIDC, own: Key): Promise<void> {
  const answer = ctx.body as { id_token?: string; access_token?: string } | null
  if (ctx.oidc?.route !== 'token' || !answer?.id_token || !answer.access_token) return
  const hash = createHash('sha256').update(answer.access_token).digest()
  const claims = { ...decodeJwt(answer.id_token), at_hash: hash.subarray(0, 16).toString('base64url') }
  ctx.body = { ...answer, id_token: await signed(claims, own) }
}

/** Changes what the library answered, when the person chose a misbehaviour. */
async function misbehave(ctx: KoaContextWithOIDC, keys: Parameters<typeof bentToken>[2]): Promise<void> {
  const { oidc } = ctx
  if (!oidc) return
  const bend = bendOfAccount(oidc.entities.Account?.accountId ?? oidc.session?.accountId)
  if (!bend) return
  const answer = ctx.body as { id_token?: string } | null
  if (bend.at === 'redirect' && oidc.route === 'resume' && bend.redirect) {
    const address = new URL(ctx.response.get('location'))
    if (!address.searchParams.has('code')) return
    bend.redirect(address)
    ctx.set('location', address.href)
  } else if (bend.at === 'id-token' && oidc.route === 'token' && answer?.id_token) {
    ctx.body = { ...answer, id_token: await bentToken(bend, decodeJwt(answer.id_token), keys) }
  } else if (bend.at === 'userinfo' && oidc.route === 'userinfo' && ctx.status === 200) {
    const { client, entities } = oidc
    const recipient = (client?.jwks?.keys as JWK[] | undefined)?.find((key) => key.use === 'enc')
    const account = entities.Account
    if (!client || !recipient || !account) return
    const now = Math.floor(Date.now() / 1000)
    const own = (await account.claims('userinfo', 'openid', {}, [])) as JWTPayload
    const sub = createHash('sha256')
      .update(`${account.accountId.split('~')[0]}|${client.clientId}`)
      .digest('hex')
    const claims = { ...own, sub, iss: oidc.provider.issuer, aud: client.clientId, iat: now, exp: now + 300 }
    ctx.body = await bentUserinfo(bend, claims, recipient, keys)
    ctx.type = 'application/jwt'
  }
}
