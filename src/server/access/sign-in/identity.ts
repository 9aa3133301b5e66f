// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { isFiscalCode } from '../../../shared/fiscal-code.ts'
import { SamlFault } from './saml/fault.ts'

/** Who a provider says the person is. */
export type Identity = {
  fiscalCode: string
  givenName: string
  familyName: string
  /** YYYY-MM-DD */
  birthDate: string
}

/**
 * The identity among the attributes of an assertion. Those that were not asked for are not looked at.
 *
 * @throws SamlFault `identity/…` when one that was asked for is missing or cannot be what it says
 */
export function identityFrom(attributes: ReadonlyMap<string, string>): Identity {
  const required = (name: string): string => {
    const value = attributes.get(name)?.trim()
    if (!value) throw new SamlFault(`identity/${name}`)
    return value
  }
  const number = required('fiscalNumber').toUpperCase()
  const code = number.startsWith('TINIT-') ? number.slice(6) : ''
  if (!isFiscalCode(code)) throw new SamlFault('identity/fiscalNumber')
  const birthDate = required('dateOfBirth')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthDate) || Number.isNaN(Date.parse(birthDate))) {
    throw new SamlFault('identity/dateOfBirth')
  }
  return { fiscalCode: code, givenName: required('name'), familyName: required('familyName'), birthDate }
}

/** Age in whole years on a day; both days as YYYY-MM-DD. Born on 29 February: a year older on 1 March. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}
