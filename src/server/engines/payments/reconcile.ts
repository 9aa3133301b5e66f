// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import type { Pagopa } from '../../national/pagopa/index.ts'
import { lockDebts, move } from './debt.ts'

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
  const limit = new Date(platform.now().getTime() - lateAfterDays * 86_400_000)
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
