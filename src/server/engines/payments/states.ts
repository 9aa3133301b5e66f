// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * The life of a debt, as a table. The database holds the same pairs (payments.debt_transition) and refuses any other;
 * a test compares the two.
 */
export const debtStates = [
  'due',
  'notice-issued',
  'checkout-started',
  'pending-outcome',
  'paid',
  'paid-elsewhere',
  'cancelled',
  'expired',
  'refund-requested',
  'refunded',
  'reported',
] as const
export type DebtState = (typeof debtStates)[number]

/** Who causes a transition: the citizen, the platform of payments, an office, or our own jobs. */
export type Mover = 'citizen' | 'pagopa' | 'office' | 'system'

export interface Transition {
  from: DebtState
  to: DebtState
  by: readonly Mover[]
  when: string
}

const row = (from: DebtState, to: DebtState, by: readonly Mover[], when: string): Transition => ({ from, to, by, when })

export const transitions: readonly Transition[] = [
  row('due', 'notice-issued', ['system'], 'pagoPA accepted the debt position: the notice can be paid anywhere'),
  row('notice-issued', 'checkout-started', ['citizen'], 'a Checkout cart with this notice was made'),
  row(
    'checkout-started',
    'pending-outcome',
    ['citizen'],
    'the payer came back from Checkout; the receipt is not here yet',
  ),
  row(
    'checkout-started',
    'notice-issued',
    ['citizen', 'system'],
    'the payer gave up, or Checkout was left for too long',
  ),
  row('pending-outcome', 'notice-issued', ['system'], 'pagoPA still knows no payment after the waiting time'),
  ...(['notice-issued', 'checkout-started', 'pending-outcome', 'expired'] as const).map((from) =>
    row(from, 'paid', ['pagopa'], 'a receipt was read from pagoPA'),
  ),
  ...(['due', 'notice-issued', 'checkout-started', 'pending-outcome', 'expired'] as const).flatMap((from) => [
    row(from, 'paid-elsewhere', ['office'], 'paid at the desk; the position is closed at pagoPA'),
    row(from, 'cancelled', ['system', 'office'], 'nothing is owed any more; the position is withdrawn at pagoPA'),
  ]),
  ...(['due', 'notice-issued', 'checkout-started', 'pending-outcome'] as const).map((from) =>
    row(from, 'expired', ['system'], 'the last day passed and the notice was issued to expire on it'),
  ),
  row('paid', 'reported', ['pagopa'], 'the money arrived: the reporting flow lists the payment'),
  ...(['paid', 'paid-elsewhere', 'reported', 'cancelled'] as const).map((from) =>
    row(from, 'refund-requested', ['system', 'office'], 'all that was paid must go back'),
  ),
  row('refund-requested', 'refunded', ['office'], 'the transfer to the payer was made'),
]

/** True when the debt may go from one state to the other. */
export function mayBecome(from: DebtState, to: DebtState): boolean {
  return transitions.some((transition) => transition.from === from && transition.to === to)
}

/** States in which the debt is owed. A subject has at most one such debt. */
export const owed: readonly DebtState[] = ['due', 'notice-issued', 'checkout-started', 'pending-outcome', 'expired']

/** True when a debt in this state is still owed. */
export const isOwed = (state: DebtState): boolean => owed.includes(state)

/** States in which the payer can start a payment on line. */
export const payable: readonly DebtState[] = ['due', 'notice-issued', 'checkout-started']

/** States in which money was received and kept. */
export const settled: readonly DebtState[] = ['paid', 'paid-elsewhere', 'reported']
