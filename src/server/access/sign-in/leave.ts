// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameFormat, ns, status } from '../../../shared/saml-names.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { leaveSession, type Left } from '../sessions/index.ts'
import { newMessageId } from './authn-request.ts'
import type { SignInConfig } from './config.ts'
import { findIdentityProvider, type IdentityProvider } from './identity-providers.ts'
import type { Keys } from './keys.ts'
import { writeLog } from './log.ts'
import { departLogout, logoutXml, readLogout, type LogoutDelivery, type LogoutDeparture } from './logout-message.ts'
import { SamlFault } from './saml/fault.ts'
import { wholeSeconds } from './saml/instant.ts'
import { attributeOf, childrenOf, escapeXml, onlyChild, type Element } from './saml/xml.ts'

/** How long the answer of a provider is waited for, in milliseconds. */
const answerLifetime = 15 * 60_000

/**
 * Ends the session of the person who asks and, where the provider keeps one too (SPID level 1), prepares the request to end
 * that as well. The session here ends first: whatever becomes of the provider, here one is out.
 *
 * @returns undefined when there is nothing to end at the provider's
 */
export async function leaveEverywhere(
  platform: Platform,
  config: SignInConfig,
  keys: Keys,
  actor: Actor,
): Promise<LogoutDeparture | undefined> {
  if (!actor.sessionId) return undefined
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const left = await leaveSession(tx, actor)
    if (!left || left.method !== config.profile.scheme || !left.nameId || !left.sessionIndex) return undefined
    const provider = await findIdentityProvider(tx, config, left.provider, now)
    const binding = provider?.logout.post ? 'post' : 'redirect'
    const target = provider?.logout[binding]
    if (!provider || !target) return undefined
    const id = newMessageId()
    const issuedAt = wholeSeconds(now)
    const own = { id, issuedAt, destination: target.location }
    const xml = logoutXml('SAMLRequest', config, own, sessionOf(provider, left))
    await tables<'access'>(tx)
      .insertInto('access.signOutRequest')
      .values({
        id,
        provider: provider.entityId,
        issuedAt: new Date(issuedAt * 1000),
        expiresAt: new Date(now.getTime() + answerLifetime),
      })
      .execute()
    await writeLog(tx, keys.log, now, {
      kind: 'logout-request',
      provider: provider.entityId,
      requestId: id,
      requestIssuedAt: new Date(issuedAt * 1000),
      subject: left.nameId,
      subjectQualifier: provider.entityId,
      sessionId: left.id,
      outcome: 'sent',
      document: xml,
    })
    return departLogout({ binding, destination: target.location }, 'SAMLRequest', xml, keys)
  })
}

/** The session at the provider's that shall end. */
function sessionOf({ entityId }: IdentityProvider, { nameId, sessionIndex }: Left): string {
  return (
    `<saml:NameID Format="${nameFormat.transient}" NameQualifier="${escapeXml(entityId)}">${escapeXml(nameId ?? '')}</saml:NameID>` +
    `<samlp:SessionIndex>${escapeXml(sessionIndex ?? '')}</samlp:SessionIndex>`
  )
}

/** What a provider says of a logout that we asked for: over everywhere, or only with itself. */
export type LogoutResult = 'everywhere' | 'partly'

/**
 * Reads the answer to a logout that we sent.
 *
 * @throws SamlFault when it cannot be believed, or says no
 */
export async function receiveLogoutAnswer(
  platform: Platform,
  config: SignInConfig,
  keys: Keys,
  delivery: LogoutDelivery,
): Promise<LogoutResult> {
  const result = await asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const { id, provider, element, xml } = await readLogout(tx, config, 'SAMLResponse', delivery, now)
    const inResponseTo = attributeOf(element, 'InResponseTo', 'logout/in-response-to')
    const said = resultOf(element)
    if (!(await takeRequest(tx, inResponseTo, provider.entityId, now))) throw new SamlFault('logout/unknown-request')
    await writeLog(tx, keys.log, now, {
      kind: 'logout-response',
      provider: provider.entityId,
      requestId: inResponseTo,
      responseId: id,
      responseIssuer: provider.entityId,
      outcome: said === 'refused' ? 'denied/other' : 'accepted',
      document: xml,
    })
    return said
  })
  if (result === 'refused') throw new SamlFault('logout/refused')
  return result
}

/** Uses the stored request up: an answer counts once. */
async function takeRequest(tx: Tx, id: string, provider: string, now: Date): Promise<boolean> {
  const { numDeletedRows } = await tables<'access'>(tx)
    .deleteFrom('access.signOutRequest')
    .where('id', '=', id)
    .where('provider', '=', provider)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

function resultOf(answer: Element): LogoutResult | 'refused' {
  const code = onlyChild(
    onlyChild(answer, ns.protocol, 'Status', 'logout/status'),
    ns.protocol,
    'StatusCode',
    'logout/status',
  )
  const partial = childrenOf(code, ns.protocol, 'StatusCode').some(
    (one) => one.getAttribute('Value') === status.partialLogout,
  )
  if (partial) return 'partly'
  return code.getAttribute('Value') === status.success ? 'everywhere' : 'refused'
}
