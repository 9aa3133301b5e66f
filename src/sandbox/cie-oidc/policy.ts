// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { decodeJwt } from 'jose'
import type { SandboxContext } from '../context.ts'
import { FederationFault, memberMetadata } from './admission.ts'
import { statementAbout } from './federation.ts'
import { idOf, superiorsOf, type Entity } from './places.ts'

type Metadata = Record<string, unknown>
type Policy = Record<string, Record<string, unknown>>

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const within = (some: unknown, all: unknown): boolean => listOf(some).every((one) => listOf(all).includes(one))

/** The operators of a metadata policy in the order in which they are applied (OpenID Federation 1.0, section 6.1.3.1). */
const operators: readonly [name: string, apply: (value: unknown, wanted: unknown) => unknown][] = [
  ['value', (_value, wanted) => wanted],
  ['add', (value, wanted) => [...new Set([...listOf(value), ...listOf(wanted)])]],
  ['default', (value, wanted) => value ?? wanted],
  ['one_of', (value, wanted) => (within(value, wanted) ? value : refuse('one_of'))],
  ['subset_of', (value, wanted) => (value === undefined ? value : listOf(value).filter((one) => within(one, wanted)))],
  ['superset_of', (value, wanted) => (value === undefined || within(wanted, value) ? value : refuse('superset_of'))],
  ['essential', (value, wanted) => (wanted && value === undefined ? refuse('essential') : value)],
]

function refuse(operator: string): never {
  throw new FederationFault(`metadata policy: ${operator}`)
}

function underPolicy(metadata: Metadata, policy: Policy): Metadata {
  const result = { ...metadata }
  for (const [name, rules] of Object.entries(policy)) {
    const present = operators.filter(([operator]) => operator in rules)
    result[name] = present.reduce((value, [operator, apply]) => apply(value, rules[operator]), result[name])
  }
  return result
}

/** The policies for relying parties in what the superiors of an entity publish, that of the trust anchor first. */
async function policiesAbove(context: SandboxContext, entity: Entity): Promise<Policy[]> {
  const [superior] = await superiorsOf(context, entity)
  if (superior !== 'ta' && superior !== 'sa' && superior !== 'sb') return []
  const statement = await statementAbout(context, superior, idOf(context, entity))
  const { metadata_policy: policy = {} } = decodeJwt<{ metadata_policy?: Record<string, Policy> }>(statement ?? '')
  return [...(await policiesAbove(context, superior)), policy['openid_relying_party'] ?? {}]
}

/**
 * The metadata of a relying party as its superiors let them count: what the provider registers.
 *
 * @throws FederationFault saying what is wrong with them, or which operator of a policy they do not comply with
 */
export async function registeredMetadata(context: SandboxContext, clientId: string): Promise<Metadata> {
  const declared = await memberMetadata(context, clientId)
  return (await policiesAbove(context, 'rp')).reduce(underPolicy, declared)
}
