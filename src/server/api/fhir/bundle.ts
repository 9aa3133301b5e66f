// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import type { Tx } from '../../platform/database.ts'
import type { Criterion } from '../../registry/directory/index.ts'
import type { Context, Definition, Resource, ResourceType } from './definition.ts'
import { ignoredOutcome } from './outcome.ts'
import { definitions } from './resources.ts'
import type { Search } from './search.ts'

interface Entry {
  fullUrl?: string
  resource: object
  search: { mode: 'match' | 'include' | 'outcome' }
}

/** Somebody's row that was shown: whose it was, for the audit trail. */
export interface Shown {
  type: ResourceType
  id: string
  people: readonly string[]
}

/** Includes of one search, at most: a page never becomes a region. */
const mostIncluded = 1000

/** The version of a resource is what it says: the registry has no counter that moves with everything a resource shows. */
export function versioned(resource: Resource): Resource {
  const versionId = createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16)
  const { resourceType, id, ...elements } = resource
  return { resourceType, id, meta: { versionId }, ...elements }
}

export const eTagOf = (resource: Resource): string => `W/"${(resource['meta'] as { versionId: string }).versionId}"`

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
}

/** Only the elements asked for. */
function only(resource: Resource, elements: readonly string[] | undefined): Resource {
  if (!elements) return resource
  const kept = Object.entries(resource).filter(([name]) => {
    const element = name.replace(/^_/, '')
    return elements.includes(element)
  })
  const meta = { ...(resource['meta'] as object), tag: [subsetted] }
  return { resourceType: resource.resourceType, id: resource.id, ...Object.fromEntries(kept), meta }
}

const idsAre = (ids: readonly string[], field = 'id'): Criterion => ({
  field,
  tests: ids.map((value) => ({ kind: 'code', value })),
})

type Reads = <Row extends { id: string }>(
  definition: Definition<Row>,
  criteria: readonly Criterion[],
  limit: number,
) => Promise<Row[]>

/** The other resources that a page asks for with it: one statement for each kind of reference. */
async function included(
  definition: Definition,
  search: Search,
  rows: readonly { id: string }[],
  read: Reads,
): Promise<[Definition, { id: string }][]> {
  const found: [Definition, { id: string }][] = []
  for (const name of new Set(search.includes)) {
    const { target, ids } = definition.includes[name]!
    const wanted = [...new Set(rows.flatMap((row) => ids(row)).filter((id) => id !== null))]
    if (wanted.length === 0) continue
    for (const row of await read(definitions[target], [idsAre(wanted)], mostIncluded))
      found.push([definitions[target], row])
  }
  for (const { source, parameter } of new Set(search.revincludes)) {
    if (rows.length === 0) continue
    const { field } = definitions[source].parameters[parameter]!
    const criteria = [
      idsAre(
        rows.map(({ id }) => id),
        field,
      ),
    ]
    for (const row of await read(definitions[source], criteria, mostIncluded)) found.push([definitions[source], row])
  }
  const matches = new Set(rows.map(({ id }) => id))
  const known = new Map(found.map((pair) => [`${pair[0].type}/${pair[1].id}`, pair] as const))
  return [...known.values()].filter(([{ type }, { id }]) => type !== definition.type || !matches.has(id))
}

/** Runs a search and makes its bundle; says who was shown. `address` is that of the search, `posted` when it came in a body. */
export async function runSearch(
  tx: Tx,
  definition: Definition,
  search: Search,
  context: Context,
  posted: boolean,
): Promise<{ bundle: object; shown: Shown[] }> {
  const { page, criteria } = search
  const total = search.countOnly || search.total ? await definition.count(tx, context, criteria) : undefined
  const found = search.countOnly ? [] : await definition.find(tx, context, criteria, { ...page, limit: page.limit + 1 })
  const rows = found.slice(0, page.limit)
  const read: Reads = (of, wanted, limit) => of.find(tx, context, wanted, { limit })
  const others = await included(definition, search, rows, read)
  const entry = (of: Definition, row: { id: string }, mode: 'match' | 'include'): Entry => ({
    fullUrl: `${context.base}/${of.type}/${row.id}`,
    resource: only(versioned(of.toResource(row, context)), mode === 'match' ? search.elements : undefined),
    search: { mode },
  })
  const entries: Entry[] = [
    ...rows.map((row) => entry(definition, row, 'match')),
    ...others.map(([of, row]) => entry(of, row, 'include')),
    ...(search.ignored.length > 0
      ? [{ resource: ignoredOutcome(search.ignored), search: { mode: 'outcome' as const } }]
      : []),
  ]
  const last = found.length > page.limit ? rows.at(-1) : undefined
  const link = linksOf(definition.type, search, context, posted, last && search.cursorOf(last))
  const shown = [...rows.map((row) => [definition, row] as const), ...others].flatMap(([of, row]) =>
    of.people ? [{ type: of.type, id: row.id, people: of.people(row) }] : [],
  )
  return {
    bundle: {
      resourceType: 'Bundle',
      type: 'searchset',
      ...(total !== undefined && { total }),
      link,
      ...(entries.length > 0 && { entry: entries }),
    },
    shown,
  }
}

/**
 * Where this page and the next are. What came in a body does not go into an address: the next page is the same form, sent to the
 * address of `next`.
 */
function linksOf(
  type: string,
  { used }: Search,
  { base }: Context,
  posted: boolean,
  cursor: string | undefined,
): object[] {
  const address = posted ? `${base}/${type}/_search` : `${base}/${type}`
  const url = (parameters: readonly [string, string][]) => {
    const query = new URLSearchParams([...parameters]).toString()
    return query ? `${address}?${query}` : address
  }
  const said = posted ? [] : used
  return [
    { relation: 'self', url: url(said) },
    ...(cursor === undefined ? [] : [{ relation: 'next', url: url([...said, ['_cursor', cursor]]) }]),
  ]
}
