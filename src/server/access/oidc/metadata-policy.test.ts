// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OidcFault } from './fault.ts'
import { applyPolicy, resolvePolicy, type PolicyClaims } from './metadata-policy.ts'

const metadata = { methods: ['a', 'b', 'c'], name: 'x' }
const kind = 'openid_provider'
const claims = (policy: unknown, critical?: unknown): PolicyClaims => ({ policy: { [kind]: policy }, critical })
const resolved = (...policies: unknown[]) =>
  resolvePolicy(
    policies.map((policy) => claims(policy)),
    kind,
  )
const withCode = (code: string) => (error: unknown) => error instanceof OidcFault && error.code === code

const cases: [what: string, policy: object, result: object][] = [
  ['value replaces', { name: { value: 'y' } }, { methods: ['a', 'b', 'c'], name: 'y' }],
  ['value null removes', { name: { value: null } }, { methods: ['a', 'b', 'c'] }],
  ['add adds what is missing', { methods: { add: ['c', 'd'] } }, { methods: ['a', 'b', 'c', 'd'], name: 'x' }],
  ['add makes a list', { more: { add: ['d'] } }, { ...metadata, more: ['d'] }],
  ['default fills a gap', { more: { default: 1 }, name: { default: 'y' } }, { ...metadata, more: 1 }],
  ['one_of lets pass', { name: { one_of: ['x', 'y'] } }, metadata],
  ['one_of lets a list pass whose values are all among them', { methods: { one_of: ['a', 'b', 'c', 'd'] } }, metadata],
  ['one_of lets pass what is absent', { more: { one_of: ['x'] } }, metadata],
  ['subset_of takes away', { methods: { subset_of: ['b', 'c', 'z'] } }, { methods: ['b', 'c'], name: 'x' }],
  [
    'subset_of that leaves nothing leaves a list of nothing',
    { methods: { subset_of: ['z'] } },
    { methods: [], name: 'x' },
  ],
  ['subset_of lets pass what is absent', { more: { subset_of: ['z'] } }, metadata],
  ['superset_of lets pass', { methods: { superset_of: ['a'] } }, metadata],
  ['essential lets pass', { name: { essential: true }, other: { essential: false } }, metadata],
  ['operators have an order', { more: { essential: true, default: 1 } }, { ...metadata, more: 1 }],
  ['an unknown operator is ignored', { name: { regexp: '.*' } }, metadata],
]
for (const [what, policy, result] of cases)
  test(what, () => assert.deepEqual(applyPolicy(metadata, resolved(policy)), result))

test('the keys of a set are what a policy for jwks speaks of, in whatever order their members are', () => {
  const [known, other] = [
    { kty: 'RSA', n: 'x', e: 'AQAB', kid: '1' },
    { kty: 'RSA', n: 'y', e: 'AQAB', kid: '2' },
  ]
  const written = { kid: '1', e: 'AQAB', kty: 'RSA', n: 'x' }
  const policy = resolved({ jwks: { subset_of: [written], essential: true } })
  assert.deepEqual(applyPolicy({ jwks: { keys: [known, other] } }, policy), { jwks: { keys: [known] } })
})

test('a policy for another kind of entity has no effect', () => {
  assert.deepEqual(
    applyPolicy(
      metadata,
      resolvePolicy([{ policy: { openid_relying_party: { name: { value: 'y' } } }, critical: undefined }], kind),
    ),
    metadata,
  )
})

test('a parameter that is null is as good as absent', () => {
  const policy = resolvePolicy([claims({ name: { one_of: ['x'] } })], kind)
  assert.deepEqual(applyPolicy({ name: null }, policy), { name: null })
})

test('without a policy the metadata stay as they are', () => {
  const nothing = resolvePolicy([{ policy: undefined, critical: undefined }], kind)
  assert.deepEqual(applyPolicy(metadata, nothing), metadata)
  assert.deepEqual(applyPolicy(metadata, resolvePolicy([claims({}, ['one_of'])], kind)), metadata)
})

/** What two superiors want together, the higher one first. */
const merges: [what: string, higher: object, lower: object, result: object][] = [
  ['parameters of both', { a: { value: 1 } }, { b: { value: 2 } }, { a: { value: 1 }, b: { value: 2 } }],
  [
    'operators of both',
    { a: { default: ['x'] } },
    { a: { subset_of: ['x'] } },
    { a: { default: ['x'], subset_of: ['x'] } },
  ],
  ['the same value', { a: { value: ['x'] } }, { a: { value: ['x'] } }, { a: { value: ['x'] } }],
  ['the same default', { a: { default: 1 } }, { a: { default: 1 } }, { a: { default: 1 } }],
  ['add: both', { a: { add: ['x'] } }, { a: { add: ['x', 'y'] } }, { a: { add: ['x', 'y'] } }],
  ['one_of: what both allow', { a: { one_of: ['x', 'y'] } }, { a: { one_of: ['y', 'z'] } }, { a: { one_of: ['y'] } }],
  [
    'subset_of: what both allow',
    { a: { subset_of: ['x', 'y'] } },
    { a: { subset_of: ['y', 'z'] } },
    { a: { subset_of: ['y'] } },
  ],
  ['subset_of: it may be nothing', { a: { subset_of: ['x'] } }, { a: { subset_of: ['y'] } }, { a: { subset_of: [] } }],
  [
    'superset_of: what either wants',
    { a: { superset_of: ['x'] } },
    { a: { superset_of: ['y'] } },
    { a: { superset_of: ['x', 'y'] } },
  ],
  ['essential stays so', { a: { essential: true } }, { a: { essential: false } }, { a: { essential: true } }],
  ['essential may become so', { a: { essential: false } }, { a: { essential: true } }, { a: { essential: true } }],
]
for (const [what, higher, lower, result] of merges)
  test(`merged: ${what}`, () => assert.deepEqual(resolved(higher, lower), result))

test('three superiors narrow one after another', () => {
  const policy = resolved(
    { a: { subset_of: ['x', 'y', 'z'] } },
    {},
    { a: { subset_of: ['z', 'y'] } },
    { a: { subset_of: ['z'] } },
  )
  assert.deepEqual(applyPolicy({ a: ['x', 'y', 'z'] }, policy), { a: ['z'] })
})

const unmergeable: [what: string, higher: object, lower: object, code: string][] = [
  ['another value', { a: { value: 1 } }, { a: { value: 2 } }, 'policy/value'],
  ['another default', { a: { default: 1 } }, { a: { default: 2 } }, 'policy/default'],
  ['one_of with nothing in common', { a: { one_of: ['x'] } }, { a: { one_of: ['y'] } }, 'policy/one_of'],
  ['a value that the higher one does not allow', { a: { one_of: ['x'] } }, { a: { value: 'y' } }, 'policy/combination'],
  [
    'an addition the higher one does not allow',
    { a: { subset_of: ['x'] } },
    { a: { add: ['y'] } },
    'policy/combination',
  ],
  ['removal of what the higher one wants', { a: { essential: true } }, { a: { value: null } }, 'policy/combination'],
  ['less than the higher one wants', { a: { superset_of: ['x'] } }, { a: { subset_of: ['y'] } }, 'policy/combination'],
]
for (const [what, higher, lower, code] of unmergeable)
  test(`not merged: ${what}`, () => assert.throws(() => resolved(higher, lower), withCode(code)))

const wrong: [what: string, rules: unknown, code: string][] = [
  ['one_of and subset_of', { one_of: ['x'], subset_of: ['x'] }, 'policy/combination'],
  ['one_of and superset_of', { one_of: ['x'], superset_of: ['x'] }, 'policy/combination'],
  ['one_of and add', { one_of: ['x'], add: ['x'] }, 'policy/combination'],
  ['value without what is added', { value: ['x'], add: ['y'] }, 'policy/combination'],
  ['value outside one_of', { value: 'x', one_of: ['y'] }, 'policy/combination'],
  ['no value and one_of', { value: null, one_of: ['y'] }, 'policy/combination'],
  ['value outside subset_of', { value: ['x'], subset_of: ['y'] }, 'policy/combination'],
  ['value without superset_of', { value: ['x'], superset_of: ['y'] }, 'policy/combination'],
  ['no value and a default', { value: null, default: 'x' }, 'policy/combination'],
  ['no value and essential', { value: null, essential: true }, 'policy/combination'],
  ['add outside subset_of', { add: ['x'], subset_of: ['y'] }, 'policy/combination'],
  ['superset_of outside subset_of', { superset_of: ['x'], subset_of: ['y'] }, 'policy/combination'],
  ['add that is no list', { add: 'x' }, 'policy/add'],
  ['one_of that is no list', { one_of: 'x' }, 'policy/one_of'],
  ['subset_of that is no list', { subset_of: 'x' }, 'policy/subset_of'],
  ['superset_of that is no list', { superset_of: 'x' }, 'policy/superset_of'],
  ['a default of null', { default: null }, 'policy/default'],
  ['essential that is no boolean', { essential: 'yes' }, 'policy/essential'],
  ['rules that are none', 'x', 'policy/form'],
]
for (const [what, rules, code] of wrong)
  test(`a policy with ${what} is none, also for another kind of entity`, () => {
    assert.throws(() => resolved({ a: rules }), withCode(code))
    const other = { policy: { openid_relying_party: { a: rules } }, critical: undefined }
    assert.throws(() => resolvePolicy([other], kind), withCode(code))
  })

const refused: [what: string, policy: unknown, code: string][] = [
  ['one_of', { name: { one_of: ['y'] } }, 'policy/one_of'],
  ['one_of, for one value of a list', { methods: { one_of: ['a', 'b'] } }, 'policy/one_of'],
  ['superset_of', { methods: { superset_of: ['z'] } }, 'policy/superset_of'],
  ['subset_of of what is no list', { name: { subset_of: ['x'] } }, 'policy/subset_of'],
  ['superset_of of what is no list', { name: { superset_of: ['x'] } }, 'policy/superset_of'],
  ['add to what is no list', { name: { add: ['x'] } }, 'policy/add'],
  ['essential', { other: { essential: true } }, 'policy/essential'],
]
for (const [what, policy, code] of refused)
  test(`${what} refuses`, () => assert.throws(() => applyPolicy(metadata, resolved(policy)), withCode(code)))

test('an operator that is critical must be one we know, in every statement of the chain', () => {
  for (const critical of [['regexp'], [], 'one_of', [1], null])
    assert.throws(() => resolvePolicy([claims({}), claims({}, critical)], kind), withCode('policy/critical'))
})

test('a policy that is none refuses', () => {
  for (const policy of ['x', null, [], { [kind]: 'x' }])
    assert.throws(() => resolvePolicy([{ policy, critical: undefined }], kind), withCode('policy/form'))
})
