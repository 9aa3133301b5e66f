// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from 'node:crypto'
import { binding, nameFormat, ns } from '../../../shared/saml-names.ts'
import { bareCertificate, signed, type SigningKey } from './saml/signature.ts'
import type { AttributeSet, Profile } from './profile.ts'
import { escapeXml } from './saml/xml.ts'

/** The public body that offers the service, as the index of public administrations (IPA) knows it. */
export type Organization = {
  name: string
  displayName: string
  url: string
  ipaCode: string
  fiscalCode?: string | undefined
  email: string
  /** With international prefix and no spaces. */
  telephone?: string | undefined
  /** Cadastral code of the municipality of the legal seat, as CIE wants it. */
  municipality: string
}

export type ServiceProvider = {
  profile: Profile
  entityId: string
  consumerUrl: string
  logoutUrl: string
  organization: Organization
  /** Certificates (PEM) published for signing: the one in use first, then the next one during a roll-over. */
  certificates: readonly string[]
}

/**
 * The signed metadata of a public service provider (SPID technical rules "Metadata", Avviso 29 v3; technical manual of
 * CIE), the document that is handed to AgID or to the federation portal of CIE and served at the address that is also the entity ID. The ID depends on the content alone, so
 * that every process serves the same document.
 */
export function serviceProviderMetadata(provider: ServiceProvider, key: SigningKey): string {
  const body =
    descriptor(provider) +
    organization(provider.organization) +
    contacts[provider.profile.scheme](provider.organization)
  const id = `_${createHash('sha256').update(provider.entityId).update(body).digest('hex')}`
  const xml =
    `<md:EntityDescriptor xmlns:md="${ns.metadata}" xmlns:ds="${ns.signature}" ${extensions[provider.profile.scheme]}` +
    ` entityID="${escapeXml(provider.entityId)}" ID="${id}">${body}</md:EntityDescriptor>`
  return signed(xml, key)
}

const extensions = { SPID: `xmlns:spid="${ns.spid}"`, CIE: `xmlns:cie="${ns.cie}"` }

function descriptor(provider: ServiceProvider): string {
  const keys = provider.certificates.map(
    (certificate) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bareCertificate(certificate)}` +
      `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  const logout = [binding.post, binding.redirect].map(
    (kind) => `<md:SingleLogoutService Binding="${kind}" Location="${escapeXml(provider.logoutUrl)}"/>`,
  )
  return (
    `<md:SPSSODescriptor protocolSupportEnumeration="${ns.protocol}" AuthnRequestsSigned="true" WantAssertionsSigned="true">` +
    keys.join('') +
    logout.join('') +
    `<md:NameIDFormat>${nameFormat.transient}</md:NameIDFormat>` +
    `<md:AssertionConsumerService Binding="${binding.post}" Location="${escapeXml(provider.consumerUrl)}" index="0" isDefault="true"/>` +
    provider.profile.attributeSets.map(attributeService).join('') +
    `</md:SPSSODescriptor>`
  )
}

function attributeService(set: AttributeSet, index: number): string {
  const asked = set.attributes.map((name) => `<md:RequestedAttribute Name="${name}" NameFormat="${nameFormat.basic}"/>`)
  return (
    `<md:AttributeConsumingService index="${index}">` +
    `<md:ServiceName xml:lang="${set.language}">${escapeXml(set.name)}</md:ServiceName>${asked.join('')}</md:AttributeConsumingService>`
  )
}

function organization(body: Organization): string {
  return (
    `<md:Organization><md:OrganizationName xml:lang="it">${escapeXml(body.name)}</md:OrganizationName>` +
    `<md:OrganizationDisplayName xml:lang="it">${escapeXml(body.displayName)}</md:OrganizationDisplayName>` +
    `<md:OrganizationURL xml:lang="it">${escapeXml(body.url)}</md:OrganizationURL></md:Organization>`
  )
}

const contacts = { SPID: spidContact, CIE: cieContact }

/** Order of the extensions by Avviso 29: IPACode, VATNumber, FiscalCode, Public. */
function spidContact(body: Organization): string {
  const fiscalCode = body.fiscalCode ? `<spid:FiscalCode>${escapeXml(body.fiscalCode)}</spid:FiscalCode>` : ''
  const telephone = body.telephone ? `<md:TelephoneNumber>${escapeXml(body.telephone)}</md:TelephoneNumber>` : ''
  return (
    `<md:ContactPerson contactType="other"><md:Extensions><spid:IPACode>${escapeXml(body.ipaCode)}</spid:IPACode>` +
    `${fiscalCode}<spid:Public/></md:Extensions><md:Company>${escapeXml(body.name)}</md:Company>` +
    `<md:EmailAddress>${escapeXml(body.email)}</md:EmailAddress>${telephone}</md:ContactPerson>`
  )
}

/** Order of the extensions by the manual of CIE: Public, IPACode, VATNumber, FiscalCode, Municipality. */
function cieContact(body: Organization): string {
  const fiscalCode = body.fiscalCode ? `<cie:FiscalCode>${escapeXml(body.fiscalCode)}</cie:FiscalCode>` : ''
  const telephone = body.telephone ? `<md:TelephoneNumber>${escapeXml(body.telephone)}</md:TelephoneNumber>` : ''
  return (
    `<md:ContactPerson contactType="administrative"><md:Extensions><cie:Public/>` +
    `<cie:IPACode>${escapeXml(body.ipaCode)}</cie:IPACode>${fiscalCode}` +
    `<cie:Municipality>${escapeXml(body.municipality)}</cie:Municipality></md:Extensions>` +
    `<md:Company>${escapeXml(body.name)}</md:Company><md:EmailAddress>${escapeXml(body.email)}</md:EmailAddress>` +
    `${telephone}</md:ContactPerson>`
  )
}
