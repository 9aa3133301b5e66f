// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The fixed names of SAML 2.0 (OASIS, March 2005), XML signature and SPID. */

export const ns = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  spid: 'https://spid.gov.it/saml-extensions',
  cie: 'https://www.cartaidentita.interno.gov.it/saml-extensions',
} as const

export const binding = {
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
} as const

export const nameFormat = {
  entity: 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
  basic: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
} as const

const statusPrefix = 'urn:oasis:names:tc:SAML:2.0:status:'

export const status = {
  success: `${statusPrefix}Success`,
  requester: `${statusPrefix}Requester`,
  responder: `${statusPrefix}Responder`,
  versionMismatch: `${statusPrefix}VersionMismatch`,
  authnFailed: `${statusPrefix}AuthnFailed`,
  noAuthnContext: `${statusPrefix}NoAuthnContext`,
  noPassive: `${statusPrefix}NoPassive`,
  requestDenied: `${statusPrefix}RequestDenied`,
  requestUnsupported: `${statusPrefix}RequestUnsupported`,
  partialLogout: `${statusPrefix}PartialLogout`,
} as const

export const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

export const algorithm = {
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  rsaSha384: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  rsaSha512: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
} as const

/** The three assurance levels of SPID: 1 password, 2 with a second factor, 3 with a certificate. */
export type SpidLevel = 1 | 2 | 3

/** The only class strings SPID knows; the older `urn:oasis:…:SpidL1` form is not one of them. */
export const spidClass: Record<SpidLevel, string> = {
  1: 'https://www.spid.gov.it/SpidL1',
  2: 'https://www.spid.gov.it/SpidL2',
  3: 'https://www.spid.gov.it/SpidL3',
}

/**
 * Uses of a SPID identity that a request may ask for (Avvisi AgID 15 and 18, `spid:Purpose`): P professional, PF professional of a
 * natural person, PG professional for a legal person, PX either of these two, LP legal person. Without it: the personal identity.
 */
export const spidPurposes = ['P', 'PF', 'PG', 'PX', 'LP'] as const
export type SpidPurpose = (typeof spidPurposes)[number]

export type Comparison = 'exact' | 'minimum' | 'better' | 'maximum'

/** What a SPID identity provider may say about a person (technical rules, table of attributes). */
export const spidAttributes = [
  'spidCode',
  'name',
  'familyName',
  'placeOfBirth',
  'countyOfBirth',
  'dateOfBirth',
  'gender',
  'companyName',
  'registeredOffice',
  'fiscalNumber',
  'companyFiscalNumber',
  'ivaCode',
  'idCard',
  'mobilePhone',
  'email',
  'address',
  'domicileStreetAddress',
  'domicilePostalCode',
  'domicileMunicipality',
  'domicileProvince',
  'domicileNation',
  'expirationDate',
  'digitalAddress',
] as const
export type SpidAttribute = (typeof spidAttributes)[number]
