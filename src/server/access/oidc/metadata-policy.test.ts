// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OidcFault } from './fault.ts'
import { applyPolicy } from './metadata-policy.ts'

const metadata = { methods: ['a', 'b', 'c'], name: 'x' }

const cases: [what: string, policy: object, result: object][] = [
  ['value replaces', { name: { value: 'y' } }, { methods: ['a', 'b', 'c'], name: 'y' }],
  ['value null removes', { name: { value: null } }, { methods: ['a', 'b', 'c'] }],
  ['add adds what is missing', { methods: { add: ['c', 'd'] } }, { methods: ['a', 'b', 'c', 'd'], name: 'x' }],
  ['add makes a list', { more: { add: 'd' } }, { ...metadata, more: ['d'] }],
  ['default fills a gap', { more: { default: 1 }, name: { default: 'y' } }, { ...metadata, more: 1 }],
  ['one_of lets pass', { name: { one_of: ['x', 'y'] } }, metadata],
  ['subset_of takes away', { methods: { subset_of: ['b', 'c', 'z'] } }, { methods: ['b', 'c'], name: 'x' }],
  ['subset_of that leaves nothing removes', { methods: { subset_of: ['z'] } }, { name: 'x' }],
  ['superset_of lets pass', { methods: { superset_of: ['a'] } }, metadata],
  ['essential lets pass', { name: { essential: true }, other: { essential: false } }, metadata],
  ['operators have an order', { more: { essential: true, default: 1 } }, { ...metadata, more: 1 }],
  ['an unknown operator is ignored', { name: { regexp: '.*' } }, metadata],
]
for (const [what, policy, result] of cases)
  test(what, () => assert.deepEqual(applyPolicy(metadata, policy, undefined), result))

const refused: [what: string, policy: unknown, critical: unknown, code: string][] = [
  ['one_of', { name: { one_of: ['y'] } }, undefined, 'policy/one_of'],
  ['superset_of', { methods: { superset_of: ['z'] } }, undefined, 'policy/superset_of'],
  ['essential', { other: { essential: true } }, undefined, 'policy/essential'],
  ['essential after subset_of', { methods: { subset_of: ['z'], essential: true } }, undefined, 'policy/essential'],
  ['an operator that is critical and not known', {}, ['regexp'], 'policy/critical'],
  ['a policy that is none', 'x', undefined, 'policy/form'],
  ['rules that are none', { name: 'x' }, undefined, 'policy/form'],
]
for (const [what, policy, critical, code] of refused)
  test(`${what} refuses`, () =>
    assert.throws(
      () => applyPolicy(metadata, policy, critical),
      (error) => error instanceof OidcFault && error.code === code,
    ))

test('without a policy the metadata stay as they are', () => {
  assert.deepEqual(applyPolicy(metadata, undefined, undefined), metadata)
  assert.deepEqual(applyPolicy(metadata, {}, ['one_of']), metadata)
})
