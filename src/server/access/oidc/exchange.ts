// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import * as openid from 'openid-client'
import { checkIdToken, checkUserinfo, openUserinfo, type IdToken } from './checks.ts'
import { clientOf, type Message } from './client.ts'
import type { OidcConfig } from './config.ts'
import { OidcFault } from './fault.ts'
import type { Keys } from './keys.ts'
import type { OidcRequest } from './requests.ts'
import { faultOf, kidOf } from './statements.ts'
import type { ProviderFacts } from './trust.ts'

/** What an exchange left behind, also one that failed: for the register, and to hand back. */
export interface Trail {
  messages: Message[]
  accessToken?: string
}

export interface Proven {
  idToken: IdToken
  claims: ReadonlyMap<string, unknown>
}

/** Looks in the federation whether the provider has other keys than we know; undefined when we looked a short while ago. */
export type Renewal = () => Promise<ProviderFacts | undefined>

/** The provider with the key that a token names, if need be after looking whether its keys have changed. */
async function withKeyOf(jwt: string, provider: ProviderFacts, renew: Renewal): Promise<ProviderFacts> {
  const kid = kidOf(jwt)
  if (kid === undefined || provider.jwks.keys.some((key) => key.kid === kid)) return provider
  return (await renew()) ?? provider
}

/**
 * Exchanges the code for an ID token and reads the data of the person. `trail` is filled as it goes.
 *
 * @throws OidcFault naming the check that failed
 */
export async function exchange(
  config: OidcConfig,
  keys: Keys,
  provider: ProviderFacts,
  request: OidcRequest,
  { query, state, now }: { query: URLSearchParams; state: string; now: Date },
  trail: Trail,
  renew: Renewal,
): Promise<Proven> {
  const client = clientOf(config, keys, provider, provider.token_endpoint, (to, sent, received) => {
    if (to === provider.token_endpoint) {
      trail.messages.push({ kind: 'token-request', document: sent }, { kind: 'token-response', document: received })
      // Kept from here on: it is handed back also when the ID token beside it is not believed.
      const given = accessTokenIn(received)
      if (given) trail.accessToken = given
    } else trail.messages.push({ kind: 'userinfo-response', document: received })
  })
  const address = new URL(config.redirectUri)
  address.search = query.toString()
  const tokens = await openid
    .authorizationCodeGrant(client, address, {
      expectedState: state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.codeVerifier,
      idTokenExpected: true,
    })
    .catch((error: unknown) => {
      throw tokenFault(error)
    })
  if (tokens.token_type !== 'bearer' || !tokens.id_token) throw new OidcFault('token/form')
  const expected = {
    provider: await withKeyOf(tokens.id_token, provider, renew),
    clientId: config.clientId,
    request,
    now,
  }
  const idToken = await checkIdToken(tokens.id_token, tokens.access_token, expected)
  const userinfo = await openUserinfo(await readUserinfo(client, tokens.access_token, provider), keys)
  expected.provider = await withKeyOf(userinfo, expected.provider, renew)
  return { idToken, claims: await checkUserinfo(userinfo, idToken.subject, expected) }
}

function accessTokenIn(answer: string): string | undefined {
  let found: unknown
  try {
    found = JSON.parse(answer)
  } catch {
    return undefined // the library says what is wrong with it
  }
  const { access_token: token } = (found ?? {}) as { access_token?: unknown } // whatever was sent
  return typeof token === 'string' && token !== '' ? token : undefined
}

async function readUserinfo(
  client: openid.Configuration,
  accessToken: string,
  provider: ProviderFacts,
): Promise<string> {
  let answer: Response
  try {
    answer = await openid.fetchProtectedResource(client, accessToken, new URL(provider.userinfo_endpoint), 'GET')
  } catch (cause) {
    throw ownFault(cause) ?? new OidcFault('userinfo/unreachable', { cause })
  }
  if (!answer.ok) throw new OidcFault('userinfo/status')
  if (!/^application\/jwt\b/i.test(answer.headers.get('content-type') ?? '')) throw new OidcFault('userinfo/type')
  return (await answer.text()).trim()
}

/** A fault of ours that was met inside of the library, which wraps it. */
function ownFault(error: unknown): OidcFault | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof OidcFault) return cause
  return undefined
}

/** What the library found wrong with the answer of the token endpoint, as a fault. */
function tokenFault(error: unknown): unknown {
  if (error instanceof openid.ResponseBodyError) return new OidcFault(`token/${error.error}`, { cause: error })
  const own = ownFault(error)
  if (own) return own
  if (!(error instanceof openid.ClientError)) {
    // fetch throws a TypeError when nobody answers; what is left is a bug of ours.
    return error instanceof TypeError ? new OidcFault('token/unreachable', { cause: error }) : faultOf('token', error)
  }
  if (error.code === 'OAUTH_TIMEOUT') return new OidcFault('token/unreachable', { cause: error })
  const part = partOf(error)
  return new OidcFault(part ? `id-token/${part}` : `token/${reasonOf(error)}`, { cause: error })
}

/** The claim or header of the ID token that the library found wrong: it is named deep in the chain of causes, or in its words. */
function partOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { cause: details } = cause
    if (typeof details === 'object' && details && 'claim' in details && typeof details.claim === 'string')
      return details.claim
    const [, named] = /\bJWT "(\w+)"/.exec(cause.message) ?? []
    if (named) return named
  }
  return undefined
}

const reasonOf = ({ code }: openid.ClientError): string =>
  (code ?? 'form')
    .toLowerCase()
    .replace(/^oauth_/, '')
    .replaceAll('_', '-')
