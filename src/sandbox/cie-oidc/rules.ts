// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'

/** An authorization request that the specification does not allow, with the code of OAuth 2.0. */
export class RequestFault extends Error {
  readonly error: string

  constructor(error: string, message: string) {
    super(message)
    this.error = error
  }
}

const levels = new Set([1, 2, 3].map((level) => `https://www.spid.gov.it/SpidL${level}`))
const random = /^[A-Za-z0-9]{32,}$/

/** What must be the same outside and inside the signed request. */
const twice = ['client_id', 'response_type', 'scope', 'code_challenge', 'code_challenge_method']

/**
 * What SPID and CIE ask of an authorization request beyond OpenID Connect; the provider library checks the rest: signature,
 * audience, redirect_uri, PKCE.
 *
 * @throws RequestFault
 */
export function checkAuthorizationRequest(query: URLSearchParams, now: number): void {
  const object = query.get('request')
  if (!object) throw new RequestFault('invalid_request', 'the signed request object is missing')
  let claims: JWTPayload
  let header
  try {
    claims = decodeJwt(object)
    header = decodeProtectedHeader(object)
  } catch {
    throw new RequestFault('invalid_request_object', 'the request object is no JWT')
  }
  const fault = (text: string): RequestFault => new RequestFault('invalid_request_object', text)
  if (!header.kid || !header.alg) throw fault('alg and kid must be in the header')
  for (const name of twice)
    if (query.get(name) === null || query.get(name) !== claims[name])
      throw name === 'scope'
        ? new RequestFault('invalid_scope', 'scope is not the same outside and inside the request object')
        : fault(`${name} is not the same outside and inside the request object`)
  for (const name of ['state', 'nonce'])
    if (!random.test(String(claims[name]))) throw fault(`${name} must be 32 random letters and digits at least`)
  if (claims['prompt'] !== 'consent' && claims['prompt'] !== 'consent login') throw fault('prompt is wrong')
  if (claims['code_challenge_method'] !== 'S256') throw fault('code_challenge_method must be S256')
  const wanted = claims['acr_values']
  if (typeof wanted !== 'string' || !wanted.split(' ').every((one) => levels.has(one)))
    throw fault('acr_values is wrong')
  if (typeof claims.iat !== 'number' || typeof claims.exp !== 'number') throw fault('iat and exp are missing')
  if (claims.iat > now + 60 || claims.exp <= now || claims.exp - claims.iat > 900) throw fault('iat and exp are wrong')
  if (!claims['redirect_uri'] || !claims.iss || !claims.aud) throw fault('redirect_uri, iss or aud is missing')
}
