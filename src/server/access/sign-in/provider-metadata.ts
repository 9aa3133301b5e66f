// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { X509Certificate, type KeyObject } from 'node:crypto'
import { binding, ns } from '../../../shared/saml-names.ts'
import { SamlFault } from './saml/fault.ts'
import { secondsOf } from './saml/instant.ts'
import { verifiedElement } from './saml/signature.ts'
import { attributeOf, childrenOf, onlyChild, parseStrictly, rootOf, textOf, type Element } from './saml/xml.ts'

export type BindingName = keyof typeof binding

/** What we need to know of an identity provider; certificates in PEM. */
export type ProviderFacts = {
  entityId: string
  signOn: Partial<Record<BindingName, string>>
  logout: Partial<Record<BindingName, { location: string; responseLocation: string }>>
  certificates: string[]
  /** End of validity of the document, in whole seconds since 1970; null when it names none. */
  validUntil: number | null
  /** Taken from the folder of a test set-up, where nothing has to be signed. */
  forTests?: true
}

/**
 * Reads the metadata of one identity provider. The document must be signed by one of the keys that the federation is
 * trusted with; nothing is read that the signature does not cover.
 *
 * @param now whole seconds since 1970
 * @throws SamlFault `provider/…` or `signature/…`
 */
export function readProviderMetadata(
  xml: string,
  entityId: string,
  trusted: readonly KeyObject[],
  now: number,
): ProviderFacts {
  return readDescriptor(verifiedElement(rootOf(parseStrictly(xml)), trusted), entityId, now)
}

/** Reads metadata that are trusted for where they lie: only test set-ups have such a place. */
export function readTestMetadata(xml: string): ProviderFacts {
  const root = rootOf(parseStrictly(xml))
  return { ...readDescriptor(root, attributeOf(root, 'entityID', 'provider/entity-id'), 0), forTests: true }
}

function readDescriptor(root: Element, entityId: string, now: number): ProviderFacts {
  if (root.namespaceURI !== ns.metadata || root.localName !== 'EntityDescriptor')
    throw new SamlFault('provider/document')
  if (root.getAttribute('entityID') !== entityId) throw new SamlFault('provider/entity-id')
  const until = root.getAttribute('validUntil')
  const validUntil = until === null ? null : secondsOf(until, 'provider/valid-until')
  if (validUntil !== null && validUntil <= now) throw new SamlFault('provider/expired')
  const role = onlyChild(root, ns.metadata, 'IDPSSODescriptor', 'provider/role')
  const signOn = Object.fromEntries(
    services(role, 'SingleSignOnService').map(([name, service]) => [name, location(service, 'Location')]),
  )
  const logout = Object.fromEntries(
    services(role, 'SingleLogoutService').map(([name, service]) => [
      name,
      {
        location: location(service, 'Location'),
        responseLocation: location(service, service.hasAttribute('ResponseLocation') ? 'ResponseLocation' : 'Location'),
      },
    ]),
  )
  if (Object.keys(signOn).length === 0) throw new SamlFault('provider/sign-on')
  return { entityId, signOn, logout, certificates: signingCertificates(role), validUntil }
}

function services(role: Element, name: string): [BindingName, Element][] {
  return childrenOf(role, ns.metadata, name).flatMap((service) => {
    const kind = service.getAttribute('Binding')
    if (kind === binding.post) return [['post', service] as [BindingName, Element]]
    if (kind === binding.redirect) return [['redirect', service] as [BindingName, Element]]
    return []
  })
}

/** Addresses end up in `Location` headers and form actions: only web addresses may pass. */
function location(service: Element, attribute: string): string {
  const text = attributeOf(service, attribute, 'provider/location')
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new SamlFault('provider/location')
  return text
}

function signingCertificates(role: Element): string[] {
  const certificates = childrenOf(role, ns.metadata, 'KeyDescriptor')
    .filter((key) => key.getAttribute('use') !== 'encryption')
    .flatMap((key) => childrenOf(key, ns.signature, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, ns.signature, 'X509Data'))
    .flatMap((data) => childrenOf(data, ns.signature, 'X509Certificate'))
    .map((element) => pem(textOf(element, 'provider/certificate')))
  if (certificates.length === 0) throw new SamlFault('provider/certificate')
  for (const certificate of certificates) signingKey(certificate)
  return certificates
}

function pem(base64: string): string {
  const lines = base64.replace(/\s+/g, '').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/**
 * The public key of a certificate (PEM). Only RSA of 2048 bits or more: SPID refuses less, and no other kind of key
 * may ever meet the RSA algorithms of the signatures.
 */
export function signingKey(certificate: string): KeyObject {
  let key: KeyObject
  try {
    key = new X509Certificate(certificate).publicKey
  } catch (cause) {
    throw new SamlFault('provider/certificate', { cause })
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new SamlFault('provider/weak-key')
  }
  return key
}
