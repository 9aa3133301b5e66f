// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { pagopaClient, readPagopaSettings, type Pagopa, type PagopaSettings } from '../../national/pagopa/index.ts'
import { job, type Platform, type Room } from '../../platform/room.ts'
import { pullJob, syncJob } from './debt.ts'
import { notificationRoute } from './notification.ts'
import { pullPosition, syncPosition } from './positions.ts'
import { routes } from './routes.ts'
import { reconcile } from './reconcile.ts'
import { patiently, sweep } from './sweep.ts'
import { policies } from './policy.ts'

export { copayFor, type Copay, type CopayLine, type CopayQuestion } from './copay.ts'
export { drawNumber, getCreditor, registerCreditor, type Creditor, type DrawnNumber } from './creditors.ts'
export {
  cancelDebt,
  changeAmount,
  findDebt,
  findDebts,
  noteSubjectDays,
  openDebt,
  type AmountChange,
  type AmountChanged,
  type Cancellation,
  type DebtSummary,
  type NewDebt,
} from './debts.ts'
export { completeRefund, markPaidElsewhere, requestRefund, type DeskPayment, type RefundWish } from './money.ts'
export { isOwed, transitions as debtTransitions, type DebtState } from './states.ts'
export { getNotice, getReceipt, type Paper } from './papers.ts'
export { getPayment, listPayments } from './views.ts'

interface Connected {
  settings: PagopaSettings
  pagopa: Pagopa
}

const clients = new WeakMap<Platform['config'], Connected>()

/** One client per configuration, so that all jobs and routes of a process share its circuit breakers. */
function connected({ config }: Platform): Connected {
  const known = clients.get(config)
  if (known) return known
  const settings = readPagopaSettings(config)
  const made = { settings, pagopa: pagopaClient(settings) }
  clients.set(config, made)
  return made
}

/** Debts of people to health organisations, their notices, receipts, refunds and reconciliation. Knows no booking. */
export const payments: Room = {
  name: 'payments',
  policies,
  routes(app, platform) {
    const { settings, pagopa } = connected(platform)
    routes(app, platform, pagopa)
    notificationRoute(app, platform, settings)
  },
  jobs: [
    job({
      name: syncJob,
      retryLimit: 12,
      handle: ({ debtId }: { debtId: string }, platform) => syncPosition(platform, connected(platform).pagopa, debtId),
    }),
    job({
      name: pullJob,
      retryLimit: 12,
      handle: ({ debtId }: { debtId: string }, platform) => pullPosition(platform, connected(platform).pagopa, debtId),
    }),
    job({
      name: 'payments.sweep',
      cron: '*/2 * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) =>
        patiently(platform, 'sweep', () => sweep(platform, connected(platform).pagopa)),
    }),
    job({
      name: 'payments.reconcile',
      cron: '30 5,13 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) =>
        patiently(platform, 'reconcile', () => reconcile(platform, connected(platform).pagopa)),
    }),
  ],
}
