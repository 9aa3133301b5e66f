// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { publish } from '../../platform/events.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import type { NewPosition, Pagopa, PagopaReceipt } from '../../national/pagopa/index.ts'
import { getCreditor } from './creditors.ts'
import { iupdOf, lockDebt, move, type Debt } from './debt.ts'
import { addDebt, expireDebt } from './debts.ts'
import { recordMoney } from './money.ts'
import { owed } from './states.ts'

/** How long one process may talk to pagoPA about one debt before another may take over. */
const leaseMs = 60_000

/** Another process is talking to pagoPA about this debt: the job comes back later. */
export class PositionBusy extends Error {
  override readonly name = 'PositionBusy'
}

type Step = 'create' | 'update' | 'withdraw' | 'mark-paid' | 'none'

/** What pagoPA must be told, given what is owed and what it knows. */
export function nextStep(debt: Pick<Debt, 'state' | 'positionState' | 'positionSynced'>): Step {
  if (debt.positionSynced || debt.state === 'expired') return 'none'
  if (owed.includes(debt.state)) return debt.positionState === 'absent' ? 'create' : 'update'
  if (debt.state === 'cancelled') return debt.positionState === 'withdrawn' ? 'none' : 'withdraw'
  if (debt.state === 'paid-elsewhere') return debt.positionState === 'paid' ? 'none' : 'mark-paid'
  return 'none'
}

async function claim(platform: Platform, debtId: string): Promise<Debt | undefined> {
  const now = platform.now()
  return asSystem(platform.db, async (tx) => {
    const claimed = await tables<'payments'>(tx)
      .updateTable('payments.debt')
      .set({ positionLease: new Date(now.getTime() + leaseMs) })
      .where('id', '=', debtId)
      .where((eb) => eb.or([eb('positionLease', 'is', null), eb('positionLease', '<', now)]))
      .returningAll()
      .executeTakeFirst()
    return claimed as Debt | undefined
  })
}

async function release(platform: Platform, debtId: string): Promise<void> {
  await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx).updateTable('payments.debt').set({ positionLease: null }).where('id', '=', debtId).execute(),
  )
}

/**
 * Makes pagoPA know what we know of a debt: creates, changes, withdraws or closes its position. May run any number of
 * times. Throws PagopaUnavailable when pagoPA does not answer and PositionBusy when another process is at it: come back.
 */
export async function syncPosition(platform: Platform, pagopa: Pagopa, debtId: string): Promise<void> {
  const debt = await claim(platform, debtId)
  if (!debt) throw new PositionBusy(`debt ${debtId}`)
  try {
    await step(platform, pagopa, debt)
  } finally {
    await release(platform, debtId)
  }
}

async function step(platform: Platform, pagopa: Pagopa, debt: Debt): Promise<void> {
  const creditor = debt.creditorFiscalCode
  switch (nextStep(debt)) {
    case 'create': {
      const position = await positionOf(platform, debt)
      if ((await pagopa.createPosition(creditor, position)) === 'exists') {
        // Our first call was carried out but its answer was lost, perhaps with an older amount.
        return update(platform, pagopa, debt, position)
      }
      return told(platform, debt, 'published')
    }
    case 'update':
      return update(platform, pagopa, debt, await positionOf(platform, debt))
    case 'withdraw': {
      if ((await pagopa.invalidatePosition(creditor, iupdOf(debt))) === 'conflict')
        return pullPosition(platform, pagopa, debt.id)
      return told(platform, debt, 'withdrawn')
    }
    case 'mark-paid': {
      const result = await pagopa.markPaid(creditor, debt.noticeNumber, debt.stateSince)
      if (result === 'conflict') return pullPosition(platform, pagopa, debt.id)
      return told(platform, debt, result === 'marked' ? 'paid' : undefined) // expired or unknown there: nothing to close
    }
    case 'none':
      return told(platform, debt, undefined)
  }
}

async function update(platform: Platform, pagopa: Pagopa, debt: Debt, position: NewPosition): Promise<void> {
  const result = await pagopa.updatePosition(debt.creditorFiscalCode, position)
  if (result === 'conflict') return pullPosition(platform, pagopa, debt.id)
  if (result === 'missing') throw new Error(`pagoPA has lost the position of debt ${debt.id}`)
  return told(platform, debt, 'published')
}

async function positionOf(platform: Platform, debt: Debt): Promise<NewPosition> {
  const creditor = await asSystem(platform.db, (tx) => getCreditor(tx, debt.creditorId))
  const today = romeDay(platform.now())
  return {
    iupd: iupdOf(debt),
    debtorFiscalCode: debt.payerFiscalCode,
    debtorName: debt.payerName,
    creditorName: creditor.name,
    iuv: debt.iuv,
    noticeNumber: debt.noticeNumber,
    amountCents: debt.amountCents,
    description: debt.description,
    // pagoPA accepts no day of the past; a notice that stays payable says today instead.
    dueOn: debt.expires || debt.dueOn > today ? debt.dueOn : today,
    expires: debt.expires,
    iban: creditor.iban,
    taxonomyCode: creditor.taxonomyCode,
  }
}

/** Notes what pagoPA now knows. If the debt changed while we spoke, it stays unsynced and its own job follows. */
async function told(
  platform: Platform,
  before: Debt,
  positionState: 'published' | 'withdrawn' | 'paid' | undefined,
): Promise<void> {
  await asSystem(platform.db, async (tx) => {
    const debt = await lockDebt(tx, before.id)
    const same = owed.includes(debt.state) === owed.includes(before.state) && debt.amountCents === before.amountCents
    await tables<'payments'>(tx)
      .updateTable('payments.debt')
      .set({ ...(positionState && { positionState }), positionSynced: same && debt.dueOn === before.dueOn })
      .where('id', '=', debt.id)
      .execute()
    if (positionState !== 'published' || debt.state !== 'due') return
    await move(tx, debt, 'notice-issued', platform.now())
    await publish(tx, 'payments.notice-issued', { debtId: debt.id, patientId: debt.patientId })
  })
}

/**
 * Asks pagoPA what became of a position and stores what it proves: a receipt pays the debt, or is refunded when nothing is
 * owed any more. A notification, a return from Checkout and the sweep all end here: none of them is believed by itself.
 */
export async function pullPosition(platform: Platform, pagopa: Pagopa, debtId: string): Promise<void> {
  const debt = await asSystem(platform.db, (tx) => lockDebt(tx, debtId))
  const position = await pagopa.findPosition(debt.creditorFiscalCode, iupdOf(debt))
  const receipt = position?.receiptNumber ? await pagopa.findReceipt(debt.creditorFiscalCode, debt.iuv) : undefined
  if (position?.receiptNumber && !receipt) throw new Error(`the receipt of debt ${debtId} is not ready at pagoPA yet`)
  await asSystem(platform.db, async (tx) => {
    const current = await lockDebt(tx, debtId)
    if (receipt) await takeReceipt(tx, platform, current, receipt)
    else if (position?.status === 'EXPIRED' && owed.includes(current.state) && current.state !== 'expired') {
      await expireDebt(tx, platform, current)
    }
    const positionState = position && knownState(position.status)
    await tables<'payments'>(tx)
      .updateTable('payments.debt')
      .set({
        checkedAt: platform.now(),
        ...(positionState && { positionState, ...(positionState !== 'published' && { positionSynced: true }) }),
      })
      .where('id', '=', debtId)
      .execute()
  })
}

function knownState(status: string): 'published' | 'withdrawn' | 'paid' {
  if (status === 'INVALID') return 'withdrawn'
  return status === 'PAID' || status === 'REPORTED' || status === 'PARTIALLY_PAID' ? 'paid' : 'published'
}

async function takeReceipt(tx: Tx, platform: Platform, debt: Debt, receipt: PagopaReceipt): Promise<void> {
  if (receipt.noticeNumber !== debt.noticeNumber || receipt.creditorFiscalCode !== debt.creditorFiscalCode) {
    throw new Error(`pagoPA gave the receipt of another notice for debt ${debt.id}`)
  }
  const result = await recordMoney(tx, platform, debt, {
    receiptNumber: receipt.receiptNumber,
    channel: 'pagopa',
    amountCents: receipt.amountCents,
    feeCents: receipt.feeCents,
    provider: receipt.provider.slice(0, 140),
    method: receipt.method.slice(0, 60),
    paidAt: receipt.paidAt,
    document: receipt.document,
  })
  const missing = debt.amountCents - receipt.amountCents
  // The amount went up while the old notice was being paid.
  if (result === 'paid' && missing > 0) await addDebt(tx, platform, debt, missing)
}
