// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { audit } from '../../access/audit/index.ts'
import type { Pagopa } from '../../national/pagopa/index.ts'
import { mustActFor } from '../../platform/actor.ts'
import { withActor } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { noteReturn, startCheckout } from './checkouts.ts'
import { Checkout, CheckoutPayments, CheckoutReturn, NewCheckout, Payment, PaymentPage } from './schema.ts'
import { getPayment, listPayments, paymentsOf } from './views.ts'

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })

/** Payments as citizens use them. */
export function routes(app: App, platform: Platform, pagopa: Pagopa): void {
  const { db } = platform

  app.get(
    '/api/v1/payments',
    {
      config: { access: 'citizen', audit: 'person' },
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
      config: { access: 'citizen', audit: 'person' },
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

  app.post(
    '/api/v1/checkouts',
    {
      config: { access: 'citizen', audit: 'person' },
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
      config: { access: 'citizen', audit: 'person' },
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
