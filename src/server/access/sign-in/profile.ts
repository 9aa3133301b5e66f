// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { SpidAttribute } from '../../../shared/saml-names.ts'

/** The two national federations that speak SAML. */
export type Scheme = 'SPID' | 'CIE'

/** A set of attributes that a login may ask for; its place in the list is its index in the metadata. */
export type AttributeSet = {
  name: string
  /** Language of the name; empty for a name that is no text but an identifier. */
  language: 'it' | ''
  attributes: readonly SpidAttribute[]
}

/** All in which one federation differs from the other; whatever is not here is the same code for both. */
export type Profile = {
  scheme: Scheme
  /** Where our addresses of this federation begin. */
  path: string
  attributeSets: readonly AttributeSet[]
  /** Whether the Issuer of an Assertion must carry Format (cases 70 and 71); where it may be left out, it must still be right. */
  issuerFormat: 'required' | 'optional'
}

const identity = ['fiscalNumber', 'name', 'familyName', 'dateOfBirth'] as const satisfies readonly SpidAttribute[]

/** SPID: several providers under the registry of AgID. Login asks for the least; the second set also proposes contacts. */
const spid: Profile = {
  scheme: 'SPID',
  path: '/auth/spid',
  attributeSets: [
    { name: 'Accesso ai servizi sanitari', language: 'it', attributes: identity },
    {
      name: 'Accesso con proposta dei recapiti',
      language: 'it',
      attributes: [...identity, 'mobilePhone', 'email'],
    },
  ],
  issuerFormat: 'required',
}

/**
 * "Entra con CIE" (technical manual for service providers of the Ministry of the Interior): one provider, which always
 * gives the eIDAS minimum set; the set is named by a UUID of its own.
 */
const cie: Profile = {
  scheme: 'CIE',
  path: '/auth/cie',
  attributeSets: [{ name: 'urn:uuid:8a3d2c5e-6f41-4b7a-9c0d-2e5f71b84c93', language: '', attributes: identity }],
  issuerFormat: 'optional',
}

export const profiles: Readonly<Record<Scheme, Profile>> = { SPID: spid, CIE: cie }
