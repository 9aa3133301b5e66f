// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { SandboxContext } from '../context.ts'
import { receiptDocument } from './documents.ts'
import { findNotice, inTransaction, statusAt, type Option, type Position } from './store.ts'

/** Why a notice cannot be paid, with the code the creditor's side gives to payment providers. */
export interface Fault {
  code: 'PAA_PAGAMENTO_SCONOSCIUTO' | 'PAA_PAGAMENTO_DUPLICATO' | 'PAA_PAGAMENTO_SCADUTO' | 'PAA_PAGAMENTO_ANNULLATO'
  text: string
}

export interface Payer {
  psp: string
  method: string
  /** Commission in cents, on top of the amount. */
  fee: number
}

const unknown: Fault = {
  code: 'PAA_PAGAMENTO_SCONOSCIUTO',
  text: 'L’avviso non esiste: controlla il numero e il codice dell’ente.',
}

function faultOf(position: Position, options: readonly Option[], option: Option, now: Date): Fault | undefined {
  const status = statusAt(position, options, now)
  if (option.status !== 'PO_UNPAID' || status === 'PAID' || status === 'REPORTED') {
    return { code: 'PAA_PAGAMENTO_DUPLICATO', text: 'L’avviso è già stato pagato.' }
  }
  if (status === 'EXPIRED')
    return { code: 'PAA_PAGAMENTO_SCADUTO', text: 'L’avviso è scaduto e non si può più pagare.' }
  if (status === 'INVALID') return { code: 'PAA_PAGAMENTO_ANNULLATO', text: 'L’ente ha annullato l’avviso.' }
  return status === 'VALID' || status === 'PARTIALLY_PAID' ? undefined : unknown
}

/** What a payment provider learns of a notice before paying (paVerifyPaymentNotice). */
export async function verifyNotice(
  context: SandboxContext,
  org: string,
  nav: string,
): Promise<{ option: Option; company: string } | Fault> {
  const found = await findNotice(context.sql, org, nav)
  if (!found) return unknown
  const fault = faultOf(found.position, found.options, found.option, context.now())
  return fault ?? { option: found.option, company: found.position.company }
}

/** Pays a notice as a provider does: verification, activation and positive outcome at once. */
export function payNotice(
  context: SandboxContext,
  org: string,
  nav: string,
  payer: Payer,
): Promise<{ receiptId: string } | Fault> {
  return inTransaction(context.sql, async (client) => {
    const found = await findNotice(client, org, nav, true)
    if (!found) return unknown
    const fault = faultOf(found.position, found.options, found.option, context.now())
    return fault ?? settle(context, client, found, payer)
  })
}

/**
 * Begins a payment whose positive outcome comes later (a slow bank): the notice is verified now, and the money moves even
 * if the creditor withdraws the notice in between.
 */
export function beginPayment(
  context: SandboxContext,
  org: string,
  nav: string,
  payer: Payer,
  delayMs: number,
): Promise<Fault | undefined> {
  return inTransaction(context.sql, async (client) => {
    const found = await findNotice(client, org, nav, true)
    if (!found) return unknown
    const fault = faultOf(found.position, found.options, found.option, context.now())
    if (fault) return fault
    await client.query(
      'insert into pagopa_outcome (org, nav, psp, method, fee, due_at) values ($1, $2, $3, $4, $5, $6)',
      [org, nav, payer.psp, payer.method, payer.fee, new Date(context.now().getTime() + delayMs)],
    )
    return undefined
  })
}

/** Brings the outcomes that are due: the notice becomes paid, unless somebody paid it meanwhile (the bank then gives the money back). */
export function settleOutcomes(context: SandboxContext, all: boolean): Promise<void> {
  return inTransaction(context.sql, async (client) => {
    const { rows } = await client.query<Payer & { id: string; org: string; nav: string }>(
      'select * from pagopa_outcome where not done and ($1 or due_at <= $2) order by id for update skip locked',
      [all, context.now()],
    )
    for (const { id, org, nav, psp, method, fee } of rows) {
      const found = await findNotice(client, org, nav, true)
      if (found?.option.status === 'PO_UNPAID') await settle(context, client, found, { psp, method, fee })
      await client.query('update pagopa_outcome set done = true where id = $1', [id])
    }
  })
}

async function settle(
  context: SandboxContext,
  client: pg.PoolClient,
  { position, options, option }: { position: Position; options: Option[]; option: Option },
  payer: Payer,
): Promise<{ receiptId: string }> {
  const now = context.now()
  const receiptId = randomUUID().replaceAll('-', '')
  const left = options.filter((other) => other.partial && other.status === 'PO_UNPAID' && other.iuv !== option.iuv)
  const status = option.partial && left.length > 0 ? 'PARTIALLY_PAID' : 'PAID'
  await client.query(
    `update pagopa_option set status = 'PO_PAID', receipt_id = $3, paid_at = $4, psp = $5, method = $6, fee = $7
     where org = $1 and iuv = $2`,
    [option.org, option.iuv, receiptId, now, payer.psp, payer.method, payer.fee],
  )
  await client.query('update pagopa_position set status = $3, updated_at = $4 where org = $1 and iupd = $2', [
    position.org,
    position.iupd,
    status,
    now,
  ])
  const document = receiptDocument({ position, option, payer, receiptId, at: now })
  await client.query(
    'insert into pagopa_receipt (receipt_id, org, iuv, document, made_at) values ($1, $2, $3, $4, $5)',
    [receiptId, option.org, option.iuv, document, now],
  )
  const fault = context.faults.strike('pagopa', 'notification')
  const copies = fault?.kind === 'lost' ? 0 : fault?.kind === 'twice' ? 2 : 1
  const due = new Date(now.getTime() + (fault?.kind === 'late' ? (fault.milliseconds ?? 60_000) : 0))
  for (let copy = 0; copy < copies; copy += 1) {
    await client.query('insert into pagopa_notification (receipt_id, due_at) values ($1, $2)', [receiptId, due])
  }
  return { receiptId }
}
