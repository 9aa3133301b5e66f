// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { tables, type Tx } from '../../platform/database.ts'

/** The living person who holds or held this fiscal code; undefined when the registry knows nobody. */
export async function findPersonByFiscalCode(tx: Tx, fiscalCode: string): Promise<{ id: string } | undefined> {
  return tables<'registry'>(tx)
    .selectFrom('registry.personIdentifier as identifier')
    .innerJoin('registry.person as person', 'person.id', 'identifier.personId')
    .select(({ fn }) => fn.coalesce('person.mergedInto', 'person.id').as('id'))
    .where('identifier.value', '=', fiscalCode)
    .where('person.deceasedOn', 'is', null)
    .executeTakeFirst()
}

export {
  exemptionsOf,
  findHealthCode,
  findHome,
  getPerson,
  getPersons,
  type HealthCode,
  type Home,
  type Person,
} from './people.ts'
