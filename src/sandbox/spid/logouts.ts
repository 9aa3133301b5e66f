// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { algorithm, nameFormat, ns } from '../../shared/saml-names.ts'
import { instant, newId } from './responses.ts'
import { signElement, type Key } from './signing.ts'
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
export function logoutField(xml: string, key: Key): string {
  return Buffer.from(signElement(xml, 'LogoutRequest', key)).toString('base64')
}

/** The signed query of the HTTP-Redirect binding. */
export function logoutQuery(xml: string, key: Key): string {
  const message = encodeURIComponent(deflateRawSync(xml).toString('base64'))
  const query = `SAMLRequest=${message}&SigAlg=${encodeURIComponent(algorithm.rsaSha256)}`
  return `${query}&Signature=${encodeURIComponent(sign('sha256', Buffer.from(query), key.privateKey).toString('base64'))}`
}
