// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { OidcFault } from './fault.ts'

type Members = Readonly<Record<string, unknown>>

/** A policy for one kind of entity: the operators of each metadata parameter. */
export type Policy = Readonly<Record<string, Members>>

/** What a superior's statement says of the metadata of those below it, as it was written. */
export interface PolicyClaims {
  policy: unknown
  /** Operators that must be understood (`metadata_policy_crit`). */
  critical: unknown
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The same text for the same value, in whatever order its members were written. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => (isObject(one) ? Object.entries(one).toSorted() : one))
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other)
const has = (list: readonly unknown[], value: unknown): boolean => list.some((one) => same(one, value))
const within = (some: readonly unknown[], all: readonly unknown[]): boolean => some.every((one) => has(all, one))
const union = (one: readonly unknown[], other: readonly unknown[]): unknown[] => [
  ...one,
  ...other.filter((value) => !has(one, value)),
]
const intersection = (one: readonly unknown[], other: readonly unknown[]): unknown[] =>
  one.filter((value) => has(other, value))
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** The value of a parameter that must be a list, or be absent. */
function listed(value: unknown, operator: string): readonly unknown[] | undefined {
  if (value === undefined || Array.isArray(value)) return value
  throw new OidcFault(`policy/${operator}`)
}

interface Operator {
  /** Whether the superior may set it to this. */
  takes(wanted: unknown): boolean
  /** What two superiors want together, the higher one first: it never allows more than either. */
  merge(higher: unknown, lower: unknown): unknown
  /** The value of the parameter as it shall be. */
  apply(value: unknown, wanted: unknown): unknown
}

function equalOnly(name: string) {
  return (higher: unknown, lower: unknown): unknown => {
    if (!same(higher, lower)) throw new OidcFault(`policy/${name}`)
    return higher
  }
}
const setOf = (merge: typeof union) => (higher: unknown, lower: unknown) => merge(listOf(higher), listOf(lower))

/** The operators (OpenID Federation 1.0, section 6.1.3.1) in the order in which they are applied. */
const operators: Readonly<Record<string, Operator>> = {
  value: { takes: () => true, merge: equalOnly('value'), apply: (_value, wanted) => wanted ?? undefined },
  add: {
    takes: Array.isArray,
    merge: setOf(union),
    apply: (value, wanted) => union(listed(value, 'add') ?? [], listOf(wanted)),
  },
  default: {
    takes: (wanted) => wanted !== null,
    merge: equalOnly('default'),
    apply: (value, wanted) => value ?? wanted,
  },
  one_of: {
    takes: Array.isArray,
    merge(higher, lower) {
      const both = intersection(listOf(higher), listOf(lower))
      if (both.length === 0) throw new OidcFault('policy/one_of')
      return both
    },
    // The national policies write it for lists too: each of the values must be one of these.
    apply(value, wanted) {
      if (!within(listOf(value), listOf(wanted))) throw new OidcFault('policy/one_of')
      return value
    },
  },
  subset_of: {
    takes: Array.isArray,
    merge: setOf(intersection),
    // What is left may be nothing, and still is there: an empty list allows nothing, an absent one would allow anything.
    apply: (value, wanted) => {
      const list = listed(value, 'subset_of')
      return list && intersection(list, listOf(wanted))
    },
  },
  superset_of: {
    takes: Array.isArray,
    merge: setOf(union),
    apply(value, wanted) {
      const list = listed(value, 'superset_of')
      if (list && !within(listOf(wanted), list)) throw new OidcFault('policy/superset_of')
      return value
    },
  },
  essential: {
    takes: (wanted) => typeof wanted === 'boolean',
    merge: (higher, lower) => higher === true || lower === true,
    apply(value, wanted) {
      if (wanted === true && value === undefined) throw new OidcFault('policy/essential')
      return value
    },
  },
}

/** Operators that contradict each other make the policy, and with it the chain, invalid. */
function checkCombination(rules: Members): void {
  const { value, add, default: fallback, one_of: oneOf, subset_of: subsetOf, superset_of: supersetOf } = rules
  const both = (one: unknown, other: unknown): boolean => one !== undefined && other !== undefined
  const wrong =
    both(oneOf, add) ||
    both(oneOf, subsetOf) ||
    both(oneOf, supersetOf) ||
    (both(value, add) && !within(listOf(add), listOf(value))) ||
    (both(value, oneOf) && (value === null || !within(listOf(value), listOf(oneOf)))) ||
    (both(value, subsetOf) && !within(listOf(value), listOf(subsetOf))) ||
    (both(value, supersetOf) && !within(listOf(supersetOf), listOf(value))) ||
    (value === null && (fallback !== undefined || rules['essential'] === true)) ||
    (both(add, subsetOf) && !within(listOf(add), listOf(subsetOf))) ||
    (both(subsetOf, supersetOf) && !within(listOf(supersetOf), listOf(subsetOf)))
  if (wrong) throw new OidcFault('policy/combination')
}

/** The operators of one parameter that we know; the others are ignored, unless they are critical. */
function rulesOf(written: unknown): Members {
  if (!isObject(written)) throw new OidcFault('policy/form')
  const known = Object.entries(written).filter(([name]) => Object.hasOwn(operators, name))
  for (const [name, wanted] of known) if (!operators[name]?.takes(wanted)) throw new OidcFault(`policy/${name}`)
  const rules = Object.fromEntries(known)
  checkCombination(rules)
  return rules
}

function mergeRules(higher: Members, lower: Members): Members {
  const rules = { ...higher }
  for (const [name, wanted] of Object.entries(lower))
    rules[name] = Object.hasOwn(rules, name) ? operators[name]!.merge(rules[name], wanted) : wanted
  checkCombination(rules)
  return rules
}

/**
 * The policy for one kind of entity that a chain of superiors sets together, the highest first: what one allows, no one
 * below it can widen (section 6.1.4.1).
 *
 * @throws OidcFault `policy/…`
 */
export function resolvePolicy(claims: readonly PolicyClaims[], kind: string): Policy {
  for (const { critical } of claims) {
    if (critical === undefined) continue
    const understood = Array.isArray(critical) && critical.length > 0
    if (!understood || !critical.every((name) => typeof name === 'string' && Object.hasOwn(operators, name)))
      throw new OidcFault('policy/critical')
  }
  let resolved: Policy = {}
  for (const { policy } of claims) {
    if (policy === undefined) continue
    if (!isObject(policy)) throw new OidcFault('policy/form')
    for (const [one, parameters] of Object.entries(policy)) {
      if (!isObject(parameters)) throw new OidcFault('policy/form')
      const lower = Object.fromEntries(Object.entries(parameters).map(([name, rules]) => [name, rulesOf(rules)]))
      if (one === kind) resolved = mergeParameters(resolved, lower)
    }
  }
  return resolved
}

function mergeParameters(higher: Policy, lower: Policy): Policy {
  const merged = { ...higher }
  for (const [name, rules] of Object.entries(lower)) {
    const above = Object.hasOwn(merged, name) ? merged[name] : undefined
    merged[name] = above ? mergeRules(above, rules) : rules
  }
  return merged
}

/**
 * The metadata of an entity as its superiors let them count (section 6.1.4.2).
 *
 * @throws OidcFault `policy/…`
 */
export function applyPolicy(metadata: Members, policy: Policy): Members {
  const result: Record<string, unknown> = { ...metadata }
  for (const [name, rules] of Object.entries(policy)) {
    let value = opened(name, result[name])
    for (const [operator, { apply }] of Object.entries(operators))
      if (Object.hasOwn(rules, operator)) value = apply(value, rules[operator])
    if (value === undefined) delete result[name]
    else result[name] = closed(name, value)
  }
  return result
}

/** A key set holds its list inside; the national policies (SPID/CIE, "Metadata Policy") speak of the keys. */
function opened(name: string, value: unknown): unknown {
  return name === 'jwks' && isObject(value) && Array.isArray(value['keys']) ? value['keys'] : value
}

function closed(name: string, value: unknown): unknown {
  return name === 'jwks' && Array.isArray(value) ? { keys: value } : value
}
