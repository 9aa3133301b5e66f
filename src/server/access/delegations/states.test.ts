// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  courtKinds,
  delegationKinds,
  delegationStates,
  diagram,
  may,
  stepsOf,
  transitions,
  type DelegationKind,
  type DelegationState,
  type Mover,
  type Standing,
  type Step,
} from './states.ts'

/** One line per state: where it may go. Written by hand, so that a change of the table is a decision. */
const matrix: Record<DelegationState, readonly DelegationState[]> = {
  draft: ['active', 'ceased-death', 'expired', 'pending', 'rejected'],
  pending: ['active', 'ceased-death', 'expired', 'rejected', 'revoked'],
  active: ['ceased-death', 'ceased-majority', 'expired', 'revoked', 'suspended'],
  suspended: ['active', 'ceased-death', 'ceased-majority', 'expired', 'revoked'],
  rejected: [],
  expired: [],
  revoked: [],
  'ceased-majority': [],
  'ceased-death': [],
}

for (const from of delegationStates) {
  test(`a delegation that is ${from} may become ${matrix[from].join(', ') || 'nothing else'}`, () => {
    const reached = new Set(transitions.filter((one) => one.from === from).map(({ to }) => to))
    assert.deepEqual([...reached].toSorted(), [...matrix[from]].toSorted())
  })
}

test('the database holds the same pairs', () => {
  const sql = readFileSync('db/migrations/0160-access-delegations.sql', 'utf8')
  const list = /insert into access\.delegation_transition[^;]+;/.exec(sql)![0]
  const stored = [...list.matchAll(/\('([a-z-]*)', '([a-z-]+)'\)/g)].map(([, from, to]) => `${from} > ${to}`)
  const declared = new Set(transitions.map(({ from, to }) => `${from ?? ''} > ${to}`))
  assert.deepEqual(stored.toSorted(), [...declared].toSorted())
})

/** What each side may do, for every kind, state and asker: everything that is not here is refused. */
const allowed: { kinds: readonly DelegationKind[]; state: DelegationState; who: string; steps: readonly Step[] }[] = [
  { kinds: ['voluntary'], state: 'pending', who: 'asker', steps: ['revoke'] },
  { kinds: ['voluntary'], state: 'pending', who: 'other', steps: ['accept', 'reject'] },
  { kinds: ['voluntary', 'desk'], state: 'active', who: 'delegator', steps: ['revoke', 'suspend'] },
  { kinds: ['voluntary', 'desk'], state: 'active', who: 'delegate', steps: ['revoke'] },
  { kinds: ['voluntary', 'desk'], state: 'suspended', who: 'delegator', steps: ['revoke', 'resume'] },
  { kinds: ['voluntary', 'desk'], state: 'suspended', who: 'delegate', steps: ['revoke'] },
  { kinds: ['desk', ...courtKinds], state: 'draft', who: 'desk', steps: ['reject'] },
  { kinds: courtKinds, state: 'pending', who: 'desk', steps: ['accept', 'reject'] },
  { kinds: ['desk', ...courtKinds], state: 'active', who: 'desk', steps: ['revoke', 'suspend'] },
  { kinds: ['desk', ...courtKinds], state: 'suspended', who: 'desk', steps: ['revoke', 'resume'] },
]

function expected(standing: Standing, mover: Mover): Step[] {
  const roles = [
    mover,
    ...(mover === 'desk' || mover === 'system' ? [] : [mover === standing.initiator ? 'asker' : 'other']),
  ]
  return allowed
    .filter(({ kinds, state, who }) => kinds.includes(standing.kind) && state === standing.state && roles.includes(who))
    .flatMap(({ steps }) => steps)
}

for (const mover of ['delegator', 'delegate', 'desk', 'system'] as const) {
  test(`${mover}: every step of every kind in every state is allowed or refused as the list says`, () => {
    let seen = 0
    for (const kind of delegationKinds)
      for (const state of delegationStates)
        for (const initiator of kind === 'voluntary' ? (['delegator', 'delegate'] as const) : (['desk'] as const)) {
          const standing = { kind, state, initiator }
          const steps = stepsOf(standing, mover)
          assert.deepEqual(steps.toSorted(), expected(standing, mover).toSorted(), JSON.stringify({ standing, mover }))
          seen += 1
        }
    assert.equal(seen, 54)
  })
}

test('nobody accepts what he asked for, and no side ends what a judge decided', () => {
  for (const side of ['delegator', 'delegate'] as const) {
    assert.equal(may({ kind: 'voluntary', state: 'pending', initiator: side }, side, 'accept'), false)
    for (const kind of courtKinds) assert.deepEqual(stepsOf({ kind, state: 'active', initiator: 'desk' }, side), [])
  }
})

test('the diagram of the documentation is the one of the table', () => {
  const page = readFileSync('docs/identity/delegations.md', 'utf8')
  assert.equal(/```mermaid\n([\s\S]*?)\n```/.exec(page)?.[1], diagram())
})
