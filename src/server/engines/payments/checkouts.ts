// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'
import { tables, withActor, type Tx } from '../../platform/database.ts'
import type { Actor } from '../../platform/actor.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import { PagopaRefused, PagopaUnavailable, type Pagopa } from '../../national/pagopa/index.ts'
import { audit } from '../../access/audit/index.ts'
import { lockDebts, move, noPayment, pullJob, type Debt } from './debt.ts'
import { PositionBusy, syncPosition } from './positions.ts'
import { payable, type DebtState } from './states.ts'

const unavailable = new Refusal(
  'payments/pagopa-unavailable',
  503,
  { it: 'pagoPA in questo momento non risponde.', en: 'pagoPA is not answering right now.' },
  {
    next: {
      it: 'La prenotazione resta valida e nulla è andato perso. Riprova tra qualche minuto, oppure paga più tardi o allo sportello.',
      en: 'Your booking stands and nothing is lost. Try again in a few minutes, or pay later or at the desk.',
    },
    retryAfter: 60,
  },
)

const notPayable = (state: DebtState, paymentId: string): Refusal => {
  const extra = { paymentId, state }
  if (state === 'pending-outcome') {
    return new Refusal(
      'payments/outcome-pending',
      409,
      {
        it: 'Stiamo aspettando l’esito di un pagamento già fatto.',
        en: 'We are waiting for the outcome of a payment already made.',
      },
      {
        next: {
          it: 'Non pagare di nuovo: di solito bastano pochi minuti.',
          en: 'Do not pay again: it usually takes a few minutes.',
        },
        extra,
      },
    )
  }
  return new Refusal(
    'payments/not-payable',
    409,
    { it: 'Questo pagamento non si può fare in linea.', en: 'This payment cannot be made on line.' },
    { next: { it: 'Apri il pagamento per vedere il suo stato.', en: 'Open the payment to see its state.' }, extra },
  )
}

const keyUsed = new Refusal('payments/idempotency-key-used', 409, {
  it: 'Questa richiesta è già stata usata per altri pagamenti.',
  en: 'This request was already used for other payments.',
})

export interface Checkout {
  id: string
  /** Where to send the payer. */
  url: string
}

/**
 * Makes one Checkout cart for one to five payments of the people the actor acts for. The same key asked again gives the
 * same cart. Refuses with payments/not-payable, payments/outcome-pending or, when pagoPA is down, payments/pagopa-unavailable.
 */
export async function startCheckout(
  platform: Platform,
  pagopa: Pagopa,
  actor: Actor,
  key: string,
  paymentIds: readonly string[],
): Promise<Checkout> {
  const opened = await withActor(platform.db, actor, (tx) => openCheckout(tx, platform, actor, key, paymentIds))
  if (opened.url) return { id: opened.id, url: opened.url }
  try {
    for (const debt of opened.debts) if (!debt.positionSynced) await syncPosition(platform, pagopa, debt.id)
    return await sendToPagopa(platform, pagopa, actor, opened.id, paymentIds)
  } catch (error) {
    if (error instanceof PagopaUnavailable || error instanceof PagopaRefused || error instanceof PositionBusy) {
      platform.log.warn({ err: error, checkout: opened.id }, 'checkout not started')
      throw unavailable
    }
    throw error
  }
}

async function openCheckout(tx: Tx, platform: Platform, actor: Actor, key: string, paymentIds: readonly string[]) {
  const own = tables<'payments'>(tx)
  const debts = await lockDebts(tx, paymentIds)
  if (debts.length !== paymentIds.length || !actor.personId) throw noPayment
  const entry = { action: 'UPDATE', object: 'payment', purpose: 'payment' } as const
  await audit(tx, actor, ...debts.map((debt) => ({ ...entry, patientId: debt.patientId, objectId: debt.id })))
  const inserted = await own
    .insertInto('payments.checkout')
    .values({ id: uuidv7(), openedBy: actor.personId, idempotencyKey: key, createdAt: platform.now() })
    .onConflict((conflict) => conflict.constraint('checkout_once').doNothing())
    .returning(['id', 'url'])
    .executeTakeFirst()
  if (inserted) {
    refuseUnpayable(debts)
    const rows = debts.map(({ id, patientId, amountCents }) => ({
      checkoutId: inserted.id,
      debtId: id,
      patientId,
      amountCents,
    }))
    await own.insertInto('payments.checkoutDebt').values(rows).execute()
    return { ...inserted, debts }
  }
  const before = await own
    .selectFrom('payments.checkout')
    .select(['id', 'url'])
    .where('openedBy', '=', actor.personId)
    .where('idempotencyKey', '=', key)
    .executeTakeFirstOrThrow()
  const members = await own
    .selectFrom('payments.checkoutDebt')
    .select('debtId')
    .where('checkoutId', '=', before.id)
    .execute()
  const same = members.length === paymentIds.length && members.every(({ debtId }) => paymentIds.includes(debtId))
  if (!same) throw keyUsed
  if (!before.url) refuseUnpayable(debts)
  return { ...before, debts }
}

function refuseUnpayable(debts: readonly Debt[]): void {
  const refused = debts.find((debt) => !payable.includes(debt.state))
  if (refused) throw notPayable(refused.state, refused.id)
}

async function sendToPagopa(
  platform: Platform,
  pagopa: Pagopa,
  actor: Actor,
  id: string,
  paymentIds: readonly string[],
): Promise<Checkout> {
  const debts = await withActor(platform.db, actor, async (tx) =>
    tables<'payments'>(tx)
      .selectFrom('payments.debt as debt')
      .innerJoin('payments.creditor as creditor', 'creditor.organisationId', 'debt.creditorId')
      .select([
        'debt.noticeNumber',
        'debt.creditorFiscalCode',
        'creditor.name as creditorName',
        'debt.amountCents',
        'debt.description',
      ])
      .where('debt.id', 'in', paymentIds)
      .orderBy('debt.id')
      .execute(),
  )
  const back = `${platform.config.publicUrl}/app/pagamenti/esito/${id}`
  const url = await pagopa.createCart({
    id,
    notices: debts,
    returnUrls: { ok: `${back}?esito=ok`, cancelled: `${back}?esito=annullato`, error: `${back}?esito=errore` },
  })
  await withActor(platform.db, actor, async (tx) => {
    for (const debt of await lockDebts(tx, paymentIds)) {
      if (debt.state === 'notice-issued') await move(tx, debt, 'checkout-started', platform.now())
    }
    await tables<'payments'>(tx).updateTable('payments.checkout').set({ url }).where('id', '=', id).execute()
  })
  return { id, url }
}

export type Outcome = 'ok' | 'cancelled' | 'error' | 'waiting'

/**
 * Notes what the return address said. It proves nothing: ok and waiting make the payments wait for their receipt, the
 * others make them payable again, and pagoPA is asked at once in every case. Nothing is ever marked paid here.
 */
export async function noteReturn(
  platform: Platform,
  actor: Actor,
  checkoutId: string,
  outcome: Outcome,
): Promise<string[]> {
  return withActor(platform.db, actor, async (tx) => {
    const own = tables<'payments'>(tx)
    const found = await own
      .updateTable('payments.checkout')
      .set({ outcome })
      .where('id', '=', checkoutId)
      .returning('id')
      .executeTakeFirst()
    if (!found) throw noPayment
    const members = await own
      .selectFrom('payments.checkoutDebt')
      .select('debtId')
      .where('checkoutId', '=', checkoutId)
      .execute()
    if (members.length === 0) throw noPayment // of her child: a delegate does not act for that one
    const debts = await lockDebts(
      tx,
      members.map(({ debtId }) => debtId),
    )
    const entry = { action: 'UPDATE', object: 'payment', purpose: 'payment' } as const
    await audit(tx, actor, ...debts.map((debt) => ({ ...entry, patientId: debt.patientId, objectId: debt.id })))
    const wait = outcome === 'ok' || outcome === 'waiting'
    for (const debt of debts) {
      if (debt.state === 'checkout-started')
        await move(tx, debt, wait ? 'pending-outcome' : 'notice-issued', platform.now())
      await platform.queue.send(tx, pullJob, { debtId: debt.id })
    }
    return debts.map((debt) => debt.id)
  })
}
