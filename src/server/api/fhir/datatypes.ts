// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Context } from './definition.ts'

const terminology = 'https://www.hl7.it/fhir/terminology/CodeSystem'
const codedString = 'http://hl7.org/fhir/StructureDefinition/iso21090-codedString'

const coded = (system: string, code: string) => ({
  extension: [{ url: codedString, valueCoding: { system: `${terminology}/${system}`, code } }],
})
const unknown = {
  extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
}

export interface AddressFacts {
  use: 'home' | 'temp' | 'work' | 'old'
  line: string
  municipality: string
  istatCode: string
  province: string
  inRegion: boolean
  postcode: string | null
}

/** An address in Italy as IT-Core wants it: codes beside the names of municipality, province, region and state. */
export function italianAddress(facts: AddressFacts, { region }: Context): object {
  return {
    use: facts.use,
    line: [facts.line],
    city: facts.municipality,
    _city: coded('istat-comuni', facts.istatCode),
    district: facts.province,
    _district: coded('province-istat', facts.istatCode.slice(0, 3)),
    ...(facts.inRegion ? { state: region.name, _state: coded('minsan-regione', region.code) } : { _state: unknown }),
    ...(facts.postcode && { postalCode: facts.postcode }),
    country: 'IT',
    _country: coded('istat-unitaAmministrativeTerritorialiEstere', '100'),
  }
}

export const point = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({ longitude, latitude })

/** Days from the first to the day before `end`, as FHIR has them: both included. */
export function period(from: string | null, end: string | null): object | undefined {
  const last = end && new Date(Date.parse(`${end}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  return from || last ? { ...(from && { start: from }), ...(last && { end: last }) } : undefined
}

/** The given names of a person, one by one. */
export const givenNames = (names: string): string[] => names.split(/\s+/).filter((name) => name !== '')
