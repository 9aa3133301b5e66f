// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'

export const organisationKinds = [
  'region',
  'asl',
  'ao',
  'aou',
  'irccs',
  'district',
  'hospital',
  'accredited',
  'clinic',
  'unit',
  'pharmacy',
  'laboratory',
  'vaccination-centre',
  'supplier',
] as const
export type OrganisationKind = (typeof organisationKinds)[number]

/** A health authority, hospital, district, accredited provider or unit. */
export interface Organisation {
  id: string
  parentId: string | null
  kind: OrganisationKind
  /** Region and authority code (150204), structure code, or D and the number of a district. */
  code: string
  name: string
  fiscalCode: string | null
  telephone: string | null
  email: string | null
  /** Runs a booking centre of its own besides the regional one. */
  ownBooking: boolean
}

const columns = ['id', 'parentId', 'kind', 'code', 'name', 'fiscalCode', 'telephone', 'email', 'ownBooking'] as const

/** The organisations with these ids, in no order. */
export async function getOrganisations(tx: Tx, ids: readonly string[]): Promise<Organisation[]> {
  if (ids.length === 0) return []
  const rows = await tables<'registry'>(tx)
    .selectFrom('registry.organisation')
    .select(columns)
    .where('id', 'in', ids)
    .execute()
  return rows as Organisation[] // the table checks the kind
}

/** Names of organisations by id; an id that is missing or there twice does no harm. */
export async function organisationNames(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = new Set(ids.filter((id) => id !== null))
  return new Map((await getOrganisations(tx, [...wanted])).map(({ id, name }) => [id, name]))
}

/** One organisation; refuses when there is none. */
export async function getOrganisation(tx: Tx, id: string): Promise<Organisation> {
  const [found] = await getOrganisations(tx, [id])
  if (!found) throw notFound({ it: 'Struttura', en: 'Organisation' })
  return found
}

/** The organisation with a code of the national lists; undefined when the registry has none. */
export async function findOrganisationByCode(tx: Tx, code: string): Promise<Organisation | undefined> {
  const found = await tables<'registry'>(tx)
    .selectFrom('registry.organisation')
    .select(columns)
    .where('code', '=', code)
    .executeTakeFirst()
  return found as Organisation | undefined // the table checks the kind
}

/** An organisation and everything below it, by name. */
export async function organisationsUnder(tx: Tx, id: string): Promise<Organisation[]> {
  const rows = await tables<'registry'>(tx)
    .withRecursive('below', (db) =>
      db
        .selectFrom('registry.organisation')
        .select(columns)
        .where('id', '=', id)
        .unionAll((all) =>
          all
            .selectFrom('registry.organisation as child')
            .innerJoin('below', 'below.id', 'child.parentId')
            .select(columns.map((column) => `child.${column}` as const)),
        ),
    )
    .selectFrom('below')
    .selectAll()
    .orderBy('name')
    .execute()
  return rows as Organisation[] // the table checks the kind
}

/** The health authorities an organisation works for: itself, the one above it, or for the region all of them. */
export async function authoritiesFor(tx: Tx, id: string): Promise<Organisation[]> {
  const under = await organisationsUnder(tx, id)
  const authorities = under.filter(({ kind }) => kind === 'asl')
  if (authorities.length > 0) return authorities
  let above = under.find((one) => one.id === id)
  while (above && above.kind !== 'asl')
    above = above.parentId === null ? undefined : await getOrganisation(tx, above.parentId)
  return above ? [above] : []
}
