// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { audit } from '../../access/audit/index.ts'
import { paymentNotice, paymentReceipt } from '../documents/index.ts'
import type { Pagopa } from '../../national/pagopa/index.ts'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { withActor, type Tx } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { noteReturn, startCheckout } from './checkouts.ts'
import { Checkout, CheckoutPayments, CheckoutReturn, NewCheckout, Payment, PaymentPage } from './schema.ts'
import { getNotice, getReceipt, type Paper } from './papers.ts'
import { getPayment, listPayments, paymentsOf } from './views.ts'

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })

const Pdf = {
  description: 'PDF/A-2a',
  content: { 'application/pdf': { schema: Type.String({ format: 'binary' }) } },
}

async function auditedPaper<Data>(
  tx: Tx,
  actor: Actor,
  objectId: string,
  found: Promise<Paper<Data>>,
): Promise<Paper<Data>> {
  const paper = await found
  const { patientId } = paper
  await audit(tx, actor, { action: 'PRINT', patientId, object: 'payment', objectId, purpose: 'payment' })
  return paper
}

/** Payments as citizens use them. */
export function routes(app: App, platform: Platform, pagopa: Pagopa): void {
  const { db } = platform

  app.get(
    '/api/v1/payments',
    {
      schema: {
        operationId: 'listPayments',
        tags: ['payments'],
        summary: 'Payments of the family, newest first',
        querystring: Type.Object({
          patientId: Type.Optional(
            Type.String({ format: 'uuid', description: 'One person; all of the family when absent' }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        response: { 200: PaymentPage, '4xx': Problem },
      },
    },
    async ({ actor, query }) => {
      if (query.patientId) mustActFor(actor, query.patientId)
      return withActor(db, actor, async (tx) => {
        const page = await listPayments(tx, query.patientId ? [query.patientId] : actor.patients, query.cursor)
        const people = new Set(page.items.map((item) => item.patientId))
        const entry = { action: 'SEARCH', object: 'payment', purpose: 'payment' } as const
        await audit(tx, actor, ...[...people].map((patientId) => ({ ...entry, patientId })))
        return page
      })
    },
  )

  app.get(
    '/api/v1/payments/:id',
    {
      schema: {
        operationId: 'getPayment',
        tags: ['payments'],
        summary: 'One payment and its state',
        params: ById,
        response: { 200: Payment, '4xx': Problem },
      },
    },
    async ({ actor, params }) =>
      withActor(db, actor, async (tx) => {
        const payment = await getPayment(tx, params.id)
        const { patientId, id: objectId } = payment
        await audit(tx, actor, { action: 'READ', patientId, object: 'payment', objectId, purpose: 'payment' })
        return payment
      }),
  )

  const papers = [
    {
      name: 'notice',
      file: 'avviso',
      operationId: 'getPaymentNotice',
      summary: 'The notice to pay, as an accessible PDF with its QR code',
      make: async (actor: Actor, id: string) => {
        const paper = await withActor(db, actor, (tx) => auditedPaper(tx, actor, id, getNotice(tx, platform, id)))
        return { ...paper, bytes: await paymentNotice(paper.data, actor.language) }
      },
    },
    {
      name: 'receipt',
      file: 'ricevuta',
      operationId: 'getPaymentReceipt',
      summary: 'The receipt of a payment, as an accessible PDF',
      make: async (actor: Actor, id: string) => {
        const paper = await withActor(db, actor, (tx) => auditedPaper(tx, actor, id, getReceipt(tx, platform, id)))
        return { ...paper, bytes: await paymentReceipt(paper.data, actor.language) }
      },
    },
  ]
  for (const { name, file, operationId, summary, make } of papers) {
    app.get(
      `/api/v1/payments/:id/${name}.pdf`,
      {
        schema: {
          operationId,
          tags: ['payments'],
          summary,
          params: ById,
          produces: ['application/pdf'],
          response: { 200: Pdf, '4xx': Problem },
        },
      },
      async ({ actor, params }, reply) => {
        const { bytes, noticeNumber } = await make(actor, params.id)
        return reply
          .type('application/pdf')
          .header('cache-control', 'no-store')
          .header('content-disposition', `inline; filename="${file}-${noticeNumber}.pdf"`)
          .send(bytes as never) // bytes are sent as they are: the schema only describes them
      },
    )
  }

  app.post(
    '/api/v1/checkouts',
    {
      schema: {
        operationId: 'createCheckout',
        tags: ['payments'],
        summary: 'Start paying one to five payments of the family on pagoPA',
        headers: Type.Object({ 'idempotency-key': Type.String({ format: 'uuid' }) }),
        body: NewCheckout,
        response: { 201: Checkout, '4xx': Problem, 503: Problem },
      },
    },
    async ({ actor, headers, body }, reply) =>
      reply.code(201).send(await startCheckout(platform, pagopa, actor, headers['idempotency-key'], body.paymentIds)),
  )

  app.post(
    '/api/v1/checkouts/:id/return',
    {
      schema: {
        operationId: 'noteCheckoutReturn',
        tags: ['payments'],
        summary: 'Tell that the payer is back from pagoPA; the receipt alone proves a payment',
        params: ById,
        body: CheckoutReturn,
        response: { 200: CheckoutPayments, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      const ids = await noteReturn(platform, actor, params.id, body.outcome)
      return withActor(db, actor, async (tx) => ({ payments: await paymentsOf(tx, ids) }))
    },
  )
}
