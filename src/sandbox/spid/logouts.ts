// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { algorithm, nameFormat, ns, status } from '../../shared/saml-names.ts'
import { decodeRequest, RequestFault, type Received } from './authn-requests.ts'
import { instant, newId } from './responses.ts'
import type { ServiceProvider } from './service-providers.ts'
import { isQuerySignedBy, isSignedBy, signElement, type Key } from './signing.ts'
import { piece } from './xml-tree.ts'

/** The base64 inside a PEM certificate. */
export function bare(certificate: string): string {
  return certificate.replace(/-----[A-Z ]+-----|\s+/g, '')
}

export type Logout = { provider: string; destination: string; nameId: string; sessionIndex: string; now: Date }

/** A request of the provider to end a session, in XML, not yet signed. */
export function logoutRequest(logout: Logout): string {
  return piece(
    'samlp:LogoutRequest',
    {
      'xmlns:samlp': ns.protocol,
      'xmlns:saml': ns.assertion,
      ID: newId(),
      Version: '2.0',
      IssueInstant: instant(logout.now),
      Destination: logout.destination,
    },
    piece('saml:Issuer', { Format: nameFormat.entity, NameQualifier: logout.provider }, logout.provider),
    piece('saml:NameID', { Format: nameFormat.transient, NameQualifier: logout.provider }, logout.nameId),
    piece('samlp:SessionIndex', {}, logout.sessionIndex),
  ).toString()
}

/** The field of the HTTP-POST binding. */
export function logoutField(xml: string, name: 'LogoutRequest' | 'LogoutResponse', key: Key): string {
  return Buffer.from(signElement(xml, name, key)).toString('base64')
}

/** The signed query of the HTTP-Redirect binding. */
export function logoutQuery(xml: string, parameter: 'SAMLRequest' | 'SAMLResponse', key: Key): string {
  const message = encodeURIComponent(deflateRawSync(xml).toString('base64'))
  const query = `${parameter}=${message}&SigAlg=${encodeURIComponent(algorithm.rsaSha256)}`
  return `${query}&Signature=${encodeURIComponent(sign('sha256', Buffer.from(query), key.privateKey).toString('base64'))}`
}

/**
 * Checks a logout request of a service provider field by field (SPID technical rules, "Single Logout").
 *
 * @throws RequestFault
 */
export async function checkLogout(
  received: Received,
  address: string,
  find: (issuer: string) => Promise<ServiceProvider | undefined>,
): Promise<{ destination: string; requestId: string }> {
  const { xml, root } = decodeRequest(received)
  const text = (name: string, namespace: string): string | undefined =>
    root.getElementsByTagNameNS(namespace, name)[0]?.textContent ?? undefined
  const member = await find(text('Issuer', ns.assertion) ?? '')
  if (!member) throw new RequestFault(10, 'The Issuer is not a member of the federation')
  const good =
    received.binding === 'redirect'
      ? isQuerySignedBy(received.rawQuery, member.certificates)
      : isSignedBy(xml, member.certificates)
  if (!good) throw new RequestFault(received.binding === 'redirect' ? 7 : 5, 'The signature is wrong')
  if (root.localName !== 'LogoutRequest') throw new RequestFault(8, 'Not a LogoutRequest')
  if (root.getAttribute('Destination') !== address) throw new RequestFault(14, 'Destination is not this address')
  const name = root.getElementsByTagNameNS(ns.assertion, 'NameID')[0]
  if (name?.getAttribute('Format') !== nameFormat.transient || !name.getAttribute('NameQualifier'))
    throw new RequestFault(8, 'NameID without Format transient or NameQualifier')
  if (!text('SessionIndex', ns.protocol)) throw new RequestFault(8, 'No SessionIndex')
  const requestId = root.getAttribute('ID')
  const [destination] = member.logoutAddresses
  if (!requestId || !destination) throw new RequestFault(11, 'No ID, or nowhere to answer')
  return { destination, requestId }
}

export type LogoutAnswer = { provider: string; destination: string; requestId: string; now: Date; partial?: boolean }

/** The answer of the provider to a logout request, in XML, not yet signed. */
export function logoutResponse({ provider, destination, requestId, now, partial }: LogoutAnswer): string {
  const code = partial
    ? piece('samlp:StatusCode', { Value: status.requester }, piece('samlp:StatusCode', { Value: status.partialLogout }))
    : piece('samlp:StatusCode', { Value: status.success })
  return piece(
    'samlp:LogoutResponse',
    {
      'xmlns:samlp': ns.protocol,
      'xmlns:saml': ns.assertion,
      ID: newId(),
      Version: '2.0',
      IssueInstant: instant(now),
      InResponseTo: requestId,
      Destination: destination,
    },
    piece('saml:Issuer', { Format: nameFormat.entity, NameQualifier: provider }, provider),
    piece('samlp:Status', {}, code),
  ).toString()
}
