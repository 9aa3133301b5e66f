// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import * as openid from 'openid-client'
import type { OidcConfig } from './config.ts'
import { OidcFault } from './fault.ts'
import type { Keys } from './keys.ts'
import { clockSkew } from './statements.ts'
import type { ProviderFacts } from './trust.ts'

/** A message to or from the provider, for the register. */
export interface Message {
  kind: 'token-request' | 'token-response' | 'userinfo-response' | 'revocation'
  document: string
}

/** Seconds that an endpoint of the provider may take. */
const patience = 10
const longest = 200_000

/**
 * The provider as the OpenID Connect library sees it: it authenticates with a signed assertion (private_key_jwt) whose
 * audience is the endpoint, and every message goes into `messages` as it was sent and received.
 */
export function clientOf(
  config: OidcConfig,
  keys: Keys,
  { issuer, authorization_endpoint, token_endpoint, revocation_endpoint, idTokenAlgorithms }: ProviderFacts,
  audience: string,
  record: (to: string, request: string, answer: string) => void,
): openid.Configuration {
  const [{ kid, signing }] = keys.signing
  const authentication = openid.PrivateKeyJwt(
    { kid, key: signing },
    {
      [openid.modifyAssertion](_header, payload) {
        payload['aud'] = audience
      },
    },
  )
  const server = {
    issuer,
    authorization_endpoint,
    token_endpoint,
    revocation_endpoint,
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: [...idTokenAlgorithms],
  }
  const client = { [openid.clockTolerance]: clockSkew }
  const made = new openid.Configuration(server, config.clientId, client, authentication)
  made.timeout = patience
  if (config.plain) openid.allowInsecureRequests(made)
  made[openid.customFetch] = async (url, { body, ...options }) => {
    const answer = await fetch(url, { ...options, ...(body !== undefined && { body }) } as RequestInit)
    const text = await answer.text()
    if (text.length > longest) throw new OidcFault('provider/too-long')
    record(url, body instanceof URLSearchParams ? body.toString() : '', text)
    return new Response(answer.status === 204 ? null : text, answer)
  }
  return made
}
