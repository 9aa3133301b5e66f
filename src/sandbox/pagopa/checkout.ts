// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { answer, keys, Problem } from './calls.ts'
import { escape } from './documents.ts'
import { alert, hidden, money, page } from './pages.ts'
import { beginPayment, payNotice, verifyNotice, type Fault } from './payments.ts'
import { readCart, type CartBody } from './validation.ts'

interface Cart {
  id: string
  body: CartBody
  made_at: Date
  outcome: string | null
}

/** A cart lives ten minutes, as on the real Checkout. */
const cartLife = 10 * 60_000

async function createCart(context: SandboxContext, body: CartBody): Promise<string> {
  for (const notice of body.paymentNotices) {
    const found = await verifyNotice(context, notice.fiscalCode, notice.noticeNumber)
    if ('code' in found) throw new Problem(422, 'Invalid payment notice', found.code)
    if (found.option.amount !== notice.amount)
      throw new Problem(422, 'Invalid payment notice', 'the amount is not the one of the notice')
  }
  const id = randomUUID()
  await context.sql.query('insert into pagopa_cart (id, body, made_at) values ($1, $2, $3)', [
    id,
    JSON.stringify(body),
    context.now(),
  ])
  return id
}

async function openCart(context: SandboxContext, id: string): Promise<Cart | undefined> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return undefined
  const { rows } = await context.sql.query<Cart>('select * from pagopa_cart where id = $1', [id])
  const [cart] = rows
  return cart && cart.outcome === null && context.now().getTime() - cart.made_at.getTime() < cartLife ? cart : undefined
}

const closed = page(
  'Carrello chiuso',
  '<p>Questo carrello è già stato usato o è scaduto: dura dieci minuti. Torna al sito e ricomincia il pagamento.</p><p lang="en">This cart was used or is over: it lasts ten minutes. Go back to the site and pay again.</p>',
)

const outcomes = [
  ['ok', 'Carta accettata: il pagamento va a buon fine', 'Card accepted'],
  ['slow', 'La banca è lenta: l’esito arriva dopo qualche secondo', 'The bank is slow'],
  ['error', 'Carta rifiutata: il pagamento non riesce', 'Card refused'],
] as const

function cartPage(cart: Cart): string {
  const rows = cart.body.paymentNotices.map(
    (notice) =>
      `<tr><td>${escape(notice.description)}<br><small>${escape(notice.companyName)}, avviso ${notice.noticeNumber}</small></td><td>${money(notice.amount)}</td></tr>`,
  )
  const total = cart.body.paymentNotices.reduce((sum, notice) => sum + notice.amount, 0)
  const choices = outcomes.map(
    ([value, label, english], i) =>
      `<label class="choice"><input type="radio" name="outcome" value="${value}"${i === 0 ? ' checked' : ''}> <span>${label} <small lang="en">${english}</small></span></label>`,
  )
  return page(
    'Stai pagando / You are paying',
    `<table><tbody>${rows.join('')}</tbody></table><p class="total">Totale ${money(total)}</p>
     <form method="post"><p>Carta di prova / Test card 4000 0000 0000 0002, 12/30.</p>
     <fieldset><legend>Che cosa deve succedere / What should happen</legend>${choices.join('')}</fieldset>
     <button name="action" value="pay">Paga / Pay ${money(total)}</button></form>
     <form method="post"><button class="second" name="action" value="cancel">Annulla / Cancel</button></form>`,
  )
}

const payer = { psp: 'Banca di prova', method: 'CARTE', fee: 50 }

async function payCart(context: SandboxContext, cart: Cart, slowMs: number | undefined): Promise<Fault | undefined> {
  for (const notice of cart.body.paymentNotices) {
    const result =
      slowMs === undefined
        ? await payNotice(context, notice.fiscalCode, notice.noticeNumber, payer)
        : await beginPayment(context, notice.fiscalCode, notice.noticeNumber, payer, slowMs)
    if (result && 'code' in result) return result
  }
  return undefined
}

async function act(
  context: SandboxContext,
  cart: Cart,
  form: Record<string, string>,
  reply: FastifyReply,
): Promise<unknown> {
  const { returnUrls } = cart.body
  const leave = async (outcome: string, url: string) => {
    await context.sql.query('update pagopa_cart set outcome = $2 where id = $1', [cart.id, outcome])
    return reply.redirect(url, 303)
  }
  if (form['action'] === 'cancel') return leave('cancelled', returnUrls.returnCancelUrl)
  if (form['outcome'] === 'error') return leave('error', returnUrls.returnErrorUrl)
  const slow = form['outcome'] === 'slow'
  const fault = await payCart(context, cart, slow ? 15_000 : undefined)
  if (!fault) return leave(slow ? 'slow' : 'ok', returnUrls.returnOkUrl)
  await context.sql.query("update pagopa_cart set outcome = 'error' where id = $1", [cart.id])
  return reply
    .code(409)
    .type('text/html')
    .send(
      page(
        'Pagamento non riuscito',
        `${alert(fault.text)}<p><a href="${escape(returnUrls.returnErrorUrl)}">Torna al sito</a></p>${hidden('code', fault.code)}`,
      ),
    )
}

/** Checkout for creditors v1: carts, and the page on which people pay. */
export function checkoutRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.post('/checkout/ec/v1/carts', (request, reply) =>
    answer(context, request, reply, {
      operation: 'createCart',
      key: keys.checkout,
      work: async () => {
        const id = await createCart(context, readCart(request.body))
        return reply.redirect(`${context.url}/pagopa/c/${id}`, 302)
      },
    }),
  )
  app.get<{ Params: { id: string } }>('/c/:id', async (request, reply) => {
    const cart = await openCart(context, request.params.id)
    return reply
      .code(cart ? 200 : 404)
      .type('text/html')
      .send(cart ? cartPage(cart) : closed)
  })
  app.post<{ Params: { id: string }; Body: Record<string, string> }>('/c/:id', async (request, reply) => {
    const cart = await openCart(context, request.params.id)
    return cart ? act(context, cart, request.body ?? {}, reply) : reply.code(404).type('text/html').send(closed)
  })
}
