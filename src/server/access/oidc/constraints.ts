// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { OidcFault } from './fault.ts'

const names = Type.Array(Type.String({ minLength: 1 }))
const Constraints = Type.Object({
  max_path_length: Type.Optional(Type.Integer({ minimum: 0 })),
  naming_constraints: Type.Optional(Type.Object({ permitted: Type.Optional(names), excluded: Type.Optional(names) })),
  allowed_entity_types: Type.Optional(names),
  // What the national specification calls it.
  allowed_leaf_entity_types: Type.Optional(names),
})

function constraintsOf(written: unknown): Static<typeof Constraints> {
  if (written === undefined) return {}
  if (!Value.Check(Constraints, written)) throw new OidcFault('constraints/form')
  return written
}

/** Whether a host is in a tree of names: `.example.it` is every host below it, `example.it` that host alone (RFC 5280, 4.2.1.10). */
function isIn(host: string, name: string): boolean {
  const tree = name.toLowerCase()
  return tree.startsWith('.') ? host.endsWith(tree) && host.length > tree.length : host === tree
}

/**
 * Applies what a superior's statement lets be below it (OpenID Federation 1.0, section 6.2). `below` are the entities from
 * the one that the statement is about down to the subject of the chain.
 *
 * @throws OidcFault `constraints/…`
 */
export function checkConstraints(written: unknown, below: readonly string[]): void {
  const { max_path_length: longest, naming_constraints: naming = {} } = constraintsOf(written)
  if (longest !== undefined && below.length - 1 > longest) throw new OidcFault('constraints/max_path_length')
  const { permitted, excluded = [] } = naming
  for (const entity of below) {
    const host = new URL(entity).hostname
    const allowed = !permitted || permitted.some((name) => isIn(host, name))
    if (!allowed || excluded.some((name) => isIn(host, name))) throw new OidcFault('constraints/naming_constraints')
  }
}

/**
 * That a superior lets an entity of this kind be below it; `federation_entity` always is.
 *
 * @throws OidcFault `constraints/…`
 */
export function checkKind(written: unknown, kind: string): void {
  if (kind === 'federation_entity') return
  const { allowed_entity_types: allowed, allowed_leaf_entity_types: leaves } = constraintsOf(written)
  for (const list of [allowed, leaves])
    if (list && !list.includes(kind)) throw new OidcFault('constraints/allowed_entity_types')
}
