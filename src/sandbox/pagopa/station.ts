// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomInt } from 'node:crypto'
import type { SandboxContext } from '../context.ts'
import { keys } from './calls.ts'
import { flowDocument, localTime, soapMessage } from './documents.ts'
import { settleOutcomes } from './payments.ts'
import { inTransaction, type Option } from './store.ts'

const attemptsAtMost = 12

/** Seconds before the next attempt, doubling up to ten minutes. */
const pause = (attempts: number): number => Math.min(600, 2 ** attempts) * 1000

/**
 * Sends the receipts that are due to the creditor's station (paSendRTV2); what is not acknowledged is sent again later.
 * With `all`, also those that are due later: for tests.
 */
export async function deliver(context: SandboxContext, all = false): Promise<void> {
  await settleOutcomes(context, all)
  const { rows } = await context.sql.query<{ id: string; attempts: number; document: string }>(
    `select n.id, n.attempts, r.document from pagopa_notification n join pagopa_receipt r using (receipt_id)
     where n.state = 'waiting' and ($1 or n.due_at <= $2) order by n.id limit 50`,
    [all, context.now()],
  )
  for (const { id, attempts, document } of rows) {
    const result = await send(context, document)
    const done = result === 'OK' || attempts + 1 >= attemptsAtMost
    await context.sql.query(
      'update pagopa_notification set attempts = attempts + 1, state = $2, last_answer = $3, due_at = $4 where id = $1',
      [
        id,
        result === 'OK' ? 'delivered' : done ? 'given-up' : 'waiting',
        result,
        new Date(context.now().getTime() + pause(attempts)),
      ],
    )
  }
}

async function send(context: SandboxContext, document: string): Promise<string> {
  try {
    const answer = await fetch(`${context.platformUrl}/pagopa/paForNode`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"paSendRTV2"',
        'x-notification-key': keys.notification,
      },
      body: soapMessage(document),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    if (answer.ok && text.includes('<outcome>OK</outcome>')) return 'OK'
    return /<faultCode>([A-Z_]+)</.exec(text)?.[1] ?? `HTTP ${answer.status}`
  } catch (error) {
    return error instanceof Error ? error.name : 'no answer'
  }
}

/** Makes one reporting flow per creditor of all that was paid through the platform and not yet reported. */
export function report(context: SandboxContext): Promise<string[]> {
  const at = new Date(Math.floor(context.now().getTime() / 1000) * 1000)
  return inTransaction(context.sql, async (client) => {
    const { rows } = await client.query<Option>(
      "select * from pagopa_option where status = 'PO_PAID' and receipt_id is not null and flow_id is null order by org, paid_at for update",
    )
    const flows: string[] = []
    for (const org of new Set(rows.map((option) => option.org))) {
      const options = rows.filter((option) => option.org === org)
      const flowId = `${localTime(at).slice(0, 10)}SANDBOXPSP-S${randomInt(100_000_000, 999_999_999)}`
      await client.query('insert into pagopa_flow (flow_id, org, flow_at, document) values ($1, $2, $3, $4)', [
        flowId,
        org,
        at,
        flowDocument({ flowId, org, at, options }),
      ])
      for (const option of options) {
        await client.query(
          "update pagopa_option set status = 'PO_REPORTED', flow_id = $3 where org = $1 and iuv = $2",
          [org, option.iuv, flowId],
        )
        await client.query(
          "update pagopa_position set status = 'REPORTED', updated_at = $3 where org = $1 and iupd = $2 and status = 'PAID'",
          [org, option.iupd, at],
        )
      }
      flows.push(flowId)
    }
    return flows
  })
}
