// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { dayIn, delegationsBench } from '../../../../test/delegations.ts'
import { testApp } from '../../../../test/setup.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { delegationStates, may, open, steps, type DelegationState, type Step } from './states.ts'

// Every step × state × side × asker over HTTP: the answer is what the table of states says, and so is what is stored.

const t = await testApp({ env: { DELEGATIONS_PER_MINUTE: '0' } })
after(() => t[Symbol.asyncDispose]())
const { call, citizen } = delegationsBench(t)
const [anna, bruno] = [await citizen(), await citizen({ sex: 'M' })]
const people = { delegator: anna, delegate: bruno }

/** How a delegation gets into each state a citizen can meet. */
const ways: Partial<Record<DelegationState, readonly DelegationState[]>> = {
  pending: [],
  active: ['active'],
  suspended: ['active', 'suspended'],
  rejected: ['rejected'],
  expired: ['expired'],
  revoked: ['active', 'revoked'],
  'ceased-majority': ['active', 'ceased-majority'],
  'ceased-death': ['ceased-death'],
}

async function standing(state: DelegationState, initiator: 'delegator' | 'delegate'): Promise<string> {
  const id = uuidv7()
  const other = initiator === 'delegator' ? 'delegate' : 'delegator'
  await t.owner.query(
    `insert into access.delegation (id, initiator, delegator_id, delegate_id, state, evidence, valid, created_by, answer_by)
     values ($1, $2, $3, $4, 'pending', 'test', daterange($5, $6), $7, now() + interval '10 days')`,
    [id, initiator, anna.id, bruno.id, dayIn(0), dayIn(50), people[initiator].id],
  )
  for (const next of ways[state] ?? [])
    await t.owner.query(`update access.delegation set state = $2, accepted_by = $3 where id = $1`, [
      id,
      next,
      people[other].id,
    ])
  return id
}

const stored = async (id: string): Promise<DelegationState> =>
  (await t.owner.query<{ state: DelegationState }>('select state from access.delegation where id = $1', [id])).rows[0]!
    .state

/** Makes room for the next one: a pair has one open delegation at a time. */
async function close(id: string): Promise<void> {
  if (open.includes(await stored(id)))
    await t.owner.query(`update access.delegation set state = 'ceased-death' where id = $1`, [id])
}

test('a citizen can meet every state but the draft of a desk', () => {
  assert.deepEqual(
    delegationStates.filter((state) => !ways[state]),
    ['draft'],
  )
})

for (const state of Object.keys(ways) as DelegationState[])
  // its own keys
  test(`what each side may do with a delegation that is ${state}`, async () => {
    let asked = 0
    for (const initiator of ['delegator', 'delegate'] as const)
      for (const side of ['delegator', 'delegate'] as const)
        for (const step of Object.keys(steps) as Step[]) {
          const id = await standing(state, initiator)
          const answer = await call(people[side], 'POST', `/delegations/${id}/${step}`, {})
          const allowed = may({ kind: 'voluntary', state, initiator }, side, step)
          const where = `${step} by the ${side} of what the ${initiator} asked: ${answer.body}`
          assert.equal(answer.statusCode, allowed ? (step === 'reject' ? 204 : 200) : 409, where)
          assert.equal(await stored(id), allowed ? steps[step] : state, where)
          await close(id)
          asked += 1
        }
    assert.equal(asked, 20)
  })
