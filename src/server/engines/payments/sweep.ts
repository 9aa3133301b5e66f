// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { PagopaUnavailable, type Pagopa } from '../../national/pagopa/index.ts'
import { lockDebt, move, type Debt } from './debt.ts'
import { expireDebt } from './debts.ts'
import { pullPosition, syncPosition } from './positions.ts'

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
  await expireOld(platform)
  await retellChanges(platform, pagopa)
  await askOutcomes(platform, pagopa)
  await findPaid(platform, pagopa)
}

/** One after the other. What pagoPA refuses or we misread is one debt's trouble, logged; no answer at all ends the run. */
async function each(platform: Platform, ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  for (const id of ids) {
    try {
      await work(id)
    } catch (error) {
      if (error instanceof PagopaUnavailable) throw error
      platform.log.error({ err: error, debt: id }, 'sweep could not settle a debt')
    }
  }
}

async function retellChanges(platform: Platform, pagopa: Pagopa): Promise<void> {
  const now = platform.now()
  const lost = await asSystem(platform.db, (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.debt')
      .select('id')
      .where('positionSynced', '=', false)
      .where('stateSince', '<', new Date(now.getTime() - unsyncedAfter))
      .where((eb) => eb.or([eb('positionLease', 'is', null), eb('positionLease', '<', now)]))
      // Those tried longest ago first, so that debts pagoPA keeps refusing do not keep the others waiting.
      .orderBy('checkedAt', (order) => order.asc().nullsFirst())
      .limit(batch)
      .execute(),
  )
  await each(
    platform,
    lost.map(({ id }) => id),
    async (id) => {
      await asSystem(platform.db, (tx) =>
        tables<'payments'>(tx).updateTable('payments.debt').set({ checkedAt: now }).where('id', '=', id).execute(),
      )
      await syncPosition(platform, pagopa, id)
    },
  )
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
  await each(
    platform,
    awaited.map(({ id }) => id),
    async (id) => {
      await pullPosition(platform, pagopa, id)
      await asSystem(platform.db, async (tx) => {
        const debt = await lockDebt(tx, id)
        const waiting = debt.state === 'checkout-started' || debt.state === 'pending-outcome'
        if (waiting && debt.stateSince.getTime() < now - givenUpAfter) {
          await move(tx, debt, 'notice-issued', platform.now())
        }
      })
    },
  )
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
      await each(platform, await withoutReceipt(platform, ids), (id) => pullPosition(platform, pagopa, id))
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

/** Runs scheduled work against pagoPA; when it does not answer, the next run does what this one could not. */
export async function patiently(platform: Platform, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof PagopaUnavailable)) throw error
    platform.log.warn({ err: error, work: name }, 'pagoPA does not answer: left to the next run')
  }
}
