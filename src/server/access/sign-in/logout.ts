// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameFormat, ns, status } from '../../../shared/saml-names.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { newMessageId } from './authn-request.ts'
import type { SignInConfig } from './config.ts'
import type { IdentityProvider } from './identity-providers.ts'
import type { Keys } from './keys.ts'
import { writeLog } from './log.ts'
import { departLogout, logoutXml, readLogout, type LogoutDelivery, type LogoutDeparture } from './logout-message.ts'
import { SamlFault } from './saml/fault.ts'
import { secondsOf, wholeSeconds } from './saml/instant.ts'
import { childrenOf, onlyChild, textOf, type Element } from './saml/xml.ts'

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
  return asSystem(platform.db, async (tx) => {
    const now = platform.now()
    const { id, provider, element, xml } = await readLogout(tx, config, 'SAMLRequest', delivery, now)
    const { binding, relayState } = delivery
    const destination = provider.logout[binding]?.responseLocation
    if (destination === undefined) throw new SamlFault('logout/issuer')
    const named = namedIn(element, wholeSeconds(now))
    await endSessions(tx, provider, named)
    const own = { id: newMessageId(), issuedAt: wholeSeconds(now), destination, inResponseTo: id }
    const response = logoutXml('SAMLResponse', config, own, success)
    const log = {
      provider: provider.entityId,
      requestId: id,
      subject: named.nameId,
      subjectQualifier: provider.entityId,
    }
    await writeLog(tx, keys.log, now, { ...log, kind: 'logout-request', outcome: 'accepted', document: xml })
    await writeLog(tx, keys.log, now, { ...log, kind: 'logout-response', outcome: 'sent', document: response })
    return departLogout({ binding, destination, relayState }, 'SAMLResponse', response, keys)
  })
}

const success = `<samlp:Status><samlp:StatusCode Value="${status.success}"></samlp:StatusCode></samlp:Status>`

type Named = { nameId: string; sessionIndexes: string[] }

/** Whose sessions a request is about, while it is good. */
function namedIn(request: Element, now: number): Named {
  const until = request.getAttribute('NotOnOrAfter')
  if (until !== null && secondsOf(until, 'logout/not-on-or-after') <= now) throw new SamlFault('logout/not-on-or-after')
  const name = onlyChild(request, ns.assertion, 'NameID', 'logout/name-id')
  if (name.getAttribute('Format') !== nameFormat.transient) throw new SamlFault('logout/name-id')
  const nameId = textOf(name, 'logout/name-id')
  if (!nameId) throw new SamlFault('logout/name-id')
  const sessionIndexes = childrenOf(request, ns.protocol, 'SessionIndex').map((one) =>
    textOf(one, 'logout/session-index'),
  )
  return { nameId, sessionIndexes }
}

/** Sessions that know no index (levels 2 and 3) are named by the NameID alone, which is used once. */
async function endSessions(tx: Tx, provider: IdentityProvider, named: Named): Promise<void> {
  await tables<'access'>(tx)
    .deleteFrom('access.session')
    .where('provider', '=', provider.entityId)
    .where('nameId', '=', named.nameId)
    .where((is) =>
      named.sessionIndexes.length === 0
        ? is.lit(true)
        : is.or([is('sessionIndex', 'is', null), is('sessionIndex', 'in', named.sessionIndexes)]),
    )
    .execute()
}
