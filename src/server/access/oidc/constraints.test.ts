// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConstraints, checkKind } from './constraints.ts'
import { OidcFault } from './fault.ts'

const withCode = (code: string) => (error: unknown) => error instanceof OidcFault && error.code === code
/** What is below a trust anchor: two intermediates and the subject, the nearest first. */
const path = ['https://one.example.it', 'https://two.example.it/x', 'https://op.sub.example.it/op']

test('a chain may be as long as its superiors allow', () => {
  for (const max_path_length of [2, 3, undefined]) checkConstraints({ max_path_length }, path)
  checkConstraints({ max_path_length: 0 }, path.slice(2))
  checkConstraints(undefined, path)
  for (const max_path_length of [0, 1])
    assert.throws(() => checkConstraints({ max_path_length }, path), withCode('constraints/max_path_length'))
})

const naming: [what: string, constraints: object, good: boolean][] = [
  ['a tree', { permitted: ['.example.it'] }, true],
  ['trees in capitals', { permitted: ['.EXAMPLE.it'] }, true],
  ['two trees', { permitted: ['one.example.it', 'two.example.it', '.sub.example.it'] }, true],
  ['a host in place of its tree', { permitted: ['example.it'] }, false],
  ['a tree that only ends alike', { permitted: ['.ample.it'] }, false],
  ['a tree that some are not in', { permitted: ['.sub.example.it'] }, false],
  ['no tree at all', { permitted: [] }, false],
  ['an exclusion of others', { excluded: ['.example.com', 'example.it'] }, true],
  ['an exclusion of one of them', { excluded: ['two.example.it'] }, false],
  ['an exclusion inside what is permitted', { permitted: ['.example.it'], excluded: ['.sub.example.it'] }, false],
]
test('names: a port is no part of the host, and a tree is not in itself', () => {
  checkConstraints({ naming_constraints: { permitted: ['one.example.it'] } }, ['https://one.example.it:8443/x'])
  const tree = { naming_constraints: { permitted: ['.example.it'] } }
  assert.throws(() => checkConstraints(tree, ['https://.example.it']), withCode('constraints/naming_constraints'))
})
for (const [what, naming_constraints, good] of naming)
  test(`names: ${what} ${good ? 'lets pass' : 'refuses'}`, () => {
    const check = (): void => checkConstraints({ naming_constraints }, path)
    if (good) check()
    else assert.throws(check, withCode('constraints/naming_constraints'))
  })

test('kinds of entities are limited by either name of the constraint; a federation entity always may be', () => {
  for (const name of ['allowed_entity_types', 'allowed_leaf_entity_types']) {
    checkKind({ [name]: ['openid_provider'] }, 'openid_provider')
    checkKind({ [name]: [] }, 'federation_entity')
    for (const kinds of [[], ['openid_relying_party']])
      assert.throws(() => checkKind({ [name]: kinds }, 'openid_provider'), withCode('constraints/allowed_entity_types'))
  }
  checkKind(undefined, 'openid_provider')
})

test('constraints that are none refuse, and unknown ones are ignored', () => {
  checkConstraints({ something_new: 1 }, path)
  for (const odd of [
    null,
    'x',
    { max_path_length: -1 },
    { max_path_length: 1.5 },
    { max_path_length: '2' },
    { naming_constraints: ['x'] },
    { naming_constraints: { permitted: 'x' } },
    { allowed_entity_types: 'openid_provider' },
  ])
    assert.throws(() => checkConstraints(odd, path), withCode('constraints/form'))
})
