// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import {
  algorithm,
  nameFormat,
  ns,
  spidClass,
  type Comparison,
  type SpidLevel,
  type SpidPurpose,
} from '../../../shared/saml-names.ts'
import { instantOf } from './saml/instant.ts'
import { signed, type SigningKey } from './saml/signature.ts'
import { escapeXml } from './saml/xml.ts'

/** What a login request says (SPID technical rules, "Single Sign-On"). Instants are whole seconds since 1970. */
export type AuthnRequest = {
  id: string
  issuedAt: number
  /** Location of the identity provider's single sign-on service for the binding in use. */
  destination: string
  /** Entity ID of this service provider. */
  issuer: string
  level: SpidLevel
  comparison: Comparison
  /** Index of the address in our metadata that the answer goes to. */
  consumerIndex: number
  /** Index of the attribute set in our metadata that is asked for. */
  attributesIndex: number
  /** Use of the identity; the personal one when null. */
  purpose: SpidPurpose | null
}

/** A fresh message ID: an XML name with 160 random bits. */
export function newMessageId(): string {
  return `_${randomBytes(20).toString('hex')}`
}

/**
 * The request as XML, without signature, without white space before or between the tags.
 *
 * No IsPassive, Scoping, AllowCreate, Subject or Conditions: SPID forbids or does not want them. ForceAuthn is true at
 * every level, since a session at the provider's must not open the health record. The NameQualifier is the entity ID,
 * from which test tools take the audience of their answers. The extension of Avviso 18 stands right after the place of the
 * signature, as the schema of SAML orders it.
 */
export function authnRequestXml(request: AuthnRequest): string {
  const issuer = escapeXml(request.issuer)
  const extensions = request.purpose
    ? `<samlp:Extensions xmlns:spid="${ns.spid}"><spid:Purpose>${request.purpose}</spid:Purpose></samlp:Extensions>`
    : ''
  return (
    `<samlp:AuthnRequest xmlns:samlp="${ns.protocol}" xmlns:saml="${ns.assertion}" ID="${request.id}" Version="2.0"` +
    ` IssueInstant="${instantOf(request.issuedAt)}" Destination="${escapeXml(request.destination)}" ForceAuthn="true"` +
    ` AssertionConsumerServiceIndex="${request.consumerIndex}" AttributeConsumingServiceIndex="${request.attributesIndex}">` +
    `<saml:Issuer Format="${nameFormat.entity}" NameQualifier="${issuer}">${issuer}</saml:Issuer>${extensions}` +
    `<samlp:NameIDPolicy Format="${nameFormat.transient}"></samlp:NameIDPolicy>` +
    `<samlp:RequestedAuthnContext Comparison="${request.comparison}">` +
    `<saml:AuthnContextClassRef>${spidClass[request.level]}</saml:AuthnContextClassRef>` +
    `</samlp:RequestedAuthnContext></samlp:AuthnRequest>`
  )
}

/** HTTP-POST binding: the two hidden fields of the form that the browser carries over. */
export function postFields(
  xml: string,
  relayState: string,
  key: SigningKey,
): { SAMLRequest: string; RelayState: string } {
  const document = signed(xml, key, '</saml:Issuer>')
  return { SAMLRequest: Buffer.from(document).toString('base64'), RelayState: relayState }
}

/**
 * HTTP-Redirect binding: the address to send the browser to. The XML carries no signature; the query is signed byte
 * for byte as it is sent (SAML bindings 3.4.4.1).
 *
 * @param parameter `SAMLRequest` or `SAMLResponse`
 */
export function redirectAddress(
  destination: string,
  parameter: 'SAMLRequest' | 'SAMLResponse',
  xml: string,
  relayState: string | null,
  key: SigningKey,
): string {
  const message = encodeURIComponent(deflateRawSync(xml).toString('base64'))
  const relay = relayState === null ? '' : `&RelayState=${encodeURIComponent(relayState)}`
  const query = `${parameter}=${message}${relay}&SigAlg=${encodeURIComponent(algorithm.rsaSha256)}`
  const signature = sign('sha256', Buffer.from(query), key.privateKey).toString('base64')
  return `${destination}${destination.includes('?') ? '&' : '?'}${query}&Signature=${encodeURIComponent(signature)}`
}
