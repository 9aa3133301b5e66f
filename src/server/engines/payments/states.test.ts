// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { debtStates, mayBecome, owed, payable, settled, transitions, type DebtState } from './states.ts'

/** One line per state: where it may go. Written by hand, so that a change of the table is a decision. */
const matrix: Record<DebtState, readonly DebtState[]> = {
  due: ['cancelled', 'expired', 'notice-issued', 'paid-elsewhere'],
  'notice-issued': ['cancelled', 'checkout-started', 'expired', 'paid', 'paid-elsewhere'],
  'checkout-started': ['cancelled', 'expired', 'notice-issued', 'paid', 'paid-elsewhere', 'pending-outcome'],
  'pending-outcome': ['cancelled', 'expired', 'notice-issued', 'paid', 'paid-elsewhere'],
  expired: ['cancelled', 'paid', 'paid-elsewhere'],
  paid: ['refund-requested', 'reported'],
  'paid-elsewhere': ['refund-requested'],
  cancelled: ['refund-requested'],
  reported: ['refund-requested'],
  'refund-requested': ['refunded'],
  refunded: [],
}

for (const from of debtStates) {
  test(`a debt that is ${from} may become ${matrix[from].join(', ') || 'nothing else'}`, () => {
    const reached = debtStates.filter((to) => mayBecome(from, to)).toSorted()
    assert.deepEqual(reached, [...matrix[from]].toSorted())
  })
}

test('each transition is listed once and says who causes it', () => {
  const pairs = transitions.map(({ from, to }) => `${from} > ${to}`)
  assert.equal(new Set(pairs).size, pairs.length)
  assert.ok(transitions.every(({ by, when }) => by.length > 0 && when.length > 0))
})

test('no payer can mark a debt paid', () => {
  const byCitizen = transitions.filter(({ by }) => by.includes('citizen')).map(({ to }) => to)
  assert.deepEqual([...new Set(byCitizen)].toSorted(), ['checkout-started', 'notice-issued', 'pending-outcome'])
})

test('a state is owed, settled or closed, never two of these; what is payable is owed', () => {
  assert.deepEqual(
    owed.filter((state) => settled.includes(state)),
    [],
  )
  assert.deepEqual(
    payable.filter((state) => !owed.includes(state)),
    [],
  )
})
