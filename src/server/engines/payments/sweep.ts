// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { PagopaUnavailable, type Pagopa } from '../../national/pagopa/index.ts'
import { lockDebt, lockDebts, move, syncJob, type Debt } from './debt.ts'
import { expireDebt } from './debts.ts'
import { pullPosition } from './positions.ts'

const minute = 60_000
/** A change pagoPA should have heard of by now: its job has given up, or was lost. */
const unsyncedAfter = 10 * minute
/** A payer is back from Checkout, or has left it: ask what became of the payment. */
const awaitedAfter = 2 * minute
/** Without a payment in this time the notice can be paid again. */
const givenUpAfter = 30 * minute
const batch = 500

/**
 * Recovers whatever went missing between us and pagoPA: changes it was not told, outcomes that never came, payments whose
 * notification was lost. Every step may run again; an unreachable pagoPA ends the run and the next one starts over.
 */
export async function sweep(platform: Platform, pagopa: Pagopa): Promise<void> {
  await retellChanges(platform)
  await expireOld(platform)
  await askOutcomes(platform, pagopa)
  await findPaid(platform, pagopa)
}

async function retellChanges(platform: Platform): Promise<void> {
  const now = platform.now()
  await asSystem(platform.db, async (tx) => {
    const lost = await tables<'payments'>(tx)
      .selectFrom('payments.debt')
      .select('id')
      .where('positionSynced', '=', false)
      .where('stateSince', '<', new Date(now.getTime() - unsyncedAfter))
      .where((eb) => eb.or([eb('positionLease', 'is', null), eb('positionLease', '<', now)]))
      .orderBy('createdAt')
      .limit(batch)
      .execute()
    for (const { id } of lost) await platform.queue.send(tx, syncJob, { debtId: id }, { singletonKey: id })
  })
}

async function expireOld(platform: Platform): Promise<void> {
  const today = romeDay(platform.now())
  await asSystem(platform.db, async (tx) => {
    const old = await tables<'payments'>(tx)
      .selectFrom('payments.debt')
      .selectAll()
      .where('expires', '=', true)
      .where('dueOn', '<', today)
      .where('state', 'in', ['due', 'notice-issued', 'checkout-started', 'pending-outcome'])
      .orderBy('id')
      .limit(batch)
      .forUpdate()
      .skipLocked()
      .execute()
    for (const debt of old) await expireDebt(tx, platform, debt as Debt)
  })
}

async function askOutcomes(platform: Platform, pagopa: Pagopa): Promise<void> {
  const now = platform.now().getTime()
  const awaited = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.debt')
      .select('id')
      .where('state', 'in', ['checkout-started', 'pending-outcome'])
      .where('stateSince', '<', new Date(now - awaitedAfter))
      .orderBy('stateSince')
      .limit(batch)
      .execute(),
  )
  for (const { id } of awaited) {
    await pullPosition(platform, pagopa, id)
    await asSystem(platform.db, async (tx) => {
      const debt = await lockDebt(tx, id)
      const waiting = debt.state === 'checkout-started' || debt.state === 'pending-outcome'
      if (waiting && debt.stateSince.getTime() < now - givenUpAfter)
        await move(tx, debt, 'notice-issued', platform.now())
    })
  }
}

/**
 * Lists, creditor by creditor, what pagoPA says was paid since yesterday and pulls every receipt we do not have. It costs
 * one call per fifty payments, whatever the number of open notices.
 */
async function findPaid(platform: Platform, pagopa: Pagopa): Promise<void> {
  const today = romeDay(platform.now())
  const creditors = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx).selectFrom('payments.creditor').select('fiscalCode').distinct().execute(),
  )
  for (const { fiscalCode } of creditors) {
    for (let page = 0, last = false; !last; page += 1) {
      const list = await pagopa.listPaid(fiscalCode, addDays(today, -1), today, page)
      last = list.last
      const ids = list.positions
        .filter((position) => position.receiptNumber !== null && position.iupd.startsWith(`${fiscalCode}-`))
        .map((position) => position.iupd.slice(fiscalCode.length + 1))
      for (const id of await withoutReceipt(platform, ids)) await pullPosition(platform, pagopa, id)
    }
  }
}

async function withoutReceipt(platform: Platform, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const found = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.debt as debt')
      .select('debt.id')
      .where('debt.id', 'in', ids)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('payments.receipt as receipt')
              .select('receipt.id')
              .whereRef('receipt.debtId', '=', 'debt.id')
              .where('receipt.channel', '=', 'pagopa'),
          ),
        ),
      )
      .execute(),
  )
  return found.map(({ id }) => id)
}

/** Days back in which a reporting flow may still appear. */
const reportingDays = 4
/** Working time after which money that was paid should have been reported: an alarm for the accounts office. */
const lateAfterDays = 5

/**
 * Reads the reporting flows of the last days and ties each line to its receipt: the money has arrived. Lines that match no
 * receipt are kept for the accounts office; payments not reported in time are logged as a warning.
 */
export async function reconcile(platform: Platform, pagopa: Pagopa): Promise<void> {
  const today = romeDay(platform.now())
  const creditors = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx).selectFrom('payments.creditor').select('fiscalCode').distinct().execute(),
  )
  for (const { fiscalCode } of creditors) {
    for (let back = 0; back <= reportingDays; back += 1) {
      for (const { flowId, flowDate } of await pagopa.listFlows(fiscalCode, addDays(today, -back))) {
        await takeFlow(platform, pagopa, fiscalCode, flowId, flowDate)
      }
    }
  }
  await warnOfLate(platform)
}

async function takeFlow(
  platform: Platform,
  pagopa: Pagopa,
  creditor: string,
  flowId: string,
  flowDate: string,
): Promise<void> {
  const known = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.reportingFlow')
      .select('flowId')
      .where('creditorFiscalCode', '=', creditor)
      .where('flowId', '=', flowId)
      .executeTakeFirst(),
  )
  if (known) return
  const flow = await pagopa.getFlow(creditor, flowId, flowDate)
  await asSystem(platform.db, async (tx) => {
    const own = tables<'payments'>(tx)
    const inserted = await own
      .insertInto('payments.reportingFlow')
      .values({
        creditorFiscalCode: creditor,
        flowId,
        flowAt: flow.flowAt,
        settledOn: flow.settledOn,
        transferReference: flow.transferReference,
        totalCents: flow.totalCents,
        payments: flow.lines.length,
        recordedAt: platform.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('flowId')
      .executeTakeFirst()
    if (!inserted) return
    const found = await own
      .selectFrom('payments.receipt')
      .select(['id', 'debtId', 'receiptNumber', 'amountCents'])
      .where('creditorFiscalCode', '=', creditor)
      .where(
        'receiptNumber',
        'in',
        flow.lines.map((line) => line.receiptNumber),
      )
      .execute()
    const lines = flow.lines.map((line, position) => {
      const receipt = found.find((r) => r.receiptNumber === line.receiptNumber && r.amountCents === line.amountCents)
      return { line, position, receipt }
    })
    await own
      .insertInto('payments.reportingLine')
      .values(
        lines.map(({ line, position, receipt }) => ({
          creditorFiscalCode: creditor,
          flowId,
          position,
          matched: receipt !== undefined,
          ...line,
        })),
      )
      .execute()
    const matched = lines.flatMap(({ receipt }) => receipt ?? [])
    if (matched.length < lines.length) {
      platform.log.warn(
        { flow: flowId, lines: lines.length, matched: matched.length },
        'reporting flow has payments we do not know',
      )
    }
    if (matched.length === 0) return
    await own
      .updateTable('payments.receipt')
      .set({ flowId, reportedAt: flow.flowAt })
      .where(
        'id',
        'in',
        matched.map(({ id }) => id),
      )
      .execute()
    for (const debt of await lockDebts(
      tx,
      matched.map(({ debtId }) => debtId),
    )) {
      if (debt.state === 'paid') await move(tx, debt, 'reported', platform.now())
    }
  })
}

async function warnOfLate(platform: Platform): Promise<void> {
  const limit = new Date(platform.now().getTime() - lateAfterDays * 24 * 60 * minute)
  const { late } = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.receipt')
      .select((eb) => eb.fn.countAll<number>().as('late'))
      .where('channel', '=', 'pagopa')
      .where('reportedAt', 'is', null)
      .where('paidAt', '<', limit)
      .executeTakeFirstOrThrow(),
  )
  if (late > 0) platform.log.warn({ late }, 'payments whose money was not reported in time')
}

/** Runs scheduled work against pagoPA; when it does not answer, the next run does what this one could not. */
export async function patiently(platform: Platform, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof PagopaUnavailable)) throw error
    platform.log.warn({ err: error, work: name }, 'pagoPA does not answer: left to the next run')
  }
}
