// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { OidcFault } from './fault.ts'

type Metadata = Readonly<Record<string, unknown>>

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * The operators of a metadata policy (OpenID Federation 1.0, section 6.1.3.1), in the order in which they are applied. Each
 * gives the value back as it shall be, or throws.
 */
const operators: readonly (readonly [name: string, apply: (value: unknown, wanted: unknown) => unknown])[] = [
  ['value', (_value, wanted) => wanted ?? undefined],
  [
    'add',
    (value, wanted) => [
      ...listOf(value),
      ...listOf(wanted).filter((one) => !listOf(value).some((own) => same(own, one))),
    ],
  ],
  ['default', (value, wanted) => value ?? wanted],
  [
    'one_of',
    (value, wanted) => {
      if (value !== undefined && !listOf(wanted).some((one) => same(one, value))) throw new OidcFault('policy/one_of')
      return value
    },
  ],
  [
    'subset_of',
    (value, wanted) => {
      if (value === undefined) return value
      const kept = listOf(value).filter((own) => listOf(wanted).some((one) => same(one, own)))
      return kept.length > 0 ? kept : undefined
    },
  ],
  [
    'superset_of',
    (value, wanted) => {
      const has = (one: unknown): boolean => listOf(value).some((own) => same(own, one))
      if (value !== undefined && !listOf(wanted).every(has)) throw new OidcFault('policy/superset_of')
      return value
    },
  ],
  [
    'essential',
    (value, wanted) => {
      if (wanted === true && value === undefined) throw new OidcFault('policy/essential')
      return value
    },
  ],
]
const known = new Set(operators.map(([name]) => name))

/**
 * The metadata of an entity as its superior lets them count. An operator that is not known is ignored, unless the superior
 * names it as critical (`metadata_policy_crit`).
 *
 * @throws OidcFault `policy/…`
 */
export function applyPolicy(metadata: Metadata, policy: unknown, critical: unknown): Metadata {
  for (const name of listOf(critical)) if (!known.has(String(name))) throw new OidcFault('policy/critical')
  if (policy === undefined) return metadata
  if (typeof policy !== 'object' || policy === null) throw new OidcFault('policy/form')
  const result: Record<string, unknown> = { ...metadata }
  for (const [parameter, rules] of Object.entries(policy)) {
    if (typeof rules !== 'object' || rules === null) throw new OidcFault('policy/form')
    const wanted = rules as Record<string, unknown> // an object, checked above
    for (const [name, apply] of operators) {
      if (!Object.hasOwn(wanted, name)) continue
      const value = apply(result[parameter], wanted[name])
      if (value === undefined) delete result[parameter]
      else result[parameter] = value
    }
  }
  return result
}
