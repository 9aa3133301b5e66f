// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Selectable } from 'kysely'
import type { PaymentsDebt } from '../../../../db/types.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { mayBecome, type DebtState } from './states.ts'

/** What functions that change debts need besides the transaction. */
export type Means = Pick<Platform, 'queue' | 'now'>

export type Debt = Omit<Selectable<PaymentsDebt>, 'state'> & { state: DebtState }

export const syncJob = 'payments.sync-position'
export const pullJob = 'payments.pull-position'

const wrongState = (from: string, to: string): Refusal =>
  new Refusal(
    'payments/wrong-state',
    409,
    { it: 'Questo pagamento nel frattempo è cambiato.', en: 'This payment has changed in the meantime.' },
    {
      next: { it: 'Ricarica la pagina per vedere il suo stato.', en: 'Reload the page to see its state.' },
      extra: { from, to },
    },
  )
constraint('debt_transition', wrongState('', ''))

export const noPayment = notFound({ it: 'Pagamento', en: 'Payment' })

/** Reads debts and locks them until the end of the transaction, always in the order of their ids. */
export async function lockDebts(tx: Tx, ids: readonly string[]): Promise<Debt[]> {
  const rows = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows as Debt[] // a check constraint holds the states
}

/** Reads one debt and locks it; refuses with 404 when it does not exist or is not the actor's. */
export async function lockDebt(tx: Tx, id: string): Promise<Debt> {
  const [debt] = await lockDebts(tx, [id])
  if (!debt) throw noPayment
  return debt
}

/** Moves a locked debt to another state; refuses what the table of transitions does not hold. */
export async function move(tx: Tx, debt: Debt, to: DebtState, now: Date): Promise<Debt> {
  if (!mayBecome(debt.state, to)) throw wrongState(debt.state, to)
  const changed = await tables<'payments'>(tx)
    .updateTable('payments.debt')
    .set({ state: to, stateSince: now })
    .where('id', '=', debt.id)
    .where('state', '=', debt.state)
    .returningAll()
    .executeTakeFirst()
  if (!changed) throw wrongState(debt.state, to)
  return changed as Debt
}

/** Leaves to a job, after the commit, to tell pagoPA what has changed. */
export async function queueSync(tx: Tx, { queue }: Means, debtId: string): Promise<void> {
  await tables<'payments'>(tx)
    .updateTable('payments.debt')
    .set({ positionSynced: false })
    .where('id', '=', debtId)
    .execute()
  await queue.send(tx, syncJob, { debtId })
}

/** Identifier of the debt's position at pagoPA: the creditor's fiscal code and the debt's id, as GPD recommends. */
export const iupdOf = (debt: { creditorFiscalCode: string; id: string }): string =>
  `${debt.creditorFiscalCode}-${debt.id}`
