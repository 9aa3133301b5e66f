// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { computeFiscalCode } from '../src/shared/fiscal-code.ts'
import { plainName } from '../src/shared/plain-text.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import { insertRows } from '../scripts/region/rows.ts'
import { organisationId } from '../scripts/region/reference/organisations.ts'
import { stableId } from '../scripts/region/ids.ts'
import type { TestApp } from './setup.ts'

/** Ids of reference data: the health authority of Naples, the hospital of the sea, a service by its catalogue code. */
export const aslNapoli1 = organisationId('150204')
export const aslSalerno = organisationId('150207')
export const serviceId = (catalogueCode: string): string => stableId('service', catalogueCode)

let people = 0

/** A surname whose first consonants, and so whose fiscal code, are its own. */
function inventedName(number: number): string {
  const consonants = 'BCDFGLMNPRSTVZ'
  const letter = (place: number) => consonants[Math.floor(number / consonants.length ** place) % consonants.length]!
  return `${letter(2)}o${letter(1).toLowerCase()}a${letter(0).toLowerCase()}o Prova`
}

export interface PersonWish {
  givenName?: string
  familyName?: string
  sex?: 'M' | 'F'
  /** YYYY-MM-DD */
  birthDate?: string
  /** Another code instead of the fiscal code. */
  code?: { type: 'CF' | 'CF_PROVISIONAL' | 'STP' | 'ENI'; value: string }
  aslId?: string
  mobile?: string
  email?: string
  /** Person whose child this is. */
  parent?: string
  /** Exemption codes in force. */
  exemptions?: string[]
}

/** Enters a person into the registry: an adult woman of Naples when nothing else is said. */
export async function aPerson(t: TestApp, wish: PersonWish = {}): Promise<{ id: string; code: string }> {
  people += 1
  const facts = {
    givenName: wish.givenName ?? 'Anna',
    familyName: wish.familyName ?? inventedName(people),
    sex: wish.sex ?? 'F',
    birthDate: wish.birthDate ?? `19${60 + (people % 30)}-0${1 + (people % 9)}-${10 + (people % 18)}`,
    birthPlaceCode: 'F839',
  }
  const id = uuidv7()
  const code = wish.code ?? { type: 'CF' as const, value: computeFiscalCode(facts) }
  const always = '[1900-01-01,)'
  const client = await t.owner.connect()
  try {
    await client.query('begin')
    await client.query("select set_config('app.role', 'system', true)")
    await insertRows(client, 'registry.person', [
      {
        id,
        family_name: facts.familyName,
        given_name: facts.givenName,
        search_name: plainName(facts.familyName, facts.givenName),
        birth_date: facts.birthDate,
        sex: facts.sex,
        birth_place_code: facts.birthPlaceCode,
        birth_place_name: 'NAPOLI',
        citizenship: '100',
        version: 1,
        created_at: new Date(),
        updated_at: new Date(),
      },
    ])
    const row = (table: string, values: Record<string, unknown>) =>
      insertRows(client, `registry.${table}`, [
        { id: uuidv7(), person_id: id, valid: always, source: 'test', ...values },
      ])
    await row('person_identifier', { ...code, checked: true })
    await row('address', { kind: 'residence', line: 'Via di Prova 1', istat_code: '063049', place: 'Napoli' })
    await row('enrolment', { asl_id: wish.aslId ?? aslNapoli1, kind: 'RESIDENT', state: 'ACTIVE' })
    if (wish.mobile) await row('contact', { kind: 'mobile', value: wish.mobile, verified_at: new Date() })
    if (wish.email) await row('contact', { kind: 'email', value: wish.email, verified_at: new Date() })
    if (wish.parent) await row('family_link', { related_id: wish.parent, relation: 'parent' })
    for (const exemption of wish.exemptions ?? []) {
      await insertRows(client, 'registry.person_exemption', [
        {
          id: uuidv7(),
          person_id: id,
          code: exemption,
          state: 'ACTIVE',
          origin: 'office',
          valid: always,
          created_at: new Date(),
        },
      ])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
  return { id, code: code.value }
}

let placeNumber = 0

/** Enters a place of an organisation, in Naples when nothing else is said. */
export async function aPlace(
  t: TestApp,
  wish: {
    organisationId?: string
    name?: string
    istatCode?: string
    aslId?: string
    latitude?: number
    longitude?: number
  } = {},
): Promise<string> {
  placeNumber += 1
  const id = uuidv7()
  const client = await t.owner.connect()
  try {
    await insertRows(client, 'registry.location', [
      {
        id,
        organisation_id: wish.organisationId ?? aslNapoli1,
        asl_id: wish.aslId ?? aslNapoli1,
        code: `T${Date.now()}${placeNumber}`,
        name: wish.name ?? `Ambulatorio di prova ${placeNumber}`,
        address: 'Via di Prova 2',
        istat_code: wish.istatCode ?? '063049',
        postcode: '80100',
        latitude: wish.latitude ?? 40.85,
        longitude: wish.longitude ?? 14.25,
        step_free: true,
        accessibility: {},
        directions: {},
        valid: '[1900-01-01,)',
      },
    ])
  } finally {
    client.release()
  }
  return id
}
