// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { SignJWT } from 'jose'
import { calculatePKCECodeChallenge, randomPKCECodeVerifier } from 'openid-client'
import { spidClass, type SpidLevel } from '../../../shared/saml-names.ts'
import { asSystem } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { hashOf, writeLog } from '../sign-in/index.ts'
import { algorithms } from './algorithms.ts'
import type { OidcConfig } from './config.ts'
import type { Keys } from './keys.ts'
import { randomAlphanumerics, requestLifetime, storeRequest } from './requests.ts'
import { findProvider } from './trust.ts'

export interface OidcWish {
  level: SpidLevel
  returnTo: string
  language: Language
  /** Session that the browser has now, if any. */
  session: string | null
  /** Who must come back, when this is a step-up of the session. */
  expectedPerson: string | null
  /** Value of the cookie that ties the answer to this browser. */
  browser: string
}

const notAvailable = new Refusal(
  'oidc/provider-not-available',
  503,
  {
    it: 'Ora non possiamo portarti all’accesso con la CIE.',
    en: 'We cannot take you to the sign-in with the identity card now.',
  },
  { next: { it: 'Riprova tra poco, oppure entra con SPID.', en: 'Try again soon, or sign in with SPID.' } },
)

/** Seconds for which the provider may take the request object. */
const objectLifetime = 300

/** The least that a sign-in needs, asked for where the specification gives it encrypted. */
const claims = {
  id_token: {},
  userinfo: {
    given_name: { essential: true },
    family_name: { essential: true },
    birthdate: { essential: true },
    'https://attributes.eid.gov.it/fiscal_number': { essential: true },
  },
}

/**
 * Opens a sign-in: stores what the answer will be checked against, enters the request into the register and gives back
 * the address to which the browser goes.
 *
 * @throws Refusal `oidc/provider-not-available`
 */
export async function startOidc(platform: Platform, config: OidcConfig, keys: Keys, wish: OidcWish): Promise<string> {
  const now = platform.now()
  const [state, nonce, codeVerifier] = [randomAlphanumerics(), randomAlphanumerics(), randomPKCECodeVerifier()]
  const challenge = await calculatePKCECodeChallenge(codeVerifier)
  const outside = {
    client_id: config.clientId,
    response_type: 'code',
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const [key] = keys.signing
  const issuedAt = Math.floor(now.getTime() / 1000)
  const object = await new SignJWT({
    ...outside,
    redirect_uri: config.redirectUri,
    state,
    nonce,
    prompt: 'consent login',
    acr_values: spidClass[wish.level],
    claims,
    ui_locales: wish.language,
  })
    .setProtectedHeader({ alg: algorithms.signature, kid: key.kid, typ: 'oauth-authz-req+jwt' })
    .setIssuer(config.clientId)
    .setAudience(config.provider)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + objectLifetime)
    .setJti(uuidv7(now.getTime()))
    .sign(key.signing)
  return asSystem(platform.db, async (tx) => {
    const provider = await findProvider(tx, config, now)
    if (!provider) throw notAvailable
    const id = uuidv7(now.getTime())
    await storeRequest(tx, state, {
      id,
      nonce,
      codeVerifier,
      provider: config.provider,
      level: wish.level,
      browserHash: hashOf(wish.browser),
      previousSession: wish.session,
      expectedPerson: wish.expectedPerson,
      returnTo: wish.returnTo,
      language: wish.language,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + requestLifetime),
    })
    const address = new URL(provider.facts.authorization_endpoint)
    for (const [name, value] of Object.entries({ ...outside, request: object })) address.searchParams.set(name, value)
    await writeLog(tx, keys.log, now, {
      kind: 'authn-request',
      provider: config.provider,
      requestId: id,
      requestIssuedAt: now,
      outcome: 'sent',
      document: address.href,
    })
    return address.href
  })
}
