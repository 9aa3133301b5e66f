// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Demo, DemoPerson } from '../../shared/demo.ts'
import { readFiscalCode } from '../../shared/fiscal-code.ts'
import type { SpidAttribute, SpidPurpose } from '../../shared/saml-names.ts'
import type { Scheme } from './providers.ts'

/** A person who holds an identity with the sandbox's providers. */
export type Holder = Pick<DemoPerson, 'fiscalCode' | 'givenName' | 'familyName' | 'birthDate'> &
  Partial<Pick<DemoPerson, 'sex' | 'birthPlaceCode' | 'note' | 'noteEn' | 'email' | 'mobile' | 'roles'>>

/** What an identity is for: oneself, or one's profession. */
export type Use = 'personal' | 'professional'

/** The identities a person holds: who works in health care has a professional SPID beside her own; a card is personal. */
export function usesOf({ roles }: Holder, scheme: Scheme): Use[] {
  return scheme === 'spid' && roles && roles.length > 0 ? ['personal', 'professional'] : ['personal']
}

/** Whether an identity is of the kind a request asks for. Nobody here holds one of a legal person (PG, LP). */
export function suits(use: Use, purpose: SpidPurpose | null): boolean {
  return use === 'personal' ? purpose === null : purpose === 'P' || purpose === 'PF' || purpose === 'PX'
}

let cached: { file: string; changed: number; people: Holder[] } | undefined

/** The demo people, as the generator of the demo region wrote them; none when there is no demo region. */
export async function demoPeople(dataDir: string): Promise<Holder[]> {
  const file = join(dataDir, 'demo.json')
  let changed: number
  try {
    changed = (await stat(file)).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  if (cached?.file !== file || cached.changed !== changed) {
    // The generator of this repository writes the file.
    const demo = JSON.parse(await readFile(file, 'utf8')) as Demo
    cached = { file, changed, people: demo.people.filter((person) => person.spid) }
  }
  return cached.people
}

/** Everything the providers know of a person, by the names of the SPID table of attributes. */
export function attributesOf(person: Holder): Map<SpidAttribute, string> {
  const facts = readFiscalCode(person.fiscalCode, person.birthDate)
  return new Map<SpidAttribute, string>([
    ['spidCode', `SNDB${person.fiscalCode.slice(6)}`],
    ['name', person.givenName],
    ['familyName', person.familyName],
    ['placeOfBirth', person.birthPlaceCode ?? facts?.birthPlaceCode ?? 'H501'],
    ['dateOfBirth', person.birthDate],
    ['gender', person.sex ?? facts?.sex ?? 'F'],
    ['fiscalNumber', `TINIT-${person.fiscalCode}`],
    ['mobilePhone', person.mobile ?? '+390000000000'],
    ['email', person.email ?? 'persona@prova.example'],
    ['expirationDate', '2099-12-31'],
  ])
}
