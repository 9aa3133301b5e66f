// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { escape, localTime } from './documents.ts'
import { alert, good, hidden, money, page } from './pages.ts'
import { payNotice, verifyNotice } from './payments.ts'

interface Asked {
  nav: string
  org: string
}

/** Reads what was typed or scanned: the QR text of a notice, or its number and the creditor's fiscal code. */
function readAsked(form: Record<string, string | undefined>): Asked {
  const [kind, version, nav, org] = (form['qr'] ?? '').trim().split('|')
  if (kind === 'PAGOPA' && version === '002') return { nav: nav ?? '', org: org ?? '' }
  const digits = (name: string) => (form[name] ?? '').replace(/[^0-9]/g, '')
  return { nav: digits('nav'), org: digits('org') }
}

const form = (asked: Partial<Asked> = {}, message = ''): string =>
  page(
    'Tabaccheria: paga un avviso',
    `${message}<form method="post" action="/pagopa/counter"><p>Come allo sportello: inquadra il QR dell’avviso (incolla qui il suo testo) oppure scrivi i numeri.</p>
     <label for="qr">Testo del QR</label><input type="text" id="qr" name="qr" autocomplete="off" placeholder="PAGOPA|002|...">
     <label for="nav">Numero avviso, 18 cifre</label><input type="text" id="nav" name="nav" inputmode="numeric" autocomplete="off" value="${escape(asked.nav ?? '')}">
     <label for="org">Codice fiscale dell’ente, 11 cifre</label><input type="text" id="org" name="org" inputmode="numeric" autocomplete="off" value="${escape(asked.org ?? '')}">
     <button>Cerca l’avviso</button></form>`,
  )

/** The counter of a payment provider: a notice is looked up by its number and paid in cash. */
export function counterRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get('/counter', (_request, reply) => reply.type('text/html').send(form()))

  app.post<{ Body: Record<string, string> }>('/counter', async (request, reply) => {
    const body = request.body ?? {}
    const asked = readAsked(body)
    void reply.type('text/html')
    const found = await verifyNotice(context, asked.org, asked.nav)
    if ('code' in found) return reply.code(404).send(form(asked, alert(`${found.text} (${found.code})`)))
    if (body['pay'] !== 'yes') {
      return reply.send(
        page(
          'Avviso trovato',
          `<p>${escape(found.option.description)}<br>${escape(found.company)}</p><p class="total">${money(found.option.amount)}</p>
           <p>Commissione ${money(200)}</p><form method="post" action="/pagopa/counter">${hidden('nav', asked.nav)}${hidden('org', asked.org)}
           <button name="pay" value="yes">Incassa ${money(found.option.amount + 200)}</button></form>`,
        ),
      )
    }
    const paid = await payNotice(context, asked.org, asked.nav, {
      psp: 'Tabaccheria di prova',
      method: 'CONTANTI',
      fee: 200,
    })
    if ('code' in paid) return reply.code(409).send(form(asked, alert(paid.text)))
    return reply.send(
      page(
        'Pagamento riuscito',
        `${good('Avviso pagato.')}<p>Ricevuta ${paid.receiptId}, ${localTime(context.now()).replace('T', ' ')}</p>`,
      ),
    )
  })
}
