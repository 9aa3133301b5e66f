// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { asSystem } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import type { SpidLevel, SpidPurpose } from '../../../shared/saml-names.ts'
import { authnRequestXml, newMessageId, postFields, redirectAddress } from './authn-request.ts'
import type { SignInConfig } from './config.ts'
import { findIdentityProvider } from './identity-providers.ts'
import type { Keys } from './keys.ts'
import { writeLog } from './log.ts'
import type { BindingName } from './provider-metadata.ts'
import { hashOf, opaqueText, requestLifetime, storeRequest } from './requests.ts'
import { wholeSeconds } from './saml/instant.ts'

export type Wish = {
  /** Entity ID of the chosen provider; may be left out where there is only one (CIE). */
  provider: string | undefined
  level: SpidLevel
  /** Use of the identity that is asked for; the personal one when null. */
  purpose: SpidPurpose | null
  binding: BindingName
  returnTo: string
  language: Language
  /** Session that the browser has now, if any. */
  session: string | null
  /** Who must come back, when this is a step-up of the session. */
  expectedPerson: string | null
  /** Value of the cookie that ties the answer to this browser. */
  browser: string
}

/** Where the browser goes next: a form it sends, or an address it follows. */
export type Departure =
  | { kind: 'post'; action: string; fields: { SAMLRequest: string; RelayState: string } }
  | { kind: 'redirect'; address: string }

const unknownProvider = new Refusal(
  'sign-in/unknown-provider',
  404,
  { it: 'Questo gestore di identità non è disponibile.', en: 'This identity provider is not available.' },
  { next: { it: 'Torna indietro e scegline un altro.', en: 'Go back and choose another one.' } },
)

const noProviderChosen = new Refusal(
  'sign-in/no-provider-chosen',
  400,
  { it: 'Non hai scelto il gestore di identità.', en: 'No identity provider was chosen.' },
  { next: { it: 'Torna indietro e scegline uno.', en: 'Go back and choose one.' } },
)

const purposeNotOffered = new Refusal(
  'sign-in/purpose-not-offered',
  400,
  {
    it: 'Con questo tipo di identità professionale qui non si entra.',
    en: 'This kind of professional identity is not accepted here.',
  },
  { next: { it: 'Torna indietro e scegli un’altra identità.', en: 'Go back and choose another identity.' } },
)

function onlyProvider(config: SignInConfig): string | undefined {
  const [first, ...others] = config.providers.filter((one) => one.enabled)
  return others.length === 0 ? first?.entityId : undefined
}

/**
 * Opens a login: stores the request, enters it into the register and signs it for the chosen binding. The attribute
 * set is the smallest one. When the provider does not offer the binding wished for, the other one is used.
 *
 * @throws Refusal `sign-in/unknown-provider`, `sign-in/no-provider-chosen`, `sign-in/purpose-not-offered`
 */
export async function startSignIn(
  platform: Platform,
  config: SignInConfig,
  keys: Keys,
  wish: Wish,
): Promise<Departure> {
  const chosen = wish.provider ?? onlyProvider(config)
  if (!chosen) throw noProviderChosen
  if (wish.purpose && !config.purposes.includes(wish.purpose)) throw purposeNotOffered
  const now = platform.now()
  const id = newMessageId()
  const relayState = opaqueText()
  return asSystem(platform.db, async (tx) => {
    const provider = await findIdentityProvider(tx, config, chosen, now)
    if (!provider) throw unknownProvider
    const binding = provider.signOn[wish.binding] ? wish.binding : wish.binding === 'post' ? 'redirect' : 'post'
    const destination = provider.signOn[binding]
    if (!destination) throw unknownProvider
    const issuedAt = wholeSeconds(now)
    const xml = authnRequestXml({
      id,
      issuedAt,
      destination,
      issuer: config.entityId,
      level: wish.level,
      comparison: 'minimum',
      consumerIndex: 0,
      attributesIndex: 0,
      purpose: wish.purpose,
    })
    await storeRequest(tx, {
      id,
      relayState,
      provider: provider.entityId,
      binding,
      level: wish.level,
      comparison: 'minimum',
      purpose: wish.purpose,
      browserHash: hashOf(wish.browser),
      returnTo: wish.returnTo,
      previousSession: wish.session,
      expectedPerson: wish.expectedPerson,
      language: wish.language,
      issuedAt: new Date(issuedAt * 1000),
      expiresAt: new Date(now.getTime() + requestLifetime),
    })
    const departure: Departure =
      binding === 'post'
        ? { kind: 'post', action: destination, fields: postFields(xml, relayState, keys.signing) }
        : { kind: 'redirect', address: redirectAddress(destination, 'SAMLRequest', xml, relayState, keys.signing) }
    await writeLog(tx, keys.log, now, {
      kind: 'authn-request',
      provider: provider.entityId,
      requestId: id,
      requestIssuedAt: new Date(issuedAt * 1000),
      outcome: 'sent',
      document:
        departure.kind === 'post' ? Buffer.from(departure.fields.SAMLRequest, 'base64').toString() : departure.address,
    })
    return departure
  })
}

/** Pages of ours that nobody is sent to after a login. */
const notForPeople = /^\/(?:api|auth|health|metrics)(?:\/|$)/

/**
 * The local path to return to after a login: exactly what was asked for when it stays on this site, otherwise the
 * home of the signed-in area. Never another site, whatever way it is written.
 */
export function localPath(wish: string | undefined, publicUrl: string): string {
  const home = '/app'
  if (!wish || wish.length > 500 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wish) || wish.includes('\\')) return home
  const url = URL.parse(wish, publicUrl)
  if (!url || url.origin !== new URL(publicUrl).origin || notForPeople.test(url.pathname)) return home
  return url.pathname + url.search + url.hash
}
