// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, type JWK, type JWTPayload } from 'jose'
import { errors as oidcErrors, Provider, type AdapterPayload, type KoaContextWithOIDC } from 'oidc-provider'
import type { SandboxContext } from '../context.ts'
import { demoPeople, type Holder } from '../spid/people.ts'
import { FederationFault } from './admission.ts'
import { bendOf, bentToken, bentUserinfo, good, type Bend, type Keys } from './bends.ts'
import { keyOf } from './keys.ts'
import { faultPage } from './pages.ts'
import { idOf } from './places.ts'
import { registeredMetadata } from './policy.ts'
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
  // Signs nothing that leaves: what does is signed anew with the key of that moment.
  const library = await keyOf(sql, 'op')
  const keys = async (): Promise<Keys> => {
    const [own, p256, p521, foreign] = await Promise.all(
      (['op', 'op-p256', 'op-p521', 'foreign'] as const).map((name) => keyOf(sql, name)),
    )
    return { own: own!, p256: p256!, p521: p521!, foreign: foreign! }
  }
  const findClient = async (id: string): Promise<AdapterPayload | undefined> => {
    try {
      return (await registeredMetadata(context, id)) as AdapterPayload
    } catch (error) {
      if (error instanceof FederationFault) throw new oidcErrors.InvalidClient(error.message, error.message)
      throw error
    }
  }
  const provider = new Provider(idOf(context, 'op'), {
    adapter: createStore(findClient),
    jwks: { keys: [library.privateJwk as JWK & { kty: 'RSA' }] },
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
    await shape(ctx as KoaContextWithOIDC, await keys())
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

const halfHash = (text: string, bits: string): string => {
  const hash = createHash(`sha${bits}`).update(text).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}

/**
 * Signs what the library answered with the keys of now, as the person chose: correctly, or bent. The library leaves `at_hash`
 * out of ID tokens from the token endpoint, where OpenID Connect makes it optional; SPID and CIE do not.
 */
async function shape(ctx: KoaContextWithOIDC, keys: Keys): Promise<void> {
  const { oidc } = ctx
  if (!oidc) return
  const account = oidc.entities.Account
  const chosen: Bend = bendOfAccount(account?.accountId ?? oidc.session?.accountId) ?? good
  const bendAt = (place: Bend['at']): Bend => (chosen.at === place ? chosen : good)
  const answer = ctx.body as { id_token?: string; access_token?: string } | null
  if (oidc.route === 'resume' && chosen.redirect) {
    const address = new URL(ctx.response.get('location'))
    if (!address.searchParams.has('code')) return
    chosen.redirect(address)
    ctx.set('location', address.href)
  } else if (oidc.route === 'token' && answer?.id_token && answer.access_token) {
    const bend = bendAt('id-token')
    const hash = halfHash(answer.access_token, bend.alg?.slice(-3) ?? '256')
    const claims = { ...decodeJwt(answer.id_token), at_hash: hash }
    ctx.body = { ...answer, id_token: await bentToken(bend, claims, keys) }
  } else if (oidc.route === 'userinfo' && ctx.status === 200 && account) {
    const { client, entities } = oidc
    const recipients = (client?.jwks?.keys as JWK[] | undefined)?.filter((key) => key.use === 'enc') ?? []
    if (!client || recipients.length === 0) return
    const now = Math.floor(Date.now() / 1000)
    const all = (await account.claims('userinfo', 'openid', {}, [])) as JWTPayload
    const asked = Object.keys(entities.AccessToken?.claims?.userinfo ?? {})
    const own = Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)))
    const sub = createHash('sha256')
      .update(`${account.accountId.split('~')[0]}|${client.clientId}`)
      .digest('hex')
    const claims = { ...own, sub, iss: oidc.provider.issuer, aud: client.clientId, iat: now, exp: now + 300 }
    const { userinfoEncryptedResponseAlg: keyAlg, userinfoEncryptedResponseEnc: enc } = client
    if (!keyAlg || !enc) return
    ctx.body = await bentUserinfo({ keyAlg, enc, ...bendAt('userinfo') }, claims, recipients, keys)
    ctx.type = 'application/jwt'
  }
}
