// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameFormat, ns, status } from '../../../shared/saml-names.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { newMessageId } from './authn-request.ts'
import type { SignInConfig } from './config.ts'
import { findIdentityProvider, type IdentityProvider } from './identity-providers.ts'
import type { Keys } from './keys.ts'
import { writeLog } from './log.ts'
import {
  authenticLogout,
  decodeLogout,
  departLogout,
  type LogoutDelivery,
  type LogoutDeparture,
} from './logout-message.ts'
import { SamlFault } from './saml/fault.ts'
import { instantOf, secondsOf, wholeSeconds } from './saml/instant.ts'
import {
  attributeOf,
  childrenOf,
  escapeXml,
  onlyChild,
  parseStrictly,
  rootOf,
  textOf,
  type Element,
} from './saml/xml.ts'

/** A logout request is good for this long, in seconds, either side of our clock. */
const tolerance = 300

/**
 * Ends the sessions that a provider's LogoutRequest names and prepares the answer. It answers Success also when there
 * is no such session: the provider asks that it be over, and it is (SPID technical rules, "Single Logout").
 *
 * @throws SamlFault when the request cannot be believed
 */
export async function answerLogout(
  platform: Platform,
  config: SignInConfig,
  keys: Keys,
  delivery: LogoutDelivery,
): Promise<LogoutDeparture> {
  const xml = decodeLogout(delivery)
  const root = rootOf(parseStrictly(xml))
  if (root.namespaceURI !== ns.protocol || root.localName !== 'LogoutRequest')
    throw new SamlFault('logout/not-a-request')
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const issuer = textOf(onlyChild(root, ns.assertion, 'Issuer', 'logout/issuer'), 'logout/issuer')
    const provider = await findIdentityProvider(tx, config, issuer, now)
    const target = provider?.logout[delivery.binding]
    if (!provider || !target) throw new SamlFault('logout/issuer')
    const request = check(
      authenticLogout(root, 'SAMLRequest', delivery, provider.keys),
      provider,
      config,
      wholeSeconds(now),
    )
    await endSessions(tx, provider, request)
    const response = logoutResponse(request.id, target.responseLocation, config.entityId, wholeSeconds(now))
    const log = {
      provider: provider.entityId,
      requestId: request.id,
      subject: request.nameId,
      subjectQualifier: provider.entityId,
    }
    await writeLog(tx, keys.log, now, { ...log, kind: 'logout-request', outcome: 'accepted', document: xml })
    await writeLog(tx, keys.log, now, { ...log, kind: 'logout-response', outcome: 'sent', document: response })
    const { binding, relayState } = delivery
    return departLogout({ binding, destination: target.responseLocation, relayState }, 'SAMLResponse', response, keys)
  })
}

type LogoutRequest = { id: string; nameId: string; sessionIndexes: string[] }

function check(request: Element, provider: IdentityProvider, config: SignInConfig, now: number): LogoutRequest {
  const id = attributeOf(request, 'ID', 'logout/id')
  if (request.getAttribute('Version') !== '2.0') throw new SamlFault('logout/version')
  if (request.getAttribute('Destination') !== config.logoutUrl) throw new SamlFault('logout/destination')
  const issuedAt = secondsOf(request.getAttribute('IssueInstant'), 'logout/issue-instant')
  if (Math.abs(now - issuedAt) > tolerance) throw new SamlFault('logout/issue-instant')
  const until = request.getAttribute('NotOnOrAfter')
  if (until !== null && secondsOf(until, 'logout/not-on-or-after') <= now) throw new SamlFault('logout/not-on-or-after')
  const issuer = onlyChild(request, ns.assertion, 'Issuer', 'logout/issuer')
  if (textOf(issuer, 'logout/issuer') !== provider.entityId) throw new SamlFault('logout/issuer')
  const name = onlyChild(request, ns.assertion, 'NameID', 'logout/name-id')
  if (name.getAttribute('Format') !== nameFormat.transient) throw new SamlFault('logout/name-id')
  const nameId = textOf(name, 'logout/name-id')
  if (!nameId) throw new SamlFault('logout/name-id')
  const sessionIndexes = childrenOf(request, ns.protocol, 'SessionIndex').map((one) =>
    textOf(one, 'logout/session-index'),
  )
  return { id, nameId, sessionIndexes }
}

/** Sessions that know no index (levels 2 and 3) are named by the NameID alone, which is used once. */
async function endSessions(tx: Tx, provider: IdentityProvider, request: LogoutRequest): Promise<void> {
  await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('provider', '=', provider.entityId)
    .where('nameId', '=', request.nameId)
    .where((is) =>
      request.sessionIndexes.length === 0
        ? is.lit(true)
        : is.or([is('sessionIndex', 'is', null), is('sessionIndex', 'in', request.sessionIndexes)]),
    )
    .execute()
}

function logoutResponse(inResponseTo: string, destination: string, entityId: string, now: number): string {
  const issuer = escapeXml(entityId)
  return (
    `<samlp:LogoutResponse xmlns:samlp="${ns.protocol}" xmlns:saml="${ns.assertion}" ID="${newMessageId()}" Version="2.0"` +
    ` IssueInstant="${instantOf(now)}" InResponseTo="${escapeXml(inResponseTo)}" Destination="${escapeXml(destination)}">` +
    `<saml:Issuer Format="${nameFormat.entity}" NameQualifier="${issuer}">${issuer}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${status.success}"></samlp:StatusCode></samlp:Status></samlp:LogoutResponse>`
  )
}
