// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { checkoutRoutes } from './checkout.ts'
import { counterRoutes } from './counter.ts'
import { escape, localTime } from './documents.ts'
import { gpdRoutes } from './gpd.ts'
import { money, page } from './pages.ts'
import { deliver, report } from './station.ts'
import { createTables } from './store.ts'

interface Line {
  nav: string
  description: string
  amount: number
  status: string
  option_status: string
  notification: string | null
  inserted_at: Date
}

async function overview(context: SandboxContext): Promise<string> {
  const { rows } = await context.sql.query<Line>(
    `select o.nav, o.description, o.amount, p.status, o.status as option_status, p.inserted_at,
       (select n.state from pagopa_notification n where n.receipt_id = o.receipt_id order by n.id desc limit 1) as notification
     from pagopa_option o join pagopa_position p using (org, iupd) order by p.inserted_at desc limit 50`,
  )
  const lines = rows.map(
    (row) =>
      `<tr><td>${row.nav.replace(/(.{4})(?=.)/g, '$1 ')}<br><small>${escape(row.description)}<br>${localTime(row.inserted_at).replace('T', ' ')}</small></td>
       <td>${money(row.amount)}</td><td>${row.status}${row.notification ? `<br><small>ricevuta:<br>${row.notification}</small>` : ''}</td></tr>`,
  )
  return page(
    'Posizioni debitorie',
    `<p><a href="/pagopa/counter">Paga un avviso in tabaccheria</a></p>
     <form method="post" action="/pagopa/control/report"><button>Fai il flusso di rendicontazione</button></form>
     <table><thead><tr><th>Avviso</th><th>Importo</th><th>Stato</th></tr></thead><tbody>${lines.join('')}</tbody></table>`,
  )
}

/**
 * pagoPA, the other side: debt positions (GPD v1), Checkout, a counter where notices are paid, receipts sent to the
 * creditor with retries, reporting flows. Faults: see docs/integrations/payments.md.
 */
export async function pagopaSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  await createTables(context.sql)
  await app.register(
    async (scope) => {
      gpdRoutes(scope, context)
      checkoutRoutes(scope, context)
      counterRoutes(scope, context)
      scope.get('/', async (_request, reply) => reply.type('text/html').send(await overview(context)))
      // Not part of pagoPA: lets a test or a demonstration hurry things that otherwise take their time.
      scope.post('/control/deliver', async (_request, reply) => {
        await deliver(context, true)
        return reply.code(204).send()
      })
      scope.post('/control/report', async (request, reply) => {
        const flows = await report(context)
        return request.headers.accept?.includes('text/html') ? reply.redirect('/pagopa', 303) : { flows }
      })
    },
    { prefix: '/pagopa' },
  )
  let busy: Promise<unknown> = Promise.resolve()
  let waiting = false
  const timer = setInterval(() => {
    if (waiting) return
    waiting = true
    busy = deliver(context)
      .catch((error: unknown) => process.stderr.write(`pagoPA sandbox: ${String(error)}\n`))
      .finally(() => (waiting = false))
  }, 1_000)
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await busy
  })
}
