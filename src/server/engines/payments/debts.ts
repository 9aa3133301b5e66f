// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { publish } from '../../platform/events.ts'
import { tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { romeDay, type Day } from '../../platform/time.ts'
import { drawNumber, type DrawnNumber } from './creditors.ts'
import { lockDebt, move, queueSync, syncJob, type Debt, type Means } from './debt.ts'
import { keptReceipt, refundPart, type StoredReceipt } from './money.ts'
import { iuvBase, paymentNumbers } from './numbers.ts'
import { owed, settled, type DebtState } from './states.ts'

/** What a debt is for; the engine knows nothing else of it. */
export interface Subject {
  kind: string
  id: string
}

export interface NewDebt {
  /** Organisation of the registry that collects; must be registered as a creditor. */
  creditorId: string
  patientId: string
  payer: {
    personId: string
    /** Null for people without an Italian fiscal code (STP, ENI, foreign): pagoPA then gets ANONIMO. */
    fiscalCode: string | null
    name: string
  }
  /** What the debt is for; the engine only remembers it. One owed debt per subject. */
  subject: Subject & {
    /** Public code people know it by. */
    code?: string
    /** Days of the service, for the receipt. */
    days?: readonly Day[]
  }
  /** Whole euro cents, 1 or more: who owes nothing has no debt. */
  amountCents: number
  /** What people read on the notice: neutral, no clinical words. */
  description: string
  dueOn: Day
  /** True when the notice cannot be paid any more after `dueOn`. Default false: it stays payable. */
  expires?: boolean
}

export interface DebtSummary {
  id: string
  state: DebtState
  amountCents: number
  dueOn: Day
  /** Null until pagoPA has accepted the position. */
  noticeNumber: string | null
}

const pagopaName = (name: string): string => name.normalize('NFC').slice(0, 140)

async function insertDebt(
  tx: Tx,
  means: Means,
  wish: NewDebt,
  integrates: string | null,
  number?: DrawnNumber,
): Promise<Debt | undefined> {
  if (!Number.isSafeInteger(wish.amountCents) || wish.amountCents < 1)
    throw new RangeError('a debt is of 1 cent or more')
  const creditor = number ?? (await drawNumber(tx, wish.creditorId))
  const now = means.now()
  const base = iuvBase(Number(romeDay(now).slice(0, 4)), creditor.number)
  const { iuv, nav } = paymentNumbers({ aux: 3, segregation: creditor.segregationCode }, base)
  const inserted = await tables<'payments'>(tx)
    .insertInto('payments.debt')
    .values({
      id: uuidv7(now.getTime()),
      creditorId: creditor.organisationId,
      creditorFiscalCode: creditor.fiscalCode,
      patientId: wish.patientId,
      payerPersonId: wish.payer.personId,
      payerFiscalCode: wish.payer.fiscalCode ?? 'ANONIMO',
      payerName: pagopaName(wish.payer.name),
      subjectKind: wish.subject.kind,
      subjectId: wish.subject.id,
      subjectCode: wish.subject.code ?? null,
      serviceDays: [...(wish.subject.days ?? [])],
      integrates,
      amountCents: wish.amountCents,
      description: wish.description,
      dueOn: wish.dueOn,
      expires: wish.expires ?? false,
      stateSince: now,
      createdAt: now,
      iuv,
      noticeNumber: nav,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!inserted) return undefined
  await means.queue.send(tx, syncJob, { debtId: inserted.id })
  return inserted as Debt
}

/**
 * Opens a debt; a job then creates the position at pagoPA. The same subject asked twice, also at the same time, gets the
 * debt it already owes. Refuses with payments/no-creditor when the organisation does not collect. A number of the creditor may
 * have been drawn before, together with what else there was to ask.
 */
export async function openDebt(tx: Tx, means: Means, wish: NewDebt, number?: DrawnNumber): Promise<DebtSummary> {
  const debt = (await insertDebt(tx, means, wish, null, number)) ?? (await findOwed(tx, wish.subject))
  if (!debt) throw new Error('the subject neither had a debt nor got one')
  return summary(debt)
}

async function findOwed(tx: Tx, subject: Subject): Promise<Debt | undefined> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .selectAll()
    .where('subjectKind', '=', subject.kind)
    .where('subjectId', '=', subject.id)
    .where('integrates', 'is', null)
    .where('state', 'in', owed)
    .executeTakeFirst()
  return found as Debt | undefined
}

function summary(debt: Debt): DebtSummary {
  const { id, state, amountCents, dueOn } = debt
  return { id, state, amountCents, dueOn, noticeNumber: debt.positionState === 'absent' ? null : debt.noticeNumber }
}

/** The debt that speaks for a subject: the one owed, otherwise the newest; undefined when there never was one. */
export async function findDebt(tx: Tx, subject: Subject): Promise<DebtSummary | undefined> {
  return (await findDebts(tx, subject.kind, [subject.id])).get(subject.id)
}

/** The debts that speak for some subjects of one kind, by the subject's id: one query for a whole page. */
export async function findDebts(tx: Tx, kind: string, ids: readonly string[]): Promise<Map<string, DebtSummary>> {
  if (ids.length === 0) return new Map()
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .selectAll()
    .distinctOn('subjectId')
    .where('subjectKind', '=', kind)
    .where('subjectId', 'in', ids)
    .orderBy('subjectId')
    .orderBy((eb) => eb('state', 'in', owed), 'desc')
    .orderBy('createdAt', 'desc')
    .execute()
  return new Map(found.map((debt) => [debt.subjectId, summary(debt as Debt)]))
}

/** Notes the new days of the service, after its appointments moved: receipts show them. */
export async function noteSubjectDays(tx: Tx, subject: Subject, days: readonly Day[]): Promise<void> {
  await tables<'payments'>(tx)
    .updateTable('payments.debt')
    .set({ serviceDays: [...days] })
    .where('subjectKind', '=', subject.kind)
    .where('subjectId', '=', subject.id)
    .execute()
}

export interface Cancellation {
  debtId: string
  /** True when money already paid must go back (cancelled in time); false when it is kept (too late). */
  refund: boolean
}

/**
 * Ends what is owed for a subject that was given up: the debt and those that add to it, whichever of them is named.
 * Unpaid: cancelled, and withdrawn at pagoPA. Paid: a refund is opened when `refund` says so. Asked twice, nothing more
 * happens. Returns the state of the first debt.
 */
export async function cancelDebt(tx: Tx, means: Means, { debtId, refund }: Cancellation): Promise<DebtState> {
  const debt = await lockRoot(tx, debtId)
  const additions = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .select('id')
    .where('integrates', '=', debt.id)
    .orderBy('id')
    .execute()
  for (const { id } of additions) await cancelOne(tx, means, await lockDebt(tx, id), refund)
  return cancelOne(tx, means, debt, refund)
}

async function cancelOne(tx: Tx, means: Means, debt: Debt, refund: boolean): Promise<DebtState> {
  if (owed.includes(debt.state)) {
    const cancelled = await move(tx, debt, 'cancelled', means.now())
    await queueSync(tx, means, debt.id)
    return cancelled.state
  }
  if (!refund || !settled.includes(debt.state)) return debt.state
  return refundPart(tx, means, debt, await keptReceipt(tx, debt.id), { reason: 'cancelled-in-time' })
}

/** The debt others add to, locked before them: always in the same order. */
async function lockRoot(tx: Tx, debtId: string): Promise<Debt> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .select('integrates')
    .where('id', '=', debtId)
    .executeTakeFirst()
  return lockDebt(tx, found?.integrates ?? debtId)
}

export interface AmountChange {
  /** What should have been owed for the subject in all, in cents; 0 when nothing is owed any more (a new exemption). */
  amountCents: number
  debtId: string
  dueOn?: Day
}

export interface AmountChanged {
  state: DebtState
  /** The new debt of the difference, when the first was already paid. */
  integrationId: string | null
  /** What is given back, when the first was already paid. */
  refundedCents: number
}

/**
 * Changes what is owed (the service, the exemption or the tariff changed). Unpaid: the amount changes under the same
 * notice number. Paid: the difference becomes a debt that adds to it, or a refund.
 */
export async function changeAmount(tx: Tx, means: Means, change: AmountChange): Promise<AmountChanged> {
  const debt = await lockRoot(tx, change.debtId)
  const unchanged = { state: debt.state, integrationId: null, refundedCents: 0 }
  if (!Number.isSafeInteger(change.amountCents) || change.amountCents < 0) throw new RangeError('cents are 0 or more')
  if (owed.includes(debt.state)) return changeUnpaid(tx, means, debt, change)
  if (!settled.includes(debt.state)) return unchanged
  const parts = await settledParts(tx, debt)
  const difference = change.amountCents - parts.reduce((sum, part) => sum + part.receipt.keptCents, 0)
  const addition = await findAddition(tx, debt.id)
  if (difference > 0) {
    if (!addition) return { ...unchanged, integrationId: await addDebt(tx, means, debt, difference, change.dueOn) }
    await changeUnpaid(tx, means, addition, { ...change, amountCents: difference })
    return { ...unchanged, integrationId: addition.id }
  }
  if (addition) await cancelOne(tx, means, addition, true)
  let back = -difference
  let { state } = debt
  for (const { debt: part, receipt } of parts) {
    const amountCents = Math.min(back, receipt.keptCents)
    if (amountCents === 0) continue
    const after = await refundPart(tx, means, part, receipt, { reason: 'amount-lowered', amountCents })
    if (part.id === debt.id) state = after
    back -= amountCents
  }
  return { state, integrationId: null, refundedCents: -difference }
}

/** What was paid and kept for a debt, the newest addition first, the debt itself last. */
async function settledParts(tx: Tx, debt: Debt): Promise<{ debt: Debt; receipt: StoredReceipt }[]> {
  const additions = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .selectAll()
    .where('integrates', '=', debt.id)
    .where('state', 'in', settled)
    .orderBy('createdAt', 'desc')
    .forUpdate()
    .execute()
  const parts: { debt: Debt; receipt: StoredReceipt }[] = []
  for (const part of [...(additions as Debt[]), debt])
    parts.push({ debt: part, receipt: await keptReceipt(tx, part.id) })
  return parts
}

async function changeUnpaid(tx: Tx, means: Means, debt: Debt, change: AmountChange): Promise<AmountChanged> {
  if (change.amountCents === 0) {
    return { state: await cancelOne(tx, means, debt, false), integrationId: null, refundedCents: 0 }
  }
  const dueOn = change.dueOn ?? debt.dueOn
  if (change.amountCents !== debt.amountCents || dueOn !== debt.dueOn) {
    await tables<'payments'>(tx)
      .updateTable('payments.debt')
      .set({ amountCents: change.amountCents, dueOn })
      .where('id', '=', debt.id)
      .execute()
    await queueSync(tx, means, debt.id)
  }
  return { state: debt.state, integrationId: null, refundedCents: 0 }
}

async function findAddition(tx: Tx, debtId: string): Promise<Debt | undefined> {
  const found = await tables<'payments'>(tx)
    .selectFrom('payments.debt')
    .selectAll()
    .where('integrates', '=', debtId)
    .where('state', 'in', owed)
    .forUpdate()
    .executeTakeFirst()
  return found as Debt | undefined
}

/** Opens the debt of a difference, with the facts of the paid debt it adds to. */
export async function addDebt(tx: Tx, means: Means, debt: Debt, amountCents: number, dueOn?: Day): Promise<string> {
  const today = romeDay(means.now())
  const day = dueOn ?? (debt.dueOn > today ? debt.dueOn : today)
  const added = await insertDebt(
    tx,
    means,
    {
      creditorId: debt.creditorId,
      patientId: debt.patientId,
      payer: {
        personId: debt.payerPersonId,
        fiscalCode: debt.payerFiscalCode === 'ANONIMO' ? null : debt.payerFiscalCode,
        name: debt.payerName,
      },
      subject: {
        kind: debt.subjectKind,
        id: debt.subjectId,
        days: debt.serviceDays,
        ...(debt.subjectCode !== null && { code: debt.subjectCode }),
      },
      amountCents,
      description: `${debt.description} - differenza`.slice(0, 140),
      dueOn: day,
      expires: debt.expires,
    },
    debt.id,
  )
  const existing = added ?? (await findAddition(tx, debt.id))
  if (!existing) throw new Error('the difference neither had a debt nor got one')
  return existing.id
}

/** Marks a notice that cannot be paid any more. The money may still be on its way: a receipt is always taken. */
export async function expireDebt(tx: Tx, means: Means, debt: Debt): Promise<void> {
  await move(tx, debt, 'expired', means.now())
  await publish(tx, 'payments.expired', { debtId: debt.id, patientId: debt.patientId })
}
