// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { cleanCode, isFiscalCode } from '../../../shared/fiscal-code.ts'
import { plainName } from '../../../shared/plain-text.ts'
import type { Tx } from '../../platform/database.ts'
import type { Day } from '../../platform/time.ts'
import { familyOf, findHealthCode, findPersonByFiscalCode, getPersons } from '../../registry/people/index.ts'
import { wrongHousehold } from './refusals.ts'
import type { Household } from './rules.ts'
import type { Member } from './schema.ts'

/** Somebody of the fiscal household, as kept in the declaration. */
export interface DeclaredMember {
  /** Null for who is not in the registry under the name and code that were typed. */
  personId: string | null
  givenName: string
  familyName: string
  fiscalCode: string | null
  relation: Member['relation']
  dependant: boolean
}

const partners: readonly Member['relation'][] = ['spouse', 'civil-partner']

/**
 * The household that somebody declares. People whom the form named are taken from the registry; those typed are linked to it
 * only when code and name agree, and nobody learns whether they did.
 *
 * @throws Refusal `exemptions/wrong-household`
 */
export async function readHousehold(
  tx: Tx,
  patientId: string,
  members: readonly Member[],
  day: Day,
): Promise<DeclaredMember[]> {
  const family = new Map((await familyOf(tx, patientId, day)).map((one) => [one.id, one]))
  const read: DeclaredMember[] = []
  for (const member of members) {
    const { relation, dependant } = member
    if ('personId' in member) {
      const known = family.get(member.personId)
      if (!known) throw wrongHousehold
      const code = await findHealthCode(tx, known.id, day)
      const { id: personId, givenName, familyName } = known
      read.push({ personId, givenName, familyName, fiscalCode: code?.value ?? null, relation, dependant })
    } else {
      const fiscalCode = cleanCode(member.fiscalCode)
      if (!isFiscalCode(fiscalCode)) throw wrongHousehold
      const names = { givenName: member.givenName.trim(), familyName: member.familyName.trim() }
      read.push({ personId: await personNamed(tx, fiscalCode, names), ...names, fiscalCode, relation, dependant })
    }
  }
  const people = read.flatMap(({ personId }) => personId ?? [])
  const codes = read.flatMap(({ fiscalCode }) => fiscalCode ?? [])
  const twice = new Set(people).size < people.length || new Set(codes).size < codes.length
  const own = await findHealthCode(tx, patientId, day)
  const herself = people.includes(patientId) || (own !== undefined && codes.includes(own.value))
  const married = read.filter(({ relation }) => partners.includes(relation)).length
  if (twice || herself || married > 1) throw wrongHousehold
  return read
}

async function personNamed(
  tx: Tx,
  fiscalCode: string,
  { givenName, familyName }: { givenName: string; familyName: string },
): Promise<string | null> {
  const found = await findPersonByFiscalCode(tx, fiscalCode)
  const [person] = await getPersons(tx, found ? [found.id] : [])
  const same = person && plainName(person.familyName, person.givenName) === plainName(familyName, givenName)
  return same ? person.id : null
}

/**
 * How many the household is made of: the spouse always, whoever earns what; the others when they depend on the person for tax
 * (DM 22 January 1993). A minor belongs to the household of the parents.
 */
export function countHousehold(members: readonly DeclaredMember[], minor: boolean): Household {
  const count = (wanted: (one: DeclaredMember) => boolean) => members.filter(wanted).length
  return {
    spouse: members.some(({ relation }) => partners.includes(relation)),
    children: count(({ relation, dependant }) => relation === 'child' && dependant),
    others: count(
      ({ relation, dependant }) => relation !== 'child' && !partners.includes(relation) && (dependant || minor),
    ),
  }
}
